package load

import "unicode/utf8"

// quick reads the part of YAML that manifests are written in, and gives up on the
// rest. ok is false when it has given up: then the library decides, on values,
// duplicate keys and errors alike. What it accepts, it reads exactly as the library
// would (TestQuickAgrees, FuzzQuick).
//
// It takes block maps and lists, flow maps and lists without surprises, and scalars
// that end on the line where they begin, plus literal blocks. It gives up on
// anchors, aliases, tags, merges, folded blocks, scalars that go on over lines, tabs,
// duplicate keys, unusual keys and escapes, and on whatever is wrong.
//
// Measured on 10,000 manifests of 1.1 KB, half Services and half GRPCRoutes
// (BenchmarkContent): 9 times as fast as the library with a sixth of its allocations.
func quick(text string, limits Limits, maps *Maps) (value any, ok bool) {
	if !ordinary(text) {
		return nil, false
	}
	r := quickReader{text: text, limits: limits, maps: maps, depth: min(limits.Depth, maxQuickDepth)}
	indent := r.nextLine()
	if r.done() {
		return nil, true
	}
	if text[r.at] == '{' {
		r.json = true
		value = r.flow()
		r.endOfLine()
	} else {
		value = r.mapping(indent)
	}
	maps.leaveLarge()
	if !r.failed {
		r.nextLine()
	}
	return value, !r.failed && r.done()
}

// maxQuickDepth bounds recursion; no manifest that a person wrote comes near.
const maxQuickDepth = 100

// maxQuickKey is less than the 1024 characters within which the library wants the
// colon of a key.
const maxQuickKey = 500

// ordinary reports whether the text has only characters that mean nothing special:
// no control characters but line feeds, and no exotic line ends.
func ordinary(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' && c != '\n' || c >= 0x7f {
			if c < 0x80 {
				return false
			}
			return ordinaryRunes(text[i:])
		}
	}
	return true
}

// ordinaryRunes is ordinary for text that is more than ASCII.
func ordinaryRunes(text string) bool {
	for _, c := range text {
		switch {
		case c < ' ' && c != '\n', c >= 0x7f && c < 0xa0, c == '\u2028', c == '\u2029', c == '\ufeff', c == '\ufffe', c == '\uffff', c == utf8.RuneError:
			return false
		}
	}
	return true
}

// A quickReader stands before a character of the text. Its methods read one thing
// and leave it behind the thing, or set failed.
type quickReader struct {
	text   string
	at     int
	line   int // offset of the current line
	depth  int // how much deeper maps and lists may nest
	limits Limits
	maps   *Maps
	items  []any // of the lists being read, innermost last
	json   bool  // the document may be JSON, where a number out of range is no text
	failed bool
}

func (r *quickReader) done() bool { return r.at >= len(r.text) }

// fail gives up.
func (r *quickReader) fail() any {
	r.failed = true
	r.at = len(r.text)
	return nil
}

// column returns the column of the next character, from 0.
func (r *quickReader) column() int { return r.at - r.line }

// nextLine goes to the first character of the next line that is more than a comment,
// from the start or the end of a line, and returns its column; at the end of the text -1.
func (r *quickReader) nextLine() int {
	text := r.text
	for at := r.at; at < len(text); {
		if text[at] == '\n' {
			at++
			r.line = at
			continue
		}
		start := at
		for at < len(text) && text[at] == ' ' {
			at++
		}
		if at < len(text) && text[at] == '#' {
			for at < len(text) && text[at] != '\n' {
				at++
			}
			continue
		}
		if at < len(text) && text[at] != '\n' {
			r.at = at
			return at - start
		}
	}
	r.at = len(text)
	return -1
}

// endOfLine reads blanks and a comment up to the end of the line.
func (r *quickReader) endOfLine() {
	start := r.at
	r.blanks()
	switch {
	case r.done() || r.text[r.at] == '\n':
	case r.text[r.at] == '#' && r.at > start:
		for !r.done() && r.text[r.at] != '\n' {
			r.at++
		}
	default:
		r.fail()
	}
}

func (r *quickReader) blanks() {
	for r.at < len(r.text) && r.text[r.at] == ' ' {
		r.at++
	}
}

// nest enters a map or a list; leave must follow when it reports true.
func (r *quickReader) nest() bool {
	if r.depth--; r.depth < 0 {
		r.fail()
		return false
	}
	return true
}

func (r *quickReader) leave() { r.depth++ }

// mapping reads a block map whose keys stand in column indent, from its first key on.
func (r *quickReader) mapping(indent int) any {
	if !r.nest() {
		return nil
	}
	m := r.maps.lend()
	entries := 0
	for {
		key := r.key()
		if r.failed {
			return nil
		}
		m[key] = r.value(indent, true)
		if entries++; r.failed || len(m) != entries { // a key that is there twice
			return r.fail()
		}
		next := r.nextLine()
		if next < indent {
			r.leave()
			r.toLine()
			return m
		}
		if next > indent {
			return r.fail()
		}
	}
}

// toLine goes back to the start of the current line, which belongs to a map or list
// further out.
func (r *quickReader) toLine() {
	if !r.done() {
		r.at = r.line
	}
}

// sequence reads a block list whose dashes stand in column indent, from its first
// dash on. In a map whose keys stand in the same column, flush is set and the list
// ends at the next key.
func (r *quickReader) sequence(indent int, flush bool) any {
	if !r.nest() {
		return nil
	}
	start := len(r.items)
	for {
		r.at++ // the dash
		item := r.value(indent, false)
		if r.failed {
			return nil
		}
		r.items = append(r.items, item)
		next := r.nextLine()
		if next == indent && r.dash() {
			continue
		}
		if next > indent || next == indent && !flush {
			return r.fail()
		}
		r.leave()
		r.toLine()
		return r.list(start)
	}
}

// list returns the items from start on as a list of their own.
func (r *quickReader) list(start int) any {
	list := make([]any, len(r.items)-start)
	copy(list, r.items[start:])
	clear(r.items[start:])
	r.items = r.items[:start]
	return list
}

// dash reports whether an item of a block list begins here.
func (r *quickReader) dash() bool {
	return r.text[r.at] == '-' && (r.at+1 == len(r.text) || r.text[r.at+1] == ' ' || r.text[r.at+1] == '\n')
}

// value reads what follows a key and its colon, or a dash; indent is the column of
// the key or dash, and inMap says which of them it is.
func (r *quickReader) value(indent int, inMap bool) any {
	before := r.at
	r.blanks()
	if r.done() || r.text[r.at] == '\n' || r.text[r.at] == '#' && r.at > before {
		r.at = before
		r.endOfLine()
		return r.below(indent, inMap)
	}
	if !inMap {
		if r.dash() {
			return r.sequence(r.column(), false)
		}
		if r.atKey() {
			return r.mapping(r.column())
		}
	}
	switch r.text[r.at] {
	case '|':
		return r.literal(indent)
	case '[', '{':
		v := r.flow()
		r.endOfLine()
		return v
	case '"', '\'':
		v := r.quoted()
		r.endOfLine()
		return v
	}
	return r.bare()
}

// below reads the value that begins on a later line, or null when there is none.
func (r *quickReader) below(indent int, inMap bool) any {
	if r.failed {
		return nil
	}
	end := r.at
	next := r.nextLine()
	switch {
	case next > indent && r.dash():
		return r.sequence(next, false)
	case next > indent && r.atKey():
		return r.mapping(next)
	case next > indent:
		return r.fail()
	case inMap && next == indent && r.dash():
		return r.sequence(next, true)
	}
	r.at = end
	return nil
}
