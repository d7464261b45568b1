package syntax

import "unicode/utf8"

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
