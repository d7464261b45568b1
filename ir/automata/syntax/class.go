package syntax

import (
	"slices"
	"sort"

	"routec.dev/routec/ir/automata/syntax/ucd"
)

// MaxChar is the largest scalar value.
const MaxChar = '\U0010FFFF'

// A Range is the scalar values from Lo to Hi, both included and neither a
// surrogate; surrogates in between don't count.
type Range struct{ Lo, Hi rune }

// A Class is a set of scalar values: its ranges are sorted, and between two of
// them lies at least one scalar value. The empty class matches nothing.
type Class []Range

// Contains says whether r is in the class.
func (c Class) Contains(r rune) bool {
	i := sort.Search(len(c), func(i int) bool { return r <= c[i].Hi })
	return i < len(c) && c[i].Lo <= r
}

// Negate returns the scalar values that are not in the class.
func (c Class) Negate() Class {
	out := make(Class, 0, len(c)+1)
	next := rune(0)
	for _, r := range c {
		if r.Lo > next {
			out = append(out, Range{next, before(r.Lo)})
		}
		next = after(r.Hi)
	}
	if next <= MaxChar {
		out = append(out, Range{next, MaxChar})
	}
	return out
}

// Union returns what is in one class or the other.
func (c Class) Union(d Class) Class {
	return normal(append(slices.Clone(c), d...))
}

// Intersect returns what is in both.
func (c Class) Intersect(d Class) Class {
	var out Class
	for len(c) > 0 && len(d) > 0 {
		if lo, hi := max(c[0].Lo, d[0].Lo), min(c[0].Hi, d[0].Hi); lo <= hi {
			out = append(out, Range{lo, hi})
		}
		if c[0].Hi < d[0].Hi {
			c = c[1:]
		} else {
			d = d[1:]
		}
	}
	return out
}

// Minus returns what is in c and not in d.
func (c Class) Minus(d Class) Class { return c.Intersect(d.Negate()) }

// isASCII is also true of the empty class.
func (c Class) isASCII() bool { return len(c) == 0 || c[len(c)-1].Hi < 0x80 }

// fold adds the partners of every member under simple case folding.
func (c Class) fold() Class {
	folds := ucd.Folds()
	var more Class
	for _, r := range c {
		i := sort.Search(len(folds), func(i int) bool { return folds[i].Char >= r.Lo })
		for ; i < len(folds) && folds[i].Char <= r.Hi; i++ {
			for p := folds[i].Next; p != folds[i].Char; p = nextFold(folds, p) {
				if p < r.Lo || r.Hi < p {
					more = append(more, Range{p, p})
				}
			}
		}
	}
	if len(more) == 0 {
		return c
	}
	return c.Union(normal(more))
}

func nextFold(folds []ucd.Fold, char rune) rune {
	i := sort.Search(len(folds), func(i int) bool { return folds[i].Char >= char })
	return folds[i].Next
}

// foldASCII adds the other case of the letters a to z, which is all that i means
// where u is off.
func (c Class) foldASCII() Class {
	lower := c.Intersect(Class{{'a', 'z'}})
	upper := c.Intersect(Class{{'A', 'Z'}})
	more := slices.Clone(c)
	for _, r := range lower {
		more = append(more, Range{r.Lo - 'a' + 'A', r.Hi - 'a' + 'A'})
	}
	for _, r := range upper {
		more = append(more, Range{r.Lo - 'A' + 'a', r.Hi - 'A' + 'a'})
	}
	return normal(more)
}

// normal sorts ranges in place and joins those that overlap or touch.
func normal(ranges Class) Class {
	slices.SortFunc(ranges, func(a, b Range) int { return int(a.Lo - b.Lo) })
	out := ranges[:0]
	for _, r := range ranges {
		if last := len(out) - 1; last >= 0 && r.Lo <= after(out[last].Hi) {
			out[last].Hi = max(out[last].Hi, r.Hi)
			continue
		}
		out = append(out, r)
	}
	return out
}

// after is the scalar value that follows r; beyond MaxChar it is no character.
func after(r rune) rune {
	if r == 0xD7FF {
		return 0xE000
	}
	return r + 1
}

func before(r rune) rune {
	if r == 0xE000 {
		return 0xD7FF
	}
	return r - 1
}

// Single is the class of one character.
func Single(r rune) Class { return Class{{r, r}} }
