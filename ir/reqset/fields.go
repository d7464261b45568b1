package reqset

import (
	"slices"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// A condition is on the values of one name: that some value lies in a set, or that none does.
type condition struct {
	set *automata.DFA
	not bool
}

func (c condition) opposite() condition { return condition{c.set, !c.not} }

// A field is what is asked of the values of one name.
type field struct {
	name string
	some []*automata.DFA // a value lies in each of these, and in none of none
	none *automata.DFA   // nil: nothing
}

// opposites are conditions of which one holds wherever the field's do not.
func (f *field) opposites() []condition {
	var out []condition
	for _, set := range f.some {
		out = append(out, condition{set, true})
	}
	if f.none != nil {
		out = append(out, condition{f.none, false})
	}
	return out
}

// fields are conditions on the values of several names, by name.
type fields []field

// with adds a condition.
func (sp *Space) with(l fields, name string, c condition) (fields, error) {
	i, found := slices.BinarySearchFunc(l, name, func(f field, name string) int { return strings.Compare(f.name, name) })
	l = slices.Clone(l)
	if !found {
		l = slices.Insert(l, i, field{name: name})
	}
	f := &l[i]
	f.some = slices.Clone(f.some)
	var err error
	if !c.not {
		if f.none != nil {
			c.set, err = sp.minus(c.set, f.none)
		}
		if err == nil && !slices.ContainsFunc(f.some, c.set.Equal) {
			f.some = append(f.some, c.set)
		}
		return l, err
	}
	for j := range f.some {
		if f.some[j], err = sp.minus(f.some[j], c.set); err != nil {
			return nil, err
		}
	}
	if f.none == nil {
		f.none = c.set
		return l, nil
	}
	f.none, err = sp.union(f.none, c.set)
	return l, err
}

// empty reports whether no values are as asked. Each value has a line of its own, so that
// what is asked of one says nothing of the others.
func (l fields) empty() bool {
	for i := range l {
		if slices.ContainsFunc(l[i].some, (*automata.DFA).Empty) {
			return true
		}
	}
	return false
}

func (l fields) has(lines []ir.Header) bool {
	for i := range l {
		f := &l[i]
		in := func(set *automata.DFA) bool {
			return slices.ContainsFunc(lines, func(h ir.Header) bool { return h.Name == f.name && set.Accepts(h.Value) })
		}
		if f.none != nil && in(f.none) || slices.ContainsFunc(f.some, func(set *automata.DFA) bool { return !in(set) }) {
			return false
		}
	}
	return true
}

// sample returns lines that are as asked: one for each name if one can be all that is asked
// of it.
func (l fields) sample(sp *Space) []ir.Header {
	var out []ir.Header
	for i := range l {
		f := &l[i]
		sets := f.some
		if len(sets) > 1 {
			if all, err := sp.intersection(sets); err == nil && !all.Empty() {
				sets = []*automata.DFA{all}
			}
		}
		for _, set := range sets {
			h := ir.Header{Name: f.name, Value: sp.plain(set, plainText)}
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out
}

func (sp *Space) intersection(sets []*automata.DFA) (all *automata.DFA, err error) {
	all = automata.All()
	for _, set := range sets {
		if all, err = sp.intersect(all, set); err != nil {
			return nil, err
		}
	}
	return all, nil
}
