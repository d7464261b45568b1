package automata

import (
	"encoding/binary"

	"routec.dev/routec/ir/automata/syntax"
)

// An nfa is a program for matching by preference: where it splits, the first way
// is preferred (spec/matching.md §9.3).
type nfa struct {
	prog     []inst
	start    uint32
	sets     []charSet
	alphabet alphabet
	context  []context // of each character class

	looksAhead bool // an assertion depends on the next character, not just on its presence
	textEnd    bool // \z occurs
}

type inst struct {
	op  op
	arg uint32 // opChar: index of sets; opAssert: the assertion
	out uint32
	alt uint32 // opSplit: the less preferred way
}

type op uint8

const (
	opMatch op = iota
	opChar
	opSplit
	opAssert
)

// A charSet is the characters that an instruction reads. Membership is asked by
// class, through bits if there are few classes.
type charSet struct {
	class syntax.Class
	bits  []uint64
}

// A context is what assertions can tell about a neighbouring character.
type context uint8

const (
	noNeighbour context = 1 << iota // the edge of the text
	lineFeed
	carriageReturn
	wordChar  // by Unicode
	asciiWord // by ASCII
)

// A builder writes a program backwards: each part is built knowing what follows it,
// so that no instruction only leads on to another.
type builder struct {
	nfa   *nfa
	known map[string]uint32        // set content → index
	same  map[*syntax.Range]uint32 // shared slices, to spare computing the content
	looks context                  // what the assertions of the program look at
}

func newNFA(tree *syntax.Regexp) *nfa {
	b := builder{nfa: &nfa{prog: []inst{{op: opMatch}}}, known: map[string]uint32{}, same: map[*syntax.Range]uint32{}}
	n := b.nfa
	n.start = b.build(tree, 0)

	var sets []syntax.Class
	for _, s := range n.sets {
		sets = append(sets, s.class)
	}
	neighbours := b.neighbours()
	for _, s := range neighbours {
		sets = append(sets, s.class)
	}
	n.alphabet = newAlphabet(sets)
	n.context = make([]context, len(n.alphabet.sample))
	for class, r := range n.alphabet.sample {
		for _, s := range neighbours {
			if s.class.Contains(r) {
				n.context[class] |= s.context
			}
		}
	}
	n.index()
	return n
}

// index prepares the sets for [nfa.reads] where that takes little memory.
func (n *nfa) index() {
	classes := len(n.alphabet.sample)
	if classes > 1024 {
		return
	}
	for i := range n.sets {
		bits := make([]uint64, (classes+63)/64)
		for class, r := range n.alphabet.sample {
			if n.sets[i].class.Contains(r) {
				bits[class/64] |= 1 << (class % 64)
			}
		}
		n.sets[i].bits = bits
	}
}

func (n *nfa) reads(set, class uint32) bool {
	s := &n.sets[set]
	if s.bits != nil {
		return s.bits[class/64]>>(class%64)&1 != 0
	}
	return s.class.Contains(n.alphabet.sample[class])
}

type neighbour struct {
	context context
	class   syntax.Class
}

func (b *builder) neighbours() []neighbour {
	var out []neighbour
	if b.looks&lineFeed != 0 {
		out = append(out, neighbour{lineFeed, syntax.Single('\n')})
	}
	if b.looks&carriageReturn != 0 {
		out = append(out, neighbour{carriageReturn, syntax.Single('\r')})
	}
	if b.looks&wordChar != 0 {
		out = append(out, neighbour{wordChar, syntax.WordChars(true)})
	}
	if b.looks&asciiWord != 0 {
		out = append(out, neighbour{asciiWord, syntax.WordChars(false)})
	}
	return out
}

func (b *builder) emit(i inst) uint32 {
	b.nfa.prog = append(b.nfa.prog, i)
	return uint32(len(b.nfa.prog) - 1)
}

// build returns the first instruction of tree, given the one that follows it.
func (b *builder) build(tree *syntax.Regexp, next uint32) uint32 {
	switch tree.Op {
	case syntax.OpLiteral:
		runes := []rune(tree.Text)
		for i := len(runes) - 1; i >= 0; i-- {
			next = b.emit(inst{op: opChar, arg: b.set(syntax.Single(runes[i])), out: next})
		}
	case syntax.OpClass:
		next = b.emit(inst{op: opChar, arg: b.set(tree.Class), out: next})
	case syntax.OpAssert:
		b.looks |= looksAt(tree.Assert)
		b.nfa.textEnd = b.nfa.textEnd || tree.Assert == syntax.TextEnd
		b.nfa.looksAhead = b.nfa.looksAhead || looksAhead(tree.Assert)
		next = b.emit(inst{op: opAssert, arg: uint32(tree.Assert), out: next})
	case syntax.OpCapture:
		return b.build(tree.Sub[0], next)
	case syntax.OpConcat:
		for i := len(tree.Sub) - 1; i >= 0; i-- {
			next = b.build(tree.Sub[i], next)
		}
	case syntax.OpAlternate:
		way := b.build(tree.Sub[len(tree.Sub)-1], next)
		for i := len(tree.Sub) - 2; i >= 0; i-- {
			way = b.emit(inst{op: opSplit, out: b.build(tree.Sub[i], next), alt: way})
		}
		return way
	case syntax.OpRepeat:
		return b.repeat(tree, next)
	}
	return next
}

// repeat builds the forms of spec/matching.md §9.3; they matter where the body can
// be empty.
func (b *builder) repeat(tree *syntax.Regexp, next uint32) uint32 {
	body := tree.Sub[0]
	at := next
	if tree.Max != syntax.Unbounded {
		for range tree.Max - tree.Min {
			at = b.emit(split(b.build(body, at), next, tree.Lazy))
		}
		for range tree.Min {
			at = b.build(body, at)
		}
		return at
	}
	loop := b.emit(inst{})
	first := b.build(body, loop)
	b.nfa.prog[loop] = split(first, next, tree.Lazy)
	switch {
	case tree.Min == 0 && body.CanBeEmpty():
		return b.emit(split(first, next, tree.Lazy))
	case tree.Min == 0:
		return loop
	}
	for range tree.Min - 1 {
		first = b.build(body, first)
	}
	return first
}

func split(body, exit uint32, lazy bool) inst {
	if lazy {
		body, exit = exit, body
	}
	return inst{op: opSplit, out: body, alt: exit}
}

func (b *builder) set(class syntax.Class) uint32 {
	var shared *syntax.Range
	if len(class) > 1 {
		shared = &class[0]
		if i, ok := b.same[shared]; ok {
			return i
		}
	}
	key := make([]byte, 0, 8*len(class))
	for _, r := range class {
		key = binary.LittleEndian.AppendUint32(key, uint32(r.Lo))
		key = binary.LittleEndian.AppendUint32(key, uint32(r.Hi))
	}
	i, ok := b.known[string(key)]
	if !ok {
		i = uint32(len(b.nfa.sets))
		b.nfa.sets = append(b.nfa.sets, charSet{class: class})
		b.known[string(key)] = i
	}
	if shared != nil {
		b.same[shared] = i
	}
	return i
}
