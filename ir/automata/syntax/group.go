package syntax

import (
	"strings"

	"routec.dev/routec/ir/automata/syntax/ucd"
)

// flags are the switches that hold at a place in the pattern.
type flags uint8

const (
	flagFold     flags = 1 << iota // i
	flagMulti                      // m
	flagDotAll                     // s
	flagSwap                       // U
	flagUnicode                    // u, on at the start
	flagCRLF                       // R
	flagExtended                   // x
)

const flagLetters = "imsUuRx" // in the order of the bits

func (f flags) has(g flags) bool { return f&g != 0 }

// openGroup reads from ( up to the body of the group; (?flags) has none.
func (p *parser) openGroup() error {
	at := p.pos
	p.bump()
	p.skipBlank()
	rest := p.pattern[p.pos:]
	for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
		if strings.HasPrefix(rest, look) {
			return p.fail(at, "look-around, including look-ahead and look-behind, is not supported")
		}
	}
	opened := group{at: at, outer: p.flags}
	switch {
	case strings.HasPrefix(rest, "?P<"), strings.HasPrefix(rest, "?<"):
		p.pos += strings.IndexByte(rest, '<') + 1
		p.groups++
		opened.index = p.groups
		name, err := p.groupName()
		if err != nil {
			return err
		}
		opened.name = name
	case strings.HasPrefix(rest, "?"):
		set, clear, end, err := p.flagList(at)
		if err != nil {
			return err
		}
		p.flags = p.flags&^clear | set
		if end == ')' {
			p.top().branch.directive()
			return nil
		}
	default:
		p.groups++
		opened.index = p.groups
	}
	if len(p.open) > nestLimit {
		return p.tooDeep(at)
	}
	p.open = append(p.open, opened)
	return nil
}

func (p *parser) closeGroup() error {
	if len(p.open) == 1 {
		return p.fail(p.pos, "unopened group")
	}
	g := p.top()
	p.flags = g.outer
	p.bump()
	re, depth := g.finish()
	if g.index > 0 {
		re = capture(re, g.index, g.name)
	}
	at := g.at
	p.open = p.open[:len(p.open)-1]
	return p.add(at, re, depth+1)
}

func (p *parser) groupName() (string, error) {
	start := p.pos
	for ; !p.eof() && p.char() != '>'; p.bump() {
		c := p.char()
		ok := c == '_' || p.alphabetic(c) ||
			p.pos > start && (c == '.' || c == '[' || c == ']' || p.numeric(c))
		if !ok {
			return "", p.fail(p.pos, "invalid capture group character")
		}
	}
	if p.eof() {
		return "", p.fail(p.pos, "unclosed capture group name")
	}
	name := p.pattern[start:p.pos]
	p.bump()
	if name == "" {
		return "", p.fail(start, "empty capture group name")
	}
	if p.names[name] {
		return "", p.fail(start, "duplicate capture group name")
	}
	if p.names == nil {
		p.names = map[string]bool{}
	}
	p.names[name] = true
	return name, nil
}

// flagList reads from ? to the : or ) that ends the list, which it returns.
func (p *parser) flagList(open int) (set, clear flags, end rune, err error) {
	question := p.pos
	if !p.bump() {
		return 0, 0, 0, p.fail(open, "unclosed group")
	}
	negative := -1 // where the - stands
	for p.char() != ':' && p.char() != ')' {
		if p.char() == '-' {
			if negative >= 0 {
				return 0, 0, 0, p.fail(p.pos, "flag negation operator repeated")
			}
			negative = p.pos
		} else {
			i := strings.IndexRune(flagLetters, p.char())
			if i < 0 {
				return 0, 0, 0, p.fail(p.pos, "unrecognized flag")
			}
			f := flags(1) << i
			if (set | clear).has(f) {
				return 0, 0, 0, p.fail(p.pos, "duplicate flag")
			}
			if negative >= 0 {
				clear |= f
			} else {
				set |= f
			}
		}
		if !p.bump() {
			return 0, 0, 0, p.fail(p.pos, "expected flag but got end of regex")
		}
	}
	if negative >= 0 && clear == 0 {
		return 0, 0, 0, p.fail(negative, "dangling flag negation operator")
	}
	end = p.char()
	p.bump()
	if end == ')' && set|clear == 0 {
		return 0, 0, 0, p.fail(question, "repetition operator missing expression")
	}
	return set, clear, end, nil
}

// alphabetic says what a group name can start with.
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
