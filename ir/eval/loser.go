package eval

import (
	"time"

	"routec.dev/routec/ir"
)

// Reason says why a rule did not get the request.
type Reason uint8

const (
	Unsatisfied   Reason = iota // none of its matches holds: Failed has what the nearest lacks
	HostDiffers                 // no host of its route holds
	NoAuthority                 // its route has hosts, and the request has no authority
	Outranked                   // a match holds, but By of its key is smaller than the winner's
	EarlierRule                 // its key ties, and the winner stands earlier in the same route
	OlderRoute                  // its key ties, and the winner's route was created earlier
	EarlierName                 // its key ties, the routes are of one age, and the winner's stands first by name
	UnknownAge                  // its key ties, and the winner's route stands earlier; by age, if a cluster knew both
	OtherProtocol               // its table is not asked about such traffic
)

// String returns the reason as part of a sentence.
func (r Reason) String() string {
	return [...]string{
		Unsatisfied:   "no match holds",
		HostDiffers:   "the host differs",
		NoAuthority:   "the request names no host",
		Outranked:     "a more specific rule wins",
		EarlierRule:   "an equally specific rule stands earlier",
		OlderRoute:    "an equally specific rule of an older route wins",
		EarlierName:   "an equally specific rule of a route of the same age wins by name",
		UnknownAge:    "an equally specific rule of an earlier route wins, where the age of both is not known",
		OtherProtocol: "it is for other traffic",
	}[r]
}

// A Loser is a rule that did not get the request.
type Loser struct {
	Route, Rule int
	Reason      Reason
	Match       int       // the match that the rule would have won by, or the nearest; -1: the rule has none
	Key         Key       // of that match; without a host for Unsatisfied, HostDiffers and NoAuthority
	By          Component // Outranked
	Failed      []Site    // Unsatisfied: the conditions of Match that do not hold; HostDiffers: the route's hosts
}

// Satisfied reports whether the rule would have got the request without the winner.
func (l *Loser) Satisfied() bool {
	switch l.Reason {
	case Outranked, EarlierRule, OlderRoute, EarlierName, UnknownAge:
		return true
	}
	return false
}

// losers explains every rule but the winner, in table order.
func (t *router) losers(routes []ir.Route, r *Request, b best) []Loser {
	var out []Loser
	winner, found := t.winner(b)
	for i := range t.routes {
		host, ok := rankHost(t.routes[i].hosts, r.Authority != "", r.host, r.chopped)
		rest := t.routes[i].matches
		for j := range routes[i].Rules {
			var matches []match
			matches, rest = cutRule(rest, j)
			if found && winner.Route == i && winner.Rule == j {
				continue
			}
			l := Loser{Route: i, Rule: j, Match: -1}
			switch {
			case !ok:
				l.hostless(&routes[i], r)
			default:
				t.rival(&l, &routes[i], matches, host, r)
			}
			if found && l.Satisfied() {
				l.against(&winner, routes)
			}
			out = append(out, l)
		}
	}
	return out
}

// cutRule cuts the matches of a rule off the front of those that are left.
func cutRule(matches []match, rule int) (of, rest []match) {
	n := 0
	for n < len(matches) && int(matches[n].rule) == rule {
		n++
	}
	return matches[:n], matches[n:]
}

func (l *Loser) hostless(route *ir.Route, r *Request) {
	l.Reason = HostDiffers
	if r.Authority == "" {
		l.Reason = NoAuthority
	}
	for h := range route.Hosts {
		l.Failed = append(l.Failed, Site{Kind: OfHost, Route: route, Rule: l.Rule, Match: -1, Index: h})
	}
}

// rival finds the match that a rule has to offer.
func (t *router) rival(l *Loser, route *ir.Route, matches []match, host uint64, r *Request) {
	var top *match
	var rank rank
	fewest := -1
	for k := range matches {
		m := &matches[k]
		if t.holds(m, r) {
			if mine := m.rankFor(r); top == nil || !mine.less(rank) {
				top, rank = m, mine
			}
			continue
		}
		if top != nil {
			continue
		}
		failed := t.failed(m, r, Site{Route: route, Rule: l.Rule, Match: int(m.index)})
		if weight := weigh(failed); fewest < 0 || weight < fewest {
			fewest, l.Failed, l.Match = weight, failed, int(m.index)
		}
	}
	if top != nil {
		l.Reason, l.Match, l.Key, l.Failed = Outranked, int(top.index), rank.key(host, t.grpc), nil
	}
}

// against says why a rule that is satisfied still lost.
func (l *Loser) against(w *Winner, routes []ir.Route) {
	switch order, by := l.Key.Compare(w.Key); {
	case order != 0:
		l.Reason, l.By = Outranked, by
	case l.Route == w.Route:
		l.Reason = EarlierRule
	default:
		l.Reason = olderThan(routes[w.Route].Origin.Created, routes[l.Route].Origin.Created)
	}
}

// olderThan says why a route stands before another.
func olderThan(winner, loser time.Time) Reason {
	switch {
	case winner.IsZero() || loser.IsZero():
		return UnknownAge
	case winner.Equal(loser):
		return EarlierName
	}
	return OlderRoute
}

// weigh makes a match near that lacks few conditions; one on another path is far off.
func weigh(failed []Site) int {
	n := len(failed)
	for _, s := range failed {
		switch s.Kind {
		case OfPath, OfService, OfRPC:
			n += 1 << 20
		}
	}
	return n
}

// failed lists the conditions of a match that do not hold. A request that is no gRPC call
// at all fails the match itself.
func (t *router) failed(m *match, r *Request, at Site) []Site {
	var out []Site
	lack := func(holds bool, kind SiteKind, index int) {
		if !holds {
			s := at
			s.Kind, s.Index = kind, index
			out = append(out, s)
		}
	}
	if t.grpc {
		lack(r.rpc, OfMatch, 0)
		lack(!r.routed || m.service == "" || m.service == r.service, OfService, 0)
		lack(!r.routed || m.named == "" || m.named == r.named, OfRPC, 0)
	} else {
		lack(m.path.holds(r.Path), OfPath, 0)
		lack(m.method == "" || m.method == r.Method, OfMethod, 0)
		for i := range m.query {
			lack(m.query[i].inParams(r.Params), OfQuery, i)
		}
	}
	for i := range m.headers {
		lack(m.headers[i].inHeaders(r.Headers), OfHeader, i)
	}
	return out
}

// RunnerUp returns the index of the loser that would have won without the winner, or -1.
func RunnerUp(losers []Loser) int {
	best := -1
	for i := range losers {
		if !losers[i].Satisfied() {
			continue
		}
		if best < 0 {
			best = i
		} else if order, _ := losers[i].Key.Compare(losers[best].Key); order > 0 {
			best = i
		}
	}
	return best
}
