package reqset

import (
	"errors"
	"strings"
	"unicode/utf8"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// states bounds each automaton, and steps each search.
const (
	states = 1 << 13
	steps  = 2000
)

// Texts that can be sent, and those among them that are easy to read.
const (
	sendablePath  = "/[^\\x00-\\x20#<>?`\\x7F]*"
	sendableValue = "[^\\x00-\\x08\\x0A-\\x1F\\x7F]*"
	visible       = "[\\t -~]*" // header values that a regular expression sees
	plainPath     = "/[0-9A-Za-z/_.~-]*"
	plainText     = "[0-9A-Za-z/_.~-]*"
)

// errNotText says that a condition compares with bytes that no set here can hold.
var errNotText = errors.New("not decided: a value is no UTF-8 text")

// A Space makes sets and remembers what they are made of. It is not safe for concurrent use.
type Space struct {
	patterns, searches map[string]*automata.DFA
	values             map[string]*automata.DFA // of headers, by pattern
}

// NewSpace returns a space that remembers nothing yet.
func NewSpace() *Space {
	return &Space{map[string]*automata.DFA{}, map[string]*automata.DFA{}, map[string]*automata.DFA{}}
}

// remembered returns a set by its pattern.
func remembered(known map[string]*automata.DFA, pattern string, make func(string, int) (*automata.DFA, error)) (*automata.DFA, error) {
	if set := known[pattern]; set != nil {
		return set, nil
	}
	set, err := make(pattern, states)
	if err == nil {
		known[pattern] = set
	}
	return set, err
}

func (sp *Space) pattern(p string) (*automata.DFA, error) {
	return remembered(sp.patterns, p, automata.FromRegex)
}

// search is the set of texts in which a pattern is found anywhere.
func (sp *Space) search(p string) (*automata.DFA, error) {
	return remembered(sp.searches, p, automata.FromSearch)
}

// header is the set of values of a header that a condition takes, and can be sent.
func (sp *Space) header(m ir.HeaderMatch) (*automata.DFA, error) {
	key := "=" + m.Value
	if m.Regex {
		key = "~" + m.Value
	}
	return remembered(sp.values, key, func(string, int) (*automata.DFA, error) {
		set, err := sp.param(m)
		if err != nil {
			return nil, err
		}
		within := []string{sendableValue}
		if m.Regex {
			within = append(within, visible)
		}
		for _, w := range within {
			other, err := sp.pattern(w)
			if err != nil {
				return nil, err
			}
			if set, err = set.Intersect(other, states); err != nil {
				return nil, err
			}
		}
		return set, nil
	})
}

// param is the set of values of a query parameter that a condition takes.
func (sp *Space) param(m ir.ValueMatch) (*automata.DFA, error) {
	if m.Regex {
		return sp.pattern(m.Value)
	}
	if !utf8.ValidString(m.Value) {
		return nil, errNotText
	}
	return automata.Literal(m.Value), nil
}

// path is the set of paths that a condition takes (spec/matching.md §1.2).
func (sp *Space) path(m ir.PathMatch) (*automata.DFA, error) {
	switch {
	case m.Kind == ir.PathRegex:
		return sp.pattern(m.Value)
	case m.Kind == ir.PathAny || m.Kind == ir.PathPrefix && m.Value == "/":
		return automata.All(), nil
	case !utf8.ValidString(m.Value):
		return nil, errNotText
	case m.Kind == ir.PathPrefix:
		dir := strings.TrimRight(m.Value, "/")
		return automata.Literal(dir).Union(automata.Prefix(dir+"/"), states)
	}
	return automata.Literal(m.Value), nil
}

// plain returns a member of a set that is not empty, one that is easy to read if it can be.
func (sp *Space) plain(set *automata.DFA, nice string) string {
	text, _ := set.Witness()
	if within, err := sp.pattern(nice); err == nil && !within.Accepts(text) {
		if both, err := set.Intersect(within, states); err == nil {
			if text, ok := both.Witness(); ok {
				return text
			}
		}
	}
	return text
}
