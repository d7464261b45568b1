// Package reqset computes with sets of requests, exactly.
//
// A [Set] is a product: what it asks of the method, of the path, of each header and of each
// query parameter is independent of the rest. Paths and values are automata, so that the
// proxy's regular expressions mean here what they mean there. A [Space] makes sets of the
// conditions of routes, and finds a request that lies in one set and outside of others:
// a member is a witness, and where there is none the sets that cover it are named.
//
// Exact or honest: what would take more states or time than allowed ends in
// [automata.ErrBudget] or [ErrWork], and nothing follows from it.
package reqset

import "routec.dev/routec/ir/automata"

// A Set is a product of conditions. It never changes. Its headers and parameters are
// unordered: for each value that is asked for, a request has a line of its own.
type Set struct {
	method, call, service, rpc tokens
	path                       *automata.DFA
	headers, query             fields
}

// Has reports whether a request is a member.
func (s *Set) Has(r *Request) bool {
	return s.method.has(r.Method) && s.call.has(called(r.Call)) && s.service.has(r.Service) && s.rpc.has(r.RPC) &&
		s.path.Accepts(r.Path) && s.headers.has(r.Headers) && s.query.has(r.Query)
}

// called is the word for a gRPC call, and for anything else.
func called(call bool) string {
	if call {
		return "call"
	}
	return "other"
}

// split divides s by another set: into parts that lie outside of it, disjoint and none of
// them empty, and the part inside. Parts that differ in what is easily varied come first.
func (sp *Space) split(s, by Set) (outside []Set, inside Set, err error) {
	for _, cut := range []func(*Set) *tokens{
		func(s *Set) *tokens { return &s.method }, func(s *Set) *tokens { return &s.call },
		func(s *Set) *tokens { return &s.rpc }, func(s *Set) *tokens { return &s.service },
	} {
		part := s
		if *cut(&part) = cut(&s).and(cut(&by).complement()); !cut(&part).empty() {
			outside = append(outside, part)
		}
		if *cut(&s) = cut(&s).and(*cut(&by)); cut(&s).empty() {
			return outside, s, nil
		}
	}
	for _, cut := range []func(*Set) *fields{
		func(s *Set) *fields { return &s.headers }, func(s *Set) *fields { return &s.query },
	} {
		for _, f := range *cut(&by) {
			for _, c := range f.opposites() {
				part := s
				if *cut(&part), err = sp.with(*cut(&s), f.name, c); err != nil {
					return outside, s, err
				}
				if !cut(&part).empty() {
					outside = append(outside, part)
				}
				if *cut(&s), err = sp.with(*cut(&s), f.name, c.opposite()); err != nil || cut(&s).empty() {
					return outside, s, err
				}
			}
		}
	}
	part := s
	if part.path, err = sp.minus(s.path, by.path); err != nil {
		return outside, s, err
	}
	if !part.path.Empty() {
		outside = append(outside, part)
	}
	s.path, err = sp.intersect(s.path, by.path)
	return outside, s, err
}

// and is the intersection.
func (sp *Space) and(a, b Set) (Set, error) {
	_, inside, err := sp.split(a, b)
	return inside, err
}
