package syntax

import (
	"unicode"
	"unicode/utf8"
)

// Reading characters, one after the other. Under x, blanks and comments separate items and are skipped
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
