package replay

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/replay/syntax"
)

// tlsRoutes picks a route by SNI (§1.9). Every route has exactly one rule.
type tlsRoutes struct {
	snis [][]nameCondition // per route
}

func prepareTLS(routes []*outbound.TlsRoute) *tlsRoutes {
	t := &tlsRoutes{snis: make([][]nameCondition, len(routes))}
	for i, route := range routes {
		for _, sni := range route.GetSnis() {
			t.snis[i] = append(t.snis[i], sniCondition(sni))
		}
	}
	return t
}

// TLS finds the route for a connection that asks for this server name. The
// proxy lower-cases the name, and conditions are compared case by case: one
// with a capital never matches. A connection without SNI, or with one that is
// no DNS name, is closed before any route is looked at.
func (t *Table) TLS(sni string) (Winner, bool) {
	if t.tls == nil || !syntax.DNSName(sni) {
		return Winner{}, false
	}
	return t.tls.find(syntax.Lower(sni))
}

func (t *tlsRoutes) find(name string) (Winner, bool) {
	chopped := name
	if n := len(name); name[n-1] == '.' {
		chopped = name[:n-1]
	}
	winner, best := -1, hostRank(0)
	for i, snis := range t.snis {
		r := sniRank(snis, name, chopped)
		if r != noMatch && (winner < 0 || r > best) {
			winner, best = i, r
		}
	}
	return Winner{Route: max(winner, 0), Match: -1, Host: best.kind(), HostLength: best.length()}, winner >= 0
}

func sniRank(snis []nameCondition, name, chopped string) hostRank {
	if len(snis) == 0 {
		return rank(NoHost, 0)
	}
	best, found := hostRank(0), false
	for i := range snis {
		if snis[i].rank >= best && snis[i].matches(name, chopped) {
			best, found = snis[i].rank, true
		}
	}
	if !found {
		return noMatch
	}
	return best
}
