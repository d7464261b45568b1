package automata

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

const enough = 10000

func fromRegex(t *testing.T, pattern string) *DFA {
	t.Helper()
	d, err := FromRegex(pattern, enough)
	if err != nil {
		t.Fatalf("FromRegex(%q): %v", pattern, err)
	}
	return d
}

// texts are all texts of up to length characters.
func texts(chars string, length int) []string {
	all := []string{""}
	for from := 0; length > 0; length-- {
		to := len(all)
		for _, text := range all[from:to] {
			for _, c := range chars {
				all = append(all, text+string(c))
			}
		}
		from = to
	}
	return all
}

func TestFromRegexIsWhatFullSpanAccepts(t *testing.T) {
	for _, pattern := range []string{
		``, `a`, `a|ab`, `ab|a`, `(?:|a)*`, `a.*?`, `[^\s\S]`, `(?:a|ab)(?:c|bcd)*`, `a*?b??`, `(a+)+b`,
		`\b(?:a|-)+\b`, `(?:a\b|-|\Bb)*`, `(?m)^a$|(?:^b\n)+`, `a\B.`, `\<a\>.*`, `é|\w-`,
	} {
		re, err := Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		d := fromRegex(t, pattern)
		for _, text := range texts("ab-é\n", 4) {
			if got, want := d.Accepts(text), re.FullSpan(text); got != want {
				t.Errorf("%s: Accepts(%q) = %v", pattern, text, got)
			}
		}
	}
}

func TestOperations(t *testing.T) {
	patterns := []string{``, `a*`, `(?:ab)*`, `a|ab`, `[ab]*b`, `(?s:.*)`, `[^\s\S]`, `(?:a|b|é){2}`, `é.*`}
	for _, p := range patterns {
		for _, q := range patterns {
			d, e := fromRegex(t, p), fromRegex(t, q)
			union, err1 := d.Union(e, enough)
			both, err2 := d.Intersect(e, enough)
			minus, err3 := d.Minus(e, enough)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			not := d.Complement()
			for _, text := range texts("abé", 5) {
				in, other := d.Accepts(text), e.Accepts(text)
				for _, check := range []struct {
					name      string
					got, want bool
				}{
					{"union", union.Accepts(text), in || other},
					{"intersect", both.Accepts(text), in && other},
					{"minus", minus.Accepts(text), in && !other},
					{"complement", not.Accepts(text), !in},
				} {
					if check.got != check.want {
						t.Errorf("%s of %q and %q: %q is in: %v", check.name, p, q, text, check.got)
					}
				}
			}
			if d.Equal(e) != (p == q) {
				t.Errorf("%q equal to %q: %v", p, q, d.Equal(e))
			}
		}
	}
}

// TestEqual has sets written in different ways: the smallest automaton is one.
func TestEqual(t *testing.T) {
	tests := []struct {
		name string
		a, b *DFA
	}{
		{"text", Literal("/é"), fromRegex(t, `/\x{e9}`)},
		{"empty text", Literal(""), fromRegex(t, ``)},
		{"prefix", Prefix("/api/"), fromRegex(t, `(?s)/api/.*`)},
		{"everything", All(), fromRegex(t, `(?s).*`)},
		{"everything, through \\b", All(), fromRegex(t, `(?s)(?:\b.|.)*`)},
		{"nothing", None(), fromRegex(t, `a[^\s\S]`)},
		{"cut branch", Literal("/a"), fromRegex(t, `/a|/ab`)},
		{"loops", fromRegex(t, `(?:a*)*b`), fromRegex(t, `a*b`)},
		{"classes", fromRegex(t, `[a-m]|[n-z]`), fromRegex(t, `[a-z]`)},
		{"no surrogates", fromRegex(t, `[\x{0}-\x{d7ff}]|[\x{e000}-\x{10ffff}]`), fromRegex(t, `(?s).`)},
		{"twice not", fromRegex(t, `a+`), fromRegex(t, `a+`).Complement().Complement()},
	}
	for _, test := range tests {
		if !test.a.Equal(test.b) {
			t.Errorf("%s: not equal", test.name)
		}
	}
}

// TestMinimal compares the number of states with that of the pairs method.
func TestMinimal(t *testing.T) {
	for pattern, states := range map[string]int{
		`(?s).*`: 1, `[^\s\S]`: 1, ``: 2, `a`: 3, `[ab]*a[ab]{3}`: 17, `(?:aa)*|(?:aaa)*`: 3, `x(?:a|b)y|x(?:a|b)z`: 5, `(?:ab|ba|aa|bb)*`: 3,
	} {
		d := fromRegex(t, pattern)
		if d.States() != states {
			t.Errorf("%s has %d states, want %d", pattern, d.States(), states)
		}
		if n := distinct(d); n != d.States() {
			t.Errorf("%s has %d states, of which %d differ", pattern, d.States(), n)
		}
	}
}

// distinct counts the states that some text tells apart.
func distinct(d *DFA) int {
	n, k := len(d.accept), len(d.alphabet.sample)
	differ := make([][]bool, n)
	for i := range differ {
		differ[i] = make([]bool, n)
		for j := range differ[i] {
			differ[i][j] = d.accept[i] != d.accept[j]
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range n {
			for j := range n {
				for c := 0; c < k && !differ[i][j]; c++ {
					if differ[d.next[i*k+c]][d.next[j*k+c]] {
						differ[i][j], changed = true, true
					}
				}
			}
		}
	}
	count := 0
	for i := range n {
		fresh := true
		for j := range i {
			fresh = fresh && differ[i][j]
		}
		if fresh {
			count++
		}
	}
	return count
}

func TestWitness(t *testing.T) {
	minus := func(a, b *DFA) *DFA {
		d, err := a.Minus(b, enough)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tests := []struct {
		name string
		set  *DFA
		want string
		ok   bool
	}{
		{"nothing", None(), "", false},
		{"everything", All(), "", true},
		{"one text", Literal("/cart"), "/cart", true},
		{"a nice character", fromRegex(t, `/.+`), "/a", true},
		{"below a prefix", minus(fromRegex(t, `/api/[^/]+`), Prefix("/api/a")), "/api/b", true},
		{"shadowed", minus(fromRegex(t, `/a/[0-9]+`), Prefix("/a/")), "", false},
		{"beyond ASCII", fromRegex(t, `[^\x00-\x7f]`), "¡", true},
		{"only unprintable", fromRegex(t, `[\x01-\x1f]`), "\x01", true},
		{"what the cut leaves", minus(fromRegex(t, `(?:/a|/ab)$`), fromRegex(t, `/a|/ab`)), "/ab", true},
	}
	for _, test := range tests {
		got, ok := test.set.Witness()
		if got != test.want || ok != test.ok {
			t.Errorf("%s: %q, %v, want %q", test.name, got, ok, test.want)
		}
		if ok != !test.set.Empty() || ok && !test.set.Accepts(got) {
			t.Errorf("%s: %q is no witness", test.name, got)
		}
	}
}

func TestByteLength(t *testing.T) {
	for _, bounds := range [][2]int{{0, 0}, {0, 3}, {2, 3}, {3, -1}, {0, -1}, {4, 2}} {
		d, err := ByteLength(bounds[0], bounds[1], enough)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts("aé€😀", 3) {
			want := len(text) >= bounds[0] && (bounds[1] < 0 || len(text) <= bounds[1])
			if got := d.Accepts(text); got != want {
				t.Errorf("%v: Accepts(%q) = %v", bounds, text, got)
			}
		}
	}
}

func TestBudget(t *testing.T) {
	if _, err := FromRegex(`[ab]*a[ab]{12}`, 1000); err != ErrBudget {
		t.Errorf("exponential automaton: %v", err)
	}
	if _, err := FromRegex(`(`, 1000); err == nil || err == ErrBudget {
		t.Errorf("no pattern: %v", err)
	}
	if _, err := FromRegex(`(?:a?){20000}`, 1<<30); err != ErrBudget {
		t.Errorf("long lists: %v", err)
	}
	if _, err := FromRegex(`[ab]{20}`, 22); err != nil {
		t.Errorf("22 states: %v", err)
	}
	a, b := Literal(strings.Repeat("a", 100)), Literal(strings.Repeat("b", 100))
	if _, err := a.Union(b, 100); err != ErrBudget {
		t.Errorf("union: %v", err)
	}
	if _, err := ByteLength(5000, -1, 1000); err != ErrBudget {
		t.Errorf("length: %v", err)
	}
}

func FuzzFullSpan(f *testing.F) {
	f.Add(`/api/v[0-9]+/orders/[^/]+`, "/api/v1/orders/7")
	f.Add(`(?:\B|[[:^alpha:]a]|})*`, "{")
	f.Add(`(?mR)(?:^|$|.)*?\r`, "\r\n\r")
	f.Add(`(?i)\w+\b{end}(é|k)??`, "\u212aÉ")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 50 {
			return
		}
		re, err := Compile(pattern)
		if err != nil {
			return
		}
		if re.nfa == nil {
			if want := text == re.facts.prefix; re.FullSpan(text) != want {
				t.Errorf("FullSpan(%q, %q) = %v", pattern, text, !want)
			}
			return
		}
		if len(re.nfa.prog) > 2000 {
			return
		}
		want := backtrack(re.nfa, text)
		if got := re.FullSpan(text); got != want {
			t.Errorf("FullSpan(%q, %q) = %v", pattern, text, got)
		}
		d, err := FromRegex(pattern, 200)
		if err != nil {
			return
		}
		if got := d.Accepts(text); got != want {
			t.Errorf("FromRegex(%q).Accepts(%q) = %v", pattern, text, got)
		}
		if w, ok := d.Witness(); ok && !(utf8.ValidString(w) && backtrack(re.nfa, w)) {
			t.Errorf("FromRegex(%q).Witness() = %q", pattern, w)
		}
		if n := distinct(d); n != d.States() {
			t.Errorf("FromRegex(%q) has %d states, of which %d differ", pattern, d.States(), n)
		}
	})
}
