package profile

import (
	"strings"
	"testing"
)

// Patterns that slip past the anchors (spec/profiles.md §3.5).
func TestSlipped(t *testing.T) {
	for pattern, want := range map[string]string{
		"/a":              "",
		"/a.*":            "",
		"^/a$":            "",
		"(/a|/b)":         "",
		"/[a|b]":          "",
		`/a\|b`:           "",
		"^/a$|^/b$":       "",
		`/a\\`:            "",
		"/[[a]|b]":        "",
		"/books/*":        "",
		"/a|/b":           "the anchor $",
		"^/a$|/b":         "the anchor ^",
		"/a|":             "an empty alternative",
		"|/a":             "an empty alternative",
		"/a||/b":          "an empty alternative",
		`^/a\$|^/b$`:      "the anchor $",
		`/foo\$`:          "the last $ is escaped",
		`/foo\`:           "the last $ is escaped",
		"*":               "the repetition",
		"?":               "the repetition",
		`/foo\\$`:         "",
		"/x(a|(b|c))|(y)": "the anchor $",
	} {
		if got := slipped(pattern); want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %q, want %q", pattern, got, want)
		}
	}
}

func FuzzSlipped(f *testing.F) {
	f.Add("/a|/b")
	f.Add(`[\]|`)
	f.Fuzz(func(t *testing.T, pattern string) {
		if got := strings.Join(alternatives(pattern), "|"); got != pattern {
			t.Fatalf("%q was taken apart into %q", pattern, got)
		}
		slipped(pattern)
	})
}
