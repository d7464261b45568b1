package syntax

import (
	"strings"
	"sync"

	"routec.dev/routec/ir/automata/syntax/ucd"
)

// A classKey tells the classes apart that a pattern can name.
type classKey struct {
	set          ucd.Set
	fold, negate bool
	dot          int // 0: set counts; else which kind of dot
}

// cached makes a class once for a pattern: \w alone has hundreds of ranges.
func (p *parser) cached(key classKey, compute func() Class) *Regexp {
	if re := p.cache[key]; re != nil {
		return re
	}
	if p.cache == nil {
		p.cache = map[classKey]*Regexp{}
	}
	re := class(compute())
	p.work += len(re.Class)
	p.cache[key] = re
	return re
}

func (p *parser) property(set ucd.Set, fold, negate bool) Class {
	re := p.cached(classKey{set: set, fold: fold, negate: negate}, func() Class {
		c := decode(set)
		if fold {
			c = c.fold()
		}
		if negate {
			c = c.Negate()
		}
		return c
	})
	return members(re)
}

func decode(set ucd.Set) Class {
	ranges := set.Ranges()
	c := make(Class, len(ranges))
	for i, r := range ranges {
		c[i] = Range(r)
	}
	return c
}

// members undoes what [class] makes of a class of one character.
func members(re *Regexp) Class {
	if re.Op != OpLiteral {
		return re.Class
	}
	var c Class
	for _, r := range re.Text {
		c = append(c, Range{r, r})
	}
	return c
}

func (p *parser) perl(at int, letter rune) atom {
	negate := letter < 'a'
	lower := letter | 0x20
	if !p.flags.has(flagUnicode) {
		if negate {
			p.misuse(at, "pattern can match invalid UTF-8")
		}
		c := asciiClasses[map[rune]string{'d': "digit", 's': "space", 'w': "word"}[lower]]
		return atom{kind: atomClass, at: at, class: class(c), members: c}
	}
	set := map[rune]func() ucd.Set{'d': ucd.Digit, 's': ucd.Space, 'w': ucd.Word}[lower]()
	return p.setAtom(at, set, false, negate)
}

func (p *parser) setAtom(at int, set ucd.Set, fold, negate bool) atom {
	c := p.property(set, fold, negate)
	return atom{kind: atomClass, at: at, class: p.cache[classKey{set: set, fold: fold, negate: negate}], members: c}
}

// propertyEscape reads \pX, \p{name} and \p{name=value} with its variants.
func (p *parser) propertyEscape(at int) (atom, error) {
	negate := p.char() == 'P'
	if !p.bumpBlank() {
		return atom{}, p.fail(p.pos, escapeCut)
	}
	var name []rune
	if p.char() == '{' {
		for p.bumpBlank() && p.char() != '}' {
			name = append(name, p.char())
		}
		if p.eof() {
			return atom{}, p.fail(p.pos, escapeCut)
		}
		p.bump()
	} else {
		if p.char() == '\\' {
			return atom{}, p.fail(p.pos, "invalid Unicode character class")
		}
		name = append(name, p.char())
		p.bumpBlank()
		return p.lookUp(at, string(name), "", false, negate), nil
	}
	text := string(name)
	for _, op := range []string{"!=", ":", "="} {
		if before, value, ok := strings.Cut(text, op); ok {
			return p.lookUp(at, before, value, true, negate != (op == "!=")), nil
		}
	}
	return p.lookUp(at, text, "", false, negate), nil
}

func (p *parser) lookUp(at int, name, value string, hasValue, negate bool) atom {
	nothing := atom{kind: atomClass, at: at, class: class(nil)}
	if !p.flags.has(flagUnicode) {
		p.misuse(at, "Unicode not allowed here")
		return nothing
	}
	set, err := ucd.Property(name)
	if hasValue {
		set, err = ucd.PropertyValue(name, value)
	}
	if err != nil {
		p.misuse(at, err.Error())
		return nothing
	}
	return p.setAtom(at, set, p.flags.has(flagFold), negate)
}

var wordChars = sync.OnceValue(func() Class { return decode(ucd.Word()) })
