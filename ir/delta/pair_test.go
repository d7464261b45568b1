package delta

import (
	"fmt"
	"testing"
)

func TestPairs(t *testing.T) {
	keys := func(s string) (out [][]string) {
		for _, c := range s {
			out = append(out, []string{string(c)})
		}
		return out
	}
	for _, tc := range []struct{ old, new, want string }{
		{"", "", ""},
		{"ab", "ab", "a b"},
		{"ab", "xab", "+x a b"},
		{"abc", "ac", "a -b c"},
		{"abcd", "bcda", "b c d >a"},
		{"abcd", "dabc", ">d a b c"},
		{"abc", "cba", ">c >b a"},
		{"aab", "aba", "a >b a"},
		{"abc", "xyz", "+x +y +z -a -b -c"},
		{"ab", "", "-a -b"},
		{"abcde", "axcye", "a +x -b c +y -d e"},
	} {
		got := ""
		for _, p := range pairs(keys(tc.old), keys(tc.new)) {
			switch {
			case p.old < 0:
				got += " +" + tc.new[p.new:p.new+1]
			case p.new < 0:
				got += " -" + tc.old[p.old:p.old+1]
			case p.moved:
				got += " >" + tc.new[p.new:p.new+1]
			default:
				got += " " + tc.new[p.new:p.new+1]
			}
		}
		if got != "" {
			got = got[1:]
		}
		if got != tc.want {
			t.Errorf("%s to %s: %s, want %s", tc.old, tc.new, got, tc.want)
		}
	}
}

// Long lists that have nothing to do with each other take no quadratic time.
func TestPairsOfLongLists(t *testing.T) {
	var old, new [][]string
	for i := 1; i <= 200000; i++ {
		old = append(old, []string{"same", fmt.Sprint(i)})
		new = append(new, []string{fmt.Sprint("x", i%7), fmt.Sprint(-i)})
	}
	if n := len(pairs(old, new)); n != 400000 {
		t.Errorf("%d pairs", n)
	}
}
