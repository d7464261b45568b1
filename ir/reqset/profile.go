package reqset

import (
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// mostParts bounds the products that the condition of a ServiceProfile's route is made of.
const mostParts = 128

// ReachingProfile finds a request that a route of a ServiceProfile gets: routes are tried in
// order. If there is none, it returns nil and the earlier routes that take all requests away;
// none of these if the condition never holds, or the proxy drops it.
func (sp *Space) ReachingProfile(p *ir.Profile, route int) (*Request, []int, error) {
	own, kept, err := sp.condition(&p.Routes[route].Condition, true)
	if err != nil || !kept {
		return nil, nil, err
	}
	var within []Set
	for _, s := range own {
		sent, err := sp.everything(s, false)
		if err != nil {
			return nil, nil, err
		}
		within = append(within, sent...)
	}
	var takers []Taker
	var routes []int
	for i := range route {
		sets, kept, err := sp.condition(&p.Routes[i].Condition, true)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range sets {
			if kept {
				takers, routes = append(takers, taken{s}), append(routes, i)
			}
		}
	}
	found, by, err := sp.Find(within, takers)
	var earlier []int
	for _, i := range by {
		if n := len(earlier); n == 0 || earlier[n-1] != routes[i] {
			earlier = append(earlier, routes[i])
		}
	}
	return found, earlier, err
}

// taken is a set that is made already.
type taken struct{ set Set }

func (t taken) Has(r *Request) (bool, error) { return t.set.Has(r), nil }
func (t taken) Set() (Set, error)            { return t.set, nil }

// condition is where a condition is true, or false: the union of some sets. The proxy drops
// what it cannot represent (spec/profiles.md §3.3): then kept is false.
func (sp *Space) condition(m *ir.RequestMatch, want bool) (sets []Set, kept bool, err error) {
	all := Set{path: automata.All()}
	switch m.Kind {
	case ir.OnMethod:
		all.method = word(m.Text)
		if !want {
			all.method = all.method.complement()
		}
		return []Set{all}, ir.IsMethod(m.Text), nil
	case ir.OnPath:
		pattern := ir.AnchoredPath(m.Text)
		if automata.Check(pattern) != nil {
			return nil, false, nil
		}
		if all.path, err = sp.search(pattern); err == nil && !want {
			all.path = all.path.Complement()
		}
		return []Set{all}, true, err
	case ir.NotOf:
		return sp.condition(&m.Parts[0], !want)
	}
	every := m.Kind == ir.AllOf == want // by De Morgan
	if every {
		sets = []Set{all}
	}
	for i := range m.Parts {
		part, kept, err := sp.condition(&m.Parts[i], want)
		switch {
		case err != nil:
			return nil, false, err
		case !kept:
			continue
		case every:
			if sets, err = sp.products(sets, part); err != nil {
				return nil, false, err
			}
		default:
			sets = append(sets, part...)
		}
		if len(sets) > mostParts {
			return nil, false, ErrWork
		}
	}
	return sets, true, nil
}

// products intersects each of some sets with each of others.
func (sp *Space) products(list, others []Set) ([]Set, error) {
	if len(list)*len(others) > mostParts {
		return nil, ErrWork
	}
	var out []Set
	for _, a := range list {
		for _, b := range others {
			both, err := sp.and(a, b)
			if err != nil {
				return nil, err
			}
			out = append(out, both)
		}
	}
	return out, nil
}
