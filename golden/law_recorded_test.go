package golden

import (
	"encoding/json"
	"testing"

	inboundapi "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundapi "github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/lift"
	"routec.dev/routec/emit/replay"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// TestMatchingDecided asks the matching cases again, this time of the decided tables that
// their messages are lifted to. Messages that no decided table expresses are left out.
func TestMatchingDecided(t *testing.T) {
	asked, tables, unlifted := 0, 0, 0
	for _, name := range cases(t, "matching") {
		var c matchingDecided
		read(t, name, &c)
		find := c.finder(t)
		if find == nil {
			unlifted++
			continue
		}
		tables++
		for _, q := range c.Requests {
			for kind, want := range q.Answer {
				if !c.isAnswer(t, name, find, q, kind, want) {
					continue
				}
				asked++
			}
		}
	}
	t.Logf("%d answers of %d tables, %d not lifted", asked, tables, unlifted)
	if asked == 0 {
		t.Error("no table was asked")
	}
}

type matchingDecided struct {
	Table    json.RawMessage
	Error    *string
	Requests []matchingQuestion
}

type matchingQuestion struct {
	Method, URI string
	Headers     [][2]string
	Answer      map[string]any
}

// finder prepares the table; nil: it is refused, or cannot be lifted.
func (c *matchingDecided) finder(t *testing.T) func(eval.Version, *eval.Request) (eval.Winner, bool) {
	if c.Error != nil {
		return nil
	}
	message, err := replay.ReadTable(c.Table)
	if err != nil {
		t.Fatal(err)
	}
	switch m := message.(type) {
	case *outboundapi.OutboundPolicy:
		if o, err := lift.Outbound(m); err == nil {
			table, err := eval.Prepare(o)
			if err != nil {
				t.Fatal(err)
			}
			return table.Find
		}
	case *inboundapi.Server:
		if in, err := lift.Inbound(m); err == nil {
			server, err := eval.PrepareInbound(in)
			if err != nil {
				t.Fatal(err)
			}
			return func(v eval.Version, r *eval.Request) (eval.Winner, bool) { return server.Find(v, r, false) }
		}
	}
	return nil
}

// isAnswer compares one answer; false: there is nothing to compare.
func (c *matchingDecided) isAnswer(t *testing.T, name string, find func(eval.Version, *eval.Request) (eval.Winner, bool), q matchingQuestion, kind string, want any) bool {
	version := map[string]eval.Version{"http1": eval.HTTP1, "http2": eval.HTTP2, "grpc": eval.HTTP2}[kind]
	if version == 0 {
		return false
	}
	var headers []ir.Header
	for _, h := range q.Headers {
		headers = append(headers, ir.Header{Name: h[0], Value: h[1]})
	}
	r, err := eval.NewRequest(q.Method, q.URI, headers)
	expected, _ := want.(map[string]any)
	if _, bad := expected["badRequest"]; bad || err != nil {
		if bad != (err != nil) {
			t.Errorf("%s: %s %s %v: got error %v, want %v", name, q.Method, q.URI, q.Headers, err, want)
		}
		return true
	}
	w, found := find(version, r)
	if found != (expected != nil) || found && (float64(w.Route) != expected["route"] || float64(w.Rule) != expected["rule"]) {
		t.Errorf("%s: %s %s %s %v: got %v %+v, want %v", name, kind, q.Method, q.URI, q.Headers, found, w, want)
	}
	return true
}
