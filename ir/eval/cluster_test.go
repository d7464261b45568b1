package eval

import (
	"errors"
	"net/netip"
	"testing"

	"routec.dev/routec/ir"
)

// faces is a program with a few targets. Services: faces/smiley, port 80 with a GRPCRoute
// and port 81 by default, and a ServiceProfile for clients in sp; faces/db, opaque;
// faces/pods, headless. One EgressNetwork holds 203.0.113.0/24.
func faces(t testing.TB) *ir.Program {
	service := func(name string) ir.Ref {
		return ir.Ref{Group: "core", Kind: "Service", Namespace: "faces", Name: name}
	}
	to := func(m ir.Meta) []ir.Rule {
		b := ir.Weighted{Weight: 1, Backend: ir.Backend{Meta: m, Kind: ir.Balancer}}
		return []ir.Rule{{Backends: ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{b}}}}
	}
	routed := func(protocol ir.Protocol, meta ir.Meta, routes ...ir.Route) ir.Outbound {
		o := ir.Outbound{Meta: meta, Protocol: protocol, Routes: routes}
		for i := range o.Routes {
			for j := range o.Routes[i].Rules {
				o.Routes[i].Rules[j].Backends = to(meta)[0].Backends
			}
		}
		if protocol == ir.Detect {
			o.OpaqueRoutes = []ir.Route{{Meta: ir.Meta{Default: "opaque"}, Rules: to(meta)}}
		}
		return o
	}
	byDefault := func() ir.Route { return ir.Route{Meta: ir.Meta{Default: "http"}, Rules: []ir.Rule{{}}} }
	template := func(ref ir.Ref, protocol ir.Protocol) ir.Outbound {
		return routed(protocol, ir.Meta{Ref: ref}, byDefault())
	}

	smiley := ir.Target{
		Ref: service("smiley"), Addresses: []netip.Addr{netip.MustParseAddr("10.96.0.1")}, Ports: []uint16{80, 81},
		Tables: []ir.Outbound{routed(ir.GRPC, ir.Meta{Ref: service("smiley"), Port: 80}, routesOf(t, "[rpc faces.Smiley/Center]")...)},
		Others: []ir.Outbound{template(service("smiley"), ir.Detect)},
		Profiles: []ir.Profile{
			{Port: 80, Name: "smiley.faces.svc.cluster.local", Budget: ir.DefaultBudget()},
			{Port: 80, Client: "sp", Name: "smiley.faces.svc.cluster.local", Budget: ir.DefaultBudget(), Source: ir.Meta{Ref: ir.Ref{Name: "sp"}}, Routes: []ir.ProfileRoute{{Name: "a", Condition: onPath("/faces.*")}}},
			{Port: 81, Name: "smiley.faces.svc.cluster.local", Budget: ir.DefaultBudget()},
			{Port: 81, Client: "broken", Answer: ir.Silence},
		},
	}
	db := ir.Target{
		Ref: service("db"), Ports: []uint16{80}, Opaque: ir.PortSet{{First: 80, Last: 80}},
		Others:   []ir.Outbound{template(service("db"), ir.Detect), {Meta: ir.Meta{Ref: service("db")}, OfOpaquePorts: true, Protocol: ir.Opaque, Routes: []ir.Route{{Rules: to(ir.Meta{Ref: service("db")})}}}},
		Profiles: []ir.Profile{{Port: 80, Name: "db.faces.svc.cluster.local", Opaque: true, Budget: ir.DefaultBudget()}},
	}
	pods := ir.Target{Ref: service("pods"), Headless: true, Ports: []uint16{80}, Others: []ir.Outbound{template(service("pods"), ir.Detect)}}
	egress := ir.Ref{Group: "policy.linkerd.io", Kind: "EgressNetwork", Namespace: "linkerd-egress", Name: "out"}
	forbidding := template(egress, ir.Detect)
	forbidding.Routes[0].Rules[0].Filters = []ir.Filter{ir.FailHTTP{Status: 403}}
	return &ir.Program{
		Settings: ir.Settings{
			ClusterDomain: "cluster.local", EgressNamespace: "linkerd-egress", ClusterNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		},
		Targets: []ir.Target{db, pods, smiley, {
			Ref: egress, Blocks: []ir.Block{{Net: netip.MustParsePrefix("203.0.113.0/24")}}, Others: []ir.Outbound{forbidding},
		}},
		UndefinedPort: ir.Outbound{Protocol: ir.Detect, Routes: []ir.Route{{Rules: []ir.Rule{{Filters: []ir.Filter{ir.FailHTTP{Status: 404}}}}}}},
		Fallback:      ir.Outbound{Protocol: ir.Detect, Routes: []ir.Route{byDefault()}},
		Workloads: []ir.Workload{{
			Ref:    ir.Ref{Kind: "Pod", Namespace: "faces", Name: "smiley-0"},
			Others: []ir.InboundOthers{{Ports: ir.PortSet{{First: 1, Last: 65535}}, Table: ir.Inbound{Routes: routesOf(t, "[P /open]")}}},
		}},
	}
}

func TestClusterCalls(t *testing.T) {
	c := NewCluster(faces(t), Refusals{})
	for _, ask := range []struct {
		from, url string
		grpc      bool
		lookup    Lookup
		side      ir.Side
		status    int // of the proxy's own answer; -1: the connection ends; 0: it reaches a backend
	}{
		{"books", "http://smiley.faces:80/faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"books", "http://smiley.faces/faces.Smiley/Other", true, ServicePort, ir.ByPolicy, 200},
		{"books", "http://smiley.faces/faces.Smiley/Center", false, ServicePort, ir.ByPolicy, -1}, // HTTP/1 to a GRPCRoute
		{"faces", "http://smiley/faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"books", "http://smiley.faces.svc/faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"books", "http://SMILEY.faces.svc.cluster.local./faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"", "http://smiley.faces.svc.cluster.local/faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"books", "http://10.96.0.1/faces.Smiley/Center", true, ServicePort, ir.ByPolicy, 0},
		{"sp", "http://smiley.faces/none", true, ServicePort, ir.ByProfile, 0},
		{"sp", "http://smiley.faces/none", false, ServicePort, ir.ByProfile, -1},
		{"books", "http://smiley.faces:81/any", false, ServicePort, ir.ByPolicy, 0},
		{"broken", "http://smiley.faces:81/any", false, ServicePort, ir.ByNobody, 0},
		{"books", "http://smiley.faces:82/any", false, UndeclaredPort, ir.ByPolicy, 404},
		{"books", "https://smiley.faces:81/any", false, ServicePort, ir.ByPolicy, 0}, // TLS is opaque to detection
		{"books", "http://db.faces/any", false, ServicePort, ir.ByPolicy, 0},
		{"books", "http://pods.faces/any", false, Pods, ir.ByPolicy, 0},
		{"books", "http://pod-0.pods.faces/any", false, Pods, ir.ByPolicy, 0},
		{"books", "http://203.0.113.7/any", false, Network, ir.ByPolicy, 403},
		{"books", "http://198.51.100.1/any", false, Outside, ir.ByPolicy, 503}, // this fallback sends nowhere
		{"books", "http://10.9.9.9/any", false, Unknown, ir.ByPolicy, 0},
	} {
		call := Call{URL: ask.url}
		if ask.grpc {
			call.Method, call.Headers = "POST", []ir.Header{{Name: "content-type", Value: "application/grpc"}}
		}
		a, err := c.Call(ask.from, call)
		if err != nil {
			t.Errorf("%s from %s: %v", ask.url, ask.from, err)
			continue
		}
		a.Explain()
		if a.Lookup != ask.lookup || a.Side != ask.side || statusOf(a.Verdict) != ask.status {
			t.Errorf("%s from %s: got %v, %v, %d: %+v", ask.url, ask.from, a.Lookup, a.Side, statusOf(a.Verdict), a.Verdict)
		}
		if again, _ := c.Call(ask.from, call); again.Table != a.Table || again.Profile != a.Profile {
			t.Errorf("%s: prepared again", ask.url)
		}
	}
}

func statusOf(v *Verdict) int {
	for _, r := range []*Reply{passageReply(v), verdictReply(v)} {
		if r != nil && r.Status == 0 {
			return -1
		} else if r != nil {
			return r.Status
		}
	}
	return 0
}

func passageReply(v *Verdict) *Reply {
	if v == nil {
		return nil
	}
	return v.Filters.Reply
}

func verdictReply(v *Verdict) *Reply {
	if v == nil {
		return nil
	}
	return v.Reply
}

func TestClusterAnswers(t *testing.T) {
	c := NewCluster(faces(t), Refusals{})
	a, err := c.Call("books", GRPC("smiley.faces:80", "faces.Smiley/Center", nil))
	if err != nil || a.Target.Name != "smiley" || a.Port != 80 || a.Version != HTTP2 || a.Verdict.Backends[0].Share.String() != "1/1" {
		t.Fatalf("%+v, %v", a, err)
	}
	a, err = c.Call("sp", GRPC("smiley.faces:80", "none/None", nil))
	a.Explain()
	if err != nil || a.Chosen.Route != -1 || len(a.Chosen.Losers) != 1 || a.Chosen.Targets[0].Authority != "smiley.faces.svc.cluster.local:80" {
		t.Errorf("by the profile: %+v, %v", a.Chosen, err)
	}
	if a, err = c.Connect("books", Destination{"db.faces", 80}); err != nil || a.Request != nil || a.Side != ir.ByPolicy || !a.Verdict.Found || a.Governs.Wire != ir.Opaque {
		t.Errorf("opaque: %+v, %v", a, err)
	}
	p := faces(t)
	p.Settings.DefaultOpaquePorts = ir.PortSet{{First: 25, Last: 25}}
	if a, err := NewCluster(p, Refusals{}).Call("books", Call{URL: "http://pods.faces:25/"}); err != nil || a.Governs.Wire != ir.Opaque || a.Request != nil || !a.Verdict.Found {
		t.Errorf("a Pod's opaque port: %+v, %v", a, err)
	}
	if a, err = c.TLS("books", Destination{"smiley.faces", 80}, "smiley.faces"); err != nil || a.Verdict.Reply.Cause != NotServed {
		t.Errorf("TLS where gRPC is demanded: %+v, %v", a, err)
	}
	a, err = c.CallTo("books", Destination{"203.0.113.7", 8080}, Call{URL: "http://www.example.com/"})
	if err != nil || a.Lookup != Network || a.Request.Authority != "www.example.com" || a.Target.Name != "out" {
		t.Errorf("connected elsewhere: %+v, %v", a, err)
	}
}

func TestClusterRefusals(t *testing.T) {
	p := faces(t)
	why := errors.New("because")
	c := NewCluster(p, Refusals{
		Outbound: func(o *ir.Outbound) error {
			if o.Protocol == ir.GRPC {
				return why
			}
			return nil
		},
		Inbound: func(*ir.Inbound) error { return why },
	})
	if s, err := c.Server(Workload{Namespace: "faces", Name: "smiley-0"}, 80); err != nil || s.Refused != why {
		t.Errorf("refused inbound: %+v, %v", s, err)
	}
	a, err := c.Call("books", GRPC("smiley.faces:80", "faces.Smiley/Center", nil))
	if err != nil || a.Table.Refused != why || a.Verdict.Filters.Reply.GRPC != 13 {
		t.Errorf("refused: %+v, %v", a, err)
	}
	if a, err := c.Call("sp", GRPC("smiley.faces:80", "faces.Smiley/Center", nil)); err != nil || a.Side != ir.ByProfile || a.Chosen.Route != 0 {
		t.Errorf("a profile masks it: %+v, %v", a, err)
	}
	for url, want := range map[string]string{
		"http://smiley/":                       `no Service is named "smiley" as seen from namespace "books"; did you mean smiley.faces?`,
		"http://none.faces/":                   `no Service is named "none.faces" as seen from namespace "books"`,
		"http://none.faces.svc.cluster.local/": `no Service is named "none.faces.svc.cluster.local" as seen from namespace "books"`,
		"http://www.example.com/":              `"www.example.com" is no Service of the cluster; ask about the address that it resolves to`,
	} {
		if _, err := c.Call("books", Call{URL: url}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

func TestClusterInbound(t *testing.T) {
	c := NewCluster(faces(t), Refusals{})
	w := Workload{Namespace: "faces", Name: "smiley-0"}
	local := Client{IP: netip.MustParseAddr("127.0.0.1")}
	if a, err := c.Admit(w, 8080, Call{URL: "http://smiley/open"}, local); err != nil || a.Permit == nil || a.Permit.List != Localhost {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := c.Admit(w, 8080, Call{URL: "http://smiley/other"}, local); err != nil || a.Reply.Cause != NoRoute {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := c.Admit(Workload{Namespace: "faces", Name: "none"}, 8080, Call{URL: "http://a/"}, local); err == nil || err.Error() != "workload faces/none, port 8080: NotFound: unknown server" {
		t.Errorf("got %v", err)
	}
}
