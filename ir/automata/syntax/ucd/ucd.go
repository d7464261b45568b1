// Package ucd holds the Unicode 16.0 character data that the pattern dialect
// can name: general categories, scripts, ages, segmentation and yes-or-no
// properties under all their aliases, the Perl classes, and simple case folding.
//
// It knows names and characters, nothing of patterns. Sets are stored as bytes
// and decoded when asked for, so a program that names none pays nothing.
package ucd

import (
	_ "embed"
	"errors"
	"sort"
	"strings"
	"sync"
)

//go:generate go run gen.go FOLDER

//go:embed tables.bin
var tables string

// A Range is the scalar values from Lo to Hi, both included. Surrogates that lie
// between the two are not members: U+D7FF and U+E000 are neighbours.
type Range struct{ Lo, Hi rune }

// A Set names a set of characters without decoding it.
type Set uint32

// noSet stands for a name that is known and has no members.
const noSet = ^Set(0)

// An entry binds one alias, spelled as normalize leaves it, to its set.
type entry struct {
	name string
	set  Set
}

// Errors of the lookups, in the words of the dialect's reference implementation.
var (
	ErrProperty = errors.New("Unicode property not found")
	ErrValue    = errors.New("Unicode property value not found")
)

// Property finds the set of \p{name}: a property that is true or false, else a
// general category, else a script. Spelling is loose (spec/matching.md §9.7).
func Property(name string) (Set, error) {
	switch set, ok := find(lone, normalize(name)); {
	case !ok:
		return 0, ErrProperty
	case set == noSet:
		return 0, ErrValue
	default:
		return set, nil
	}
}

// PropertyValue finds the set of \p{name=value}.
func PropertyValue(name, value string) (Set, error) {
	name = normalize(name)
	i := sort.Search(len(valued), func(i int) bool { return valued[i].name >= name })
	if i == len(valued) || valued[i].name != name {
		return 0, ErrProperty
	}
	if set, ok := find(valued[i].table, normalize(value)); ok && set != noSet {
		return set, nil
	}
	return 0, ErrValue
}

// Digit, Space and Word are the sets of \d, \s and \w.
func Digit() Set { return mustFind(generalCategory, "nd") }

// Space is the set of \s, White_Space.
func Space() Set { return mustFind(lone, "whitespace") }

// Word is the set of \w: Alphabetic, marks, decimal numbers, connector
// punctuation and join controls.
func Word() Set { return wordSet }

// Ranges decodes the set: sorted, disjoint, no two touching. The slice is fresh.
func (s Set) Ranges() []Range {
	in := tables[s:]
	count, in := uvarint(in)
	out := make([]Range, count)
	next := rune(0)
	for i := range out {
		var gap, length uint64
		gap, in = uvarint(in)
		length, in = uvarint(in)
		lo := next + rune(gap)
		out[i] = Range{lo, lo + rune(length)}
		next = out[i].Hi + 1
	}
	return out
}

func find(table []entry, name string) (Set, bool) {
	i := sort.Search(len(table), func(i int) bool { return table[i].name >= name })
	if i == len(table) || table[i].name != name {
		return 0, false
	}
	return table[i].set, true
}

func mustFind(table []entry, name string) Set {
	set, ok := find(table, name)
	if !ok {
		panic("ucd: no set " + name)
	}
	return set
}

func uvarint(in string) (uint64, string) {
	var value uint64
	for i := 0; ; i++ {
		value |= uint64(in[i]&0x7F) << (7 * i)
		if in[i] < 0x80 {
			return value, in[i+1:]
		}
	}
}

// normalize is the loose comparison of names (Unicode TR44, LM3): blanks, low
// lines, hyphens, case and a leading "is" don't count, nor do characters beyond
// ASCII. "isc" alone stays: it is a property, and c a category.
func normalize(name string) string {
	is := len(name) >= 2 && strings.EqualFold(name[:2], "is")
	if is {
		name = name[2:]
	}
	out := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c == ' ', c == '_', c == '-', c >= 0x80:
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	if is && string(out) == "c" {
		return "isc"
	}
	return string(out)
}

// A Fold says that Next is the following member of Char's orbit under simple
// case folding; the last member leads back to the first.
type Fold struct{ Char, Next rune }

// Folds are all characters that have partners, in order.
var Folds = sync.OnceValue(func() []Fold {
	in := tables[foldSet:]
	count, in := uvarint(in)
	out := make([]Fold, count)
	char := rune(0)
	for i := range out {
		var step, distance uint64
		step, in = uvarint(in)
		distance, in = uvarint(in)
		char += rune(step)
		out[i] = Fold{char, char + rune(unzigzag(distance))}
	}
	return out
})

// unzigzag undoes the sign packing of binary.AppendVarint.
func unzigzag(u uint64) int64 {
	if u&1 != 0 {
		return ^int64(u >> 1)
	}
	return int64(u >> 1)
}
