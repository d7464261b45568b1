package reqset_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
)

// condition draws a condition of a ServiceProfile's route.
func (m maker) condition(depth int) ir.RequestMatch {
	switch kind := pick(m, ir.OnPath, ir.OnPath, ir.OnMethod, ir.AllOf, ir.AnyOf, ir.NotOf); {
	case kind == ir.OnMethod || depth == 0:
		return ir.RequestMatch{Kind: ir.OnMethod, Text: pick(m, "GET", "POST", "CONNECT", "no method")}
	case kind == ir.OnPath:
		return ir.RequestMatch{Kind: kind, Text: pick(m, "/a", "/a.*", "/[ab]", "/.*", "", "(")}
	case kind == ir.NotOf:
		return ir.RequestMatch{Kind: kind, Parts: []ir.RequestMatch{m.condition(depth - 1)}}
	default:
		c := ir.RequestMatch{Kind: kind}
		for range m.IntN(4) {
			c.Parts = append(c.Parts, m.condition(depth-1))
		}
		return c
	}
}

// TestReachingProfileAgreesWithEval asks package eval about every request that is found for a
// route of a ServiceProfile, and looks for requests that reach what is said to be hidden.
func TestReachingProfileAgreesWithEval(t *testing.T) {
	found, hidden := 0, 0
	for seed := range uint64(600) {
		m := maker{rand.New(rand.NewPCG(seed, 11))}
		var p ir.Profile
		for range 1 + m.IntN(5) {
			p.Routes = append(p.Routes, ir.ProfileRoute{Condition: m.condition(3)})
		}
		prepared := eval.PrepareProfile(p)
		reached := map[int]bool{}
		for i := range p.Routes {
			r, by, err := reqset.NewSpace().ReachingProfile(&p, i)
			switch {
			case err != nil:
				t.Fatalf("seed %d, route %d: %v", seed, i, err)
			case r == nil:
				hidden++
				if slices.ContainsFunc(by, func(j int) bool { return j >= i }) {
					t.Fatalf("seed %d: route %d is hidden by %d", seed, i, by)
				}
				continue
			}
			request, err := r.To("web", false, eval.HTTP2).Request(netip.AddrPort{})
			if err != nil {
				t.Fatal(err)
			}
			if got := prepared.Find(request); got != i {
				t.Fatalf("seed %d: %s %s is meant for route %d and goes to %d", seed, r.Method, r.Path, i, got)
			}
			found++
			reached[i] = true
		}
		for range 100 {
			if got := prepared.Find(m.request(t, nil, false)); got >= 0 && !reached[got] {
				t.Fatalf("seed %d: route %d is said to be hidden, and is reached", seed, got)
			}
		}
	}
	if found < 200 || hidden < 200 {
		t.Errorf("%d found and %d hidden say little", found, hidden)
	}
}

// TestHosts draws hosts and finds one that stands for each: all routes see the same in both.
func TestHosts(t *testing.T) {
	for seed := range uint64(300) {
		m := maker{rand.New(rand.NewPCG(seed, 13))}
		routes := m.routes(false)
		sees := func(host string) string {
			var out string
			for i := range routes {
				rank, ok := eval.RankHost(routes[i].Hosts, host)
				out += " " + string(rune('0'+int(rank.Kind))) + string(rune('a'+rank.Length))
				if !ok {
					out += "-"
				}
			}
			return out
		}
		known := map[string]bool{}
		for _, h := range reqset.Hosts(routes, 0) {
			known[sees(h)] = true
		}
		for range 50 {
			if host := pick(m, "a", "A", "b.a", "x.a", "c.b.a", "y.c.b.a", "b", "any.a", "q") + pick(m, "", ".", ".."); !known[sees(host)] {
				t.Fatalf("seed %d: nothing stands for %s in %+v", seed, host, routes)
			}
		}
	}
}
