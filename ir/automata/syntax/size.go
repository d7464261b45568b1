package syntax

import "slices"

// Sizes of the compiled program of the regex crate, measured (spec/matching.md
// §9.6): each state takes 32 bytes, and the ways out of it 4 or 8 bytes each.
const (
	stateSize = 32
	wordSize  = 4
	rangeSize = 8
)

// Size is what the proxy's library takes for the compiled pattern, in bytes: the
// larger of its programs for reading forwards and backwards. It stops counting
// once [SizeLimit] is exceeded, so its time is bounded whatever the counts in the
// pattern. A caller may warn of patterns whose size comes close to the limit.
func (re *Regexp) Size() int64 {
	if re.isPlainList() {
		return 0
	}
	return max(measure(re, false), measure(re, true))
}

// isPlainList is true of long lists of plain texts, which the library matches by
// another method, without limit.
func (re *Regexp) isPlainList() bool {
	const long = 3000
	return re.Op == OpAlternate && len(re.Sub) >= long && re.allTexts()
}

func (re *Regexp) allTexts() bool {
	return !slices.ContainsFunc(re.Sub, func(s *Regexp) bool { return s.Op != OpLiteral })
}

func measure(re *Regexp, backwards bool) int64 {
	s := sizer{backwards: backwards}
	if re.anchored(backwards) {
		s.state(0)
	} else {
		// A loop over any byte, and its way to the pattern.
		s.state(2 * wordSize)
		s.state(0)
		s.state(rangeSize)
	}
	if backwards {
		s.tree(re)
	} else {
		s.state(0)
		s.tree(re)
		s.state(0)
	}
	s.state(0) // match
	return s.bytes
}

// anchored says whether every match starts where the text does, or ends where it
// ends, as far as the library sees.
func (re *Regexp) anchored(end bool) bool {
	switch re.Op {
	case OpAssert:
		return re.Assert == TextStart && !end || re.Assert == TextEnd && end
	case OpCapture:
		return re.Sub[0].anchored(end)
	case OpRepeat:
		return re.Min > 0 && re.Sub[0].anchored(end)
	case OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *Regexp) bool { return !s.anchored(end) })
	case OpConcat:
		for i := range re.Sub {
			sub := re.Sub[i]
			if end {
				sub = re.Sub[len(re.Sub)-1-i]
			}
			if sub.anchored(end) {
				return true
			}
			if sub.longest != 0 {
				return false
			}
		}
	}
	return false
}

// A sizer counts the states that the library would make, in its order: sharing of
// states within a class depends on their numbers.
type sizer struct {
	backwards bool
	states    uint32
	bytes     int64
	suffixes  *suffixTable
	nodes     *nodeTable
}

// state counts one state and returns its number.
func (s *sizer) state(more int) uint32 {
	s.bytes += int64(stateSize + more)
	s.states++
	return s.states - 1
}

func (s *sizer) full() bool { return s.bytes > SizeLimit }

func (s *sizer) tree(re *Regexp) {
	if s.full() {
		return
	}
	switch re.Op {
	case OpEmpty, OpAssert:
		s.state(0)
	case OpLiteral:
		s.states += uint32(len(re.Text))
		s.bytes += int64(len(re.Text)) * stateSize
	case OpClass:
		s.class(re.Class)
	case OpRepeat:
		s.repeat(re)
	case OpCapture:
		if s.backwards {
			s.tree(re.Sub[0])
			return
		}
		s.state(0)
		s.tree(re.Sub[0])
		s.state(0)
	case OpConcat:
		for i := range re.Sub {
			if s.backwards {
				i = len(re.Sub) - 1 - i
			}
			s.tree(re.Sub[i])
		}
	case OpAlternate:
		s.alternate(re)
	}
}

func (s *sizer) alternate(re *Regexp) {
	if re.allTexts() {
		s.trie(re)
		return
	}
	for i, sub := range re.Sub {
		s.tree(sub)
		if i == 1 {
			s.state(wordSize * len(re.Sub))
			s.state(0)
		}
	}
}

func (s *sizer) repeat(re *Regexp) {
	body := re.Sub[0]
	if re.Max != Unbounded {
		s.bounded(re)
		return
	}
	switch {
	case re.Min == 0 && body.shortest > 0:
		s.state(2 * wordSize)
		s.tree(body)
	case re.Min == 0:
		s.tree(body)
		s.state(2 * wordSize)
		s.state(2 * wordSize)
		s.state(0)
	default:
		s.times(body, re.Min)
		s.state(2 * wordSize)
	}
}

func (s *sizer) bounded(re *Regexp) {
	body := re.Sub[0]
	if re.Min == 0 && re.Max == 1 {
		s.state(2 * wordSize)
		s.tree(body)
		s.state(0)
		return
	}
	if re.Min == 0 {
		s.state(0)
	}
	s.times(body, re.Min)
	if re.Min == re.Max {
		return
	}
	s.state(0)
	for n := re.Max - re.Min; n > 0 && !s.full(); n-- {
		s.state(2 * wordSize)
		s.tree(body)
	}
}

func (s *sizer) times(body *Regexp, n int64) {
	for ; n > 0 && !s.full(); n-- {
		s.tree(body)
	}
}

func (s *sizer) class(c Class) {
	switch {
	case c.isASCII():
		s.state(0)
		s.state(rangeSize * len(c))
	case s.backwards:
		s.classBackwards(c)
	default:
		s.classForwards(c)
	}
}
