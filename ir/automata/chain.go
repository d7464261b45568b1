package automata

import (
	"unicode/utf8"

	"routec.dev/routec/ir/automata/syntax"
)

// chain is the automaton that reads text and then accepts the end, or everything.
// Its states are the positions in text, then the one that accepts nothing more.
func chain(text string, anythingAfter bool) *DFA {
	var sets []syntax.Class
	seen := map[rune]bool{}
	chars := []rune(text)
	for _, r := range chars {
		if !seen[r] {
			seen[r] = true
			sets = append(sets, syntax.Single(r))
		}
	}
	d := &DFA{alphabet: newAlphabet(sets)}
	classes := len(d.alphabet.sample)
	nowhere := uint32(len(chars) + 1)
	for i := range nowhere + 1 {
		end := i == uint32(len(chars))
		d.accept = append(d.accept, end)
		to := nowhere
		if end && anythingAfter {
			to = i
		}
		for range classes {
			d.next = append(d.next, to)
		}
		if int(i) < len(chars) {
			d.next[int(i)*classes+int(d.alphabet.classOf(chars[i]))] = i + 1
		}
	}
	return d.minimize()
}

// byLength are the characters of 1, 2 and 3 bytes.
func byLength() []syntax.Class {
	return []syntax.Class{
		{{Lo: 0, Hi: utf8.RuneSelf - 1}},
		{{Lo: 0x80, Hi: 0x7FF}},
		{{Lo: 0x800, Hi: 0xFFFF}},
	}
}
