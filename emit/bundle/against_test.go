package bundle

import (
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

// A text bundle against its own program shows no difference at all.
func TestAgainstItself(t *testing.T) {
	for seed := range uint64(200) {
		p := sample.New(seed).Program()
		files, _ := pack(t, p, Options{NoBinary: true})
		got, unknown, err := read(t, files).Against(sample.New(seed).Program())
		if err != nil || len(unknown) > 0 {
			t.Fatalf("seed %d: %v unknown, %v", seed, unknown, err)
		}
		if !ir.Equal(p, got) {
			t.Fatalf("seed %d: another program comes back", seed)
		}
	}
}

// Against another program, tables with text are as they were packed, and no table of the
// other program gets in that the bundle has no key for.
func TestAgainstAnother(t *testing.T) {
	for seed := range uint64(200) {
		p, other := sample.New(seed).Program(), sample.New(seed+1).Program()
		files, _ := pack(t, p, Options{NoBinary: true})
		b := read(t, files)
		got, unknown, err := b.Against(other)
		if err != nil {
			t.Fatal(err)
		}
		here := tablesOf(got)
		missing := map[string]bool{}
		for _, k := range unknown {
			missing[k.String()] = true
		}
		for _, table := range b.Tables {
			key := table.Key.String()
			found, ok := here[key]
			delete(here, key)
			if !ok && !missing[key] || ok && !missing[key] && found.digest() != table.Digest {
				t.Fatalf("seed %d: %s is not what it was", seed, key)
			}
			if table.Message != nil && missing[key] {
				t.Fatalf("seed %d: %s has text and is unknown", seed, key)
			}
		}
		if len(here) > 0 {
			t.Fatalf("seed %d: tables that the bundle does not have: %v", seed, here)
		}
	}
}

// With bundle.pb nothing is taken from elsewhere.
func TestAgainstWithBinary(t *testing.T) {
	p := sample.New(4).Program()
	files, _ := pack(t, p, Options{})
	got, unknown, err := read(t, files).Against(&ir.Program{})
	if err != nil || len(unknown) > 0 || !ir.Equal(p, got) {
		t.Errorf("%v unknown, %v", unknown, err)
	}
}
