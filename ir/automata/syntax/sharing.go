package syntax

import "slices"

// How the library shares states within one class of characters. It remembers
// states in tables of fixed size, where a newcomer evicts: what is shared, and so
// the size of a program, depends on the numbers of the states.

const (
	suffixSlots = 1000
	nodeSlots   = 10000

	hashStart = 14695981039346656037 // FNV-1a's
	hashPrime = 1099511628211
)

func mix(h uint64, value uint64) uint64 { return (h ^ value) * hashPrime }

// A suffixTable finds the state that reads a byte range and goes to a state.
type suffixTable [suffixSlots]struct {
	class uint32 // for which it was entered, from 1
	key   suffix
	state uint32
}

type suffix struct {
	to   uint32
	read byteRange
}

// classBackwards counts the states of a class read from the last byte to the
// first: a fan of sequences that share their ends.
func (s *sizer) classBackwards(c Class) {
	if s.suffixes == nil {
		s.suffixes = new(suffixTable)
	}
	class := s.states + 1 // unlike that of every class before
	s.state(0)
	end := s.state(0)
	for _, r := range c {
		sequences(r.Lo, r.Hi, func(seq []byteRange) {
			at := end
			for _, read := range seq {
				key := suffix{at, read}
				h := mix(mix(mix(hashStart, uint64(at)), uint64(read.lo)), uint64(read.hi))
				slot := &s.suffixes[h%suffixSlots]
				if slot.class != class || slot.key != key {
					slot.class, slot.key, slot.state = class, key, s.state(0)
				}
				at = slot.state
			}
			s.bytes += wordSize
		})
	}
}

// A nodeTable finds the state with given ways out.
type nodeTable [nodeSlots]struct {
	class uint32
	ways  []way
	state uint32
}

type way struct {
	read byteRange
	to   uint32
}

// A pending node still takes ways: the last one leads to the node after it in the
// list, which is not counted yet.
type pending struct {
	ways []way
	last byteRange
	open bool
}

// classForwards counts the states of a class read from the first byte to the
// last: the smallest automaton, as far as the table remembers, built from
// sequences in order.
func (s *sizer) classForwards(c Class) {
	if s.nodes == nil {
		s.nodes = new(nodeTable)
	}
	class := s.states + 1
	end := s.state(0)
	path := []pending{{}}
	settle := func(from int) {
		next := end
		for len(path) > from+1 {
			node := path[len(path)-1]
			path = path[:len(path)-1]
			next = s.node(class, append(node.ways, way{node.last, next}))
		}
		if top := &path[from]; top.open {
			top.ways = append(top.ways, way{top.last, next})
			top.open = false
		}
	}
	for _, r := range c {
		sequences(r.Lo, r.Hi, func(seq []byteRange) {
			shared := 0
			for shared < len(path) && path[shared].open && path[shared].last == seq[shared] {
				shared++
			}
			settle(shared)
			path[shared].last, path[shared].open = seq[shared], true
			for _, read := range seq[shared+1:] {
				path = append(path, pending{last: read, open: true})
			}
		})
	}
	settle(0)
	s.node(class, path[0].ways)
}

func (s *sizer) node(class uint32, ways []way) uint32 {
	h := uint64(hashStart)
	for _, w := range ways {
		h = mix(mix(mix(h, uint64(w.read.lo)), uint64(w.read.hi)), uint64(w.to))
	}
	slot := &s.nodes[h%nodeSlots]
	if slot.class != class || !slices.Equal(slot.ways, ways) {
		slot.class, slot.ways, slot.state = class, ways, s.state(rangeSize*len(ways))
	}
	return slot.state
}
