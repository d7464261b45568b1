package syntax

import "unicode/utf8"

// A byteRange is one step of a UTF-8 sequence.
type byteRange struct{ lo, hi byte }

// sequences splits lo to hi into products of byte ranges, in order.
func sequences(lo, hi rune, emit func([]byteRange)) {
	for _, cut := range [...]rune{0x7F, 0x7FF, 0xD7FF, 0xFFFF} {
		if lo <= cut && cut < hi {
			sequences(lo, cut, emit)
			sequences(max(after(cut), lo), hi, emit)
			return
		}
	}
	if lo < utf8.RuneSelf {
		emit([]byteRange{{byte(lo), byte(hi)}})
		return
	}
	for bits := 6; bits <= 18; bits += 6 {
		low := rune(1)<<bits - 1
		if lo&^low == hi&^low {
			break
		}
		if lo&low != 0 {
			sequences(lo, lo|low, emit)
			sequences(lo|low+1, hi, emit)
			return
		}
		if hi&low != low {
			sequences(lo, hi&^low-1, emit)
			sequences(hi&^low, hi, emit)
			return
		}
	}
	var first, last [utf8.UTFMax]byte
	n := utf8.EncodeRune(first[:], lo)
	utf8.EncodeRune(last[:], hi)
	seq := make([]byteRange, n)
	for i := range seq {
		seq[i] = byteRange{first[i], last[i]}
	}
	emit(seq)
}
