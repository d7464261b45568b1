// Package automata decides the regular expressions of the proxy and computes with
// the sets of texts they accept.
//
// [Check] and [Compile] take the dialect of the proxy's pattern library, see
// package [routec.dev/routec/ir/automata/syntax]; a [Regex] answers whether the
// proxy would accept a text, which is not the usual anchored match. A [DFA] holds
// such a set explicitly, for emptiness, differences and witnesses.
//
// The package knows nothing of routes: its subjects are characters and texts.
package automata

import "routec.dev/routec/ir/automata/syntax"

// Check says whether the proxy would take the pattern. The error is a
// [*syntax.Error] with the place and the reason.
func Check(pattern string) error { return syntax.Check(pattern) }

// Compile prepares a pattern for [Regex.FullSpan]. It fails as [Check] does.
func Compile(pattern string) (*Regex, error) {
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	return newRegex(tree), nil
}

func parse(pattern string) (*syntax.Regexp, error) {
	tree, err := syntax.Parse(pattern)
	if err != nil {
		return nil, err
	}
	if err := syntax.CheckSize(pattern, tree); err != nil {
		return nil, err
	}
	return tree, nil
}
