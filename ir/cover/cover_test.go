package cover_test

import (
	"net/netip"
	"strings"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

var (
	web   = ir.Ref{Group: "core", Kind: "Service", Namespace: "shop", Name: "web"}
	route = ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "shop", Name: "r"}
)

// program is a Service with a route of some rules.
func program(rules ...ir.Rule) *ir.Program {
	table := ir.Outbound{
		Meta: ir.Meta{Ref: web, Port: 80}, Protocol: ir.Detect,
		Routes: []ir.Route{{Meta: ir.Meta{Ref: route}, Rules: rules, Origin: ir.Origin{Object: route, Place: source.Place{Doc: &source.Doc{File: "r.yaml", Line: 1}}}}},
	}
	return &ir.Program{
		Settings: ir.Settings{ClusterDomain: "cluster.local"},
		Targets:  []ir.Target{{Ref: web, Ports: []uint16{80}, Tables: []ir.Outbound{table}, Profiles: []ir.Profile{{Port: 80}}}},
	}
}

func path(kind ir.PathKind, value string) ir.Match {
	return ir.Match{Path: ir.PathMatch{Kind: kind, Value: value}}
}

func to(weights ...uint32) ir.Distribution {
	d := ir.Distribution{Kind: ir.RandomAvailable}
	for _, w := range weights {
		d.Backends = append(d.Backends, ir.Weighted{Weight: w, Backend: ir.Backend{Kind: ir.Balancer, Meta: ir.Meta{Ref: web, Port: 80}}})
	}
	return d
}

func TestReach(t *testing.T) {
	p := program(
		ir.Rule{Matches: []ir.Match{path(ir.PathExact, "/a"), path(ir.PathPrefix, "/b")}, Backends: to(9, 1), Filters: []ir.Filter{ir.ModifyHeaders{Remove: []string{"x"}}}},
		ir.Rule{Matches: []ir.Match{path(ir.PathPrefix, "/")}, Backends: to(1)},
	)
	ask := func(c *cover.Coverage, url string, asserted ...int) {
		t.Helper()
		a, err := eval.NewCluster(p, eval.Refusals{}).Call("shop", eval.Call{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		c.Reach(&a, func(i int) bool {
			for _, x := range asserted {
				if x == i {
					return true
				}
			}
			return false
		})
	}
	for _, x := range []struct {
		name     string
		url      string
		asserted []int
		want     []string
	}{
		{"the rule that was looked at and lost is not reached", "http://web/c", nil, []string{"spec.rules[1]", "spec.rules[1].matches[0]", "spec.rules[1].backendRefs[0]"}},
		{"one of several backends counts if it is asserted", "http://web/b/x", []int{1}, []string{"spec.rules[0]", "spec.rules[0].matches[1]", "spec.rules[0].filters[0]", "spec.rules[0].backendRefs[1]"}},
		{"none of them counts else", "http://web/a", nil, []string{"spec.rules[0]", "spec.rules[0].matches[0]", "spec.rules[0].filters[0]"}},
	} {
		c := cover.Of(p)
		ask(c, x.url, x.asserted...)
		for _, field := range x.want {
			if part := c.Part(cover.ID{Object: route, Field: field}); part == nil || part.Hits != 1 {
				t.Errorf("%s: %s is %+v", x.name, field, part)
			}
		}
		if reached, all := cover.Covered(c.Parts); reached != len(x.want) || all != 9 {
			t.Errorf("%s: %d of %d", x.name, reached, all)
		}
	}
}

func TestGenerate(t *testing.T) {
	header := func(value string) ir.Match {
		return ir.Match{Headers: []ir.HeaderMatch{{Name: "x", Regex: true, Value: value}}}
	}
	method := ir.Match{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/"}, Method: "GET"}
	for _, x := range []struct {
		name   string
		rules  []ir.Match
		hidden int // of the rules
	}{
		{"paths", []ir.Match{path(ir.PathPrefix, "/"), path(ir.PathExact, "/a"), path(ir.PathPrefix, "/a"), path(ir.PathRegex, "/a+")}, 0},
		{"a prefix of the same length before an exact path", []ir.Match{path(ir.PathPrefix, "/a"), path(ir.PathExact, "/a")}, 1},
		{"a regular expression before another", []ir.Match{path(ir.PathRegex, "/[ab]"), path(ir.PathRegex, "/[abc]")}, 0},
		{"the same again", []ir.Match{path(ir.PathRegex, "/[ab]"), path(ir.PathRegex, "/[ab]")}, 1},
		{"methods", []ir.Match{method, path(ir.PathPrefix, "/")}, 0},
		{"headers", []ir.Match{header("a|b"), header("a|b|c")}, 0},
		{"headers that hide", []ir.Match{header("a|b|c"), header("a|b")}, 1},
		{"a query", []ir.Match{{Query: []ir.ValueMatch{{Name: "q", Value: "a b&c"}}}, path(ir.PathPrefix, "/")}, 0},
	} {
		var rules []ir.Rule
		for _, m := range x.rules {
			rules = append(rules, ir.Rule{Matches: []ir.Match{m}, Backends: to(1)})
		}
		p := program(rules...)
		c := cover.Of(p)
		hidden := 0
		for _, f := range c.Generate(eval.NewCluster(p, eval.Refusals{})) {
			if f.Question == nil && f.Part.Kind == cover.Rule {
				hidden++
				if len(f.Hidden) == 0 || f.Open != "" {
					t.Errorf("%s: nothing is said of what hides %s", x.name, f.Part.Field)
				}
			}
		}
		if hidden != x.hidden {
			t.Errorf("%s: no request for %d rules, where there is none for %d", x.name, hidden, x.hidden)
		}
		if reached, all := cover.Covered(c.Parts); all-reached != 3*x.hidden {
			t.Errorf("%s: %d of %d parts are reached", x.name, reached, all)
		}
	}
}

// TestHidden says of parts that nothing reaches who gets their requests.
func TestHidden(t *testing.T) {
	answers := ir.Rule{Filters: []ir.Filter{ir.FailHTTP{Status: 503}, ir.ModifyHeaders{Remove: []string{"x"}}}, Backends: to(1)}
	rule := func(m ...ir.Match) ir.Rule { return ir.Rule{Matches: m, Backends: to(1)} }
	long := path(ir.PathRegex, "/(a|b)*a(a|b){16}")
	governed := func(p *ir.Program) {
		p.Targets[0].Profiles = []ir.Profile{{
			Port: 80, Name: "web.shop.svc.cluster.local", Source: ir.Meta{Ref: ir.Ref{Group: "linkerd.io", Name: "web"}},
			Routes: []ir.ProfileRoute{{Condition: ir.RequestMatch{Kind: ir.OnMethod, Text: "GET"}}},
		}}
	}
	for _, x := range []struct {
		name   string
		rules  []ir.Rule
		change func(*ir.Program)
		field  string
		want   string
	}{
		{"by another rule", []ir.Rule{rule(path(ir.PathPrefix, "/")), rule(path(ir.PathPrefix, "/"))}, nil, "spec.rules[1]", "rule 0 of HTTPRoute.gateway.networking.k8s.io shop/r"},
		{"by two of its own rule", []ir.Rule{rule(path(ir.PathRegex, "/[ab]"), path(ir.PathRegex, "/a"), path(ir.PathRegex, "/b"))}, nil, "spec.rules[0].matches[0]", "rule 0 of HTTPRoute.gateway.networking.k8s.io shop/r"},
		{"by an earlier filter", []ir.Rule{answers}, nil, "spec.rules[0].filters[1]", "an earlier filter of the rule, which answers"},
		{"by a ServiceProfile", []ir.Rule{rule()}, governed, "spec.rules[0]", "the ServiceProfile, which governs"},
		{"by nothing, although a rule was not looked at", []ir.Rule{rule(long), rule(path(ir.PathExact, "/c"))}, nil, "spec.rules[1]", "reached"},
		{"by one rule, although another was not looked at", []ir.Rule{rule(long), rule(path(ir.PathExact, "/c")), rule(path(ir.PathExact, "/c"))}, nil, "spec.rules[2]", "rule 1 of HTTPRoute.gateway.networking.k8s.io shop/r"},
		{"by a rule that cannot be looked at", []ir.Rule{rule(long), rule(path(ir.PathExact, "/aaaaaaaaaaaaaaaaaaaa"))}, nil, "spec.rules[1]", "too many states"},
		{"by a table that is refused", []ir.Rule{rule(path(ir.PathPrefix, "/")), rule(path(ir.PathRegex, "("))}, nil, "spec.rules[0]", `nobody: the proxy refuses the table: rule 1, match 0: regular expression "(": unclosed group (at byte 0)`},
		{"by nothing", []ir.Rule{rule(path(ir.PathRegex, "a"))}, nil, "spec.rules[0]", ""},
		{"where nothing is decided", []ir.Rule{rule(long)}, nil, "spec.rules[0]", "too many states"},
	} {
		p := program(x.rules...)
		if x.change != nil {
			x.change(p)
		}
		c := cover.Of(p)
		got := "reached"
		for _, f := range c.Generate(eval.NewCluster(p, eval.Refusals{})) {
			if f.Part.Field == x.field && f.Question == nil {
				got = f.Open
				for _, h := range f.Hidden {
					got += h.Name
				}
			}
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// TestHosts reaches routes by the hosts that tell them apart, and finds the one that another
// hides.
func TestHosts(t *testing.T) {
	p := program(ir.Rule{Backends: to(1)})
	routes := p.Targets[0].Tables[0].Routes
	at := func(name string, hosts ...ir.Host) ir.Route {
		r := routes[0]
		r.Hosts, r.Origin.Object.Name = hosts, name
		return r
	}
	p.Targets[0].Tables[0].Routes = []ir.Route{
		at("any"), at("suffix", ir.Host{Suffix: true, Name: "x.example"}), at("same", ir.Host{Suffix: true, Name: "X.example"}),
		at("name", ir.Host{Name: "a.x.example"}), at("service", ir.Host{Name: "web.shop"}),
	}
	c := cover.Of(p)
	for _, f := range c.Generate(eval.NewCluster(p, eval.Refusals{})) {
		if hidden := f.Question == nil; hidden != (f.Part.Object.Name == "same") {
			t.Errorf("%s %s: hidden is %t", f.Part.Object, f.Part.Field, hidden)
		}
	}
}

// TestVisitors finds a client for each authorization that lets any in before all others.
func TestVisitors(t *testing.T) {
	net := func(cidr string, except ...string) ir.NetworkMatch {
		m := ir.NetworkMatch{Net: netip.MustParsePrefix(cidr)}
		for _, e := range except {
			m.Except = append(m.Except, netip.MustParsePrefix(e))
		}
		return m
	}
	authorization := func(name string, clients ir.Clients, networks ...ir.NetworkMatch) ir.Authorization {
		ref := ir.Ref{Group: "policy.linkerd.io", Kind: "authorizationpolicy", Namespace: "shop", Name: name}
		return ir.Authorization{Meta: ir.Meta{Ref: ref}, Networks: networks, Clients: clients, Origin: ir.Origin{Object: ref, Place: source.Place{Doc: &source.Doc{File: "a.yaml", Line: 1}}}}
	}
	named := ir.Clients{Kind: ir.Identified, Identities: []string{"a.shop"}, Suffixes: []string{".x"}}
	p := program()
	p.Workloads = []ir.Workload{{Ref: ir.Ref{Group: "apps", Kind: "Deployment", Namespace: "shop", Name: "web"}, Tables: []ir.Inbound{{
		Port: 80, Protocol: ir.Detect,
		Authorizations: []ir.Authorization{
			authorization("some", ir.Clients{}, net("10.0.0.0/8", "10.1.0.0/16")),
			authorization("inside", ir.Clients{}, net("10.2.0.0/16")),
			authorization("hole", ir.Clients{}, net("10.1.2.0/24")),
			authorization("named", named, net("0.0.0.0/0")),
			authorization("again", ir.Clients{Kind: ir.Identified, Identities: []string{"a.shop", "b.x"}}, net("0.0.0.0/0")),
			authorization("meshed", ir.Clients{Kind: ir.MeshedTLS}, net("0.0.0.0/0")),
			authorization("machine", ir.Clients{}, net("127.0.0.1/32")),
		},
	}}, Others: []ir.InboundOthers{{Ports: ir.PortSet{{First: 1, Last: 65535}}}}}}
	hidden := map[string]string{"inside": "some", "again": "named"}
	c := cover.Of(p)
	for _, f := range c.Generate(eval.NewCluster(p, eval.Refusals{})) {
		by, name := "", f.Part.Object.Name
		if f.Question == nil {
			by = f.Open
			for _, h := range f.Hidden {
				by += h.Name
			}
		}
		if want := hidden[name]; (want == "") != (by == "") || !strings.Contains(by, want) {
			t.Errorf("%s: hidden by %q, want %q", name, by, want)
		}
	}
	if len(c.Parts) != 7 {
		t.Errorf("%d parts", len(c.Parts))
	}
}
