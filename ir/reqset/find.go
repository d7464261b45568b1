package reqset

import (
	"errors"
	"slices"
)

// A Taker is a set that is made only once one of its members turns up.
type Taker interface {
	Has(r *Request) (bool, error)
	Set() (Set, error)
}

// Find returns a request that lies in one of some sets and in none of the takers. If there
// is none, it returns nil and the indexes of takers that together hold all of these sets,
// none of which can be left out; by is not worked out any further where that takes too long.
// A request together with an error lies outside of all takers that could be looked at.
func (sp *Space) Find(within []Set, takers []Taker) (found *Request, by []int, err error) {
	found, by, err = sp.find(within, takers)
	if found != nil || err != nil || len(by) > mostReduced {
		return found, by, err
	}
	for i := len(by) - 1; i >= 0; i-- { // later ones first: rules that stand first explain more
		fewer := slices.Delete(slices.Clone(by), i, i+1)
		rest := make([]Taker, len(fewer))
		for j, k := range fewer {
			rest[j] = takers[k]
		}
		if sp.each < workEach/2 {
			break // the rest is for other hosts and matches
		}
		if r, _, err := sp.find(within, rest); r == nil && err == nil {
			by = fewer
		}
	}
	return nil, by, nil
}

// mostReduced is how many takers are looked through for some that are not needed.
const mostReduced = 32

func (sp *Space) find(within []Set, takers []Taker) (*Request, []int, error) {
	f := finder{sp: sp, takers: takers, left: steps, used: map[int]bool{}}
	for _, s := range within {
		if err := f.in(s); err != nil {
			return nil, nil, err
		}
		if f.found != nil {
			return f.found, nil, f.doubt
		}
	}
	var by []int
	for i := range takers {
		if f.used[i] {
			by = append(by, i)
		}
	}
	return nil, by, nil
}

// A finder looks for a request. It takes any member of what is left, and takes away only
// the sets that such members turn out to lie in.
type finder struct {
	sp     *Space
	takers []Taker
	left   int // steps
	used   map[int]bool
	found  *Request
	doubt  error // why a taker was passed over: then it may have what is found
}

func (f *finder) in(s Set) error {
	r := f.sp.sample(s)
	if r == nil {
		return nil
	}
	if f.left--; f.left < 0 {
		return ErrWork
	}
	if err := f.sp.spend(1 + len(f.takers)/32); err != nil {
		return err
	}
	for i, t := range f.takers {
		has, err := t.Has(r)
		switch {
		case errors.Is(err, ErrWork):
			return err
		case err != nil:
			f.doubt = err
		case has:
			return f.without(s, i)
		}
	}
	f.found = r
	return nil
}

// without goes on in what is left of a set without a taker.
func (f *finder) without(s Set, taker int) error {
	f.used[taker] = true
	t, err := f.takers[taker].Set()
	if err != nil {
		return err
	}
	outside, _, err := f.sp.split(s, t)
	if err != nil {
		return err
	}
	for _, part := range outside {
		if err := f.in(part); err != nil || f.found != nil {
			return err
		}
	}
	return nil
}

// sample returns a member of a set; nil: there is none.
func (sp *Space) sample(s Set) *Request {
	if s.method.empty() || s.call.empty() || s.service.empty() || s.rpc.empty() || s.path.Empty() || s.headers.empty() || s.query.empty() {
		return nil
	}
	return &Request{
		Method:  s.method.pick("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "METHOD"),
		Path:    sp.plain(s.path, plainPath),
		Call:    s.call.has(called(true)),
		Service: s.service.pick("example.Service"),
		RPC:     s.rpc.pick("Method"),
		Headers: s.headers.sample(sp),
		Query:   s.query.sample(sp),
	}
}
