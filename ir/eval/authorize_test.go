package eval

import (
	"net/netip"
	"testing"

	"routec.dev/routec/ir"
)

func network(text string, except ...string) ir.NetworkMatch {
	n := ir.NetworkMatch{Net: netip.MustParsePrefix(text)}
	for _, e := range except {
		n.Except = append(n.Except, netip.MustParsePrefix(e))
	}
	return n
}

func identified(ids []string, suffixes ...string) ir.Clients {
	return ir.Clients{Kind: ir.Identified, Identities: ids, Suffixes: suffixes}
}

// What a client lacks (spec/matching.md §8.2; §11.4, 115 and 116).
func TestLacks(t *testing.T) {
	everywhere := []ir.NetworkMatch{network("0.0.0.0/0"), network("::/0")}
	for _, c := range []struct {
		ip, identity string // "-": not meshed
		networks     []ir.NetworkMatch
		clients      ir.Clients
		want         Lack
	}{
		{"10.1.2.3", "-", everywhere, ir.Clients{}, 0},
		{"10.1.2.3", "-", []ir.NetworkMatch{network("11.0.0.0/8"), network("::/0")}, ir.Clients{}, WrongNetwork},
		{"10.1.2.3", "-", []ir.NetworkMatch{network("10.1.2.9/8")}, ir.Clients{}, 0},
		{"10.1.2.3", "-", []ir.NetworkMatch{network("10.0.0.0/8", "10.1.0.0/16"), network("11.0.0.0/8")}, ir.Clients{}, Excepted},
		{"10.1.2.3", "-", []ir.NetworkMatch{network("10.0.0.0/8", "10.1.0.0/16"), network("10.0.0.0/8")}, ir.Clients{}, 0},
		{"::ffff:10.1.2.3", "-", []ir.NetworkMatch{network("10.0.0.0/8")}, ir.Clients{}, 0},
		{"fd00::1", "-", []ir.NetworkMatch{network("0.0.0.0/0")}, ir.Clients{}, WrongNetwork},
		{"10.1.2.3", "-", everywhere, ir.Clients{Kind: ir.MeshedTLS}, NotMeshed},
		{"10.1.2.3", "", everywhere, ir.Clients{Kind: ir.MeshedTLS}, 0},
		{"10.1.2.3", "", everywhere, identified([]string{"web.ns"}), NoIdentity},
		{"10.1.2.3", "web.ns", everywhere, identified([]string{"web.ns"}), 0},
		{"10.1.2.3", "Web.ns", everywhere, identified([]string{"web.ns"}), 0},
		{"10.1.2.3", "web.ns", everywhere, identified([]string{"Web.ns"}), WrongIdentity},
		{"10.1.2.3", "web.ns", everywhere, identified(nil, ".ns"), 0},
		{"10.1.2.3", "ns", everywhere, identified(nil, ".ns"), WrongIdentity},
		{"10.1.2.3", "web.ns", everywhere, identified(nil, ""), 0},
		{"10.1.2.3", "spiffe://t/w", everywhere, identified(nil, ""), SuffixUnfitted},
		{"10.1.2.3", "spiffe://t/w", everywhere, identified([]string{"spiffe://t/w"}), 0},
		{"10.1.2.3", "spiffe://t/W", everywhere, identified([]string{"spiffe://t/w"}), WrongIdentity},
		{"10.1.2.3", "web.ns", everywhere, identified([]string{"*"}), WrongIdentity},
	} {
		client := Client{IP: netip.MustParseAddr(c.ip)}
		if c.identity != "-" {
			client.Meshed, client.Identity = true, c.identity
		}
		if got := client.lacks(&ir.Authorization{Networks: c.networks, Clients: c.clients}); got != c.want {
			t.Errorf("%+v, %v: got %v, want %v", client, c.clients, got, c.want)
		}
	}
}

// server prepares a server whose one route asks for an identity, and which itself lets mesh
// clients of 10/8 in.
func server(t *testing.T, protocol ir.Protocol, filters ...ir.Filter) *Server {
	t.Helper()
	s, err := PrepareInbound(ir.Inbound{
		Protocol:       protocol,
		Authorizations: []ir.Authorization{{Networks: []ir.NetworkMatch{network("10.0.0.0/8")}, Clients: ir.Clients{Kind: ir.MeshedTLS}}},
		Routes: []ir.Route{{
			Rules:          []ir.Rule{{Matches: matchesOf(t, "P /a"), Filters: filters}},
			Authorizations: []ir.Authorization{{Networks: []ir.NetworkMatch{network("0.0.0.0/0")}, Clients: identified([]string{"web.ns"})}},
		}},
		RateLimit: ir.RateLimit{
			Present: true, Total: ir.Limit{Set: true, RPS: 100}, Identity: ir.Limit{Set: true, RPS: 10},
			Overrides: []ir.Override{{RPS: 5, Identities: []string{"web.ns"}}, {RPS: 7, Identities: []string{"web.ns", "b.ns"}}, {Identities: []string{"b.ns"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func meshed(ip, identity string) Client { return Client{netip.MustParseAddr(ip), true, identity} }

func TestServer(t *testing.T) {
	r := requestOf(t, "/a")
	s := server(t, ir.Detect)
	if a := s.Explain(HTTP1, r, meshed("10.1.2.3", "web.ns")); a.Permit == nil || a.Permit.List != OfTheRoute || a.Limit != (Limit{100, ByOverride, 7, 1}) {
		t.Errorf("by the route: %+v", a)
	}
	if a := s.Explain(HTTP1, r, meshed("10.1.2.3", "")); a.Permit == nil || a.Permit.List != OfTheServer || a.Denials[0].Lack != NoIdentity || a.Limit != (Limit{100, ByNoIdentity, 10, 0}) {
		t.Errorf("by the server: %+v", a)
	}
	if a := s.Explain(HTTP1, r, meshed("127.0.0.1", "x.ns")); a.Permit == nil || a.Permit.List != Localhost || a.Permit.Authorization != nil || a.Limit.Kind != ByIdentity {
		t.Errorf("117, localhost: %+v", a)
	}
	a := s.Explain(HTTP1, r, meshed("127.0.0.2", "x.ns"))
	if a.Permit != nil || a.Reply.Status != 403 || len(a.Denials) != 3 || Nearest(a.Denials)[0] != 0 {
		t.Errorf("117, denied: %+v", a)
	}
	if a := s.Explain(HTTP2, requestOf(t, "/b -- content-type: application/grpc"), meshed("10.1.2.3", "web.ns")); a.Found || a.Reply.GRPC != 5 || len(a.Losers) != 1 {
		t.Errorf("no route: %+v", a)
	}
	failing := server(t, ir.Detect, ir.FailHTTP{Status: 503})
	if a := failing.Explain(HTTP1, r, meshed("10.1.2.3", "web.ns")); a.Filters.Reply.Status != 500 {
		t.Errorf("118: %+v", a.Filters.Reply)
	}
	if a := server(t, ir.Detect, ir.Empty{}).Explain(HTTP1, r, meshed("10.1.2.3", "web.ns")); a.Filters.Reply.Cause != InvalidPolicy {
		t.Errorf("94: %+v", a.Filters.Reply)
	}
	if server(t, ir.HTTP1).Serves(HTTP2, false) || !server(t, ir.HTTP1).Serves(HTTP2, true) {
		t.Error("HTTP/2 where HTTP/1 is demanded is for meshed clients alone")
	}
	if a := InvalidInbound(s.Inbound, errNoPath).Explain(HTTP1, r, meshed("127.0.0.1", "web.ns")); a.Permit != nil || a.Reply.Status != 403 {
		t.Errorf("a refused table: %+v", a)
	}
}

// Conditions see the verified identity of a client, not what it claims.
func TestClientHeader(t *testing.T) {
	s, err := PrepareInbound(ir.Inbound{
		Authorizations: []ir.Authorization{{Networks: []ir.NetworkMatch{network("0.0.0.0/0")}}},
		Routes:         routesOf(t, "[any +h(l5d-client-id=web.ns)]"),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := requestOf(t, "/ -- l5d-client-id: web.ns")
	if a := s.Explain(HTTP1, r, Client{IP: netip.MustParseAddr("10.1.2.3")}); a.Found {
		t.Error("a claimed identity is believed")
	}
	if a := s.Explain(HTTP1, requestOf(t, "/"), meshed("10.1.2.3", "web.ns")); !a.Found {
		t.Error("a verified identity is not seen")
	}
}

func TestServerDefaults(t *testing.T) {
	s, err := PrepareInbound(ir.Inbound{Authorizations: []ir.Authorization{{Networks: []ir.NetworkMatch{network("0.0.0.0/0")}, Clients: identified(nil, "")}}})
	if err != nil {
		t.Fatal(err)
	}
	a := s.Explain(HTTP1, requestOf(t, "/"), meshed("10.1.2.3", "web.ns"))
	if !a.Found || a.Winner.Match != -1 || s.Route(a.Winner).Meta.Default != "default" || a.Permit == nil {
		t.Errorf("95: %+v", a)
	}
	s.Inbound.Protocol = ir.Opaque
	if a := s.Connection(meshed("10.1.2.3", "web.ns")); a.Permit != nil {
		t.Errorf("120: %+v", a)
	}
	s.Inbound.Protocol = ir.TLS
	if a := s.Connection(meshed("10.1.2.3", "web.ns")); a.Permit == nil {
		t.Errorf("TLS: %+v", a)
	}
	s.Inbound.Protocol = ir.HTTP2
	if a := s.Connection(meshed("10.1.2.3", "web.ns")); a.Permit != nil || a.Reply.Cause != NotServed {
		t.Errorf("not HTTP where HTTP is demanded: %+v", a)
	}
}
