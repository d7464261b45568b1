package automata

import (
	"slices"
	"sort"

	"routec.dev/routec/ir/automata/syntax"
)

// An alphabet divides the characters into classes, so that no set which a program
// looks at divides one of them further. Classes are numbered from 0 by their
// smallest member.
type alphabet struct {
	starts []rune   // where each interval of characters begins, from 0
	class  []uint32 // of each interval
	sample []rune   // the smallest member of each class
	ascii  [128]uint32
}

func (a *alphabet) classOf(r rune) uint32 {
	if r < 128 {
		return a.ascii[r]
	}
	i := sort.Search(len(a.starts), func(i int) bool { return a.starts[i] > r })
	return a.class[i-1]
}

// newAlphabet refines by one set after the other. A set and its complement divide
// alike, so the smaller of the two is walked.
func newAlphabet(sets []syntax.Class) alphabet {
	a := alphabet{starts: boundaries(sets)}
	a.class = make([]uint32, len(a.starts))
	classes := uint32(1)
	for _, set := range sets {
		inside := a.intervals(set)
		if len(inside) > len(a.starts)/2 {
			inside = a.intervals(set.Negate())
		}
		moved := map[uint32]uint32{}
		for _, i := range inside {
			to, ok := moved[a.class[i]]
			if !ok {
				to = classes
				classes++
				moved[a.class[i]] = to
			}
			a.class[i] = to
		}
	}
	a.number()
	return a
}

// number renames the classes, leaving out those that have become empty.
func (a *alphabet) number() {
	names := map[uint32]uint32{}
	for i, c := range a.class {
		name, ok := names[c]
		if !ok {
			name = uint32(len(a.sample))
			names[c] = name
			a.sample = append(a.sample, a.starts[i])
		}
		a.class[i] = name
	}
	interval := 0
	for r := range a.ascii {
		for interval+1 < len(a.starts) && a.starts[interval+1] <= rune(r) {
			interval++
		}
		a.ascii[r] = a.class[interval]
	}
}

func boundaries(sets []syntax.Class) []rune {
	out := []rune{0}
	for _, set := range sets {
		for _, r := range set {
			out = append(out, r.Lo)
			switch r.Hi {
			case syntax.MaxChar:
			case 0xD7FF: // no class of surrogates alone
				out = append(out, 0xE000)
			default:
				out = append(out, r.Hi+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// intervals are the indexes of the intervals that make up the set.
func (a *alphabet) intervals(set syntax.Class) []int {
	var out []int
	for _, r := range set {
		i, _ := slices.BinarySearch(a.starts, r.Lo)
		for ; i < len(a.starts) && a.starts[i] <= r.Hi; i++ {
			out = append(out, i)
		}
	}
	return out
}
