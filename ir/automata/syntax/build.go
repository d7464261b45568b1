package syntax

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The builders below make every tree; see [Regexp] for what they simplify and why.

var emptyRegexp = &Regexp{Op: OpEmpty}

func literal(text string) *Regexp {
	if text == "" {
		return emptyRegexp
	}
	n := int64(len(text))
	return &Regexp{Op: OpLiteral, Text: text, shortest: n, longest: n}
}

// class is a literal if it has one member.
func class(c Class) *Regexp {
	if len(c) == 0 {
		return &Regexp{Op: OpClass, shortest: impossible, longest: unlimited}
	}
	if len(c) == 1 && c[0].Lo == c[0].Hi {
		return literal(string(c[0].Lo))
	}
	lo, hi := utf8.RuneLen(c[0].Lo), utf8.RuneLen(c[len(c)-1].Hi)
	return &Regexp{Op: OpClass, Class: c, shortest: int64(lo), longest: int64(hi)}
}

func assertion(a Assertion) *Regexp { return &Regexp{Op: OpAssert, Assert: a} }

func capture(sub *Regexp, index int32, name string) *Regexp {
	return &Regexp{
		Op: OpCapture, Sub: []*Regexp{sub}, Index: index, Name: name,
		shortest: sub.shortest, longest: sub.longest,
	}
}

// repeat drops counts that say nothing: what is empty need not be repeated.
func repeat(sub *Regexp, least, most int64, lazy bool) *Regexp {
	if sub.longest == 0 {
		least = min(least, 1)
		if most == Unbounded || most > 1 {
			most = 1
		}
	}
	switch {
	case most == 0:
		return emptyRegexp
	case least == 1 && most == 1:
		return sub
	}
	re := &Regexp{Op: OpRepeat, Sub: []*Regexp{sub}, Min: least, Max: most, Lazy: lazy}
	re.shortest, re.longest = impossible, unlimited
	if sub.shortest != impossible {
		re.shortest = times(sub.shortest, least)
	}
	if most != Unbounded && sub.longest != unlimited {
		if n := times(sub.longest, most); n < math.MaxInt64 {
			re.longest = n
		}
	}
	return re
}

// concat flattens, drops what is empty and joins neighbouring texts.
func concat(subs []*Regexp) *Regexp {
	var out []*Regexp
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, literal(text.String()))
			text.Reset()
		}
	}
	add := func(re *Regexp) {
		if re.Op == OpLiteral {
			text.WriteString(re.Text)
			return
		}
		flush()
		out = append(out, re)
	}
	for _, sub := range subs {
		switch sub.Op {
		case OpEmpty:
		case OpConcat:
			for _, s := range sub.Sub {
				add(s)
			}
		default:
			add(sub)
		}
	}
	flush()
	switch len(out) {
	case 0:
		return emptyRegexp
	case 1:
		return out[0]
	}
	return sequence(out)
}

// sequence is a concatenation of two parts or more, as they are.
func sequence(subs []*Regexp) *Regexp {
	re := &Regexp{Op: OpConcat, Sub: subs}
	for _, s := range subs {
		if s.shortest == impossible || re.shortest == impossible {
			re.shortest = impossible
		} else {
			re.shortest = plus(re.shortest, s.shortest)
		}
		if s.longest == unlimited || re.longest == unlimited {
			re.longest = unlimited
		} else {
			re.longest = plus(re.longest, s.longest)
		}
	}
	return re
}

// alternate flattens, makes a class of branches of one character each, and lifts
// a prefix that all branches share.
func alternate(subs []*Regexp) *Regexp {
	var out []*Regexp
	for _, sub := range subs {
		if sub.Op == OpAlternate {
			out = append(out, sub.Sub...)
		} else {
			out = append(out, sub)
		}
	}
	switch len(out) {
	case 0:
		return class(nil)
	case 1:
		return out[0]
	}
	if c, ok := oneOf(out); ok {
		return class(c)
	}
	if re, ok := liftPrefix(out); ok {
		return re
	}
	re := &Regexp{Op: OpAlternate, Sub: out, shortest: math.MaxInt64}
	for _, s := range out {
		// One branch that can't match leaves the length unknown, as upstream.
		re.shortest = min(re.shortest, s.shortest)
		if s.longest == unlimited || re.longest == unlimited {
			re.longest = unlimited
		} else {
			re.longest = max(re.longest, s.longest)
		}
	}
	return re
}

// oneOf merges branches that are all single characters, or all classes.
func oneOf(branches []*Regexp) (Class, bool) {
	var out Class
	for _, b := range branches {
		switch {
		case b.Op != branches[0].Op:
			return nil, false
		case b.Op == OpClass:
			out = append(out, b.Class...)
		case b.Op == OpLiteral:
			r, n := utf8.DecodeRuneInString(b.Text)
			if n != len(b.Text) {
				return nil, false
			}
			out = append(out, Range{r, r})
		default:
			return nil, false
		}
	}
	return normal(out), true
}

// liftPrefix turns xa|xb into x(?:a|b), for branches that are all concatenations.
func liftPrefix(branches []*Regexp) (*Regexp, bool) {
	if branches[0].Op != OpConcat {
		return nil, false
	}
	prefix := branches[0].Sub
	for _, b := range branches[1:] {
		if b.Op != OpConcat {
			return nil, false
		}
		n := 0
		for n < min(len(prefix), len(b.Sub)) && equal(prefix[n], b.Sub[n]) {
			n++
		}
		if n == 0 {
			return nil, false
		}
		prefix = prefix[:n]
	}
	rest := make([]*Regexp, len(branches))
	for i, b := range branches {
		rest[i] = concat(b.Sub[len(prefix):])
	}
	return concat(append(slices.Clone(prefix), alternate(rest))), true
}

func equal(a, b *Regexp) bool {
	if a == b {
		return true
	}
	return a.Op == b.Op && a.Assert == b.Assert && a.Lazy == b.Lazy && a.Index == b.Index &&
		a.Min == b.Min && a.Max == b.Max && a.Text == b.Text &&
		slices.Equal(a.Class, b.Class) && slices.EqualFunc(a.Sub, b.Sub, equal)
}

// plus and times stop at the largest number; lengths and counts are not negative.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func times(a, b int64) int64 {
	if a != 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}
