package golden

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	outboundapi "github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/lift"
	"routec.dev/routec/emit/replay"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// evalWork reads the tables of emit/replay's benchmark, 100 rules and 1,000 requests each,
// as decided tables. For what the proxy itself needs, see there.
func evalWork(t testing.TB, name string) (ir.Outbound, []*eval.Request, []matchingQuestion) {
	base := filepath.Join("..", "emit", "replay", "testdata", "bench", name)
	text, err := os.ReadFile(base + ".json")
	if err != nil {
		t.Fatal(err)
	}
	message, err := replay.ReadTable(text)
	if err != nil {
		t.Fatal(err)
	}
	o, err := lift.Outbound(message.(*outboundapi.OutboundPolicy))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(base + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var requests []*eval.Request
	var questions []matchingQuestion
	for in := json.NewDecoder(bufio.NewReader(file)); in.More(); {
		var q matchingQuestion
		if err := in.Decode(&q); err != nil {
			t.Fatal(err)
		}
		var headers []ir.Header
		for _, h := range q.Headers {
			headers = append(headers, ir.Header{Name: h[0], Value: h[1]})
		}
		r, err := eval.NewRequest(q.Method, q.URI, headers)
		if err != nil {
			t.Fatal(err)
		}
		requests, questions = append(requests, r), append(questions, q)
	}
	return o, requests, questions
}

var evalWorks = []struct {
	name    string
	kind    string
	version eval.Version
}{{"http", "http1", eval.HTTP1}, {"grpc", "grpc", eval.HTTP2}}

// The benchmarked answers are the proxy's, and finding them allocates nothing.
func TestEvalWork(t *testing.T) {
	for _, work := range evalWorks {
		o, requests, questions := evalWork(t, work.name)
		table, err := eval.Prepare(o)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range requests {
			w, found := table.Find(work.version, r)
			want, _ := questions[i].Answer[work.kind].(map[string]any)
			if found != (want != nil) || found && (float64(w.Route) != want["route"] || float64(w.Rule) != want["rule"]) {
				t.Errorf("%s %d: got %v %+v, want %v", work.name, i, found, w, want)
			}
		}
		i := 0
		allocations := testing.AllocsPerRun(len(requests), func() {
			table.Find(work.version, requests[i%len(requests)])
			i++
		})
		if allocations != 0 {
			t.Errorf("%s: %v allocations a request", work.name, allocations)
		}
	}
}

func BenchmarkEvalFind(b *testing.B) {
	for _, work := range evalWorks {
		o, requests, _ := evalWork(b, work.name)
		table, err := eval.Prepare(o)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(work.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				table.Find(work.version, requests[i%len(requests)])
			}
		})
	}
}

func BenchmarkEvalExplain(b *testing.B) {
	for _, work := range evalWorks {
		o, requests, _ := evalWork(b, work.name)
		table, err := eval.Prepare(o)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(work.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				table.Explain(work.version, requests[i%len(requests)])
			}
		})
	}
}

func BenchmarkEvalPrepare(b *testing.B) {
	for _, work := range evalWorks {
		o, _, _ := evalWork(b, work.name)
		b.Run(work.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := eval.Prepare(o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
