package syntax

import "strings"

// asciiClasses are the names of [:name:].
var asciiClasses = map[string]Class{
	"alnum":  {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}},
	"alpha":  {{'A', 'Z'}, {'a', 'z'}},
	"ascii":  {{0, 0x7F}},
	"blank":  {{'\t', '\t'}, {' ', ' '}},
	"cntrl":  {{0, 0x1F}, {0x7F, 0x7F}},
	"digit":  {{'0', '9'}},
	"graph":  {{'!', '~'}},
	"lower":  {{'a', 'z'}},
	"print":  {{' ', '~'}},
	"punct":  {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}},
	"space":  {{'\t', '\r'}, {' ', ' '}},
	"upper":  {{'A', 'Z'}},
	"word":   {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
	"xdigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}},
}

const unclosedClass = "unclosed character class"

// An operand is a run of items in a bracketed class: their union.
type operand struct {
	members Class // in any order
	items   int
	deepest int
}

func (o *operand) add(c Class, depth int) {
	o.members = append(o.members, c...)
	o.items++
	o.deepest = max(o.deepest, depth)
}

// depth counts a level for a union of two items or more.
func (o *operand) depth() int {
	if o.items > 1 {
		return o.deepest + 1
	}
	return o.deepest
}

// An expression is the part of a bracketed class before the current operand.
type expression struct {
	value Class
	op    byte // & - or ~; 0: there is no part before
	depth int
}

// bracketed reads a class from its [ to its ] and returns its depth, itself
// included. level is how many brackets are open, this one included.
func (p *parser) bracketed(level int) (Class, int, error) {
	at := p.pos
	if level > nestLimit {
		return nil, 0, p.tooDeep(at)
	}
	negated, operand, err := p.openBracket()
	if err != nil {
		return nil, 0, err
	}
	var left expression
	for {
		p.skipBlank()
		if p.eof() {
			return nil, 0, p.fail(at, unclosedClass)
		}
		switch c := p.char(); {
		case c == ']':
			p.bump()
			left = p.combine(left, operand, 0)
			return p.closeBracket(at, left.value, negated), left.depth + 1, nil
		case (c == '&' || c == '-' || c == '~') && p.peek() == c:
			p.pos += 2
			left = p.combine(left, operand, byte(c))
			operand.members, operand.items, operand.deepest = nil, 0, 0
			if left.depth > nestLimit {
				return nil, 0, p.tooDeep(at)
			}
		case c == '[':
			if c, ok := p.asciiClass(); ok {
				operand.add(c, 0)
				continue
			}
			c, depth, err := p.bracketed(level + 1)
			if err != nil {
				return nil, 0, err
			}
			operand.add(c, depth)
		default:
			c, err := p.classItem(at)
			if err != nil {
				return nil, 0, err
			}
			operand.add(c, 0)
		}
		if p.work+len(operand.members) > workLimit {
			return nil, 0, p.fail(at, tooLarge)
		}
	}
}

// openBracket reads [ or [^ and the literals that only this place allows.
func (p *parser) openBracket() (negated bool, first operand, err error) {
	at := p.pos
	unclosed := p.fail(at, unclosedClass)
	if !p.bumpBlank() {
		return false, first, unclosed
	}
	if p.char() == '^' {
		negated = true
		if !p.bumpBlank() {
			return false, first, unclosed
		}
	}
	for p.char() == '-' {
		first.add(Class{{'-', '-'}}, 0)
		if !p.bumpBlank() {
			return false, first, unclosed
		}
	}
	if first.items == 0 && p.char() == ']' {
		first.add(Class{{']', ']'}}, 0)
		if !p.bumpBlank() {
			return false, first, unclosed
		}
	}
	return negated, first, nil
}

// combine applies the pending operator, if any, and makes next the pending one.
// Each operand is folded before the operator, spec/matching.md §9.7.
func (p *parser) combine(left expression, right operand, next byte) expression {
	value := normal(right.members)
	if left.op == 0 && next == 0 {
		return expression{value, 0, right.depth()}
	}
	if p.flags.has(flagFold) {
		value = p.fold(value)
	}
	p.work += len(value) + len(left.value)
	switch left.op {
	case 0:
		return expression{value, next, right.depth()}
	case '&':
		value = left.value.Intersect(value)
	case '-':
		value = left.value.Minus(value)
	case '~':
		value = left.value.Union(value).Minus(left.value.Intersect(value))
	}
	return expression{value, next, max(left.depth, right.depth()) + 1}
}

func (p *parser) closeBracket(at int, c Class, negated bool) Class {
	if p.flags.has(flagFold) {
		c = p.fold(c)
	}
	if negated {
		if !p.flags.has(flagUnicode) {
			p.misuse(at, "pattern can match invalid UTF-8")
		}
		c = c.Negate()
	}
	p.work += len(c)
	return c
}

func (p *parser) fold(c Class) Class {
	p.work += 4 * len(c) // finding the partners takes longer than copying
	if !p.flags.has(flagUnicode) {
		return c.foldASCII()
	}
	return c.fold()
}

// asciiClass reads [:name:], or nothing if that is not what stands here.
func (p *parser) asciiClass() (Class, bool) {
	rest, ok := strings.CutPrefix(p.pattern[p.pos:], "[:")
	if !ok {
		return nil, false
	}
	name, rest, ok := strings.Cut(rest, ":")
	if !ok || !strings.HasPrefix(rest, "]") {
		return nil, false
	}
	name, negated := strings.CutPrefix(name, "^")
	c, ok := asciiClasses[name]
	if !ok {
		return nil, false
	}
	at := p.pos
	p.pos = len(p.pattern) - len(rest) + 1
	return p.closeBracket(at, c, negated), true
}

// classItem reads a character, a range of two, or an escape that is a class.
func (p *parser) classItem(open int) (Class, error) {
	first, err := p.atom()
	if err != nil {
		return nil, err
	}
	p.skipBlank()
	if p.eof() {
		return nil, p.fail(open, unclosedClass)
	}
	if p.char() != '-' || endsItem(p.peekBlank()) {
		switch first.kind {
		case atomAssertion:
			return nil, p.fail(first.at, "invalid escape sequence found in character class")
		case atomClass:
			return first.members, nil
		}
		p.member(first)
		return Class{{first.char, first.char}}, nil
	}
	if !p.bumpBlank() {
		return nil, p.fail(open, unclosedClass)
	}
	last, err := p.atom()
	if err != nil {
		return nil, err
	}
	for _, end := range []atom{first, last} {
		if end.kind != atomChar {
			return nil, p.fail(end.at, "invalid range boundary, must be a literal")
		}
	}
	if last.char < first.char {
		return nil, p.fail(first.at, "invalid character class range, the start must be <= the end")
	}
	p.member(first)
	p.member(last)
	return Class{{first.char, last.char}}, nil
}

// endsItem says whether a - before c is not that of a range.
func endsItem(c rune) bool { return c == ']' || c == '-' }

// member complains about a character that a class of bytes cannot hold.
func (p *parser) member(a atom) {
	switch {
	case a.char < 0x80 || p.flags.has(flagUnicode):
	case a.byteHex:
		p.misuse(a.at, "pattern can match invalid UTF-8")
	default:
		p.misuse(a.at, "Unicode not allowed here")
	}
}
