package inbound

import (
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// Each broken example of the catalogue earns its code, at a place in the example, with a
// next step; the mended one earns nothing of this block.
func TestCatalogue(t *testing.T) {
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		if !strings.HasPrefix(string(e.Code), "RC3") {
			continue
		}
		seen++
		t.Run(string(e.Code), func(t *testing.T) {
			w := build(t, e.Broken, manifest.DefaultMesh(), nil)
			found := false
			for _, d := range w.report.Sorted() {
				if d.Code == e.Code {
					found = true
					if d.Severity != e.Severity || d.At.Doc == nil || d.Object == "" || d.Help == "" {
						t.Errorf("incomplete: %+v", d)
					}
				}
			}
			if !found {
				t.Errorf("the broken example earns %q", w.codes())
			}
			if codes := build(t, e.Fixed, manifest.DefaultMesh(), nil).codes(); codes != "" {
				t.Errorf("the mended example earns %s", codes)
			}
		})
	}
	if seen == 0 {
		t.Error("the catalogue has no entries of this block")
	}
}
