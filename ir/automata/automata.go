// Package automata decides the regular expressions of the proxy and computes with
// the sets of texts they accept.
//
// [Check] and [Compile] take the dialect of the proxy's pattern library, see
// package [routec.dev/routec/ir/automata/syntax]; a [Regex] answers whether the
// proxy would accept a text, which is not the usual anchored match. [DFA] holds
// such a set explicitly, for emptiness, differences and witnesses.
//
// The package knows nothing of routes: its subjects are characters and texts.
package automata

import (
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"routec.dev/routec/ir/automata/syntax"
)

// Check says whether the proxy would take the pattern. The error is a
// [*syntax.Error] with the place and the reason.
func Check(pattern string) error { return syntax.Check(pattern) }

// Compile prepares a pattern for [Regex.FullSpan]. It fails as [Check] does.
func Compile(pattern string) (*Regex, error) {
	tree, err := syntax.Parse(pattern)
	if err != nil {
		return nil, err
	}
	if err := syntax.CheckSize(pattern, tree); err != nil {
		return nil, err
	}
	return newRegex(tree), nil
}

// A Regex is a compiled pattern. It is safe for use by several goroutines at
// once; they share the automaton that grows with the texts asked about.
type Regex struct {
	facts facts
	nfa   *nfa
	start *state
	dead  *state // the state from which nothing is accepted

	mu     sync.Mutex // for everything below
	states map[string]*state
	size   int // of states, see [Regex.intern]
	walk   *walker
}

// cacheLimit bounds the bytes that the states of one Regex take; beyond it, texts
// that need further states are matched without keeping them.
const cacheLimit = 2 << 20

// A state of the automaton that is built as texts ask for it: what can still be
// read, by preference, after some text.
type state struct {
	next   []atomic.Pointer[state] // by character class; nil: not computed yet
	list   []uint32                // the instructions to go on with, preferred first
	before context                 // the character before, where list looks back at it
	accept bool                    // the text may end here
}

func newRegex(tree *syntax.Regexp) *Regex {
	re := &Regex{facts: factsOf(tree), states: map[string]*state{}}
	if re.facts.whole {
		return re
	}
	re.nfa = newNFA(tree)
	re.walk = newWalker(re.nfa)
	re.dead = re.intern(nil, 0, false)
	re.start = re.internList(re.walk.start())
	return re
}

// FullSpan says whether the proxy accepts text: whether a leftmost-first search
// for the pattern finds, as its one match, the whole text (spec/matching.md §1.7).
// Text that is not valid UTF-8 is never accepted.
func (re *Regex) FullSpan(text string) bool {
	if !re.facts.admit(text) {
		return false
	}
	if re.facts.whole {
		return true
	}
	s := re.start
	for at := 0; at < len(text); {
		var class uint32
		n := 1
		if b := text[at]; b < utf8.RuneSelf {
			class = re.nfa.alphabet.ascii[b]
		} else {
			var r rune
			r, n = utf8.DecodeRuneInString(text[at:])
			if r == utf8.RuneError && n == 1 {
				return false
			}
			class = re.nfa.alphabet.classOf(r)
		}
		t := s.next[class].Load()
		if t == nil {
			if t = re.step(s, class); t == nil {
				return re.simulate(s, text[at:])
			}
		}
		if t == re.dead {
			return false
		}
		s = t
		at += n
	}
	return s.accept
}

// step computes a transition, or returns nil if the states have become too many.
func (re *Regex) step(s *state, class uint32) *state {
	re.mu.Lock()
	defer re.mu.Unlock()
	t := re.internList(re.walk.step(s.list, s.before, class))
	if t != nil {
		s.next[class].Store(t)
	}
	return t
}

func (re *Regex) internList(list []uint32, before context, accept bool) *state {
	return re.intern(list, before, accept)
}

// intern returns the one state of that content, nil if it would be one too many.
func (re *Regex) intern(list []uint32, before context, accept bool) *state {
	key := make([]byte, 0, 4*len(list)+2)
	for _, i := range list {
		key = append(key, byte(i), byte(i>>8), byte(i>>16), byte(i>>24))
	}
	key = append(key, byte(before))
	if accept {
		key = append(key, 1)
	}
	if s, ok := re.states[string(key)]; ok {
		return s
	}
	classes := len(re.nfa.alphabet.sample)
	size := 2*len(key) + 8*classes + 128
	if len(re.states) > 1 && re.size+size > cacheLimit {
		return nil
	}
	re.size += size
	s := &state{
		next: make([]atomic.Pointer[state], classes),
		list: append([]uint32(nil), list...), before: before, accept: accept,
	}
	re.states[string(key)] = s
	return s
}

// simulate goes on from a state without keeping the states that follow.
func (re *Regex) simulate(s *state, rest string) bool {
	if !utf8.ValidString(rest) {
		return false
	}
	w := newWalker(re.nfa)
	list, before, accept := s.list, s.before, s.accept
	for _, r := range rest {
		list, before, accept = w.step(list, before, re.nfa.alphabet.classOf(r))
		if len(list) == 0 && !accept {
			return false
		}
	}
	return accept
}
