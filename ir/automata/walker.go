package automata

import "routec.dev/routec/ir/automata/syntax"

// A walker follows the ways through a program by preference. It owns buffers, so
// one goroutine uses it at a time; the lists it returns last until its next call
// but one.
//
// A list holds, preferred first, the instructions that wait for the next
// character: those that read one, and assertions that look at it. Ways that are
// less preferred than a match which is certain are left out: the search would
// never take them (spec/matching.md §9.3).
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
	list, matched := w.follow(w.buffer(), w.nfa.start, noNeighbour)
	return w.finish(list, noNeighbour, matched)
}

// step returns the list after one more character.
func (w *walker) step(list []uint32, before context, class uint32) ([]uint32, context, bool) {
	here := w.nfa.context[class]
	ready, _ := w.decide(list, before, here)
	w.begin()
	out, matched := w.buffer(), false
	for _, i := range ready {
		if in := &w.nfa.prog[i]; w.nfa.reads(in.arg, class) {
			if out, matched = w.follow(out, in.out, here); matched {
				break
			}
		}
	}
	return w.finish(out, here, matched)
}

// buffer returns the list buffer that the previous call did not return.
func (w *walker) buffer() []uint32 {
	w.lists[0], w.lists[1] = w.lists[1], w.lists[0]
	return w.lists[0][:0]
}

// finish forgets the character before where nothing looks back at it, and decides
// whether the text may end here.
func (w *walker) finish(list []uint32, before context, matched bool) ([]uint32, context, bool) {
	w.lists[0] = list
	if !w.asserts(list) {
		return list, 0, matched
	}
	if !matched {
		_, matched = w.decide(list, before, noNeighbour)
	}
	return list, before, matched
}

func (w *walker) asserts(list []uint32) bool {
	for _, i := range list {
		if w.nfa.prog[i].op == opAssert {
			return true
		}
	}
	return false
}

// follow appends what waits on the ways from an instruction, as far as the
// character before decides them, and says whether a match is certain.
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
			a := syntax.Assertion(in.arg)
			switch {
			case !looksBackOnly(a):
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
	if !w.asserts(list) {
		return list, false
	}
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
