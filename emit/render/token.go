package render

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scalar reads a plain or quoted scalar; flow says that commas and brackets end it.
func (p *parser) scalar(flow bool) *node {
	n := &node{line: p.line}
	switch c := p.peek(); c {
	case '"':
		n.quoted = true
		n.text = p.doubleQuoted()
	case '\'':
		n.quoted = true
		n.text = p.singleQuoted()
	default:
		if strings.IndexByte("&*!|>%@`", c) >= 0 || c == '?' && p.isEnd(p.pos+1) {
			p.fail("%q starts something that canonical text does not use", c)
		}
		n.text = p.plain(flow)
		if n.text == "" {
			p.fail("a value is missing")
		}
	}
	return n
}

// plain reads bare text up to a comment, ": ", the end of the line or, in flow style, a
// comma or bracket.
func (p *parser) plain(flow bool) string {
	start := p.pos
	for ; p.pos < len(p.src); p.pos++ {
		c := p.src[p.pos]
		if c == '\n' || c == '#' && p.pos > start && isBlank(p.src[p.pos-1]) {
			break
		}
		if c == ':' && (p.isEnd(p.pos+1) || flow && strings.IndexByte(",[]{}", p.at(p.pos+1)) >= 0) {
			break
		}
		if flow && strings.IndexByte(",[]{}", c) >= 0 {
			break
		}
	}
	return strings.TrimRight(p.src[start:p.pos], " \t\r")
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func (p *parser) singleQuoted() string {
	p.pos++
	var out strings.Builder
	for {
		n := strings.IndexAny(p.src[p.pos:], "'\n")
		if n < 0 || p.src[p.pos+n] == '\n' {
			p.fail("a quoted text has no end on its line")
		}
		out.WriteString(p.src[p.pos : p.pos+n])
		p.pos += n + 1
		if p.peek() != '\'' {
			return out.String()
		}
		out.WriteByte('\'')
		p.pos++
	}
}

func (p *parser) doubleQuoted() string {
	p.pos++
	var out strings.Builder
	for {
		n := strings.IndexAny(p.src[p.pos:], "\"\\\n")
		if n < 0 || p.src[p.pos+n] == '\n' {
			p.fail("a quoted text has no end on its line")
		}
		out.WriteString(p.src[p.pos : p.pos+n])
		p.pos += n + 1
		if p.src[p.pos-1] == '"' {
			return out.String()
		}
		out.WriteRune(p.escape())
	}
}

// escape reads what follows a backslash.
func (p *parser) escape() rune {
	c := p.peek()
	p.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c)
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		return p.unicodeEscape()
	}
	p.fail("an unknown escape \\%c", c)
	return 0
}

// unicodeEscape reads four hexadecimal digits, and a second escape after a high surrogate.
func (p *parser) unicodeEscape() rune {
	r := p.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if p.peek() == '\\' && p.at(p.pos+1) == 'u' {
		p.pos += 2
		if r = utf16.DecodeRune(r, p.hex4()); r != utf8.RuneError {
			return r
		}
	}
	p.fail("a surrogate without its other half")
	return 0
}

func (p *parser) hex4() rune {
	if p.pos+4 > len(p.src) {
		p.fail("an escape is cut off")
	}
	v, err := strconv.ParseUint(p.src[p.pos:p.pos+4], 16, 32)
	if err != nil {
		p.fail("%q are not hexadecimal digits", p.src[p.pos:p.pos+4])
	}
	p.pos += 4
	return rune(v)
}
