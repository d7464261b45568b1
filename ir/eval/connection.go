package eval

import "routec.dev/routec/ir"

// TLS returns what happens to a TLS connection that asks for a server name. A table of
// another protocol does not look at TLS: to a Detect or Opaque table its bytes are opaque,
// and elsewhere the connection fails (§7.1).
func (t *Table) TLS(serverName string) Verdict {
	switch t.Outbound.Protocol {
	case ir.TLS:
	case ir.Detect, ir.Opaque:
		return t.Opaque()
	default:
		return Verdict{Reply: ended(NotServed, ""), Losers: t.notAsked()}
	}
	if !ir.IsDNSName(serverName) {
		return Verdict{Reply: ended(NoServerName, ""), Losers: t.notAsked()}
	}
	name := foldASCII(serverName)
	winner, rank := -1, uint64(0)
	for i := range t.tls {
		if r, ok := rankName(t.tls[i], name); ok && (winner < 0 || r > rank) {
			winner, rank = i, r
		}
	}
	if winner < 0 {
		return Verdict{Reply: ended(NoRoute, ""), Losers: t.unnamed(name, winner, rank)}
	}
	out := connected(&t.Outbound.Routes[winner])
	out.Winner = Winner{Route: winner, Match: -1, Key: Key{Host: unpackHost(rank)}}
	out.Losers = t.unnamed(name, winner, rank)
	return out
}

func rankName(hosts []hostCondition, name string) (uint64, bool) {
	chopped := name
	if chopped[len(chopped)-1] == '.' {
		chopped = chopped[:len(chopped)-1]
	}
	return rankHost(hosts, true, name, chopped)
}

// unnamed explains why the other TLS routes lost.
func (t *Table) unnamed(name string, winner int, best uint64) []Loser {
	var out []Loser
	for i := range t.tls {
		if i == winner {
			continue
		}
		l := Loser{Route: i, Match: -1}
		rank, ok := rankName(t.tls[i], name)
		if ok {
			l.Key = Key{Host: unpackHost(rank)}
			l.against(&Winner{Route: winner, Key: Key{Host: unpackHost(best)}}, t.Outbound.Routes)
		} else {
			l.hostless(&t.Outbound.Routes[i], &Request{URI: URI{Authority: name}})
		}
		out = append(out, l)
	}
	return out
}

// Opaque returns what happens to a connection whose bytes are forwarded unread: any on an
// Opaque table, one that is not HTTP on a Detect table. A table that demands another
// protocol fails it.
func (t *Table) Opaque() Verdict {
	routes := t.Outbound.OpaqueRoutes
	switch t.Outbound.Protocol {
	case ir.Opaque:
		routes = t.Outbound.Routes
	case ir.Detect:
	default:
		return Verdict{Reply: ended(NotServed, ""), Losers: t.notAsked()}
	}
	if len(routes) == 0 {
		return Verdict{Reply: ended(NoRoute, "")}
	}
	out := connected(&routes[0])
	out.Winner.Match = -1
	return out
}

// connected returns what a TLS or opaque route does to a connection; it has one rule.
func connected(route *ir.Route) Verdict {
	out := Verdict{Found: true}
	if len(route.Rules) == 0 {
		return Verdict{Reply: ended(NoRoute, "")}
	}
	rule := &route.Rules[0]
	out.Filters = connect(rule.Filters)
	out.distribute(rule.Backends, asker{}, func(b *ir.Backend) Passage { return connect(b.Filters) })
	if out.Reply != nil {
		out.Reply = ended(out.Reply.Cause, "")
	}
	for i := range out.Backends {
		if f := &out.Backends[i].Failing; *f != nil {
			*f = ended(FailingBackend, "")
		}
	}
	return out
}

// connect runs the filters of a connection: the proxy looks at the first alone, and each
// kind that there is makes the connection fail (§5.1).
func connect(filters []ir.Filter) Passage {
	var p Passage
	for i, f := range filters {
		step := Step{Filter: i, Effect: NotLookedAt}
		if i == 0 {
			invalid, _ := f.(ir.Invalid)
			step.Effect, p.Reply = Answered, ended(Rejected, invalid.Message)
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}
