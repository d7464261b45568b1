package admit_test

import (
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/diag"
)

// Every entry of the catalogue on admission says what its examples show: the broken one
// earns the code, and the mended one is accepted.
func TestCatalogue(t *testing.T) {
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	j := newJudge(t, admit.Options{})
	seen := 0
	for _, e := range entries {
		if !strings.HasPrefix(string(e.Code), "RC10") && !strings.HasPrefix(string(e.Code), "RC11") && !strings.HasPrefix(string(e.Code), "RC12") {
			continue
		}
		seen++
		if e.Broken == "" || strings.Contains(e.Broken, "kind: Mesh") {
			continue // the latter are compiled as a whole, in golden
		}
		t.Run(string(e.Code), func(t *testing.T) {
			if codes := codesOf(t, j, e.Broken); !codes[e.Code] {
				t.Errorf("the broken example earns %v", codes)
			}
			if codes := codesOf(t, j, e.Fixed); len(codes) > 0 {
				t.Errorf("the fixed example earns %v", codes)
			}
		})
	}
	if seen < 100 {
		t.Errorf("%d entries", seen)
	}
}

// codesOf judges one manifest.
func codesOf(t *testing.T, j *admit.Judge, text string) map[diag.Code]bool {
	t.Helper()
	codes := map[diag.Code]bool{}
	list := objects(t, "example.yaml", []byte(text))
	if len(list) != 1 {
		// A kind that is misspelt is none that is read: the judge is asked directly.
		list = undecoded(t, text)
	}
	judgements, verdicts := judge(j, list)
	if judgements[0].Warning != "" {
		codes[diag.VersionDeprecated] = true
	}
	if len(judgements[0].Nulls) > 0 {
		codes[diag.FieldNull] = true
	}
	if r := verdicts[0].Refusal; r != nil {
		codes[r.Code] = true
		for _, c := range r.Causes {
			codes[c.Code] = true
		}
	}
	return codes
}
