package crd

import (
	"regexp"
	"testing"
)

// The hand-written grammars of CEL rules and rarer patterns take what theirs take.
func FuzzGrammars(f *testing.F) {
	for _, s := range []string{
		"", "/", "/a", "a", "/a%20b", "/a%2", "%", "/a?b", "/a#b", "/é", "a.B", ".a.b", "..a", "a..b", "1a", "a1", "_", "ſ", "K", "a.ſ",
		"*", "http://a", "https://a.b:80", "https://*", "https://*.a:1", "https://*.*", "https://a:123456", "https://a:", "ftp+x://a", "f://a", "1f://a",
		"a://b/c", "a:b", "://a", "a://", "https://-", "https://a..b", "http://a:80:80", "x://[::1]", "http://*:8080", "http://*a", "http://a.*",
	} {
		f.Add(s)
	}
	type grammar struct {
		pattern string
		match   func(string) bool
	}
	grammars := []grammar{
		{urlPath.Text, isURLPath},
		{`^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$`, isServiceName},
		{`^[A-Za-z_][A-Za-z_0-9]*$`, isIdentifier},
	}
	for _, minor := range []int{3, 4, 5} {
		p := Bundle{Minor: minor}.origin()
		grammars = append(grammars, grammar{p.Text, p.Match})
	}
	compiled := make([]*regexp.Regexp, len(grammars))
	for i, g := range grammars {
		compiled[i] = regexp.MustCompile(g.pattern)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, g := range grammars {
			if got, want := g.match(s), compiled[i].MatchString(s); got != want {
				t.Errorf("%s takes %q: %v, want %v", g.pattern, s, got, want)
			}
		}
		if isPlainPath(s) && len(findingsOf(s)) > 0 {
			t.Errorf("%q is a plain path", s)
		}
	})
}

// findingsOf reviews a path without the short cut.
func findingsOf(path string) []string {
	r := &reviewer{}
	r.pathMatch(map[string]any{"type": "Exact", "value": path + "."})
	var out []string
	for _, c := range r.causes {
		if c.Message != "Invalid value: must not end with '/.' when type one of ['Exact', 'PathPrefix']" {
			out = append(out, c.Message)
		}
	}
	return out
}
