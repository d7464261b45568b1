package explain

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/sample"
	"routec.dev/routec/ir/source"
)

var anyAddr = netip.MustParseAddrPort("10.0.0.1:80")

func nowhere(source.Place) string { return "" }

// TestOddPrograms explains requests against programs that were drawn: each explanation has a
// way out, says something of every rule, and can be written in every form.
func TestOddPrograms(t *testing.T) {
	for seed := range uint64(300) {
		p := sample.New(seed).Program()
		c := eval.NewCluster(p, eval.Refusals{})
		for i := range p.Targets {
			for _, port := range p.Targets[i].Ports {
				d := eval.Destination{Host: p.Targets[i].Ref.Name + "." + p.Targets[i].Ref.Namespace, Port: port}
				for _, call := range []eval.Call{{URL: "http://a/"}, eval.GRPC("a", "a.B/C", nil)} {
					if a, err := c.CallTo("ns", d, call); err == nil {
						a.Explain()
						check(t, seed, Outbound("GET http://a/", "x", &a, &p.Targets[i], nowhere))
					}
				}
			}
		}
		for i := range p.Workloads {
			w := eval.Workload{Namespace: p.Workloads[i].Ref.Namespace, Name: p.Workloads[i].Ref.Name, External: p.Workloads[i].Ref.Kind == "ExternalWorkload"}
			s, err := c.Server(w, 8080)
			if err != nil {
				continue
			}
			r, err := eval.Call{URL: "http://a/"}.Request(anyAddr)
			if err != nil {
				t.Fatal(err)
			}
			a := s.Explain(eval.HTTP1, r, eval.Client{IP: anyAddr.Addr(), Meshed: seed%2 == 0, Identity: ""})
			check(t, seed, Inbound("GET http://a/", "x", s, &a, nowhere))
		}
	}
}

func check(t *testing.T, seed uint64, e *Explanation) {
	t.Helper()
	var text, picture, object bytes.Buffer
	if Text(&text, e) != nil || Mermaid(&picture, e) != nil || JSON(&object, e) != nil {
		t.Fatalf("seed %d: cannot be written", seed)
	}
	if len(e.Backends) == 0 && e.Reply == nil {
		t.Errorf("seed %d: no way out:\n%s", seed, text.String())
	}
	if !json.Valid(object.Bytes()) {
		t.Errorf("seed %d: no JSON:\n%s", seed, object.String())
	}
	if strings.Count(picture.String(), `"`)%2 != 0 {
		t.Errorf("seed %d: open quotes:\n%s", seed, picture.String())
	}
}

func TestChanged(t *testing.T) {
	h := func(name, value string) ir.Header { return ir.Header{Name: name, Value: value} }
	got := changed([]ir.Header{h("a", "1"), h("b", "2"), h("b", "2")}, []ir.Header{h("b", "2"), h("c", "3")})
	if s := strings.Join(got, "; "); s != "+ c: 3; - a: 1; - b: 2" {
		t.Error(s)
	}
}
