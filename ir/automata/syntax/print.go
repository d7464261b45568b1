package syntax

import (
	"fmt"
	"strconv"
	"strings"
)

// String writes the tree as a pattern of the dialect, without flags that reach
// beyond one assertion and without names of classes. Parsing it gives the tree
// again, if it does not nest too deep by then.
func (re *Regexp) String() string {
	var b strings.Builder
	re.print(&b)
	return b.String()
}

func (re *Regexp) print(b *strings.Builder) {
	switch re.Op {
	case OpLiteral:
		for _, r := range re.Text {
			printChar(b, r)
		}
	case OpClass:
		re.Class.print(b)
	case OpAssert:
		b.WriteString(re.Assert.String())
	case OpRepeat:
		re.printRepeat(b)
	case OpCapture:
		b.WriteByte('(')
		if re.Name != "" {
			fmt.Fprintf(b, "?P<%s>", re.Name)
		}
		re.Sub[0].print(b)
		b.WriteByte(')')
	case OpConcat:
		for _, sub := range re.Sub {
			sub.printWrapped(b, sub.Op == OpAlternate)
		}
	case OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				b.WriteByte('|')
			}
			sub.print(b)
		}
	}
}

func (re *Regexp) printWrapped(b *strings.Builder, wrap bool) {
	if wrap {
		b.WriteString("(?:")
		defer b.WriteByte(')')
	}
	re.print(b)
}

func (re *Regexp) printRepeat(b *strings.Builder) {
	body := re.Sub[0]
	switch {
	case body.Op == OpClass, body.Op == OpAssert, body.Op == OpCapture:
		body.print(b)
	default:
		body.printWrapped(b, body.Op != OpLiteral || len([]rune(body.Text)) > 1)
	}
	switch {
	case re.Min == 0 && re.Max == Unbounded:
		b.WriteByte('*')
	case re.Min == 1 && re.Max == Unbounded:
		b.WriteByte('+')
	case re.Min == 0 && re.Max == 1:
		b.WriteByte('?')
	case re.Max == Unbounded:
		fmt.Fprintf(b, "{%d,}", re.Min)
	case re.Max == re.Min:
		fmt.Fprintf(b, "{%d}", re.Min)
	default:
		fmt.Fprintf(b, "{%d,%d}", re.Min, re.Max)
	}
	if re.Lazy {
		b.WriteByte('?')
	}
}

func (c Class) print(b *strings.Builder) {
	if len(c) == 0 {
		b.WriteString("[a&&b]") // nothing is both
		return
	}
	b.WriteByte('[')
	for _, r := range c {
		printChar(b, r.Lo)
		if r.Lo != r.Hi {
			b.WriteByte('-')
			printChar(b, r.Hi)
		}
	}
	b.WriteByte(']')
}

func printChar(b *strings.Builder, r rune) {
	switch {
	case strings.ContainsRune(`\.+*?()|[]{}^$#&-~`, r):
		b.WriteByte('\\')
		b.WriteRune(r)
	case strconv.IsPrint(r) || r == ' ':
		b.WriteRune(r)
	default:
		fmt.Fprintf(b, `\u{%x}`, r)
	}
}

var assertionNames = [...]string{
	TextStart: `\A`, TextEnd: `\z`,
	LineStart: `(?m:^)`, LineEnd: `(?m:$)`, LineStartCRLF: `(?mR:^)`, LineEndCRLF: `(?mR:$)`,
	WordBoundary: `\b`, NotWordBoundary: `\B`,
	WordStart: `\b{start}`, WordEnd: `\b{end}`, WordStartHalf: `\b{start-half}`, WordEndHalf: `\b{end-half}`,
	ASCIIWordBoundary: `(?-u:\b)`, ASCIINotWordBoundary: `(?-u:\B)`,
	ASCIIWordStart: `(?-u:\b{start})`, ASCIIWordEnd: `(?-u:\b{end})`,
	ASCIIWordStartHalf: `(?-u:\b{start-half})`, ASCIIWordEndHalf: `(?-u:\b{end-half})`,
}

func (a Assertion) String() string { return assertionNames[a] }
