package cover_test

import (
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
				if len(f.Instead) == 0 || f.Tried == 0 {
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
