package replay

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/net"

	"routec.dev/routec/emit/replay/syntax"
)

// A Client is who opened the connection to an inbound proxy.
type Client struct {
	IP       netip.Addr
	Meshed   bool   // mesh TLS, terminated by this proxy
	Identity string // verified; "" for a meshed client without one, and if not Meshed
}

// An Inbound is what an inbound proxy does with a request or a connection.
type Inbound struct {
	Found  bool
	Winner Winner
	Permit *Permit // nil: denied
	Reply  *Reply  // the proxy's own, if no rule was found or the client is denied

	Filters   Passage // they run after authorization, and before the rate limit
	RateLimit *inbound.HttpLocalRateLimit
}

// A Permit is the authorization that lets a client in: the first that does.
type Permit struct {
	From  PermitFrom
	Index int            // in that list
	Authz *inbound.Authz // nil for localhost
}

// PermitFrom says which list an authorization stands in. They are tried in
// this order (§8.1).
type PermitFrom string

const (
	FromRoute     PermitFrom = "route"
	FromServer    PermitFrom = "server"
	FromLocalhost PermitFrom = "localhost" // always there, and in no message
)

// Inbound says what happens to a request on a connection of this version. It is
// for tables of an inbound Server. The route is found first, so a client that
// is not let in learns whether there is one.
func (t *Table) Inbound(v Version, r *Request, c Client) Inbound {
	client := clientOf(v, r)
	winner, found := t.Find(v, r)
	if !found {
		return Inbound{Reply: t.noRoute(client)}
	}
	in := Inbound{Found: true, Winner: winner, RateLimit: t.rateLimit()}
	p := pass{request: r, winner: winner, client: client, inbound: true}
	authorizations, run := t.rule(p)
	if in.Permit = t.permit(authorizations, c); in.Permit == nil {
		in.Reply = client.reply(Unauthorized, 403, 7, "unauthorized request on route")
		return in
	}
	in.Filters = run()
	return in
}

// rule gives the authorizations of the route that won, and runs its filters.
// The default route has none of either.
func (t *Table) rule(p pass) (list []*inbound.Authz, run func() Passage) {
	headers, w := p.request.Headers, p.winner
	if routes := t.server.GetProtocol().GetGrpc().GetRoutes(); len(routes) > 0 {
		r := routes[w.Route]
		return r.GetAuthorizations(), func() Passage { return runFilters(p, r.GetRules()[w.Rule].GetFilters(), headers) }
	}
	if routes := t.serverRoutes(); len(routes) > 0 {
		r := routes[w.Route]
		return r.GetAuthorizations(), func() Passage { return runFilters(p, r.GetRules()[w.Rule].GetFilters(), headers) }
	}
	return nil, func() Passage { return runFilters(p, []*inbound.HttpRoute_Filter(nil), headers) }
}

// Connection says whether a connection is let in that carries no HTTP which the
// table has rules for (§8.3). HTTP tables deny every such connection.
func (t *Table) Connection(c Client) *Permit {
	switch t.server.GetProtocol().GetKind().(type) {
	case *inbound.ProxyProtocol_Opaque_:
		c.Meshed, c.Identity = false, "" // TLS is not looked for on opaque ports
	case *inbound.ProxyProtocol_Detect_, *inbound.ProxyProtocol_Tls_:
	default:
		return nil
	}
	return t.permit(nil, c)
}

func (t *Table) serverRoutes() []*inbound.HttpRoute {
	p := t.server.GetProtocol()
	return slices.Concat(p.GetDetect().GetHttpRoutes(), p.GetHttp1().GetRoutes(), p.GetHttp2().GetRoutes())
}

func (t *Table) rateLimit() *inbound.HttpLocalRateLimit {
	p := t.server.GetProtocol()
	for _, l := range []*inbound.HttpLocalRateLimit{
		p.GetDetect().GetHttpLocalRateLimit(), p.GetHttp1().GetLocalRateLimit(), p.GetHttp2().GetLocalRateLimit(),
	} {
		if l != nil {
			return l
		}
	}
	return nil
}

func (t *Table) permit(route []*inbound.Authz, c Client) *Permit {
	c.IP = c.IP.Unmap().WithZone("")
	for i, a := range route {
		if authorized(a, c) {
			return &Permit{FromRoute, i, a}
		}
	}
	for i, a := range t.server.GetAuthorizations() {
		if authorized(a, c) {
			return &Permit{FromServer, i, a}
		}
	}
	if c.IP == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || c.IP == netip.IPv6Loopback() {
		return &Permit{From: FromLocalhost}
	}
	return nil
}

// authorized wants both: an address in some network, and an identity (§8.2).
func authorized(a *inbound.Authz, c Client) bool {
	if !slices.ContainsFunc(a.GetNetworks(), func(n *inbound.Network) bool { return inNetwork(n, c.IP) }) {
		return false
	}
	tls, ok := a.GetAuthentication().GetPermit().(*inbound.Authn_MeshTLS)
	if !ok {
		return true
	}
	ids := tls.MeshTLS.GetIdentities()
	if ids == nil {
		return c.Meshed
	}
	return c.Meshed && c.Identity != "" && identified(ids, c.Identity)
}

// identified compares byte by byte with the verified identity, of which DNS
// names are lower case. Suffixes are for DNS names alone.
func identified(ids *inbound.Authn_PermitMeshTLS_PermitClientIdentities, id string) bool {
	dns := syntax.DNSName(id)
	if dns {
		id = syntax.Lower(id)
	}
	for _, i := range ids.GetIdentities() {
		if i.GetName() == id {
			return true
		}
	}
	return dns && slices.ContainsFunc(ids.GetSuffixes(), func(s *inbound.IdentitySuffix) bool {
		parts := s.GetParts()
		return len(parts) == 0 || strings.HasSuffix(id, "."+strings.Join(parts, "."))
	})
}

func inNetwork(n *inbound.Network, ip netip.Addr) bool {
	return prefix(n.GetNet()).Contains(ip) &&
		!slices.ContainsFunc(n.GetExcept(), func(e *net.IPNetwork) bool { return prefix(e).Contains(ip) })
}

func prefix(n *net.IPNetwork) netip.Prefix {
	return netip.PrefixFrom(ipAddress(n.GetIp()), int(n.GetPrefixLen()))
}

// ipAddress reads the API's numbers, most significant byte first.
func ipAddress(ip *net.IPAddress) netip.Addr {
	if v6 := ip.GetIpv6(); v6 != nil {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], v6.GetFirst())
		binary.BigEndian.PutUint64(b[8:], v6.GetLast())
		return netip.AddrFrom16(b)
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ip.GetIpv4())
	return netip.AddrFrom4(b)
}
