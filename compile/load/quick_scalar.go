package load

import (
	"math"
	"strings"
)

// atKey reports whether a key of a block map begins here.
func (r *quickReader) atKey() bool {
	at, failed := r.at, r.failed
	r.key()
	found := !r.failed
	r.at, r.failed = at, failed
	return found
}

// key reads a key and its colon.
func (r *quickReader) key() string {
	if r.done() {
		r.fail()
		return ""
	}
	if c := r.text[r.at]; c == '"' || c == '\'' {
		start := r.at
		key := r.quoted()
		if r.at-start > maxQuickKey {
			r.fail()
		}
		r.colon()
		return key
	}
	key := r.keyWord()
	r.colon()
	return key
}

// colon reads the colon that ends a key.
func (r *quickReader) colon() {
	if r.done() || r.text[r.at] != ':' || r.at+1 < len(r.text) && r.text[r.at+1] != ' ' && r.text[r.at+1] != '\n' {
		r.fail()
		return
	}
	r.at++
}

// keyWord reads a key without quotes, made of letters, digits and "_./-".
func (r *quickReader) keyWord() string {
	start := r.at
	for r.at < len(r.text) && keyChars[r.text[r.at]] {
		r.at++
	}
	key := r.text[start:r.at]
	if key == "" || key[0] == '-' || len(key) > maxQuickKey {
		r.fail()
		return ""
	}
	if len(key) > len("false") && !isDigitOrDot(key[0]) {
		return key
	}
	key, ok := asKey(resolve(key))
	if !ok {
		r.fail()
	}
	return key
}

func isDigitOrDot(c byte) bool { return c >= '0' && c <= '9' || c == '.' }

// charSet is a set of ASCII characters.
type charSet [256]bool

func charsOf(extra string) (set charSet) {
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + extra {
		set[c] = true
	}
	return set
}

var (
	keyChars  = charsOf("_./-")     // of a key without quotes
	flowChars = charsOf("_./-+=@%") // of a scalar without quotes in a flow map or list
)

// bare reads a scalar without quotes in a block map or list, to the end of its line.
// Whether it goes on with the next line shows in that line's column.
func (r *quickReader) bare() any {
	text := r.text[r.at:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	switch text[0] {
	case '-':
		if len(text) == 1 || text[1] == ' ' {
			return r.fail()
		}
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return r.fail()
	}
	r.at += len(text)
	if i := strings.Index(text, " #"); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimRight(text, " ")
	if text[len(text)-1] == ':' || strings.Contains(text, ": ") {
		return r.fail()
	}
	return r.resolved(text)
}

// resolved returns what a scalar without quotes stands for.
func (r *quickReader) resolved(text string) any {
	v := plain(text)
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return r.fail()
	}
	return v
}

// quoted reads a scalar in quotes that ends on its line.
func (r *quickReader) quoted() string {
	quote := r.text[r.at]
	r.at++
	start := r.at
	for at := start; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == '\n':
			r.fail()
			return ""
		case c == '\\' && quote == '"':
			return r.escaped(start)
		case c != quote:
		case quote == '\'' && at+1 < len(r.text) && r.text[at+1] == '\'':
			return r.doubled(start)
		default:
			r.at = at + 1
			return r.text[start:at]
		}
	}
	r.fail()
	return ""
}

// escaped reads a scalar in double quotes that has simple escapes, from behind its quote.
func (r *quickReader) escaped(start int) string {
	var b strings.Builder
	for at := start; at < len(r.text); at++ {
		c := r.text[at]
		switch {
		case c == '"':
			r.at = at + 1
			return b.String()
		case c == '\n':
			r.fail()
			return ""
		case c == '\\':
			at++
			if at == len(r.text) {
				break
			}
			i := strings.IndexByte(`"\nrt`, r.text[at])
			if i < 0 {
				r.fail()
				return ""
			}
			c = "\"\\\n\r\t"[i]
		}
		b.WriteByte(c)
	}
	r.fail()
	return ""
}

// doubled reads a scalar in single quotes that holds some, written twice, from
// behind its quote.
func (r *quickReader) doubled(start int) string {
	var b strings.Builder
	for at := start; at < len(r.text) && r.text[at] != '\n'; at++ {
		if r.text[at] == '\'' {
			if at++; at == len(r.text) || r.text[at] != '\'' {
				r.at = at
				return b.String()
			}
		}
		b.WriteByte(r.text[at])
	}
	r.fail()
	return ""
}

// literal reads a block scalar that is introduced by "|" or "|-", in a map or list
// that stands in column indent.
func (r *quickReader) literal(indent int) any {
	header, rest, found := strings.Cut(r.text[r.at:], "\n")
	if !found || header != "|" && header != "|-" {
		return r.fail()
	}
	body := literalBody(rest, indent)
	if body.lines == 0 {
		return r.fail()
	}
	r.at += len(header) + 1 + body.size
	r.line = r.at
	if header == "|" && body.ended {
		return body.text + "\n"
	}
	return body.text
}

type literal struct {
	text  string // without the last line's end, and without empty lines at the end
	lines int    // how many lines of text there are
	size  int    // bytes that the scalar takes, with empty lines at its end
	ended bool   // the last line of text has an end
}

// literalBody reads the lines of a literal block. It returns no lines where the
// indentation is not plain to see.
func literalBody(rest string, indent int) literal {
	var b strings.Builder
	var out literal
	width, blank := -1, 0 // of the indentation; lines not yet written
	for at := 0; at < len(rest); {
		line, _, ended := strings.Cut(rest[at:], "\n")
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if width < 0 && spaces < len(line) {
			if spaces <= indent || blank > 0 {
				return literal{}
			}
			width = spaces
		}
		switch {
		case width < 0 || spaces == len(line) && spaces <= width:
			blank++
		case spaces < width:
			out.text = b.String()
			return out
		default:
			if out.lines > 0 {
				b.WriteByte('\n')
			}
			for ; blank > 0; blank-- {
				b.WriteByte('\n')
			}
			b.WriteString(line[width:])
			out.lines++
			out.ended = ended
		}
		if at += len(line); ended {
			at++
		}
		out.size = at
	}
	out.text = b.String()
	return out
}
