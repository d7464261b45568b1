package automata

import (
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"routec.dev/routec/ir/automata/syntax"
)

// A Regex is a compiled pattern. It is safe for use by several goroutines at
// once; they share the automaton that grows with the texts asked about.
type Regex struct {
	facts facts
	nfa   *nfa                  // nil where the facts say everything
	entry atomic.Pointer[state] // after the prefix that all accepted texts have
	dead  *state                // from which nothing is accepted
	spare sync.Pool             // of walkers, for texts that outgrow the states

	mu     sync.Mutex // for everything below
	states map[string]*state
	size   int // of states in bytes, roughly
	walk   *walker
}

// cacheLimit bounds the bytes that the states of one Regex take; beyond it, texts
// that need further states are matched without keeping them.
const cacheLimit = 2 << 20

// A state of the automaton is how to go on after some text. It is made when a
// text first leads there.
type state struct {
	next   []atomic.Pointer[state] // by character class; nil: not computed yet
	list   []uint32                // the instructions to go on with, preferred first
	before context                 // the character before, if list depends on it
	accept bool                    // the text may end here
}

func newRegex(tree *syntax.Regexp) *Regex {
	re := &Regex{facts: factsOf(tree)}
	if re.facts.whole {
		return re
	}
	re.nfa = newNFA(tree)
	re.walk = newWalker(re.nfa)
	re.states = map[string]*state{}
	re.dead = re.intern(nil, 0, false)
	return re
}

// FullSpan says whether the proxy accepts text: whether a leftmost-first search
// for the pattern finds, as its one match, the whole text (spec/matching.md §1.7).
// Text that is not valid UTF-8 is never accepted.
//
// It takes time in proportion to the text once the states it needs exist, and
// allocates nothing then.
func (re *Regex) FullSpan(text string) bool {
	if !re.facts.admit(text) {
		return false
	}
	if re.facts.whole {
		return true
	}
	s := re.entry.Load()
	if s == nil {
		s = re.enter()
	}
	for at := len(re.facts.prefix); at < len(text); {
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

// enter makes the state after the prefix.
func (re *Regex) enter() *state {
	re.mu.Lock()
	defer re.mu.Unlock()
	if s := re.entry.Load(); s != nil {
		return s
	}
	list, before, accept := re.walk.start()
	for _, r := range re.facts.prefix {
		list, before, accept = re.walk.step(list, before, re.nfa.alphabet.classOf(r))
	}
	s := re.intern(list, before, accept)
	re.entry.Store(s)
	return s
}

// step computes a transition, or returns nil if the states have become too many.
func (re *Regex) step(s *state, class uint32) *state {
	re.mu.Lock()
	defer re.mu.Unlock()
	list, before, accept := re.walk.step(s.list, s.before, class)
	t := re.intern(list, before, accept)
	if t != nil {
		s.next[class].Store(t)
	}
	return t
}

// intern returns the one state of that content, nil if it would be one too many.
// The first two always have room: the dead one and the entry.
func (re *Regex) intern(list []uint32, before context, accept bool) *state {
	key := stateKey(list, before, accept)
	if s, ok := re.states[string(key)]; ok {
		return s
	}
	const overhead = 192 // of a state and its place in the map
	classes := len(re.nfa.alphabet.sample)
	size := overhead + 2*len(key) + 8*classes
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
	w, ok := re.spare.Get().(*walker)
	if !ok {
		w = newWalker(re.nfa)
	}
	defer re.spare.Put(w)
	list, before, accept := s.list, s.before, s.accept
	for _, r := range rest {
		list, before, accept = w.step(list, before, re.nfa.alphabet.classOf(r))
		if len(list) == 0 && !accept {
			return false
		}
	}
	return accept
}
