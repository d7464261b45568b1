package syntax

import (
	"unicode"
	"unicode/utf8"

	"routec.dev/routec/ir/automata/syntax/ucd"
)

// A parser reads one pattern from left to right and builds the tree as it goes.
//
// Complaints come in two kinds, as upstream reads a pattern twice: one about the
// form ends the reading; one about the meaning (an unknown property, a class that
// matches no UTF-8) is kept, and reported if the form turns out to be right.
type parser struct {
	pattern string
	pos     int
	flags   flags
	open    []group // groups around pos, the whole pattern first
	names   map[string]bool
	groups  int32 // capturing groups so far
	meaning *Error
	work    int // ranges produced for classes so far
	cache   map[classKey]*Regexp
}

// nestLimit bounds how deep a pattern may nest: spec/matching.md §9.7 says what counts.
const nestLimit = 250

// workLimit bounds the character ranges that one pattern may cause to be made, far
// beyond what the limit on compiled size leaves to a pattern that uses them.
const workLimit = 4 << 20

// A group is one whose closing parenthesis has not come yet.
type group struct {
	at       int   // of its parenthesis
	outer    flags // to restore at its end
	index    int32 // 0: does not capture
	name     string
	branches []*Regexp
	deepest  int // among finished branches
	branch   branch
}

// A branch is the sequence that is being read. Single characters wait in run, so
// that a long text costs its bytes.
type branch struct {
	items   []*Regexp
	run     []byte
	count   int  // items of the source, flag directives and run's characters included
	deepest int  // among them
	last    last // what a repetition would apply to
	depth   int  // of the last item
}

type last uint8

const (
	lastNone last = iota // nothing, or a flag directive
	lastChar             // the last character of run
	lastItem             // the last of items
)

func (p *parser) parse() (*Regexp, error) {
	p.open = []group{{}}
	for {
		p.skipBlank()
		if p.eof() {
			break
		}
		if err := p.item(); err != nil {
			return nil, err
		}
		if p.work > workLimit {
			return nil, p.fail(0, tooLarge)
		}
	}
	if len(p.open) > 1 {
		return nil, p.fail(p.top().at, "unclosed group")
	}
	re, depth := p.top().finish()
	if depth > nestLimit {
		return nil, p.tooDeep(0)
	}
	return re, nil
}

// item reads whatever starts at pos.
func (p *parser) item() error {
	switch p.char() {
	case '(':
		return p.openGroup()
	case ')':
		return p.closeGroup()
	case '|':
		p.top().alternate()
		p.bump()
		return nil
	case '[':
		at := p.pos
		c, depth, err := p.bracketed(1)
		if err != nil {
			return err
		}
		return p.add(at, class(c), depth)
	case '?', '*', '+':
		return p.repetition()
	case '{':
		return p.counted()
	case '.':
		p.dot()
		p.bump()
		return nil
	case '^', '$':
		p.top().branch.add(p.anchor(p.char()), 0)
		p.bump()
		return nil
	}
	a, err := p.atom()
	if err != nil {
		return err
	}
	return p.addAtom(a)
}

func (p *parser) addAtom(a atom) error {
	switch a.kind {
	case atomChar:
		p.literal(a)
	case atomClass:
		return p.add(a.at, a.class, 0)
	case atomAssertion:
		return p.add(a.at, assertion(a.assertion), 0)
	}
	return nil
}

// literal adds one character, or the class of its case variants under i.
func (p *parser) literal(a atom) {
	b := &p.top().branch
	if a.byteHex && a.char >= 0x80 && !p.flags.has(flagUnicode) {
		p.misuse(a.at, "pattern can match invalid UTF-8")
	}
	if p.flags.has(flagFold) {
		if c := p.fold(Class{{a.char, a.char}}); len(c) > 1 || c[0].Lo != c[0].Hi {
			b.add(class(c), 0)
			return
		}
	}
	b.run = utf8.AppendRune(b.run, a.char)
	b.count++
	b.last, b.depth = lastChar, 0
}

func (p *parser) dot() {
	if !p.flags.has(flagUnicode) {
		p.misuse(p.pos, "pattern can match invalid UTF-8")
	}
	var not Class
	switch {
	case p.flags.has(flagDotAll):
	case p.flags.has(flagCRLF):
		not = Class{{'\n', '\n'}, {'\r', '\r'}}
	default:
		not = Class{{'\n', '\n'}}
	}
	p.top().branch.add(p.cached(classKey{dot: len(not) + 1}, func() Class { return not.Negate() }), 0)
}

func (p *parser) anchor(char rune) *Regexp {
	a := TextStart
	if p.flags.has(flagMulti) {
		a = LineStart
		if p.flags.has(flagCRLF) {
			a = LineStartCRLF
		}
	}
	if char == '$' {
		a++ // each end follows its start
	}
	return assertion(a)
}

func (p *parser) add(at int, re *Regexp, depth int) error {
	if depth > nestLimit {
		return p.tooDeep(at)
	}
	p.top().branch.add(re, depth)
	return nil
}

func (p *parser) top() *group { return &p.open[len(p.open)-1] }

func (b *branch) add(re *Regexp, depth int) {
	b.flush()
	b.items = append(b.items, re)
	b.count++
	b.deepest = max(b.deepest, depth)
	b.last, b.depth = lastItem, depth
}

// directive records (?flags), an item that nothing can repeat.
func (b *branch) directive() {
	b.count++
	b.last = lastNone
}

func (b *branch) flush() {
	if len(b.run) > 0 {
		b.items = append(b.items, literal(string(b.run)))
		b.run = b.run[:0]
	}
}

// pop takes back the last item for a repetition of it.
func (b *branch) pop() *Regexp {
	b.count--
	if b.last == lastChar {
		_, n := utf8.DecodeLastRune(b.run)
		char := string(b.run[len(b.run)-n:])
		b.run = b.run[:len(b.run)-n]
		return literal(char)
	}
	re := b.items[len(b.items)-1]
	b.items = b.items[:len(b.items)-1]
	return re
}

// finish ends the branch. Two items or more are one level of depth.
func (b *branch) finish() (*Regexp, int) {
	b.flush()
	depth := b.deepest
	if b.count > 1 {
		depth++
	}
	re := concat(b.items)
	*b = branch{}
	return re, depth
}

func (g *group) alternate() {
	re, depth := g.branch.finish()
	g.branches = append(g.branches, re)
	g.deepest = max(g.deepest, depth)
}

// finish ends the group. Two branches or more are one level of depth.
func (g *group) finish() (*Regexp, int) {
	g.alternate()
	if len(g.branches) == 1 {
		return g.branches[0], g.deepest
	}
	return alternate(g.branches), g.deepest + 1
}

// fail is a complaint about the form.
func (p *parser) fail(at int, message string) error {
	return &Error{p.pattern, at, message}
}

// misuse is a complaint about the meaning; the first one counts.
func (p *parser) misuse(at int, message string) {
	if p.meaning == nil {
		p.meaning = &Error{p.pattern, at, message}
	}
}

func (p *parser) tooDeep(at int) error {
	return p.fail(at, "exceed the maximum number of nested parentheses/brackets (250)")
}

// Reading characters. Under x, blanks and comments separate items and are skipped
// where the methods with Blank in their name are used.

func (p *parser) eof() bool { return p.pos == len(p.pattern) }

// char is the character at pos, -1 at the end.
func (p *parser) char() rune { return p.charAt(p.pos) }

func (p *parser) charAt(at int) rune {
	if at >= len(p.pattern) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(p.pattern[at:])
	return r
}

// bump moves to the next character and says whether there is one.
func (p *parser) bump() bool {
	if p.eof() {
		return false
	}
	_, n := utf8.DecodeRuneInString(p.pattern[p.pos:])
	p.pos += n
	return !p.eof()
}

func (p *parser) bumpBlank() bool {
	if !p.bump() {
		return false
	}
	p.skipBlank()
	return !p.eof()
}

func (p *parser) skipBlank() {
	if !p.flags.has(flagExtended) {
		return
	}
	for !p.eof() {
		switch c := p.char(); {
		case unicode.IsSpace(c): // the same characters as White_Space
			p.bump()
		case c == '#':
			for p.bump() && p.char() != '\n' {
			}
			p.bump()
		default:
			return
		}
	}
}

// peek is the character after the one at pos.
func (p *parser) peek() rune {
	at := p.pos
	if at < len(p.pattern) {
		_, n := utf8.DecodeRuneInString(p.pattern[at:])
		at += n
	}
	return p.charAt(at)
}

// peekBlank looks past blanks under x. It sees the first character of a comment's
// text, not what follows the comment: an oddity of the crate that decides whether
// a - is literal.
func (p *parser) peekBlank() rune {
	if !p.flags.has(flagExtended) {
		return p.peek()
	}
	comment := false
	_, n := utf8.DecodeRuneInString(p.pattern[p.pos:])
	for _, c := range p.pattern[p.pos+n:] {
		switch {
		case unicode.IsSpace(c):
		case !comment && c == '#':
			comment = true
		default:
			return c
		}
	}
	return p.charAt(p.pos + n)
}

// alphabetic and numeric serve group names.
func (p *parser) alphabetic(r rune) bool {
	if r < 0x80 {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return p.named(r, "alphabetic")
}

func (p *parser) numeric(r rune) bool {
	if r < 0x80 {
		return '0' <= r && r <= '9'
	}
	return p.named(r, "number")
}

func (p *parser) named(r rune, property string) bool {
	set, err := ucd.Property(property)
	if err != nil {
		panic("syntax: no property " + property)
	}
	return p.property(set, false, false).Contains(r)
}
