package reqset

import (
	"slices"
	"strconv"
)

// tokens is a set of words: those of the list, or all but those. The zero value holds every
// word.
type tokens struct {
	list []string
	only bool
}

func word(w string) tokens { return tokens{[]string{w}, true} }

func (t tokens) has(w string) bool { return slices.Contains(t.list, w) == t.only }

func (t tokens) empty() bool { return t.only && len(t.list) == 0 }

func (t tokens) complement() tokens { return tokens{t.list, !t.only} }

func (t tokens) and(u tokens) tokens {
	if !t.only && u.only {
		t, u = u, t
	}
	out := tokens{only: t.only}
	for _, w := range t.list {
		if !t.only || u.has(w) {
			out.list = append(out.list, w)
		}
	}
	if t.only {
		return out
	}
	for _, w := range u.list {
		if !slices.Contains(out.list, w) {
			out.list = append(out.list, w)
		}
	}
	return out
}

// pick returns a member: one of those preferred, or the last of them with a number.
func (t tokens) pick(preferred ...string) string {
	for _, w := range preferred {
		if t.has(w) {
			return w
		}
	}
	if t.only {
		return t.list[0]
	}
	last := preferred[len(preferred)-1]
	for n := 2; ; n++ {
		if w := last + strconv.Itoa(n); t.has(w) {
			return w
		}
	}
}
