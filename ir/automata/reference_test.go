package automata

import (
	"unicode/utf8"

	"routec.dev/routec/ir/automata/syntax"
)

// backtrack is the slow twin of [Regex.FullSpan]: it tries the ways through the
// program one after the other, by preference, and never tries a place in the
// program twice at the same place in the text. The first match it comes to is the
// one that the search returns.
func backtrack(n *nfa, text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	type place struct {
		inst uint32
		at   int
	}
	tried := map[place]bool{}
	chars := []rune(text)
	neighbour := func(i int) context {
		if i < 0 || i == len(chars) {
			return noNeighbour
		}
		return n.context[n.alphabet.classOf(chars[i])]
	}
	var try func(p place) (end int, ok bool)
	try = func(p place) (int, bool) {
		if tried[p] {
			return 0, false
		}
		tried[p] = true
		switch in := n.prog[p.inst]; in.op {
		case opMatch:
			return p.at, true
		case opSplit:
			if end, ok := try(place{in.out, p.at}); ok {
				return end, true
			}
			return try(place{in.alt, p.at})
		case opAssert:
			if holds(syntax.Assertion(in.arg), neighbour(p.at-1), neighbour(p.at)) {
				return try(place{in.out, p.at})
			}
		case opChar:
			if p.at < len(chars) && n.sets[in.arg].class.Contains(chars[p.at]) {
				return try(place{in.out, p.at + 1})
			}
		}
		return 0, false
	}
	end, ok := try(place{n.start, 0})
	return ok && end == len(chars)
}
