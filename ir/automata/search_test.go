package automata

import "testing"

func TestCompileSearch(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		found         bool
	}{
		{"^/a|/b$", "/axx", true},
		{"^/a|/b$", "/xx/b", true},
		{"^/a|/b$", "/c", false},
		{"^/foo\\$", "/foo$bar", true},
		{"^*$", "/any", true},
		{"^|/a$", "/any", true},
		{"^+$", "/any", false},
		{"^+$", "", true},
		{"^/authors/\\d+$", "/authors/12", true},
		{"^/authors/\\d+$", "/authors/12/", false},
		{"b", "a\nb\nc", true},
		{"a??", "", true},
		{"\\bé\\b", "a é b", true},
		{"\\bé\\b", "aéb", false},
		{"[a&&b]", "ab", false},
		{"(?x)a # to the end$", "xax", true},
	} {
		re, err := CompileSearch(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := re.FullSpan(c.text); got != c.found {
			t.Errorf("%s in %q: got %v", c.pattern, c.text, got)
		}
	}
	if _, err := CompileSearch("/users/{id}"); err == nil {
		t.Error("a count without a number is accepted")
	}
}
