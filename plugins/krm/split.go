package krm

import (
	"strings"
)

// span is a part of a text, as offsets.
type span struct{ start, end int }

// outline is where the parts of a ResourceList stand in its text.
type outline struct {
	keys   map[string]span // top-level keys with their values
	items  []span          // each with its dash
	indent int             // columns before the dashes
}

// split finds the parts of a ResourceList by its lines, which costs a tenth of what a YAML
// parser does. It is certain or says no: ok is false for every text in which a line that
// looks like an item could be something else. Lines in block scalars, and those that carry
// on a plain scalar, are indented deeper than the dash of their item; only text in quotes
// and flow collections may go on in any column, so both must end on their line. In a
// trusted text, printed by the YAML library, they are indented too.
func split(text string, trusted bool) (outline, bool) {
	if oddBreaks(text) {
		return outline{}, false
	}
	s := splitter{trusted: trusted, outline: outline{keys: map[string]span{}, indent: -1}, block: -1}
	for s.at < len(text) {
		end := len(text)
		if i := strings.IndexByte(text[s.at:], '\n'); i >= 0 {
			end = s.at + i + 1
		}
		if !s.line(strings.TrimRight(text[s.at:end], " \n")) {
			return outline{}, false
		}
		s.at = end
	}
	s.closeKey()
	return s.outline, true
}

// oddBreaks reports whether the text has line ends or blanks other than "\n" and " ", or no
// text at all.
func oddBreaks(text string) bool {
	for _, odd := range []string{"\r", "\x00", "\u0085", "\u2028", "\u2029", "\ufeff"} {
		if strings.Contains(text, odd) {
			return true
		}
	}
	return false
}

type splitter struct {
	outline
	trusted bool
	at      int    // offset of the line
	key     string // top-level key that the line belongs to
	block   int    // lines that are indented deeper are text of a block scalar; -1: none
}

// line takes in one line without its end; false is doubt.
func (s *splitter) line(line string) bool {
	body := strings.TrimLeft(line, " ")
	indent := len(line) - len(body)
	switch {
	case body == "":
		return true
	case s.block >= 0 && indent > s.block:
		return true
	case body[0] == '#':
		return true
	}
	s.block = -1
	switch {
	case indent == 0 && !isDash(body):
		return s.topLevel(line)
	case s.key == "":
		return false
	case s.key == "items" && !s.item(indent, body):
		return false
	}
	return s.content(indent, body)
}

func isDash(body string) bool { return body == "-" || strings.HasPrefix(body, "- ") }

// topLevel begins a key of the list.
func (s *splitter) topLevel(line string) bool {
	if line == "---" && s.key == "" {
		return true
	}
	key, value, ok := strings.Cut(line, ":")
	if _, twice := s.keys[key]; !ok || twice || key == "" || strings.Trim(key, letters) != "" {
		return false
	}
	if value != "" && value[0] != ' ' {
		return false
	}
	s.closeKey()
	s.key = key
	s.keys[key] = span{s.at, s.at}
	value = strings.TrimSpace(value)
	if key == "items" && value != "" && value != "[]" && value[0] != '#' {
		return false
	}
	return s.content(0, line)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func (s *splitter) closeKey() {
	if s.key == "" {
		return
	}
	s.keys[s.key] = span{s.keys[s.key].start, s.at}
	if n := len(s.items); s.key == "items" && n > 0 {
		s.items[n-1].end = s.at
	}
}

// item begins an item where the line has a dash in the list's own column.
func (s *splitter) item(indent int, body string) bool {
	if s.indent < 0 {
		s.indent = indent
	}
	switch {
	case indent > s.indent:
		return len(s.items) > 0
	case indent < s.indent || !strings.HasPrefix(body, "- "):
		return false
	}
	if _, keyed, ok := valueOf(strings.TrimLeft(body[2:], " ")); !s.trusted && !(ok && keyed) {
		return false // no object, and its text may be indented less than that of objects
	}
	if n := len(s.items); n > 0 {
		s.items[n-1].end = s.at
	}
	s.items = append(s.items, span{start: s.at})
	return true
}

// content looks at what a line holds: whether it begins a block scalar, and whether anything
// could go on in the next line without indentation.
func (s *splitter) content(indent int, body string) bool {
	if strings.Contains(body, "\t") {
		return s.trusted
	}
	dash := -1
	for isDash(body) {
		dash = indent
		rest := strings.TrimLeft(body[1:], " ")
		indent += len(body) - len(rest)
		body = rest
	}
	value, keyed, ok := valueOf(body)
	if !ok {
		return s.trusted
	}
	if value == "" || value[0] == '#' {
		return true
	}
	switch value[0] {
	case '|', '>':
		if s.block = dash; keyed {
			s.block = indent
		}
		return s.block >= 0 && isBlockHeader(value) || s.trusted
	case '"', '\'':
		rest, closed := afterQuotes(value)
		return closed && (rest == "" || strings.HasPrefix(rest, " #")) || s.trusted
	case '{', '[':
		return flowEnds(value) || s.trusted
	case '&', '*', '!', '?', '%', '@', '`':
		return s.trusted
	}
	return true
}

// valueOf returns what stands behind the key of a line; a line without key is all value.
func valueOf(body string) (value string, keyed, ok bool) {
	if body == "" {
		return "", false, true
	}
	if body[0] == '"' || body[0] == '\'' {
		rest, closed := afterQuotes(body)
		switch {
		case !closed:
			return "", false, false
		case strings.HasPrefix(rest, ":"):
			value = rest[1:]
			return strings.TrimLeft(value, " "), true, value == "" || value[0] == ' '
		}
		return body, false, true
	}
	if strings.ContainsRune("{[&*!?%@`|>", rune(body[0])) {
		return body, false, true
	}
	if _, value, found := strings.Cut(body, ": "); found {
		return strings.TrimLeft(value, " "), true, true
	}
	if strings.HasSuffix(body, ":") {
		return "", true, true
	}
	return body, false, true
}

// isBlockHeader reports whether a value is that of a block scalar, without a comment.
func isBlockHeader(value string) bool {
	return strings.Trim(value[1:], "+-123456789") == ""
}

// flowEnds reports whether a flow collection ends where its line does. Characters in doubt,
// such as a quote in the middle of a word, say no.
func flowEnds(text string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i == len(text)-1
			}
		case '#', '&', '*', '!', '?', '|', '>':
			return false
		case '"', '\'':
			if !strings.ContainsRune("{[, ", rune(text[i-1])) {
				return false
			}
			rest, closed := afterQuotes(text[i:])
			if !closed {
				return false
			}
			i = len(text) - len(rest) - 1
		}
	}
	return false
}

// afterQuotes returns what follows a text in quotes that ends in this line.
func afterQuotes(text string) (rest string, closed bool) {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return text[i+1:], true
		}
	}
	return "", false
}
