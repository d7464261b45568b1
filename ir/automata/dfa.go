package automata

import (
	"errors"
	"unicode/utf8"
)

// ErrBudget says that a set was not computed because its automaton, or one on the
// way to it, would have more states than allowed. Nothing follows from it: the
// question is not decided.
var ErrBudget = errors.New("not decided: too many states")

// maxTransitions bounds states times character classes of one automaton, whatever
// the number of states allowed.
const maxTransitions = 1 << 22

// A DFA is a set of texts, held as the smallest complete automaton for it over
// the Unicode scalar values. It never changes, so it may be shared.
//
// Operations that can grow take a budget: how many states an automaton may have,
// before it is reduced. They fail with [ErrBudget] and nothing else.
type DFA struct {
	alphabet alphabet
	next     []uint32 // state × class → state; state 0 is the start
	accept   []bool   // by state
}

// None is the empty set.
func None() *DFA { return constant(false) }

// All is the set of all texts.
func All() *DFA { return constant(true) }

func constant(accept bool) *DFA {
	return &DFA{alphabet: newAlphabet(nil), next: []uint32{0}, accept: []bool{accept}}
}

// Literal is the set of one text, which must be valid UTF-8.
func Literal(text string) *DFA { return chain(text, false) }

// Prefix is the set of the texts that start with text, which must be valid UTF-8.
func Prefix(text string) *DFA { return chain(text, true) }

// ByteLength is the set of the texts of least to most bytes, without upper bound
// if most is negative.
func ByteLength(least, most int, budget int) (*DFA, error) {
	last := max(least, most+1) // where counting further makes no difference
	a := newAlphabet(byLength())
	return explore(a, budget, 0,
		func(n int) bool { return n >= least && (most < 0 || n <= most) },
		func(n int, class uint32) int { return min(n+utf8.RuneLen(a.sample[class]), last) })
}

// Accepts says whether text is in the set. Text that is not valid UTF-8 is not.
func (d *DFA) Accepts(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	state := uint32(0)
	for _, r := range text {
		state = d.step(state, d.alphabet.classOf(r))
	}
	return d.accept[state]
}

// Empty says whether the set has no member.
func (d *DFA) Empty() bool { return len(d.accept) == 1 && !d.accept[0] }

// States is the size of the automaton.
func (d *DFA) States() int { return len(d.accept) }

// explore makes the automaton of the states that are reachable from start. step
// goes from a state over a character class.
func explore[S comparable](a alphabet, budget int, start S, accept func(S) bool, step func(S, uint32) S) (*DFA, error) {
	d := &DFA{alphabet: a}
	states := []S{start}
	known := map[S]uint32{start: 0}
	for i := 0; i < len(states); i++ {
		from := states[i] // not a range over states: they become more
		d.accept = append(d.accept, accept(from))
		for class := range a.sample {
			to := step(from, uint32(class))
			n, ok := known[to]
			if !ok {
				n = uint32(len(states))
				known[to] = n
				states = append(states, to)
			}
			d.next = append(d.next, n)
		}
		if len(states) > budget || len(states)*len(a.sample) > maxTransitions {
			return nil, ErrBudget
		}
	}
	return d.minimize(), nil
}
