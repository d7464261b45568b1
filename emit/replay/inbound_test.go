package replay

import (
	"net/netip"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/net"
	"google.golang.org/protobuf/types/known/durationpb"
)

func server(routes []*inbound.HttpRoute, authorizations ...*inbound.Authz) *inbound.Server {
	return &inbound.Server{
		Labels:         map[string]string{"name": "s"},
		Authorizations: authorizations,
		Protocol: &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Detect_{
			Detect: &inbound.ProxyProtocol_Detect{Timeout: durationpb.New(1e9), HttpRoutes: routes},
		}},
	}
}

// network reads a prefix.
func network(text string) *net.IPNetwork {
	p := netip.MustParsePrefix(text)
	ip := &net.IPAddress{}
	if p.Addr().Is4() {
		b := p.Addr().As4()
		ip.Ip = &net.IPAddress_Ipv4{Ipv4: uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])}
	} else {
		b := p.Addr().As16()
		v6 := &net.IPv6{}
		for i := range 8 {
			v6.First, v6.Last = v6.First<<8|uint64(b[i]), v6.Last<<8|uint64(b[i+8])
		}
		ip.Ip = &net.IPAddress_Ipv6{Ipv6: v6}
	}
	return &net.IPNetwork{Ip: ip, PrefixLen: uint32(p.Bits())}
}

func from(net string, except ...string) []*inbound.Network {
	n := &inbound.Network{Net: network(net)}
	for _, e := range except {
		n.Except = append(n.Except, network(e))
	}
	return []*inbound.Network{n}
}

func anyoneFrom(networks []*inbound.Network) *inbound.Authz {
	return &inbound.Authz{Networks: networks, Metadata: named("a"), Authentication: &inbound.Authn{
		Permit: &inbound.Authn_Unauthenticated{Unauthenticated: &inbound.Authn_PermitUnauthenticated{}},
	}}
}

func meshed(clients *inbound.Authn_PermitMeshTLS) *inbound.Authz {
	return &inbound.Authz{Networks: from("0.0.0.0/0"), Metadata: named("a"), Authentication: &inbound.Authn{
		Permit: &inbound.Authn_MeshTLS{MeshTLS: clients},
	}}
}

func identities(names ...string) *inbound.Authz {
	ids := &inbound.Authn_PermitMeshTLS_PermitClientIdentities{}
	for _, n := range names {
		ids.Identities = append(ids.Identities, &inbound.Identity{Name: n})
	}
	return meshed(&inbound.Authn_PermitMeshTLS{Clients: &inbound.Authn_PermitMeshTLS_Identities{Identities: ids}})
}

func suffix(parts ...string) *inbound.Authz {
	ids := &inbound.Authn_PermitMeshTLS_PermitClientIdentities{Suffixes: []*inbound.IdentitySuffix{{Parts: parts}}}
	return meshed(&inbound.Authn_PermitMeshTLS{Clients: &inbound.Authn_PermitMeshTLS_Identities{Identities: ids}})
}

func client(ip, identity string) Client {
	return Client{IP: netip.MustParseAddr(ip), Meshed: identity != "", Identity: identity}
}

func TestAuthorization(t *testing.T) {
	all := anyoneFrom(from("0.0.0.0/0"))
	anyMeshed := meshed(&inbound.Authn_PermitMeshTLS{Clients: &inbound.Authn_PermitMeshTLS_Unauthenticated{}})
	for _, test := range []struct {
		name   string
		authz  *inbound.Authz // nil: none
		client Client
		want   bool
	}{
		{"115", identities("Web.ns"), client("10.0.0.1", "web.ns"), false},
		{"identity", identities("x", "web.ns"), client("10.0.0.1", "web.ns"), true},
		{"116", suffix(), client("10.0.0.1", "spiffe://t/w"), false},
		{"suffix of nothing", suffix(), client("10.0.0.1", "web.ns"), true},
		{"suffix", suffix("ns", "local"), client("10.0.0.1", "web.ns.local"), true},
		{"suffix needs a label", suffix("web", "ns"), client("10.0.0.1", "web.ns"), false},
		{"SPIFFE identity", identities("spiffe://t/W"), client("10.0.0.1", "spiffe://t/W"), true},
		{"identities want a client identity", identities("web.ns"), Client{IP: netip.MustParseAddr("10.0.0.1"), Meshed: true}, false},
		{"any mesh client", anyMeshed, Client{IP: netip.MustParseAddr("10.0.0.1"), Meshed: true}, true},
		{"no mesh client", anyMeshed, client("10.0.0.1", ""), false},
		{"117", nil, client("127.0.0.1", ""), true},
		{"117", nil, client("127.0.0.2", ""), false},
		{"localhost, version 6", nil, client("::1", ""), true},
		{"mapped address", all, client("::ffff:10.0.0.1", ""), true},
		{"families are apart", all, client("fd00::1", ""), false},
		{"version 6", anyoneFrom(from("fd00::/8")), client("fd12::1", ""), true},
		{"network's host bits", anyoneFrom(from("10.1.2.3/8")), client("10.9.9.9", ""), true},
		{"excepted", anyoneFrom(from("10.0.0.0/8", "10.1.0.0/16")), client("10.1.2.3", ""), false},
		{"not excepted", anyoneFrom(from("10.0.0.0/8", "10.1.0.0/16")), client("10.2.2.3", ""), true},
	} {
		s := server(nil)
		if test.authz != nil {
			s = server(nil, test.authz)
		}
		table := prepared(t, s)
		in := table.Inbound(HTTP1, request(t, "GET http://a/"), test.client)
		if (in.Permit != nil) != test.want || (in.Reply == nil) != test.want || in.Reply != nil && in.Reply.Status != 403 {
			t.Errorf("%s: got %+v %+v, want %v", test.name, in.Permit, in.Reply, test.want)
		}
		if (table.Connection(test.client) != nil) != test.want {
			t.Errorf("%s: connection: want %v", test.name, test.want)
		}
	}
}

func TestInboundOrder(t *testing.T) {
	injector := &inbound.HttpRoute_Filter{Kind: &inbound.HttpRoute_Filter_FailureInjector{FailureInjector: &http_route.HttpFailureInjector{Status: 503}}}
	table := prepared(t, server([]*inbound.HttpRoute{{
		Metadata:       named("r"),
		Authorizations: []*inbound.Authz{identities("web.ns")},
		Rules: []*inbound.HttpRoute_Rule{
			{Matches: []*http_route.HttpRouteMatch{E("/a")}, Filters: []*inbound.HttpRoute_Filter{injector}},
			{Matches: []*http_route.HttpRouteMatch{E("/b")}, Filters: []*inbound.HttpRoute_Filter{{}}},
		},
	}}, anyoneFrom(from("10.0.0.0/8"))))

	// The route is looked up before the client.
	if in := table.Inbound(HTTP1, request(t, "GET http://a/none"), client("11.0.0.1", "")); in.Reply.Status != 404 {
		t.Errorf("got %+v", in.Reply)
	}
	in := table.Inbound(HTTP1, request(t, "GET http://a/a"), client("11.0.0.1", ""))
	if in.Reply == nil || in.Reply.Status != 403 || len(in.Filters.Steps) > 0 {
		t.Errorf("denied: got %+v", in)
	}
	// The route's own authorizations come first, then the server's.
	if in := table.Inbound(HTTP1, request(t, "GET http://a/a"), client("10.0.0.1", "web.ns")); in.Permit.From != FromRoute {
		t.Errorf("got %+v", in.Permit)
	}
	in = table.Inbound(HTTP1, request(t, "GET http://a/a"), client("10.0.0.1", ""))
	if in.Permit.From != FromServer {
		t.Errorf("got %+v", in.Permit)
	}
	// 118: the configured status is not honoured. 94: nor is a filter unknown.
	if r := in.Filters.Steps[0].Reply; r.Status != 500 || r.Cause != InjectedFailure {
		t.Errorf("got %+v", r)
	}
	in = table.Inbound(HTTP2, request(t, "GET http://a/b", "content-type: application/grpc"), client("127.0.0.1", ""))
	if r := in.Filters.Steps[0].Reply; in.Permit.From != FromServer && in.Permit.From != FromLocalhost || r.Status != 200 || r.GRPC != 13 || r.Cause != InvalidPolicy {
		t.Errorf("got %+v %+v", in.Permit, r)
	}
}

// 95, and 120: TLS is not looked for on opaque ports.
func TestDefaultRouteAndOpaque(t *testing.T) {
	w, ok := prepared(t, server(nil)).HTTP2(request(t, "BREW *"))
	if !ok || w != (Winner{Match: -1, PathLength: 1}) {
		t.Errorf("got %v %+v", ok, w)
	}
	s := server(nil, identities("web.ns"))
	s.Protocol = &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Opaque_{Opaque: &inbound.ProxyProtocol_Opaque{}}}
	if p := prepared(t, s).Connection(client("10.0.0.1", "web.ns")); p != nil {
		t.Errorf("got %+v", p)
	}
	s.Protocol = &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Http1_{Http1: &inbound.ProxyProtocol_Http1{}}}
	if p := prepared(t, s).Connection(client("127.0.0.1", "")); p != nil {
		t.Errorf("HTTP tables deny other connections: got %+v", p)
	}
}
