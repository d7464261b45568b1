package automata

import (
	"encoding/binary"

	"routec.dev/routec/ir/automata/syntax"
)

// FromRegex is the set of the texts that the proxy accepts for a pattern: the
// language F of spec/matching.md §9.3, which is smaller than that of the anchored
// pattern. It fails as [Check] does, or with [ErrBudget].
func FromRegex(pattern string, budget int) (*DFA, error) {
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	return determinize(tree, budget)
}

// FromSearch is the set of the texts in which the pattern is found anywhere, as
// [CompileSearch] reads it. It fails as FromRegex does.
func FromSearch(pattern string, budget int) (*DFA, error) {
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	return determinize(syntax.Anywhere(tree), budget)
}

func determinize(tree *syntax.Regexp, budget int) (*DFA, error) {
	n := newNFA(tree)
	walk := newWalker(n)
	const listed = 1 << 24 // instructions in the lists of all states, at most
	budget = min(budget, listed/len(n.prog))

	// A state is the key of a list, which holds all there is to know.
	return explore(n.alphabet, budget, key(walk.start()),
		func(state string) bool { return state[len(state)-1] == 1 },
		func(state string, class uint32) string {
			list, before := unkey(state)
			return key(walk.step(list, before, class))
		})
}

func key(list []uint32, before context, accept bool) string {
	return string(stateKey(list, before, accept))
}

// stateKey tells states apart: by list, character before, and whether to accept.
func stateKey(list []uint32, before context, accept bool) []byte {
	out := make([]byte, 0, 4*len(list)+2)
	for _, i := range list {
		out = binary.LittleEndian.AppendUint32(out, i)
	}
	if len(list) == 0 {
		before = 0 // nothing is left to look back
	}
	last := byte(0)
	if accept {
		last = 1
	}
	return append(out, byte(before), last)
}

func unkey(state string) (list []uint32, before context) {
	list = make([]uint32, 0, len(state)/4)
	for ; len(state) > 2; state = state[4:] {
		list = append(list, binary.LittleEndian.Uint32([]byte(state[:4])))
	}
	return list, context(state[0])
}
