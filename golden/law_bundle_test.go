package golden

import (
	"bytes"
	"sync"
	"testing"
	"testing/fstest"

	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// TestLawBundle packs the program of every recorded case. The program holds every
// invariant, comes back from its bundle as it was, and the text alone tells it from nothing
// else: there is no difference between it and its bundle without bundle.pb.
func TestLawBundle(t *testing.T) {
	for _, kind := range []string{
		"outbound", "permit-outbound", "inbound", "permit-inbound", "permit-inbound-rich",
		"inject", "inject-rich", "profile", "permit-profile",
	} {
		for _, dir := range cases(t, kind) {
			p := decide(t, dir).Program
			if err := ir.Verify(p); err != nil {
				t.Errorf("%s: %v", dir, err)
			}
			back, err := bundleOf(t, p, bundle.Options{}).Program()
			if err != nil {
				t.Errorf("%s: %v", dir, err)
				continue
			}
			if !ir.Equal(p, back) {
				t.Errorf("%s: another program comes back: %+v", dir, delta.Compare(p, back))
			}
			text, unknown, err := bundleOf(t, p, bundle.Options{NoBinary: true}).Against(p)
			if err != nil || len(unknown) > 0 {
				t.Errorf("%s: %v unknown, %v", dir, unknown, err)
				continue
			}
			if c := delta.Compare(text, p); !c.Empty() {
				t.Errorf("%s: the text tells another program: %+v", dir, c)
			}
		}
	}
}

// bundleOf packs a program and reads it back.
func bundleOf(t *testing.T, p *ir.Program, how bundle.Options) *bundle.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	var mu sync.Mutex
	_, err := bundle.Pack(p, how, func(name string, content ...[]byte) error {
		mu.Lock()
		defer mu.Unlock()
		files[name] = &fstest.MapFile{Data: bytes.Join(content, nil)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
