package automata

import "slices"

// Complement is the set of the texts that are not in d.
func (d *DFA) Complement() *DFA {
	out := &DFA{alphabet: d.alphabet, next: d.next, accept: make([]bool, len(d.accept))}
	for i, accept := range d.accept {
		out.accept[i] = !accept
	}
	return out
}

// Union is the set of the texts that are in one of the two.
func (d *DFA) Union(e *DFA, budget int) (*DFA, error) {
	return product(d, e, budget, func(in, other bool) bool { return in || other })
}

// Intersect is the set of the texts that are in both.
func (d *DFA) Intersect(e *DFA, budget int) (*DFA, error) {
	return product(d, e, budget, func(in, other bool) bool { return in && other })
}

// Minus is the set of the texts that are in d and not in e.
func (d *DFA) Minus(e *DFA, budget int) (*DFA, error) {
	return product(d, e, budget, func(in, other bool) bool { return in && !other })
}

// Equal says whether the two are the same set.
func (d *DFA) Equal(e *DFA) bool {
	return slices.Equal(d.accept, e.accept) && slices.Equal(d.next, e.next) &&
		slices.Equal(d.alphabet.starts, e.alphabet.starts) && slices.Equal(d.alphabet.class, e.alphabet.class)
}

// product runs both automata side by side over a common alphabet.
func product(d, e *DFA, budget int, accept func(bool, bool) bool) (*DFA, error) {
	type pair struct{ d, e uint32 }
	common, ofD, ofE := merge(&d.alphabet, &e.alphabet)
	return explore(common, budget, pair{},
		func(p pair) bool { return accept(d.accept[p.d], e.accept[p.e]) },
		func(p pair, class uint32) pair { return pair{d.step(p.d, ofD[class]), e.step(p.e, ofE[class])} })
}

func (d *DFA) step(state, class uint32) uint32 {
	return d.next[state*uint32(len(d.alphabet.sample))+class]
}

// merge divides the characters as both alphabets do, and says which class of each
// a common class lies in.
func merge(a, b *alphabet) (common alphabet, ofA, ofB []uint32) {
	common.starts = append(slices.Clone(a.starts), b.starts...)
	slices.Sort(common.starts)
	common.starts = slices.Compact(common.starts)
	type both struct{ a, b uint32 }
	names := map[both]uint32{}
	for _, start := range common.starts {
		in := both{a.classOf(start), b.classOf(start)}
		name, ok := names[in]
		if !ok {
			name = uint32(len(names))
			names[in] = name
			ofA, ofB = append(ofA, in.a), append(ofB, in.b)
		}
		common.class = append(common.class, name)
	}
	common.number() // keeps the names: they are in order already
	return common, ofA, ofB
}
