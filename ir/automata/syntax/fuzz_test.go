package syntax

import (
	"errors"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds that nothing panics, that a refusal names a place in the
// pattern, that a tree prints to a pattern of the same meaning, that classes are
// in order, and that the quick bound on the size is one.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{
		`/api/v[0-9]+/orders/[^/]+`, `(?i)acme.*`, `(?x)[ a - c # ]` + "\n]", `[a-c&&[^b]--\w~~[:alpha:]]`, `\p{scx!=Greek}{2,}?`,
		`(?P<n>\b{start}\x{e9}|\u00e9)*`, `(?-u)\w\xff`, `((?mR)^|$){0}`, `a{ 2 , 3 }`, `x[ab]y|x[ab]z`,
	} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		re, err := Parse(pattern)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(pattern) || e.Message == "" {
				t.Fatalf("Parse(%q): %v", pattern, err)
			}
			_ = err.Error()
			return
		}
		if !utf8.ValidString(pattern) {
			t.Fatalf("Parse(%q) accepts what is no text", pattern)
		}
		checkTree(t, re)
		if size := re.Size(); re.bound()+512 < size && size <= SizeLimit {
			t.Errorf("%q: bound %d, size %d", pattern, re.bound(), size)
		}
		again, err := Parse(re.String())
		var e *Error
		if errors.As(err, &e) && (e.Message == tooLarge || e.Message == (&parser{}).tooDeep(0).(*Error).Message) {
			return
		}
		if err != nil {
			t.Fatalf("%q prints as %q: %v", pattern, re.String(), err)
		}
		if again.String() != re.String() {
			t.Fatalf("%q prints as %q, that as %q", pattern, re.String(), again.String())
		}
	})
}

func checkTree(t *testing.T, re *Regexp) {
	for i, r := range re.Class {
		if r.Lo > r.Hi || !utf8.ValidRune(r.Lo) || !utf8.ValidRune(r.Hi) || i > 0 && r.Lo <= after(re.Class[i-1].Hi) {
			t.Fatalf("class out of order: %v", re.Class)
		}
	}
	for _, sub := range re.Sub {
		checkTree(t, sub)
	}
}
