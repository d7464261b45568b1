package eval

import (
	"fmt"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// A RefusedError says that the proxy would not run a table, found while preparing it.
type RefusedError struct {
	Site Site
	Err  error
}

// Error returns the reason.
func (e *RefusedError) Error() string { return e.Err.Error() }

// Unwrap returns the cause, a *syntax.Error where a regular expression is at fault.
func (e *RefusedError) Unwrap() error { return e.Err }

// A preparer compiles what tables share: each regular expression once.
type preparer struct {
	compiled map[string]*automata.Regex // by pattern, for whole texts
	searches map[string]*automata.Regex // by pattern, to be found anywhere
}

func newPreparer() *preparer {
	return &preparer{map[string]*automata.Regex{}, map[string]*automata.Regex{}}
}

func (p *preparer) regex(pattern string) (*automata.Regex, error) {
	if re, ok := p.compiled[pattern]; ok {
		return re, nil
	}
	re, err := automata.Compile(pattern)
	if err != nil {
		return nil, err
	}
	p.compiled[pattern] = re
	return re, nil
}

// A match is one match of a rule, prepared. A rule without matches has one that asks
// nothing at all.
type match struct {
	rank    rank // without the length of the path for a regular expression
	path    pathCondition
	method  string
	headers []valueCondition
	query   []valueCondition

	service, named string // gRPC; empty: any
	free           bool   // gRPC: of a rule without matches, which does not even ask for POST

	rule, index int32 // index -1: the rule has no matches
}

// A route is a route, prepared.
type route struct {
	hosts   []hostCondition
	matches []match // those of its rules, one after the other
}

// A router finds the rule for a request.
type router struct {
	routes []route
	grpc   bool
}

// router prepares HTTP or gRPC routes.
func (p *preparer) router(routes []ir.Route, grpc bool) (router, error) {
	out := router{grpc: grpc, routes: make([]route, len(routes))}
	for i := range routes {
		r := &out.routes[i]
		r.hosts = prepareHosts(routes[i].Hosts, true)
		for j := range routes[i].Rules {
			if err := p.rule(r, &routes[i], j, grpc); err != nil {
				return router{}, err
			}
		}
	}
	return out, nil
}

func (p *preparer) rule(r *route, from *ir.Route, j int, grpc bool) error {
	matches := from.Rules[j].Matches
	if len(matches) == 0 {
		m := match{rank: httpRank(1, 0, 0, false), rule: int32(j), index: -1, free: true}
		if grpc {
			m.rank = rank{}
		}
		r.matches = append(r.matches, m)
	}
	for k := range matches {
		m, err := p.match(&matches[k], grpc)
		if err != nil {
			return &RefusedError{Site{Route: from, Rule: j, Match: k, Kind: OfMatch}, fmt.Errorf("rule %d, match %d: %w", j, k, err)}
		}
		m.rule, m.index = int32(j), int32(k)
		r.matches = append(r.matches, m)
	}
	return nil
}

func (p *preparer) match(m *ir.Match, grpc bool) (out match, err error) {
	if out.headers, err = p.values(m.Headers); err != nil {
		return out, err
	}
	if grpc {
		if !m.RPC.Present {
			return out, fmt.Errorf("no method is given, which the proxy refuses")
		}
		out.service, out.named = m.RPC.Service, m.RPC.Method
		out.rank = grpcRank(len(out.service), len(out.named), len(out.headers))
		return out, nil
	}
	if out.path, err = p.path(m.Path); err != nil {
		return out, err
	}
	if out.query, err = p.values(m.Query); err != nil {
		return out, err
	}
	out.method = m.Method
	out.rank = httpRank(out.path.length(), len(out.headers), len(out.query), m.Method != "")
	return out, nil
}
