package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"
)

// testdata/bench has two tables of 10 routes with 10 rules each, and 1,000
// requests for each with the proxy's own answers. The proxy's Rust code needs
// 2.4 µs a request for the HTTP table and 2.8 µs for the gRPC table at best, on
// two cores of a server.

func BenchmarkHTTP(b *testing.B) {
	t, requests, _ := benchmarkWork(b, "http")
	benchmarkFind(b, t.HTTP1, requests)
}

func BenchmarkGRPC(b *testing.B) {
	t, requests, _ := benchmarkWork(b, "grpc")
	benchmarkFind(b, t.GRPC, requests)
}

func benchmarkFind(b *testing.B, find func(*Request) (Winner, bool), requests []*Request) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		find(requests[i%len(requests)])
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, name := range []string{"http", "grpc"} {
		message := benchmarkTable(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Prepare(message); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What the benchmarks time is right, and does not allocate.
func TestBenchmarkWork(t *testing.T) {
	for _, name := range []string{"http", "grpc"} {
		table, requests, answers := benchmarkWork(t, name)
		find := table.HTTP1
		if name == "grpc" {
			find = table.GRPC
		}
		won := 0
		for i, r := range requests {
			w, ok := find(r)
			if ok {
				won++
			}
			if want := answers[i]; ok != (want != nil) || ok && (w.Route != want.Route || w.Rule != want.Rule) {
				t.Errorf("%s %d: got %v %+v, want %+v", name, i, ok, w, want)
			}
		}
		t.Logf("%s: %d of %d requests have a winner", name, won, len(requests))
		if n := testing.AllocsPerRun(3, func() {
			for _, r := range requests {
				find(r)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations in %d requests", name, n, len(requests))
		}
	}
}

type indexes struct{ Route, Rule int }

func benchmarkTable(t testing.TB, name string) proto.Message {
	t.Helper()
	text, err := os.ReadFile("testdata/bench/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	message, err := ReadTable(text)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func benchmarkWork(t testing.TB, name string) (*Table, []*Request, []*indexes) {
	t.Helper()
	table, err := Prepare(benchmarkTable(t, name))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/bench/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var requests []*Request
	var answers []*indexes
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var line struct {
			question
			Answer map[string]*indexes
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		headers, err := line.headers()
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewRequest(line.Method, line.URI, headers)
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, r)
		for _, a := range line.Answer {
			answers = append(answers, a)
		}
	}
	return table, requests, answers
}

// BenchmarkPrepareTypical prepares what a Service with one route of four rules
// gets, as one of many: its expressions have been compiled already.
func BenchmarkPrepareTypical(b *testing.B) {
	var rules []*outbound.HttpRoute_Rule
	for range 4 {
		rules = append(rules, rule(P("/a", header("x=1")), X("/b/[0-9]+")))
	}
	message := policy(route("a *.example.com", rules...))
	p := NewPreparer()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Table(message); err != nil {
			b.Fatal(err)
		}
	}
}
