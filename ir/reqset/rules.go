package reqset

import (
	"cmp"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// Rules are the HTTP or gRPC routes of a table, as requests to one host see them.
type Rules struct {
	Routes []ir.Route
	GRPC   bool
	Host   string // of the authority, without a port
}

// A Place is a match of a rule in a table; Match -1 stands for a rule without matches.
type Place struct{ Route, Rule, Match int }

// Reaching finds a request that a rule gets by a match; alone, so that the proxy records that
// match and no other of the rule. If there is none, it returns nil and the matches that take
// all requests away; none of these if the match has no requests, or its route another host.
// With an error, it is not decided: a request is then one to try.
func (sp *Space) Reaching(r Rules, at Place, alone bool) (*Request, []Place, error) {
	host, ok := eval.RankHost(r.Routes[at.Route].Hosts, r.Host)
	if !ok {
		return nil, nil, nil
	}
	me := &contender{space: sp, grpc: r.GRPC, match: r.match(at), most: -1}
	own, err := me.Set()
	if err != nil {
		return nil, nil, err
	}
	within, err := sp.everything(own, r.GRPC)
	if err != nil {
		return nil, nil, err
	}
	var takers []Taker
	var places []Place
	r.each(func(p Place) {
		if p == at || !alone && p.Route == at.Route && p.Rule == at.Rule {
			return
		}
		c := &contender{space: sp, grpc: r.GRPC, match: r.match(p), most: -1}
		rank, ok := eval.RankHost(r.Routes[p.Route].Hosts, r.Host)
		if !ok {
			return
		}
		if order := cmp.Or(cmp.Compare(rank.Kind, host.Kind), cmp.Compare(rank.Length, host.Length)); order < 0 || order == 0 && !c.beats(me, p.before(at)) {
			return
		}
		takers, places = append(takers, c), append(places, p)
	})
	found, by, err := sp.Find(within, takers)
	var taken []Place
	for _, i := range by {
		taken = append(taken, places[i])
	}
	return found, taken, err
}

// everything is what can be sent at all of a set: ordinary requests, then those that have
// no path, or are no gRPC calls.
func (sp *Space) everything(own Set, grpc bool) (within []Set, err error) {
	sendable, err := sp.pattern(sendablePath)
	if err != nil {
		return nil, err
	}
	all := []Set{{method: word("CONNECT").complement(), path: sendable}}
	switch {
	case grpc:
		all = []Set{{call: word(called(true)), path: automata.All()}, {call: word(called(false)), path: automata.All()}}
	case len(own.query) == 0: // CONNECT has no query either
		all = append(all, Set{method: word("CONNECT"), path: automata.Literal("")})
	}
	for _, s := range all {
		both, err := sp.and(s, own)
		if err != nil {
			return nil, err
		}
		within = append(within, both)
	}
	return within, nil
}

// match returns the match at a place; nil: the rule has none.
func (r *Rules) match(p Place) *ir.Match {
	if p.Match < 0 {
		return nil
	}
	return &r.Routes[p.Route].Rules[p.Rule].Matches[p.Match]
}

// each visits every match, and every rule that has none, in table order.
func (r *Rules) each(visit func(Place)) {
	for i := range r.Routes {
		for j := range r.Routes[i].Rules {
			n := len(r.Routes[i].Rules[j].Matches)
			if n == 0 {
				visit(Place{i, j, -1})
			}
			for k := range n {
				visit(Place{i, j, k})
			}
		}
	}
}

// before reports whether a place is preferred to another of the same key: among rules the
// first, within a rule the last (spec/matching.md §3.2).
func (p Place) before(q Place) bool {
	if p.Route == q.Route && p.Rule == q.Rule {
		return p.Match > q.Match
	}
	return cmp.Or(cmp.Compare(p.Route, q.Route), cmp.Compare(p.Rule, q.Rule)) < 0
}
