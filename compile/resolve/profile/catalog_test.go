package profile_test

import (
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

// Each broken example of the catalogue earns its code, and each mended one no finding of
// profiles at all.
func TestCatalogue(t *testing.T) {
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(string(e.Code), "RC4") {
			continue
		}
		broken := build(t, e.Broken)
		i := slices.IndexFunc(broken.findings, func(d diag.Diagnostic) bool { return d.Code == e.Code })
		if i < 0 {
			t.Errorf("%s: the broken example has only %v", e.Code, broken.codes())
		} else if got := broken.findings[i].Severity; got != e.Severity {
			t.Errorf("%s: severity is %v, the catalogue says %v", e.Code, got, e.Severity)
		}
		if fixed := build(t, e.Fixed); len(fixed.codes()) > 0 {
			t.Errorf("%s: the mended example has %v", e.Code, fixed.codes())
		}
	}
}
