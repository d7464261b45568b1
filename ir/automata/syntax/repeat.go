package syntax

import (
	"strconv"
	"unicode"
)

const repetitionMissing = "repetition operator missing expression"

// repetition reads ?, * or +, and the ? that makes it lazy.
func (p *parser) repetition() error {
	at := p.pos
	if p.top().branch.last == lastNone {
		return p.fail(at, repetitionMissing)
	}
	least, most := int64(0), int64(Unbounded)
	switch p.char() {
	case '?':
		most = 1
	case '+':
		least = 1
	}
	lazy := false
	if p.bump() && p.char() == '?' {
		lazy = true
		p.bump()
	}
	return p.repeatLast(at, least, most, lazy)
}

// counted reads {n}, {n,} or {n,m}.
func (p *parser) counted() error {
	at := p.pos
	if p.top().branch.last == lastNone {
		return p.fail(at, repetitionMissing)
	}
	unclosed := func() error { return p.fail(at, "unclosed counted repetition") }
	if !p.bumpBlank() {
		return unclosed()
	}
	least, leastErr := p.decimal()
	if p.eof() {
		return unclosed()
	}
	most := least
	if p.char() == ',' {
		if !p.bumpBlank() {
			return unclosed()
		}
		most = Unbounded
		if p.char() != '}' && leastErr == nil {
			var err error
			if most, err = p.decimal(); err != nil {
				return err
			}
		}
	}
	if leastErr != nil {
		return leastErr
	}
	if p.char() != '}' {
		return unclosed()
	}
	lazy := false
	if p.bumpBlank() && p.char() == '?' {
		lazy = true
		p.bump()
	}
	if most != Unbounded && most < least {
		return p.fail(at, "invalid repetition count range, the start must be <= the end")
	}
	return p.repeatLast(at, least, most, lazy)
}

// decimal reads a number with blanks around it.
func (p *parser) decimal() (int64, error) {
	for !p.eof() && unicode.IsSpace(p.char()) {
		p.bump()
	}
	start := p.pos
	var digits []byte
	for '0' <= p.char() && p.char() <= '9' {
		digits = append(digits, byte(p.char()))
		p.bumpBlank()
	}
	for !p.eof() && unicode.IsSpace(p.char()) {
		p.bumpBlank()
	}
	if len(digits) == 0 {
		return 0, p.fail(start, "repetition quantifier expects a valid decimal")
	}
	n, err := strconv.ParseUint(string(digits), 10, 32)
	if err != nil {
		return 0, p.fail(start, "decimal literal invalid")
	}
	return int64(n), nil
}

func (p *parser) repeatLast(at int, least, most int64, lazy bool) error {
	b := &p.top().branch
	depth := b.depth + 1
	return p.add(at, repeat(b.pop(), least, most, lazy != p.flags.has(flagSwap)), depth)
}
