package answer

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// program is one Service with a table that the proxy refuses, and nothing else; every other
// answer is a template.
func program() *ir.Program {
	bad := ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "bad"}
	route := ir.Route{Meta: ir.Meta{Ref: bad}, Rules: []ir.Rule{{Filters: []ir.Filter{ir.Empty{}}}}}
	return &ir.Program{
		Settings: ir.Settings{ClusterDomain: "cluster.local", ClusterNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
		Targets: []ir.Target{{Ref: bad, Tables: []ir.Outbound{
			{Meta: ir.Meta{Ref: bad, Port: 80}, Protocol: ir.GRPC, Routes: []ir.Route{route}},
		}}},
		Absent:   ir.Outbound{Protocol: ir.Opaque},
		Fallback: ir.Outbound{Meta: ir.Meta{Default: "fallback"}, Protocol: ir.Opaque},
	}
}

func TestBatch(t *testing.T) {
	const fallback = `{"protocol":{"opaque":{}},"metadata":{"default":"fallback"}}`
	for _, c := range []struct{ name, query, want string }{
		{"an address", `{"kind":"outbound","addr":"1.1.1.1:80"}`, `"answer":` + fallback},
		{"an error", `{"kind":"outbound","addr":"10.0.0.1:80"}`, `"error":"NotFound: No such service"`},
		{"a port of zero", `{"kind":"outbound","addr":"1.1.1.1:0"}`, `"error":"InvalidArgument: port cannot be zero"`},
		{"no address at all", `{"kind":"outbound","addr":"here"}`, `"error":"InvalidArgument: failed to parse target addr: `},
		{"no markup is escaped", `{"kind":"outbound","authority":"web.prod"}`, `"error":"NotFound: authority must be of the form <name>.<namespace>.svc.cluster.local"`},
		{"an unknown kind", `{"kind":"sideways"}`, `"error":"a query's kind is outbound, inbound or profile, not \"sideways\""`},
		{"a workload without namespace", `{"kind":"inbound","workload":"web","port":80}`, `"error":"InvalidArgument: a workload is NAMESPACE/NAME"`},
		{"a table that is refused", `{"kind":"outbound","authority":"bad.prod.svc"}`, `"refused":"`},
		{"numbers and order as written", `{ "addr" : "1.1.1.1:80", "port": 0, "kind":"outbound" }`, `{"query":{"addr":"1.1.1.1:80","port":0,"kind":"outbound"},"answer":` + fallback + `}`},
	} {
		got, err := batch(c.query)
		if err != nil || !strings.Contains(got, c.want) || !strings.HasPrefix(got, `{"query":`) {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}

func batch(queries string) (string, error) {
	var out strings.Builder
	err := Batch(&out, program(), strings.NewReader(queries), refuse.NewChecker(automata.Check))
	return out.String(), err
}

func TestBatchOrder(t *testing.T) {
	got, err := batch("{\"kind\":\"outbound\",\"addr\":\"1.1.1.1:80\"}\n\n  \n{\"kind\":\"outbound\",\"addr\":\"10.0.0.1:80\"}\n{\"kind\":\"outbound\",\"addr\":\"2.2.2.2:80\"}")
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if err != nil || len(lines) != 3 {
		t.Fatalf("%q, %v", lines, err)
	}
	for i, addr := range []string{"1.1.1.1:80", "10.0.0.1:80", "2.2.2.2:80"} {
		if !strings.HasPrefix(lines[i], `{"query":{"kind":"outbound","addr":"`+addr+`"}`) {
			t.Errorf("line %d: %s", i, lines[i])
		}
	}
}

func TestBatchMistakes(t *testing.T) {
	const good = `{"kind":"outbound","addr":"1.1.1.1:80"}`
	for _, c := range []struct{ name, queries, want string }{
		{"no JSON", good + "\nnonsense", "query 2: "},
		{"an unknown field", `{"kind":"outbound","adr":"1.1.1.1:80"}`, `unknown field "adr"`},
		{"a port that is negative", `{"kind":"inbound","port":-1}`, "query 1: "},
		{"two queries on a line", good + good, "query 1: "},
		{"a line without end", strings.Repeat(" ", maxLine+1), "read queries: "},
	} {
		got, err := batch(c.queries)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if strings.HasPrefix(c.queries, good+"\n") && !strings.HasPrefix(got, `{"query":`) {
			t.Errorf("%s: the answers before it are lost: %q", c.name, got)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestBatchWrites(t *testing.T) {
	err := Batch(broken{}, program(), strings.NewReader(`{"kind":"outbound","addr":"1.1.1.1:80"}`), refuse.NewChecker(automata.Check))
	if err == nil || err.Error() != "write answers: disk full" {
		t.Error(err)
	}
}
