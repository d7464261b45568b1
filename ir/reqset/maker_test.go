package reqset_test

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
)

var netipNone netip.AddrPort

func number(t *testing.T, name string, standard uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// A maker draws tables whose matches are near enough to hide one another.
type maker struct{ *rand.Rand }

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) routes(grpc bool) []ir.Route {
	out := make([]ir.Route, 1+m.IntN(3))
	for i := range out {
		for range m.IntN(3) {
			out[i].Hosts = append(out[i].Hosts, ir.Host{Suffix: m.IntN(3) == 0, Name: pick(m, "a", "b.a", "A.", "c.b.a")})
		}
		for range 1 + m.IntN(3) {
			var rule ir.Rule
			for range m.IntN(4) {
				rule.Matches = append(rule.Matches, m.match(grpc))
			}
			out[i].Rules = append(out[i].Rules, rule)
		}
	}
	return out
}

func (m maker) match(grpc bool) ir.Match {
	var out ir.Match
	for range m.IntN(3) {
		out.Headers = append(out.Headers, m.value("x", "y"))
	}
	if grpc {
		out.RPC = ir.RPCMatch{Present: true, Service: pick(m, "", "s", "t"), Method: pick(m, "", "m", "n")}
		return out
	}
	out.Path = pick(m, ir.PathMatch{}, ir.PathMatch{Kind: ir.PathPrefix, Value: pick(m, "/", "//", "/a", "/a/", "/a/b")},
		ir.PathMatch{Kind: ir.PathExact, Value: pick(m, "/", "/a", "/a/b", "/é")},
		ir.PathMatch{Kind: ir.PathRegex, Value: pick(m, "/a.*", "/[ab]", "(?i)/A/b?", "/a|/a/b", ".*", "/.{3,}", "")})
	out.Method = pick(m, "", "", "GET", "POST", "CONNECT")
	for range m.IntN(2) {
		out.Query = append(out.Query, m.value("q"))
	}
	return out
}

func (m maker) value(names ...string) ir.ValueMatch {
	if m.IntN(2) == 0 {
		return ir.ValueMatch{Name: pick(m, names...), Value: pick(m, "a", "b", "a b")}
	}
	return ir.ValueMatch{Name: pick(m, names...), Regex: true, Value: pick(m, "a", "[ab]", ".*", "a.*", "b?", "[^a]+")}
}

// request draws what may meet such conditions.
func (m maker) request(t *testing.T, routes []ir.Route, grpc bool) *eval.Request {
	r := reqset.Request{
		Method: pick(m, "GET", "POST", "CONNECT", "PUT"), Path: pick(m, "/", "//", "/a", "/a/", "/a/b", "/b", "/é", "/c", "/A/", "/a/bc"),
		Call: m.IntN(4) > 0, Service: pick(m, "s", "t", "u"), RPC: pick(m, "m", "n", "o"),
	}
	for range m.IntN(3) {
		r.Headers = append(r.Headers, ir.Header{Name: pick(m, "x", "y"), Value: pick(m, "a", "b", "a b", "c", "", "ä")})
	}
	for range m.IntN(2) {
		r.Query = append(r.Query, ir.Header{Name: "q", Value: pick(m, "a", "b", "a b", "c", "")})
	}
	hosts := reqset.Hosts(routes, -1)
	out, err := r.To(pick(m, hosts...), grpc, eval.HTTP2).Request(netip.AddrPort{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// stillHidden fails the test if those who are said to hide a match do not do so alone.
func (m maker) stillHidden(t *testing.T, routes []ir.Route, grpc bool, host string, at reqset.Place, by []reqset.Place) {
	t.Helper()
	fewer := make([]ir.Route, len(routes))
	for i := range routes {
		fewer[i].Hosts = routes[i].Hosts
		fewer[i].Rules = make([]ir.Rule, len(routes[i].Rules))
	}
	never := ir.Match{Headers: []ir.HeaderMatch{{Name: "x", Value: "\x00"}}, RPC: ir.RPCMatch{Present: true}}
	for i := range routes {
		for j := range routes[i].Rules {
			fewer[i].Rules[j].Matches = []ir.Match{never}
			for k, match := range routes[i].Rules[j].Matches {
				if k > 0 {
					fewer[i].Rules[j].Matches = append(fewer[i].Rules[j].Matches, never)
				}
				if p := (reqset.Place{Route: i, Rule: j, Match: k}); p == at || contains(by, p) {
					fewer[i].Rules[j].Matches[k] = match
				}
			}
			if contains(by, reqset.Place{Route: i, Rule: j, Match: -1}) {
				fewer[i].Rules[j].Matches = nil
			}
		}
	}
	if r, _, err := reqset.NewSpace().Reaching(reqset.Rules{Routes: fewer, GRPC: grpc, Host: host}, at, true); r != nil || err != nil {
		t.Fatalf("%v does not hide %v from %+v (%v)", by, at, r, err)
	}
}

func contains(list []reqset.Place, p reqset.Place) bool {
	for _, q := range list {
		if q == p {
			return true
		}
	}
	return false
}
