package automata

import "testing"

func TestFullSpan(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		// spec/matching.md §1.7
		{`/a|/ab`, "/ab", false},
		{`/ab|/a`, "/ab", true},
		{`/a.*?`, "/abc", false},
		{`(?:/a|/ab)$`, "/ab", true},
		{`/foo|/foo/bar`, "/foo/bar", false},
		{``, "x", false},
		{``, "", true},
		// §9.3: loops whose body can be empty
		{`(?:|a)*`, "a", false},
		{`(?:a??)*`, "a", false},
		{`(?:a|)*`, "aa", true},
		// §9.6
		{`\d+`, "٣", true},
		{`(?-u:\d+)`, "٣", false},
		{`(?i)k`, "\u212a", true},
		{`[a-z&&[^aeiou]]+`, "xyz", true},
		{`[a-z&&[^aeiou]]+`, "xaz", false},
		{`\bfoo\b`, "foo", true},
		{`foo\b.bar`, "foo-bar", true},
		{`foo\b.bar`, "fooxbar", false},
		{`(?m)^a$\n^b$`, "a\nb", true},
		{`(?mR)a$\r\n^b`, "a\r\nb", true},
		{`a{2}{3}`, "aaaaaa", true},
		{`.`, "\xff", false},
	}
	for _, test := range tests {
		re, err := Compile(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		if got := re.FullSpan(test.text); got != test.want {
			t.Errorf("FullSpan(%q, %q) = %v, want %v", test.pattern, test.text, got, test.want)
		}
	}
}
