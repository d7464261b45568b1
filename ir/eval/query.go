package eval

import (
	"strings"
	"unicode/utf8"
)

// A Param is a query parameter, decoded.
type Param struct{ Name, Value string }

// decodeQuery reads a query as application/x-www-form-urlencoded (§1.5).
func decodeQuery(query string) []Param {
	var out []Param
	for piece := range strings.SplitSeq(query, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		out = append(out, Param{decodeForm(name), decodeForm(value)})
	}
	return out
}

// decodeForm turns + into a space and %XX into a byte; a percent sign before anything else
// stands for itself.
func decodeForm(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return replaceInvalid(s)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			b = append(b, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return replaceInvalid(string(b))
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// replaceInvalid replaces each maximal invalid piece by one U+FFFD: the longest start of a
// well-formed sequence that is broken off, or else one byte. Go's own replacement does so
// byte by byte.
func replaceInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			n = brokenOff(s[i:])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// brokenOff returns how many bytes of s, which begins with no well-formed sequence, begin
// some well-formed sequence; at least 1.
func brokenOff(s string) int {
	lead := s[0]
	size, low, high := 0, byte(0x80), byte(0xBF)
	switch {
	case 0xC2 <= lead && lead <= 0xDF:
		size = 2
	case 0xE0 <= lead && lead <= 0xEF:
		size = 3
	case 0xF0 <= lead && lead <= 0xF4:
		size = 4
	}
	switch lead { // the second byte is bound where the sequence would be overlong, a surrogate or too large
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n < size && n < len(s) && low <= s[n] && s[n] <= high {
		n++
		low, high = 0x80, 0xBF
	}
	return n
}
