package sample

import (
	"testing"

	"routec.dev/routec/ir"
)

func TestProgramsAreValid(t *testing.T) {
	for seed := range uint64(500) {
		p := New(seed).Program()
		if err := ir.Verify(p); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !ir.Equal(p, New(seed).Program()) {
			t.Fatalf("seed %d: two draws differ", seed)
		}
	}
}
