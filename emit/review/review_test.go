package review

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
	"routec.dev/routec/ir/sample"
	"routec.dev/routec/ir/source"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s rewritten", path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func render(t *testing.T, c *delta.Changes) (text, json []byte) {
	t.Helper()
	var a, b bytes.Buffer
	if err := Text(&a, c); err != nil {
		t.Fatal(err)
	}
	if err := JSON(&b, c); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

func service(name string) ir.Ref {
	return ir.Ref{Group: "core", Kind: "Service", Namespace: "faces", Name: name}
}

func to(name string, port uint16) ir.Backend {
	return ir.Backend{
		Meta: ir.Meta{Ref: service(name), Port: port}, Kind: ir.Balancer, Authority: ir.Authority(service(name), port, "cluster.local"),
		Load:  ir.Load{RTT: ir.Milliseconds(30), Decay: ir.Milliseconds(10000)},
		Queue: ir.Queue{Capacity: 100, Failfast: ir.Milliseconds(3000)},
	}
}

func split(backends ...ir.Weighted) ir.Distribution {
	return ir.Distribution{Kind: ir.RandomAvailable, Backends: backends}
}

func rule(path string, d ir.Distribution) ir.Rule {
	return ir.Rule{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: path}}}, Backends: d}
}

// table is a table of smiley with one route.
func table(port uint16, rules ...ir.Rule) ir.Outbound {
	ref := ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "faces", Name: "split"}
	return ir.Outbound{
		Meta: ir.Meta{Ref: service("smiley"), Port: port}, Protocol: ir.HTTP1,
		Routes: []ir.Route{{
			Meta: ir.Meta{Ref: ref}, Rules: rules,
			Origin: ir.Origin{Object: ref, Place: source.Place{Doc: &source.Doc{File: "faces/routes.yaml", Line: 3}}},
		}},
	}
}

func server(clients ir.Clients, net string) ir.Inbound {
	return ir.Inbound{Port: 8080, Protocol: ir.HTTP1, Authorizations: []ir.Authorization{{
		Meta: ir.Meta{Ref: ir.Ref{Group: "policy.linkerd.io", Kind: "authorizationpolicy", Name: "only-books"}}, Clients: clients,
		Networks: []ir.NetworkMatch{{Net: netip.MustParsePrefix(net)}},
	}}}
}

func programs() (old, new *ir.Program) {
	a, b, c := rule("/a", split(ir.Weighted{Weight: 90, Backend: to("smiley", 80)}, ir.Weighted{Weight: 10, Backend: to("smiley2", 80)})),
		rule("/b", split(ir.Weighted{Weight: 1, Backend: to("smiley", 80)})), rule("/c", split(ir.Weighted{Weight: 1, Backend: to("smiley", 80)}))
	a2 := rule("/a", split(ir.Weighted{Weight: 80, Backend: to("smiley", 80)}, ir.Weighted{Weight: 20, Backend: to("smiley2", 80)}))
	a2.Timeouts = ir.Timeouts{Present: true, Request: ir.Timeout{Set: true, Duration: ir.Milliseconds(1500)}}
	d := rule("/d\n", split(ir.Weighted{Weight: 50051, Backend: to("smiley2", 80)}))
	d.Filters = []ir.Filter{ir.ModifyHeaders{Set: []ir.Header{{Name: "x-by", Value: "routec"}}}}

	books := table(80, a)
	books.Client = "books"
	old = &ir.Program{
		Settings: ir.Settings{ClusterDomain: "cluster.local"},
		Targets: []ir.Target{
			{Ref: service("gone"), Tables: []ir.Outbound{{Meta: ir.Meta{Ref: service("gone"), Port: 80}, Protocol: ir.Opaque}}},
			{Ref: service("smiley"), Ports: []uint16{80}, Tables: []ir.Outbound{table(80, a, b, c), table(443, a, b, c)}, Others: []ir.Outbound{table(0, a, b, c)}},
		},
		Workloads: []ir.Workload{{Ref: ir.Ref{Group: "apps", Kind: "Deployment", Namespace: "faces", Name: "smiley"},
			Tables: []ir.Inbound{server(ir.Clients{Kind: ir.Identified, Identities: []string{"books"}}, "10.0.0.0/8")}}},
		Statuses: []ir.Status{{Object: service("r"), Parents: []ir.ParentStatus{{Parent: service("smiley"), Conditions: []ir.Condition{{Type: "Accepted", Status: true, Reason: "Accepted"}}}}}},
	}
	new = &ir.Program{
		Settings: ir.Settings{ClusterDomain: "example.org"},
		Targets: []ir.Target{
			{Ref: service("smiley"), Ports: []uint16{80, 443}, Tables: []ir.Outbound{table(80, d, a2, c, b), books, table(443, d, a2, c, b)}, Others: []ir.Outbound{table(0, d, a2, c, b)}},
		},
		Workloads: []ir.Workload{{Ref: ir.Ref{Group: "apps", Kind: "Deployment", Namespace: "faces", Name: "smiley"},
			Tables: []ir.Inbound{server(ir.Clients{Kind: ir.MeshedTLS}, "0.0.0.0/0")}}},
		Statuses: []ir.Status{{Object: service("r"), Parents: []ir.ParentStatus{{Parent: service("smiley"), Conditions: []ir.Condition{{Type: "Accepted", Reason: "NoMatchingParent", Message: "no"}}}}}},
	}
	return old, new
}

func TestGolden(t *testing.T) {
	old, new := programs()
	text, json := render(t, delta.Compare(old, new))
	golden(t, "changes.txt", text)
	golden(t, "changes.json", json)
	text, _ = render(t, delta.Compare(new, old))
	golden(t, "back.txt", text)
}

func TestNoDifferences(t *testing.T) {
	text, json := render(t, &delta.Changes{})
	if string(text) != "no differences\n" || string(json) != "{\n  \"summary\": \"no differences\"\n}\n" {
		t.Errorf("got %q and %q", text, json)
	}
}

// Whatever the changes, text has one line for each, and JSON is valid.
func TestRandomChanges(t *testing.T) {
	for seed := range uint64(100) {
		c := delta.Compare(sample.New(seed).Program(), sample.New(seed+1).Program())
		text, out := render(t, c)
		if !json.Valid(out) {
			t.Fatalf("seed %d: not JSON", seed)
		}
		for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
			if strings.TrimSpace(line) == "" || strings.HasSuffix(line, " ") || strings.ContainsAny(line, "\x00\t\u2028") {
				t.Fatalf("seed %d: bad line %q in\n%s", seed, line, text)
			}
		}
		if !strings.HasSuffix(string(text), Summary(c)+"\n") {
			t.Fatalf("seed %d: no summary", seed)
		}
	}
}

func TestPercent(t *testing.T) {
	for want, s := range map[string]delta.Share{
		"90 %": {Weight: 90, Total: 100}, "33.3 %": {Weight: 1, Total: 3}, "0.08 %": {Weight: 40, Total: 50091}, "99.92 %": {Weight: 50051, Total: 50091},
		"0 %": {Weight: 0, Total: 5}, "100 %": {Weight: 5, Total: 5}, "no share": {}, "< 0.01 %": {Weight: 1, Total: 1e6}, "> 99.99 %": {Weight: 999999, Total: 1e6},
		"0.5 %": {Weight: 1, Total: 200}, "12.5 %": {Weight: 1, Total: 8},
	} {
		if got := Percent(s); got != want {
			t.Errorf("%d of %d: %s, want %s", s.Weight, s.Total, got, want)
		}
	}
}
