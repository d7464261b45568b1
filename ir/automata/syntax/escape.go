package syntax

import (
	"strconv"
	"strings"
)

// An atom is a character or an escape sequence, in a class or outside.
type atom struct {
	kind      atomKind
	at        int
	char      rune
	byteHex   bool    // char was written as \xHH, which is a byte where u is off
	class     *Regexp // OpClass or what [class] made of it
	members   Class
	assertion Assertion
}

type atomKind uint8

const (
	atomChar atomKind = iota
	atomClass
	atomAssertion
)

const escapeCut = "incomplete escape sequence, reached end of pattern prematurely"

// atom reads a character that stands for itself, or an escape.
func (p *parser) atom() (atom, error) {
	if p.char() == '\\' {
		return p.escape()
	}
	a := atom{at: p.pos, char: p.char()}
	p.bump()
	return a, nil
}

func (p *parser) escape() (atom, error) {
	at := p.pos
	if !p.bump() {
		return atom{}, p.fail(at, escapeCut)
	}
	c := p.char()
	switch {
	case '0' <= c && c <= '9':
		return atom{}, p.fail(at, "backreferences are not supported")
	case c == 'x' || c == 'u' || c == 'U':
		char, byteHex, err := p.hex()
		return atom{at: at, char: char, byteHex: byteHex}, err
	case c == 'p' || c == 'P':
		return p.propertyEscape(at)
	case strings.ContainsRune("dDsSwW", c):
		p.bump()
		return p.perl(at, c), nil
	}
	p.bump()
	if i := strings.IndexRune(`afnrtv`, c); i >= 0 {
		return atom{at: at, char: rune("\a\f\n\r\t\v"[i])}, nil
	}
	switch c {
	case 'A':
		return atom{kind: atomAssertion, at: at, assertion: TextStart}, nil
	case 'z':
		return atom{kind: atomAssertion, at: at, assertion: TextEnd}, nil
	case 'b':
		return p.boundary(at)
	case 'B':
		return p.word(at, NotWordBoundary), nil
	case '<':
		return p.word(at, WordStart), nil
	case '>':
		return p.word(at, WordEnd), nil
	}
	if c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' {
		return atom{}, p.fail(at, "unrecognized escape sequence")
	}
	return atom{at: at, char: c}, nil
}

// word is an assertion about word characters, ASCII ones where u is off.
func (p *parser) word(at int, a Assertion) atom {
	if !p.flags.has(flagUnicode) {
		a += toASCII
	}
	return atom{kind: atomAssertion, at: at, assertion: a}
}

// boundary reads what may follow \b: the name of a special boundary in braces. If
// no name starts there, the brace is a count.
func (p *parser) boundary(at int) (atom, error) {
	brace := p.pos
	if p.char() != '{' {
		return p.word(at, WordBoundary), nil
	}
	if !p.bumpBlank() {
		return atom{}, p.fail(at, `found either the beginning of a special word boundary or a bounded repetition on a \b with an opening brace, but no closing brace`)
	}
	start := p.pos
	letter := func(c rune) bool { return c == '-' || 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80 }
	if !letter(p.char()) {
		p.pos = brace
		return p.word(at, WordBoundary), nil
	}
	var name []byte
	for letter(p.char()) {
		name = append(name, byte(p.char()))
		p.bumpBlank()
	}
	if p.char() != '}' {
		return atom{}, p.fail(brace, "special word boundary assertion is either unclosed or contains an invalid character")
	}
	p.bump()
	switch string(name) {
	case "start":
		return p.word(at, WordStart), nil
	case "end":
		return p.word(at, WordEnd), nil
	case "start-half":
		return p.word(at, WordStartHalf), nil
	case "end-half":
		return p.word(at, WordEndHalf), nil
	}
	return atom{}, p.fail(start, "unrecognized special word boundary assertion, valid choices are: start, end, start-half or end-half")
}

// hex reads \xHH, \uHHHH, \UHHHHHHHH or one of the three with braces.
func (p *parser) hex() (char rune, byteHex bool, err error) {
	digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}[p.char()]
	if !p.bumpBlank() {
		return 0, false, p.fail(p.pos, escapeCut)
	}
	if p.char() == '{' {
		char, err = p.hexBraces()
		return char, false, err
	}
	start := p.pos
	var text []byte
	for i := range digits {
		if i > 0 && !p.bumpBlank() {
			return 0, false, p.fail(p.pos, escapeCut)
		}
		if !isHex(p.char()) {
			return 0, false, p.fail(p.pos, "invalid hexadecimal digit")
		}
		text = append(text, byte(p.char()))
	}
	p.bumpBlank()
	char, err = p.scalar(start, string(text))
	return char, digits == 2, err
}

func (p *parser) hexBraces() (rune, error) {
	brace := p.pos
	var text []byte
	for p.bumpBlank() && p.char() != '}' {
		if !isHex(p.char()) {
			return 0, p.fail(p.pos, "invalid hexadecimal digit")
		}
		text = append(text, byte(p.char()))
	}
	if p.eof() {
		return 0, p.fail(brace, escapeCut)
	}
	p.bumpBlank()
	if len(text) == 0 {
		return 0, p.fail(brace, "hexadecimal literal empty")
	}
	return p.scalar(brace+1, string(text))
}

func (p *parser) scalar(at int, hex string) (rune, error) {
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || n > MaxChar || 0xD800 <= n && n <= 0xDFFF {
		return 0, p.fail(at, "hexadecimal literal is not a Unicode scalar value")
	}
	return rune(n), nil
}

func isHex(c rune) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
