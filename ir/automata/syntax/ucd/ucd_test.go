package ucd

import (
	"slices"
	"testing"
)

func TestProperty(t *testing.T) {
	tests := []struct {
		name string
		want Range // the first
		size int   // characters
		err  error
	}{
		{"Lu", Range{'A', 'Z'}, 1858, nil},
		{"uppercase_letter", Range{'A', 'Z'}, 1858, nil},
		{"is L-u", Range{'A', 'Z'}, 1858, nil},
		{"Nd", Range{'0', '9'}, 760, nil},
		{"Greek", Range{0x370, 0x373}, 518, nil},
		{"ascii", Range{0, 0x7F}, 128, nil},
		{"any", Range{0, 0x10FFFF}, 0x110000, nil},
		{"cf", Range{0xAD, 0xAD}, 170, nil},
		{"isc", Range{}, 0, ErrProperty},
		{"Cs", Range{}, 0, ErrValue},
		{"Zzzz", Range{}, 0, ErrValue},
		{"sc", Range{'$', '$'}, 63, nil},
		{"age", Range{}, 0, ErrProperty},
		{"", Range{}, 0, ErrProperty},
	}
	for _, test := range tests {
		set, err := Property(test.name)
		if err != test.err {
			t.Errorf("Property(%q): %v, want %v", test.name, err, test.err)
		}
		if err != nil {
			continue
		}
		ranges := set.Ranges()
		size := 0
		for _, r := range ranges {
			size += int(r.Hi-r.Lo) + 1
		}
		if ranges[0] != test.want || size != test.size {
			t.Errorf("Property(%q) starts with %x and has %d members, want %x and %d", test.name, ranges[0], size, test.want, test.size)
		}
	}
}

func TestPropertyValue(t *testing.T) {
	tests := []struct {
		name, value string
		in, out     rune
		err         error
	}{
		{"gc", "Nd", '٣', 'a', nil},
		{"Script", "grek", 'α', 'a', nil},
		{"scx", "Deva", '।', 'a', nil},
		{"age", "3.0", '€', '₺', nil},
		{"Age", "V6_2", '₺', 0x1C89, nil},
		{"age", "16", 0, 0, ErrValue},
		{"gcb", "Extend", 0x300, 'a', nil},
		{"wb", "Numeric", '0', 'a', nil},
		{"sb", "Sp", ' ', 'a', nil},
		{"blk", "Greek", 0, 0, ErrValue},
		{"alphabetic", "yes", 0, 0, ErrValue},
		{"nonsense", "Lu", 0, 0, ErrProperty},
	}
	for _, test := range tests {
		set, err := PropertyValue(test.name, test.value)
		if err != test.err {
			t.Errorf("PropertyValue(%q, %q): %v, want %v", test.name, test.value, err, test.err)
		}
		if err != nil {
			continue
		}
		has := func(c rune) bool {
			return slices.ContainsFunc(set.Ranges(), func(r Range) bool { return r.Lo <= c && c <= r.Hi })
		}
		if !has(test.in) || has(test.out) {
			t.Errorf("PropertyValue(%q, %q): %q is in: %v, %q is in: %v", test.name, test.value, test.in, has(test.in), test.out, has(test.out))
		}
	}
}

// TestSets reads every set that has a name.
func TestSets(t *testing.T) {
	tables := [][]entry{lone, generalCategory, script, scriptExtensions, age, graphemeClusterBreak, wordBreak, sentenceBreak}
	count := 0
	for _, table := range tables {
		if !slices.IsSortedFunc(table, func(a, b entry) int {
			if a.name < b.name {
				return -1
			}
			return 1
		}) {
			t.Errorf("the table with %q is not sorted", table[0].name)
		}
		for _, e := range table {
			if normalize(e.name) != e.name && e.name != "isc" {
				t.Errorf("%q can't be found", e.name)
			}
			if e.set == noSet {
				continue
			}
			count++
			last := rune(-2)
			for _, r := range e.set.Ranges() {
				if r.Lo <= last+1 || r.Hi < r.Lo || r.Hi > 0x10FFFF {
					t.Errorf("%s: %x after %x", e.name, r, last)
				}
				last = r.Hi
			}
		}
	}
	if count < 1000 {
		t.Errorf("only %d sets", count)
	}
}

func TestFolds(t *testing.T) {
	folds := Folds()
	next := map[rune]rune{}
	for _, f := range folds {
		next[f.Char] = f.Next
	}
	for _, orbit := range [][]rune{{'K', 'k', 0x212A}, {0x1C89, 0x1C8A}, {0xFB05, 0xFB06}, {0x390, 0x1FD3}, {'ẞ', 'ß'}} {
		at := orbit[0]
		for range orbit {
			if !slices.Contains(orbit, at) {
				t.Errorf("%x leads to %x", orbit, at)
			}
			at = next[at]
		}
		if at != orbit[0] {
			t.Errorf("the orbit of %x does not close", orbit)
		}
	}
	for _, f := range folds {
		at, steps := f.Next, 1
		for ; at != f.Char && steps < 10; steps++ {
			at = next[at]
		}
		if steps < 2 || steps == 10 {
			t.Errorf("%x: no orbit", f.Char)
		}
	}
}
