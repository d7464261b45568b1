package automata

import "routec.dev/routec/ir/automata/syntax"

// A walker follows the ways through a program by preference. It owns buffers, so
// one goroutine uses it at a time; the lists it returns last until its next call
// but one.
//
// A list holds, preferred first, the instructions to go on with. Where the next
// character cannot change what assertions say, these are the ones that read a
// character (and \z), and ways that are less preferred than a match are left out:
// the search would never take them (spec/matching.md §9.3). Otherwise they are
// the instructions that follow the character just read, and everything else waits
// until the next one is known, for a way that an assertion opens bars others.
type walker struct {
	nfa   *nfa
	seen  []uint32 // the round in which an instruction was last visited
	round uint32
	stack []uint32
	lists [2][]uint32
	ready []uint32
}

func newWalker(n *nfa) *walker { return &walker{nfa: n, seen: make([]uint32, len(n.prog))} }

func (w *walker) begin() {
	w.round++
	if w.round == 0 {
		clear(w.seen)
		w.round = 1
	}
}

func (w *walker) visit(i uint32) bool {
	if w.seen[i] == w.round {
		return false
	}
	w.seen[i] = w.round
	return true
}

// start returns the list at the start of a text.
func (w *walker) start() (list []uint32, before context, accept bool) {
	w.begin()
	list, matched := w.enter(w.buffer(), w.nfa.start, noNeighbour)
	return w.finish(list, noNeighbour, matched)
}

// step returns the list after one more character.
func (w *walker) step(list []uint32, before context, class uint32) ([]uint32, context, bool) {
	here := w.nfa.context[class]
	ready := list
	if w.nfa.looksAhead {
		ready, _ = w.decide(list, before, here)
	}
	w.begin()
	out, matched := w.buffer(), false
	for _, i := range ready {
		if in := &w.nfa.prog[i]; in.op == opChar && w.nfa.reads(in.arg, class) {
			if out, matched = w.enter(out, in.out, here); matched {
				break
			}
		}
	}
	return w.finish(out, here, matched)
}

// enter adds to a list what an instruction leads to, and says whether that is a
// certain match.
func (w *walker) enter(list []uint32, i uint32, before context) ([]uint32, bool) {
	if !w.nfa.looksAhead {
		return w.follow(list, i, before)
	}
	if w.visit(i) {
		list = append(list, i)
	}
	return list, false
}

// buffer returns the list buffer that the previous call did not return.
func (w *walker) buffer() []uint32 {
	w.lists[0], w.lists[1] = w.lists[1], w.lists[0]
	return w.lists[0][:0]
}

// finish decides whether the text may end here, and forgets the character before
// where nothing will look back at it.
func (w *walker) finish(list []uint32, before context, matched bool) ([]uint32, context, bool) {
	w.lists[0] = list
	if !matched && (w.nfa.looksAhead || w.nfa.textEnd) {
		_, matched = w.decide(list, before, noNeighbour)
	}
	if !w.nfa.looksAhead {
		before = 0
	}
	return list, before, matched
}

// follow appends what waits on the ways from an instruction, where the character
// before decides them, and says whether a match is certain.
func (w *walker) follow(list []uint32, from uint32, before context) ([]uint32, bool) {
	w.stack = append(w.stack[:0], from)
	for len(w.stack) > 0 {
		i := w.pop()
		if !w.visit(i) {
			continue
		}
		switch in := &w.nfa.prog[i]; in.op {
		case opMatch:
			return list, true
		case opSplit:
			w.stack = append(w.stack, in.alt, in.out)
		case opAssert:
			switch a := syntax.Assertion(in.arg); {
			case a == syntax.TextEnd:
				list = append(list, i)
			case holds(a, before, 0):
				w.stack = append(w.stack, in.out)
			}
		case opChar:
			list = append(list, i)
		}
	}
	return list, false
}

// decide settles the assertions of a list with both neighbours known. It returns
// the instructions that read a character, and whether a match ends here.
func (w *walker) decide(list []uint32, before, next context) ([]uint32, bool) {
	w.begin()
	w.ready = w.ready[:0]
	for _, i := range list {
		w.stack = append(w.stack[:0], i)
		for len(w.stack) > 0 {
			i := w.pop()
			if !w.visit(i) {
				continue
			}
			switch in := &w.nfa.prog[i]; in.op {
			case opMatch:
				return w.ready, true
			case opSplit:
				w.stack = append(w.stack, in.alt, in.out)
			case opAssert:
				if holds(syntax.Assertion(in.arg), before, next) {
					w.stack = append(w.stack, in.out)
				}
			case opChar:
				w.ready = append(w.ready, i)
			}
		}
	}
	return w.ready, false
}

func (w *walker) pop() uint32 {
	i := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	return i
}
