package diag

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/ir/source"
)

func TestCompare(t *testing.T) {
	finding := func(text string) Diagnostic { // CODE OBJECT FILE FIELD MESSAGE
		f := strings.Fields(text)
		file := &source.Doc{File: "git:main:" + f[2], Root: "git:main:"}
		return Diagnostic{Code: Code(f[0]), Severity: Warning, Object: strings.Trim(f[1], "-"), At: source.Place{Doc: file, Field: f[3]}, Message: f[4]}
	}
	list := func(texts ...string) (out []Diagnostic) {
		for _, x := range texts {
			out = append(out, finding(x))
		}
		return out
	}
	for _, tc := range []struct {
		name     string
		old, new []Diagnostic
		want     string // introduced, fixed, unchanged
	}{
		{"none", nil, nil, "0 0 0"},
		{"same", list("A o f x m"), list("A o f x m"), "0 0 1"},
		{"new", nil, list("A o f x m"), "1 0 0"},
		{"fixed", list("A o f x m"), nil, "0 1 0"},
		{"other file", list("A o f x m"), list("A o g x m"), "0 0 1"},
		{"field moved", list("A o f x[0] m"), list("A o f x[1] m"), "0 0 1"},
		{"value in the message", list("A o f x m1"), list("A o f x m2"), "0 0 1"},
		{"elsewhere and another", list("A o f x m1"), list("A o f y m2"), "1 1 0"},
		{"other object", list("A o f x m"), list("A p f x m"), "1 1 0"},
		{"other code", list("A o f x m"), list("B o f x m"), "1 1 0"},
		{"one more of a kind", list("A o f x m"), list("A o f x m", "A o f y m"), "1 0 1"},
		{"the exact one is kept", list("A o f y m"), list("A o f x m", "A o f y m"), "1 0 1"},
		{"of a file", list("A - f x m"), list("A - g x m"), "1 1 0"},
	} {
		c := Compare(tc.old, tc.new)
		if got := fmt.Sprint(len(c.Introduced), len(c.Fixed), len(c.Unchanged)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	if c := Compare(list("A o f y m"), list("A o f x m", "A o f y m")); c.Introduced[0].At.Field != "x" {
		t.Errorf("introduced is %+v", c.Introduced)
	}
	worse := finding("A o f x m")
	worse.Severity = Error
	if c := Compare(list("A o f x m"), []Diagnostic{worse}); len(c.Introduced) != 1 || len(c.Fixed) != 1 {
		t.Errorf("a finding that became an error is %+v", c)
	}
	run := finding("A - f x m")
	run.At = source.Place{}
	if c := Compare([]Diagnostic{run}, []Diagnostic{run}); len(c.Unchanged) != 1 {
		t.Errorf("a finding without a place is %+v", c)
	}
}
