package eval

import (
	"net/netip"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// A Client is who opened a connection to an inbound proxy.
type Client struct {
	IP       netip.Addr
	Meshed   bool   // mesh TLS, terminated by this proxy
	Identity string // verified; "" for a meshed client without one, and where not Meshed
}

// AuthorizationList says where an authorization stands. The lists are tried in this order.
type AuthorizationList uint8

const (
	OfTheRoute  AuthorizationList = iota // [ir.Route]
	OfTheServer                          // [ir.Inbound]
	Localhost                            // in no table: clients from 127.0.0.1 and ::1
)

// String returns "route", "server" or "localhost".
func (l AuthorizationList) String() string { return [...]string{"route", "server", "localhost"}[l] }

// A Permit is the authorization that lets a client in: the first that does (§8.1).
type Permit struct {
	List          AuthorizationList
	Index         int               // in that list
	Authorization *ir.Authorization // nil: Localhost
}

// Lack says what a client lacks for an authorization.
type Lack uint8

const (
	WrongNetwork   Lack = iota + 1 // no network holds its address
	Excepted                       // a network would, but for its exceptions
	NotMeshed                      // it does not come by mesh TLS
	NoIdentity                     // it comes by mesh TLS, without an identity
	WrongIdentity                  // its identity is not listed
	SuffixUnfitted                 // nor is it, and it is no DNS name, to which alone suffixes apply
)

// String returns the lack as part of a sentence.
func (l Lack) String() string {
	return [...]string{
		0:              "nothing",
		WrongNetwork:   "its address is in none of the networks",
		Excepted:       "its address is among the exceptions",
		NotMeshed:      "it does not use mesh TLS",
		NoIdentity:     "it shows no identity",
		WrongIdentity:  "its identity is not listed",
		SuffixUnfitted: "its identity is not listed, and suffixes apply to DNS names only",
	}[l]
}

// A Denial is an authorization that does not let the client in, and why. The greater the
// lack, the nearer the client came: the network is looked at first.
type Denial struct {
	List          AuthorizationList
	Index         int
	Authorization *ir.Authorization // nil: Localhost
	Lack          Lack
}

// Nearest returns the indexes of denials, those first that came nearest.
func Nearest(denials []Denial) []int {
	out := make([]int, len(denials))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return int(denials[b].Lack) - int(denials[a].Lack) })
	return out
}

// localhost lets everybody in from the machine itself, who shows nothing.
var localhost = ir.Authorization{Networks: []ir.NetworkMatch{
	{Net: netip.MustParsePrefix("127.0.0.1/32")}, {Net: netip.MustParsePrefix("::1/128")},
}}

// authorize tries the route's authorizations, the server's, and localhost's, until one lets
// the client in. A refused table has none at all. Route nil: of a connection.
func (s *Server) authorize(c Client, route *ir.Route) (*Permit, []Denial) {
	var denials []Denial
	try := func(list AuthorizationList, authorizations []ir.Authorization) *Permit {
		for i := range authorizations {
			a := &authorizations[i]
			lack := c.lacks(a)
			if list == Localhost {
				a = nil
			}
			if lack == 0 {
				return &Permit{list, i, a}
			}
			denials = append(denials, Denial{list, i, a, lack})
		}
		return nil
	}
	if s.Refused != nil {
		return nil, nil
	}
	if route != nil {
		if p := try(OfTheRoute, route.Authorizations); p != nil {
			return p, denials
		}
	}
	if p := try(OfTheServer, s.Inbound.Authorizations); p != nil {
		return p, denials
	}
	return try(Localhost, []ir.Authorization{localhost}), denials
}

// lacks returns what the client lacks for an authorization; 0: nothing (§8.2).
func (c Client) lacks(a *ir.Authorization) Lack {
	if lack := c.outside(a.Networks); lack != 0 {
		return lack
	}
	switch {
	case a.Clients.Kind == ir.AnyClient:
		return 0
	case !c.Meshed:
		return NotMeshed
	case a.Clients.Kind == ir.MeshedTLS:
		return 0
	case c.Identity == "":
		return NoIdentity
	}
	return c.unlisted(&a.Clients)
}

// unlisted compares the client's identity with those of an authorization. Suffixes are for
// DNS names, not for URIs.
func (c Client) unlisted(clients *ir.Clients) Lack {
	id := c.verified()
	if slices.Contains(clients.Identities, id) {
		return 0
	}
	if len(clients.Suffixes) > 0 && !ir.IsDNSName(id) {
		return SuffixUnfitted
	}
	for _, suffix := range clients.Suffixes {
		if strings.HasSuffix(id, suffix) {
			return 0
		}
	}
	return WrongIdentity
}

// verified is the client's identity as the proxy has it: DNS names are in lower case.
func (c Client) verified() string {
	if ir.IsDNSName(c.Identity) {
		return foldASCII(c.Identity)
	}
	return c.Identity
}

func (c Client) outside(networks []ir.NetworkMatch) Lack {
	lack := WrongNetwork
	ip := c.IP.Unmap().WithZone("")
	for _, n := range networks {
		if !n.Net.Contains(ip) {
			continue
		}
		if !slices.ContainsFunc(n.Except, func(e netip.Prefix) bool { return e.Contains(ip) }) {
			return 0
		}
		lack = Excepted
	}
	return lack
}

// ClientID is the header that tells a workload who its client is.
const ClientID = "l5d-client-id"

// From returns the request as the router of an inbound proxy sees it: with the verified
// identity of its client in the header l5d-client-id, whatever the client wrote there
// (§1.0).
func (r *Request) From(c Client) *Request {
	if _, has := r.header(ClientID); !has && c.Identity == "" {
		return r
	}
	out := *r
	out.Headers = removeHeader(slices.Clone(r.Headers), ClientID)
	if c.Identity != "" {
		out.Headers = append(out.Headers, ir.Header{Name: ClientID, Value: c.verified()})
	}
	return &out
}
