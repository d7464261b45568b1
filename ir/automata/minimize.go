package automata

import "encoding/binary"

// minimize returns the smallest automaton for the same set, in a form that only
// the set decides: states in the order of a breadth-first walk, classes of
// characters that no state tells apart joined, and numbered by smallest member.
// Every state must be reachable.
func (d *DFA) minimize() *DFA {
	block, count := d.blocks()
	m := &DFA{alphabet: d.alphabet}
	classes := len(d.alphabet.sample)
	columns := make([]uint32, count*classes)
	accept := make([]bool, count)
	for s := range d.accept {
		b := int(block[s])
		accept[b] = d.accept[s]
		for c := range classes {
			columns[b*classes+c] = block[d.next[s*classes+c]]
		}
	}
	kept := m.joinClasses(columns, count)
	m.walk(block[0], columns, classes, kept, accept)
	return m
}

// joinClasses makes m's alphabet of the classes that differ in some state, and
// returns one of the old classes for each.
func (m *DFA) joinClasses(columns []uint32, states int) (kept []int) {
	old := m.alphabet
	classes := len(old.sample)
	names := map[string]uint32{}
	name := make([]uint32, classes)
	column := make([]byte, 0, 4*states)
	for c := range classes {
		column = column[:0]
		for s := range states {
			column = binary.LittleEndian.AppendUint32(column, columns[s*classes+c])
		}
		n, ok := names[string(column)]
		if !ok {
			n = uint32(len(kept))
			names[string(column)] = n
			kept = append(kept, c)
		}
		name[c] = n
	}
	m.alphabet = alphabet{}
	for i, start := range old.starts {
		n := name[old.class[i]]
		if last := len(m.alphabet.class) - 1; last >= 0 && m.alphabet.class[last] == n {
			continue
		}
		m.alphabet.starts = append(m.alphabet.starts, start)
		m.alphabet.class = append(m.alphabet.class, n)
	}
	m.alphabet.number() // keeps the names: old classes are in order of first member
	return kept
}

// walk numbers the blocks of states from start and fills in m's transitions.
func (m *DFA) walk(start uint32, columns []uint32, classes int, kept []int, accept []bool) {
	number := map[uint32]uint32{start: 0}
	order := []uint32{start}
	for i := 0; i < len(order); i++ {
		m.accept = append(m.accept, accept[order[i]])
		for _, c := range kept {
			to := columns[int(order[i])*classes+c]
			n, ok := number[to]
			if !ok {
				n = uint32(len(order))
				number[to] = n
				order = append(order, to)
			}
			m.next = append(m.next, n)
		}
	}
}

// blocks groups states from which the same texts are accepted (Hopcroft's
// algorithm) and returns the group of each state and how many there are.
func (d *DFA) blocks() (block []uint32, count int) {
	p := newPartition(d.accept)
	into := newInverse(d)
	for len(p.waiting) > 0 {
		splitter := p.take()
		for class := range into.classes {
			for _, target := range splitter {
				for _, source := range into.sources(class, target) {
					p.mark(source)
				}
			}
			p.split()
		}
	}
	return p.block, len(p.first)
}

// An inverse lists, for a class and a state, the states that lead to it.
type inverse struct {
	classes int
	states  int
	starts  []uint32 // class × (state+1) → where its sources begin in list
	list    []uint32
}

func newInverse(d *DFA) *inverse {
	n, k := len(d.accept), len(d.alphabet.sample)
	v := &inverse{classes: k, states: n, starts: make([]uint32, k*(n+1)+1), list: make([]uint32, n*k)}
	for i, to := range d.next {
		v.starts[(i%k)*(n+1)+int(to)+1]++
	}
	for i := 1; i < len(v.starts); i++ {
		v.starts[i] += v.starts[i-1]
	}
	at := append([]uint32(nil), v.starts...)
	for i, to := range d.next {
		slot := &at[(i%k)*(n+1)+int(to)]
		v.list[*slot] = uint32(i / k)
		*slot++
	}
	return v
}

func (v *inverse) sources(class int, state uint32) []uint32 {
	i := class*(v.states+1) + int(state)
	return v.list[v.starts[i]:v.starts[i+1]]
}

// A partition divides states into blocks; each is a stretch of order.
type partition struct {
	order       []uint32 // states, block by block
	place       []uint32 // of each state in order
	block       []uint32 // of each state
	first, end  []uint32 // of each block in order
	marked      []uint32 // how many states of each block are marked; they stand first
	touched     []uint32 // blocks with marked states
	waiting     []uint32 // blocks to split by
	isWaiting   []bool
	splitBuffer []uint32
}

func newPartition(accept []bool) *partition {
	n := uint32(len(accept))
	p := &partition{order: make([]uint32, n), place: make([]uint32, n), block: make([]uint32, n)}
	for s := range n {
		p.order[s], p.place[s] = s, s
	}
	p.addBlock(0, n)
	for s, a := range accept {
		if a {
			p.mark(uint32(s))
		}
	}
	p.split()
	for b := range p.first {
		p.wait(uint32(b))
	}
	return p
}

func (p *partition) addBlock(first, end uint32) uint32 {
	p.first, p.end = append(p.first, first), append(p.end, end)
	p.marked, p.isWaiting = append(p.marked, 0), append(p.isWaiting, false)
	return uint32(len(p.first) - 1)
}

func (p *partition) wait(b uint32) {
	if !p.isWaiting[b] {
		p.isWaiting[b] = true
		p.waiting = append(p.waiting, b)
	}
}

// take returns the states of a waiting block, which may be split meanwhile.
func (p *partition) take() []uint32 {
	b := p.waiting[len(p.waiting)-1]
	p.waiting = p.waiting[:len(p.waiting)-1]
	p.isWaiting[b] = false
	p.splitBuffer = append(p.splitBuffer[:0], p.order[p.first[b]:p.end[b]]...)
	return p.splitBuffer
}

// mark moves a state to the marked ones of its block.
func (p *partition) mark(s uint32) {
	b := p.block[s]
	to := p.first[b] + p.marked[b]
	if p.place[s] < to {
		return // marked already
	}
	if p.marked[b] == 0 {
		p.touched = append(p.touched, b)
	}
	p.marked[b]++
	other := p.order[to]
	p.order[to], p.order[p.place[s]] = s, other
	p.place[s], p.place[other] = to, p.place[s]
}

// split parts the marked states of each block from the others. Both parts must
// split others if the block had to; else the smaller one does.
func (p *partition) split() {
	for _, b := range p.touched {
		middle := p.first[b] + p.marked[b]
		p.marked[b] = 0
		if middle == p.end[b] {
			continue
		}
		added := p.addBlock(p.first[b], middle)
		p.first[b] = middle
		for _, s := range p.order[p.first[added]:middle] {
			p.block[s] = added
		}
		if p.isWaiting[b] || middle-p.first[added] <= p.end[b]-middle {
			p.wait(added)
		} else {
			p.wait(b)
		}
	}
	p.touched = p.touched[:0]
}
