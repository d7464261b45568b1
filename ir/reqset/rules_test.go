package reqset_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
)

func path(kind ir.PathKind, value string) ir.Match {
	return ir.Match{Path: ir.PathMatch{Kind: kind, Value: value}}
}

// table is a route for each list of matches, each match a rule.
func table(routes ...[]ir.Match) []ir.Route {
	var out []ir.Route
	for _, matches := range routes {
		var r ir.Route
		for _, m := range matches {
			r.Rules = append(r.Rules, ir.Rule{Matches: []ir.Match{m}})
		}
		out = append(out, r)
	}
	return out
}

func TestReaching(t *testing.T) {
	header := func(name, pattern string) ir.Match {
		return ir.Match{Headers: []ir.HeaderMatch{{Name: name, Regex: true, Value: pattern}}}
	}
	with := func(m ir.Match, method string) ir.Match { m.Method = method; return m }
	rpc := func(service, method string) ir.Match {
		return ir.Match{RPC: ir.RPCMatch{Present: true, Service: service, Method: method}}
	}
	all := path(ir.PathPrefix, "/")
	for _, x := range []struct {
		name    string
		matches []ir.Match // the last one is asked about
		want    string     // a request, or who takes all
	}{
		{"alone", []ir.Match{path(ir.PathPrefix, "/a")}, "GET /a"},
		{"less specific", []ir.Match{path(ir.PathPrefix, "/a"), path(ir.PathExact, "/"), all}, "GET /b"},
		{"an exact path after a prefix of its length", []ir.Match{path(ir.PathPrefix, "/a"), path(ir.PathExact, "/a")}, "hidden by [0]"},
		{"an exact path after a shorter prefix", []ir.Match{path(ir.PathPrefix, "/"), path(ir.PathExact, "/a")}, "GET /a"},
		{"a pattern counts the whole path", []ir.Match{path(ir.PathRegex, "/a.*"), path(ir.PathPrefix, "/a")}, "hidden by [0]"},
		{"a pattern ties on the shortest path", []ir.Match{path(ir.PathRegex, "/a/.*"), path(ir.PathPrefix, "/a")}, "GET /a"},
		{"a pattern after a longer prefix", []ir.Match{path(ir.PathPrefix, "/abc"), path(ir.PathRegex, "/abc")}, "hidden by [0]"},
		{"a pattern that two together hide", []ir.Match{path(ir.PathExact, "/x"), path(ir.PathRegex, "/a+"), path(ir.PathRegex, "/b"), path(ir.PathRegex, "/(aa|b)")}, "hidden by [1 2]"},
		{"a conjunction beats its parts", []ir.Match{with(all, "GET"), header("x", "a"), with(header("x", "a"), "GET")}, "GET / x=a"},
		{"another method", []ir.Match{with(all, "GET"), with(all, "POST"), all}, "PUT /"},
		{"a header that must not be there", []ir.Match{header("x", ".*"), all}, "GET /"},
		{"values of two lines", []ir.Match{{Headers: []ir.HeaderMatch{{Name: "x", Value: "a"}, {Name: "x", Value: "b"}}}}, "GET / x=a x=b"},
		{"a value that both patterns take", []ir.Match{{Headers: []ir.HeaderMatch{{Name: "x", Regex: true, Value: "a.*"}, {Name: "x", Regex: true, Value: ".*b"}}}}, "GET / x=ab"},
		{"a value between others", []ir.Match{header("x", "a|b"), header("x", "[a-c]")}, "GET / x=c"},
		{"values that others have", []ir.Match{header("x", "a|b"), header("x", "c"), header("x", "[a-c]")}, "hidden by [0 1]"},
		{"no text at all", []ir.Match{path(ir.PathRegex, "")}, "CONNECT "},
		{"a pattern that no path meets", []ir.Match{path(ir.PathRegex, "a+")}, "hidden by []"},
		{"a value with a control character", []ir.Match{{Headers: []ir.HeaderMatch{{Name: "x", Value: "a\nb"}}}}, "hidden by []"},
		{"calls", []ir.Match{rpc("s", ""), rpc("", "m"), rpc("", "")}, "POST example.Service/Method"},
		{"a call that another takes", []ir.Match{rpc("s", ""), rpc("s", "")}, "hidden by [0]"},
	} {
		routes := table(x.matches)
		rules := reqset.Rules{Routes: routes, GRPC: x.matches[0].RPC.Present, Host: "web"}
		r, by, err := reqset.NewSpace().Reaching(rules, reqset.Place{Rule: len(x.matches) - 1}, true)
		got := text(r, rules.GRPC, by, err)
		if got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}

func text(r *reqset.Request, grpc bool, by []reqset.Place, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case r == nil:
		rules := []int{}
		for _, p := range by {
			rules = append(rules, p.Rule)
		}
		return fmt.Sprintf("hidden by %d", rules)
	case grpc:
		return "POST " + r.Service + "/" + r.RPC
	}
	out := r.Method + " " + r.Path
	for _, h := range append(slices.Clone(r.Headers), r.Query...) {
		out += " " + h.Name + "=" + h.Value
	}
	return out
}

// TestReachingAgreesWithEval asks package eval about every request that is found, and looks
// for others that reach what is said to be hidden. ROUTEC_LAW_TABLES asks of more tables,
// ROUTEC_LAW_SEED of others.
func TestReachingAgreesWithEval(t *testing.T) {
	found, hidden := 0, 0
	tables, first := number(t, "ROUTEC_LAW_TABLES", 400), number(t, "ROUTEC_LAW_SEED", 7)
	for seed := range tables {
		m := maker{rand.New(rand.NewPCG(seed, first))}
		grpc := seed%4 == 0
		routes := m.routes(grpc)
		o := ir.Outbound{Protocol: ir.HTTP2, Routes: routes}
		if grpc {
			o.Protocol = ir.GRPC
		}
		prepared, err := eval.Prepare(o)
		if err != nil {
			t.Fatal(err)
		}
		reached := map[reqset.Place]bool{}
		missed := map[reqset.Place]bool{}
		space := reqset.NewSpace()
		for i := range routes {
			for j := range routes[i].Rules {
				for k := range routes[i].Rules[j].Matches {
					at := reqset.Place{Route: i, Rule: j, Match: k}
					for _, host := range reqset.Hosts(routes, i) {
						r, by, err := space.Reaching(reqset.Rules{Routes: routes, GRPC: grpc, Host: host}, at, true)
						if err != nil {
							t.Fatalf("seed %d, %v: %v", seed, at, err)
						}
						if r == nil {
							missed[at] = true
							m.stillHidden(t, routes, grpc, host, at, by)
							continue
						}
						request, err := r.To(host, grpc, eval.HTTP2).Request(netipNone)
						if err != nil {
							t.Fatalf("seed %d, %v: %v", seed, at, err)
						}
						w, ok := prepared.Find(eval.HTTP2, request)
						if got := (reqset.Place{Route: w.Route, Rule: w.Rule, Match: w.Match}); !ok || got != at {
							t.Fatalf("seed %d: %+v is meant for %v and goes to %v", seed, r, at, got)
						}
						reached[at] = true
					}
				}
			}
		}
		for range 400 { // of requests that nobody looked for
			w, ok := prepared.Find(eval.HTTP2, m.request(t, routes, grpc))
			at := reqset.Place{Route: w.Route, Rule: w.Rule, Match: w.Match}
			if ok && w.Match >= 0 && !reached[at] {
				t.Fatalf("seed %d: %v is said to be hidden, and is reached", seed, at)
			}
		}
		found, hidden = found+len(reached), hidden+len(missed)
	}
	if found < 500 || hidden < 500 {
		t.Errorf("%d found and %d hidden say little", found, hidden)
	}
}
