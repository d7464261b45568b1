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

// What all questions of a space may cost together, and one question between two calls of
// [Space.Next]: in states of automata, and what takes about as long. A few seconds make a
// question, and minutes all of them.
const (
	mostWork = 1 << 26
	workEach = 1 << 21
)

// ErrWork says that a question is not decided: it would take too long.
var ErrWork = errors.New("not decided: it would take too long")

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

	left, each int // work
}

// NewSpace returns a space that remembers nothing yet.
func NewSpace() *Space {
	known := func() map[string]*automata.DFA { return map[string]*automata.DFA{} }
	return &Space{patterns: known(), searches: known(), values: known(), left: mostWork, each: workEach}
}

// Next begins a question that may cost as much as any.
func (sp *Space) Next() { sp.each = workEach }

// spend counts work. The error is [ErrWork].
func (sp *Space) spend(work int) error {
	sp.left -= work
	if sp.each -= work; sp.left < 0 || sp.each < 0 {
		return ErrWork
	}
	return nil
}

// made counts what it took to make an automaton.
func (sp *Space) made(d *automata.DFA, err error) (*automata.DFA, error) {
	work := states
	if err == nil {
		work = d.States()
	}
	if err := sp.spend(work); err != nil {
		return nil, err
	}
	return d, err
}

func (sp *Space) minus(a, b *automata.DFA) (*automata.DFA, error) { return sp.made(a.Minus(b, states)) }
func (sp *Space) intersect(a, b *automata.DFA) (*automata.DFA, error) {
	return sp.made(a.Intersect(b, states))
}
func (sp *Space) union(a, b *automata.DFA) (*automata.DFA, error) { return sp.made(a.Union(b, states)) }

// remembered returns a set by its pattern; nil is kept for one that has too many states.
func (sp *Space) remembered(known map[string]*automata.DFA, pattern string, make func(string, int) (*automata.DFA, error)) (*automata.DFA, error) {
	set, ok := known[pattern]
	if !ok {
		var err error
		if set, err = make(pattern, states); err != nil && !errors.Is(err, automata.ErrBudget) {
			return nil, err
		}
		known[pattern] = set
		if _, err := sp.made(set, err); err != nil {
			return nil, err
		}
	}
	if set == nil {
		return nil, automata.ErrBudget
	}
	return set, nil
}

func (sp *Space) pattern(p string) (*automata.DFA, error) {
	return sp.remembered(sp.patterns, p, automata.FromRegex)
}

// search is the set of texts in which a pattern is found anywhere.
func (sp *Space) search(p string) (*automata.DFA, error) {
	return sp.remembered(sp.searches, p, automata.FromSearch)
}

// header is the set of values of a header that a condition takes, and can be sent.
func (sp *Space) header(m ir.HeaderMatch) (*automata.DFA, error) {
	key := "=" + m.Value
	if m.Regex {
		key = "~" + m.Value
	}
	if set := sp.values[key]; set != nil {
		return set, nil
	}
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
		if set, err = sp.intersect(set, other); err != nil {
			return nil, err
		}
	}
	sp.values[key] = set
	return set, nil
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
		return sp.union(automata.Literal(dir), automata.Prefix(dir+"/"))
	}
	return automata.Literal(m.Value), nil
}

// plain returns a member of a set that is not empty, one that is easy to read if it can be.
func (sp *Space) plain(set *automata.DFA, nice string) string {
	text, _ := set.Witness()
	if within, err := sp.pattern(nice); err == nil && !within.Accepts(text) {
		if both, err := sp.intersect(set, within); err == nil {
			if text, ok := both.Witness(); ok {
				return text
			}
		}
	}
	return text
}
