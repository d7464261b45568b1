package syntax

import "unicode/utf8"

// fits is a cheap answer for what is clearly small; false means that [Regexp.Size]
// must tell.
func (re *Regexp) fits() bool {
	const around = 512 // what the library adds to every pattern, generously
	return re.bound() <= SizeLimit-around
}

// bound is never below the size, and without account of any sharing.
func (re *Regexp) bound() int64 {
	inner := int64(0)
	for _, sub := range re.Sub {
		inner = plus(inner, sub.bound())
	}
	switch re.Op {
	case OpLiteral:
		return int64(len(re.Text)) * stateSize
	case OpClass:
		return re.Class.bound()
	case OpCapture:
		return plus(inner, 2*stateSize)
	case OpAlternate:
		if re.allTexts() {
			inner = times(inner, 3) // a tree of texts takes up to three states a byte
		}
		return plus(inner, 2*stateSize+(wordSize+rangeSize+stateSize)*int64(len(re.Sub)))
	case OpRepeat:
		most := max(re.Max, re.Min, 1)
		return plus(times(plus(inner, stateSize+2*wordSize), most), 4*stateSize)
	}
	return plus(inner, stateSize)
}

func (c Class) bound() int64 {
	const (
		most = 14 // sequences that one range can take
		each = stateSize + rangeSize
	)
	out := int64(4 * stateSize)
	for _, r := range c {
		switch {
		case r.Hi < utf8.RuneSelf:
			out += each
		case r.Lo>>6 == r.Hi>>6:
			out += wordSize + each*utf8.UTFMax
		default:
			out += most * (wordSize + each*utf8.UTFMax)
		}
	}
	return out
}
