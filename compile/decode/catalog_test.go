package decode

import (
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

// TestCatalogue decodes the examples of the codes of loading and decoding: the broken
// one earns its code, and the fixed one nothing.
func TestCatalogue(t *testing.T) {
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Broken == "" || !strings.HasPrefix(string(e.Code), "RC00") && !strings.HasPrefix(string(e.Code), "RC01") {
			continue
		}
		var broken, fixed diag.Report
		decodeExample(e.Broken, &broken)
		decodeExample(e.Fixed, &fixed)
		got := broken.Sorted()
		if len(got) == 0 {
			t.Errorf("%s: the broken example earns nothing", e.Code)
		}
		for _, d := range got {
			if d.Code != e.Code || d.Severity != e.Severity {
				t.Errorf("%s (%s): the broken example earns %s (%s) %s", e.Code, e.Severity, d.Code, d.Severity, d.Message)
			}
		}
		for _, d := range fixed.Sorted() {
			t.Errorf("%s: the fixed example earns %s %s", e.Code, d.Code, d.Message)
		}
	}
}

func decodeExample(text string, report *diag.Report) {
	f := found(text, report)
	Duplicates(f.Objects, report)
	for _, m := range f.Meshes {
		Mesh(m, report)
	}
}
