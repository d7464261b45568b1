package automata

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

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
		{`(?:|a){2,}`, "a", false},
		{`(?:\B|.)*`, "{", false},
		// §9.6
		{`\d+`, "٣", true},
		{`(?-u:\d+)`, "٣", false},
		{`\s`, "\u00a0", true},
		{`\s`, "\v", true},
		{`(?i)k`, "\u212a", true},
		{`(?i)ﬅ`, "ﬆ", true},
		{`(?i-u)k`, "\u212a", false},
		{`[a-z&&[^aeiou]]+`, "xyz", true},
		{`[a-z&&[^aeiou]]+`, "xaz", false},
		{`a{2}{3}`, "aaaaaa", true},
		{`a{2}{3}`, "aaaaa", false},
		{`\.\/\-\_`, "./-_", true},
		{`[^\s\S]*`, "", true},
		{`.`, "\n", false},
		{`(?s).`, "\n", true},
		{`(?R).`, "\r", false},
		// assertions
		{`\bfoo\b`, "foo", true},
		{`foo\b.bar`, "foo-bar", true},
		{`foo\b.bar`, "fooxbar", false},
		{`foo\b.bar`, "fooébar", false},
		{`foo(?-u:\b).bar`, "fooébar", true},
		{`\<a\>.\<b\>`, "a b", true},
		{`a\b{end-half}.`, "a-", true},
		{`a\b{start-half}.`, "a-", false},
		{`(?m)^a$\n^b$`, "a\nb", true},
		{`^a$\n^b$`, "a\nb", false},
		{`(?mR)a$\r\n^b`, "a\r\nb", true},
		{`(?mR)a\r^\nb`, "a\r\nb", false},
		{`(?mR)a\r$`, "a\r", true},
		// spec/matching.md §11.1, T45 to T49 and T67
		{`.*`, "é", true},
		{`.*`, "", true},
		{`v1|v1-beta`, "v1-beta", false},
		{`/\d+`, "/٣", true},
		{`/\d+`, "/%D9%A3", false},
		// what is not text
		{`.`, "\xff", false},
		{`(?s:.*)`, "a\xed\xa0\x80", false},
		{`a`, "a", true},
		{`a`, "aa", false},
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

// TestCheck has the refused tables of spec/matching.md §11.3.
func TestCheck(t *testing.T) {
	for pattern, ok := range map[string]bool{
		`(`: false, `a{`: false, `\w{300}`: false, `\w{200}`: true, `a{1001}`: true, `a**`: true,
	} {
		if err := Check(pattern); (err == nil) != ok {
			t.Errorf("Check(%q) = %v", pattern, err)
		}
	}
}

// A recording is what the crate, version 1.13.1, says of texts for one pattern.
type recording struct {
	pattern string
	texts   []string
	want    []bool
}

func recordings(t *testing.T) []recording {
	t.Helper()
	file, err := os.Open("testdata/fullspan.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []recording
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var r recording
		rest := scanner.Text()
		r.pattern, rest = quoted(t, rest)
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			r.want = append(r.want, rest[0] == '+')
			var text string
			text, rest = quoted(t, rest[1:])
			r.texts = append(r.texts, text)
		}
		out = append(out, r)
	}
	if len(out) < 300 {
		t.Fatalf("only %d recordings", len(out))
	}
	return out
}

func quoted(t *testing.T, line string) (text, rest string) {
	t.Helper()
	prefix, err := strconv.QuotedPrefix(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	text, err = strconv.Unquote(prefix)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return text, line[len(prefix):]
}

func TestRecorded(t *testing.T) {
	accepted := 0
	for _, r := range recordings(t) {
		re, err := Compile(r.pattern)
		if err != nil {
			t.Errorf("%s: %v", r.pattern, err)
			continue
		}
		for i, text := range r.texts {
			if got := re.FullSpan(text); got != r.want[i] {
				t.Errorf("FullSpan(%q, %q) = %v", r.pattern, text, got)
			}
			if r.want[i] {
				accepted++
			}
		}
	}
	if accepted < 500 {
		t.Errorf("only %d accepted texts", accepted)
	}
}

// TestManyStates outgrows the states that are kept, so that texts are matched
// without them, and asks the slow twin.
func TestManyStates(t *testing.T) {
	re, err := Compile(`(?:[ab]*a[ab]{12}c?|b.*)*`)
	if err != nil {
		t.Fatal(err)
	}
	random := uint32(1)
	accepted := 0
	for range 3000 {
		var text []byte
		for range 40 {
			random = random*1664525 + 1013904223
			text = append(text, "ab"[random>>31])
		}
		if random>>20&1 != 0 {
			text = append(text, 'c')
		}
		got := re.FullSpan(string(text))
		if want := backtrack(re.nfa, string(text)); got != want {
			t.Fatalf("FullSpan(%q) = %v", text, got)
		}
		if got {
			accepted++
		}
	}
	if re.size < cacheLimit*9/10 || accepted == 0 || accepted == 3000 {
		t.Errorf("%d bytes of states, %d texts accepted: this tests little", re.size, accepted)
	}
	if re.size > cacheLimit {
		t.Errorf("%d bytes of states, the limit is %d", re.size, cacheLimit)
	}
}

func TestConcurrentUse(t *testing.T) {
	re, err := Compile(`/(?:\w+/)*\d{1,5}\b.*`)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 2000 {
				number := strconv.Itoa((n*7 + i) % 300000)
				if got, want := re.FullSpan("/ä/"+number), len(number) <= 5; got != want {
					t.Errorf("FullSpan(/ä/%s) = %v", number, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestFullSpanDoesNotAllocate(t *testing.T) {
	for _, pattern := range []string{`/api/v[0-9]+/orders/[^/]+`, `(?i)acme.*`, `.*/stock`, `/\bitems\b/\d+`, `/orders`} {
		re, err := Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{"/api/v1/orders/1234", "Acme Ltd", "/a/b/c/stock", "/items/12345", "/orders", "/naïve"}
		if n := testing.AllocsPerRun(100, func() {
			for _, text := range texts {
				re.FullSpan(text)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", pattern, n)
		}
	}
}
