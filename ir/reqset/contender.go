package reqset

import (
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// A contender is the set of requests that satisfy a match, where it is preferred to another.
type contender struct {
	space *Space
	grpc  bool
	match *ir.Match // nil: of a rule without matches

	// Bytes of the path with which it is preferred: a regular expression counts all of them,
	// so that it may be ahead on long paths only.
	least, most int // most -1: any

	made *Set
}

// beats narrows the contender to the requests for which its key is greater than the other's,
// or equal if it is preferred then. It reports whether there can be any.
func (c *contender) beats(other *contender, preferred bool) bool {
	mine, theirs := eval.KeyOf(c.match, c.grpc), eval.KeyOf(other.match, c.grpc)
	whole, wholes := c.countsPath(), other.countsPath()
	length, lengths := mine.Path, theirs.Path
	if whole || wholes {
		mine.Path, theirs.Path = 0, 0
	}
	order, _ := mine.Compare(theirs)
	ahead := order > 0 || order == 0 && preferred
	switch {
	case whole == wholes:
		return ahead
	case whole:
		c.least = lengths
		if !ahead {
			c.least++
		}
	default:
		c.most = length
		if !ahead {
			c.most--
		}
		return c.most >= 0
	}
	return true
}

// countsPath reports whether the key has the length of the request's own path.
func (c *contender) countsPath() bool { return c.match != nil && c.match.Path.Kind == ir.PathRegex }

// Has compares as few automata as it can: most tables hold plain conditions.
func (c *contender) Has(r *Request) (bool, error) {
	if c.made != nil {
		return c.made.Has(r), nil
	}
	if n := len(r.Path); !c.grpc && (n < c.least || c.most >= 0 && n > c.most) {
		return false, nil
	}
	if m := c.match; m != nil && !c.grpc {
		switch dir := strings.TrimRight(m.Path.Value, "/"); {
		case m.Method != "" && m.Method != r.Method,
			m.Path.Kind == ir.PathExact && m.Path.Value != r.Path,
			m.Path.Kind == ir.PathPrefix && m.Path.Value != "/" && !(r.Path == dir || strings.HasPrefix(r.Path, dir+"/")):
			return false, nil
		}
	}
	s, err := c.Set()
	return s.Has(r), err
}

// Set makes the set.
func (c *contender) Set() (Set, error) {
	if c.made != nil {
		return *c.made, nil
	}
	s := Set{path: automata.All()}
	var err error
	if c.match != nil {
		if s, err = c.space.match(c.match, c.grpc); err != nil {
			return Set{path: automata.None()}, err
		}
	}
	if c.least > 0 || c.most >= 0 {
		var long *automata.DFA
		if long, err = c.space.made(automata.ByteLength(c.least, c.most, states)); err == nil {
			s.path, err = c.space.intersect(s.path, long)
		}
		if err != nil {
			return Set{path: automata.None()}, err
		}
	}
	c.made = &s
	return s, nil
}

// match is the set of requests that satisfy a match (spec/matching.md §1.6, §1.8).
func (sp *Space) match(m *ir.Match, grpc bool) (s Set, err error) {
	s.path = automata.All()
	for _, h := range m.Headers {
		set, err := sp.header(h)
		if err == nil {
			s.headers, err = sp.with(s.headers, h.Name, condition{set: set})
		}
		if err != nil {
			return s, err
		}
	}
	if grpc {
		s.call = word(called(true))
		if m.RPC.Service != "" {
			s.service = word(m.RPC.Service)
		}
		if m.RPC.Method != "" {
			s.rpc = word(m.RPC.Method)
		}
		return s, nil
	}
	if m.Method != "" {
		s.method = word(m.Method)
	}
	for _, q := range m.Query {
		set, err := sp.param(q)
		if err == nil {
			s.query, err = sp.with(s.query, q.Name, condition{set: set})
		}
		if err != nil {
			return s, err
		}
	}
	s.path, err = sp.path(m.Path)
	return s, err
}
