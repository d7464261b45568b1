package automata

import (
	"math"
	"strings"

	"routec.dev/routec/ir/automata/syntax"
)

// facts are what every accepted text has, cheap to look at before the automaton.
type facts struct {
	prefix, suffix    string
	shortest, longest int  // bytes
	whole             bool // prefix is the only accepted text
}

func factsOf(tree *syntax.Regexp) facts {
	longest, bounded := tree.MaxBytes()
	if !bounded {
		longest = math.MaxInt
	}
	f := facts{
		prefix: edge(tree, true), suffix: edge(tree, false),
		shortest: tree.MinBytes(), longest: longest,
	}
	f.whole = tree.Op == syntax.OpLiteral
	return f
}

func (f *facts) admit(text string) bool {
	return f.shortest <= len(text) && len(text) <= f.longest &&
		strings.HasPrefix(text, f.prefix) && strings.HasSuffix(text, f.suffix)
}

// edge is a text that everything the tree matches starts with, or ends with.
// Assertions take no room.
func edge(tree *syntax.Regexp, first bool) string {
	switch tree.Op {
	case syntax.OpLiteral:
		return tree.Text
	case syntax.OpCapture:
		return edge(tree.Sub[0], first)
	case syntax.OpConcat:
		for i := range tree.Sub {
			sub := tree.Sub[i]
			if !first {
				sub = tree.Sub[len(tree.Sub)-1-i]
			}
			if sub.Op != syntax.OpAssert {
				return edge(sub, first)
			}
		}
	case syntax.OpRepeat:
		if tree.Min > 0 {
			return edge(tree.Sub[0], first)
		}
	}
	return ""
}
