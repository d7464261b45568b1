package diag

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Findings of one document stand in the order of its lists.
func TestCompareFields(t *testing.T) {
	want := []string{
		"", "spec", "spec.rules", "spec.rules[2]", "spec.rules[2].matches[9]", "spec.rules[2].matches[10]", "spec.rules[10]",
		"spec.rules[10].matches[0]", "spec.rules[11]", "spec.rules[100]", "spec.tests", "spec.v10", "spec.v9", "spec[a.b]",
	}
	got := slices.Clone(want)
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rng.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		if slices.SortFunc(got, compareFields); !slices.Equal(got, want) {
			t.Fatalf("%q\nwant %q", got, want)
		}
	}
}
