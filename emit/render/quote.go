package render

import (
	"strings"
	"unicode/utf8"
)

// text prints a string: quoted in JSON and where YAML would read something else.
func (w *writer) text(s []byte) {
	if !w.json && isPlain(s) {
		w.out = append(w.out, s...)
		return
	}
	w.quoted(string(s))
}

// plainBytes are those of bare text after its first.
var plainBytes = func() (set [256]bool) {
	for c := range set {
		set[c] = isLetter(byte(c)) || '0' <= c && c <= '9' || strings.IndexByte("_-./", byte(c)) >= 0
	}
	return set
}()

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isPlain reports whether YAML reads the bare text as this very string, in every version
// of YAML and in flow and block style alike.
func isPlain[T string | []byte](s T) bool {
	if len(s) == 0 || !isLetter(s[0]) && s[0] != '/' && !isNoNumber(s) {
		return false
	}
	for i := range len(s) {
		if !plainBytes[s[i]] {
			return false
		}
	}
	if len(s) > len("false") {
		return true
	}
	switch strings.ToLower(string(s)) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return true
}

// isNoNumber reports whether text that begins with a digit is letters and digits, as
// digests are, and has a letter that no spelling of a number has.
func isNoNumber[T string | []byte](s T) bool {
	letter := false
	for i := range len(s) {
		c := s[i] | 0x20
		if !('0' <= s[i] && s[i] <= '9') && !isLetter(s[i]) || i == 1 && (c == 'x' || c == 'o' || c == 'b') {
			return false
		}
		letter = letter || isLetter(s[i]) && c != 'e'
	}
	return letter
}

// quoted prints a string in double quotes, by escapes that JSON and YAML share. Line
// breaks and controls of YAML, which JSON would leave alone, are escaped in both.
func (w *writer) quoted(s string) {
	const hex = "0123456789abcdef"
	out := append(w.out, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if isSpecial(r) {
				out = append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			} else {
				out = append(out, s[i:i+n]...)
			}
			i += n
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\t':
			out = append(out, '\\', 't')
		case c < ' ' || c == 0x7f:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	w.out = append(out, '"')
}

// isSpecial reports whether YAML does not count the rune as printable, or breaks lines at
// it, or it would reorder the text on a reviewer's screen.
func isSpecial(r rune) bool {
	switch {
	case r < 0xa0, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return true
	case 0x200b <= r && r <= 0x200f, 0x2028 <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
		return true
	}
	return false
}
