package syntax

import (
	"strconv"
	"strings"
	"testing"
)

// TestSize holds the least size limit with which the crate takes a pattern,
// recorded from version 1.13.1; 0 where it matches without compiling.
func TestSize(t *testing.T) {
	for _, line := range lines(t, "testdata/sizes.txt") {
		size, rest, _ := strings.Cut(line, " ")
		pattern, _ := quoted(t, rest)
		want, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		re, err := Parse(pattern)
		if err != nil {
			t.Errorf("Parse(%q): %v", pattern, err)
			continue
		}
		got := re.Size()
		if got != want && want != 0 {
			t.Errorf("%q: size %d, want %d", pattern, got, want)
		}
		if bound := re.bound() + 512; bound < got {
			t.Errorf("%q: bound %d is below the size %d", pattern, bound, got)
		}
		if err := Check(pattern); err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}
