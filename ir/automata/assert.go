package automata

import "routec.dev/routec/ir/automata/syntax"

// looksAt says which properties of its neighbours an assertion depends on.
func looksAt(a syntax.Assertion) context {
	switch a {
	case syntax.TextStart, syntax.TextEnd:
		return 0
	case syntax.LineStart, syntax.LineEnd:
		return lineFeed
	case syntax.LineStartCRLF, syntax.LineEndCRLF:
		return lineFeed | carriageReturn
	}
	if a >= syntax.ASCIIWordBoundary {
		return asciiWord
	}
	return wordChar
}

// holds decides an assertion between two characters.
func holds(a syntax.Assertion, before, next context) bool {
	switch a {
	case syntax.TextStart:
		return before&noNeighbour != 0
	case syntax.TextEnd:
		return next&noNeighbour != 0
	case syntax.LineStart:
		return before&(noNeighbour|lineFeed) != 0
	case syntax.LineEnd:
		return next&(noNeighbour|lineFeed) != 0
	case syntax.LineStartCRLF: // not between \r and \n
		return before&(noNeighbour|lineFeed) != 0 || before&carriageReturn != 0 && next&lineFeed == 0
	case syntax.LineEndCRLF:
		return next&(noNeighbour|carriageReturn) != 0 || next&lineFeed != 0 && before&carriageReturn == 0
	}
	word := wordChar
	if a >= syntax.ASCIIWordBoundary {
		word = asciiWord
		a -= syntax.ASCIIWordBoundary - syntax.WordBoundary
	}
	left, right := before&word != 0, next&word != 0
	switch a {
	case syntax.WordBoundary:
		return left != right
	case syntax.NotWordBoundary:
		return left == right
	case syntax.WordStart:
		return !left && right
	case syntax.WordEnd:
		return left && !right
	case syntax.WordStartHalf:
		return !left
	case syntax.WordEndHalf:
		return !right
	}
	panic("automata: unknown assertion")
}

// looksAhead is true of assertions that depend on which character comes next.
func looksAhead(a syntax.Assertion) bool {
	switch a {
	case syntax.TextStart, syntax.TextEnd, syntax.LineStart, syntax.WordStartHalf, syntax.ASCIIWordStartHalf:
		return false
	}
	return true
}
