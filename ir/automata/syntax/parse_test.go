package syntax

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{``, ``},
		{`(?:)`, ``},
		{`abc`, `abc`},
		{`a\.b\x41\u{e9}`, `a\.bAé`},
		{`a|b|c`, `[a-c]`},
		{`a|bc`, `a|bc`},
		{`x[ab]y|x[ab]z`, `x[a-b][y-z]`},
		{`a{1}`, `a`},
		{`a{0}b`, `b`},
		{`a**`, `(?:a*)*`},
		{`a{2}{3}?`, `(?:a{2}){3}?`},
		{`ab+`, `ab+`},
		{`(?:ab)+`, `(?:ab)+`},
		{`(?:^){5}`, `\A`},
		{`\b{2,}`, `\b`},
		{`\b{,`, "error at 2: unclosed counted repetition"},
		{`(a)(?P<n>b)`, `(a)(?P<n>b)`},
		// flags
		{`(?i)k1`, `[Kk` + "\u212a" + `]1`},
		{`(?i-u)k`, `[Kk]`},
		{`(?i)a(?-i)b`, `[Aa]b`},
		{`((?i)a|b)c`, `([A-Ba-b])c`},
		{`(?U)a+b+?`, `a+?b+`},
		{`(?m)^$`, `(?m:^)(?m:$)`},
		{`(?mR)^$`, `(?mR:^)(?mR:$)`},
		{`(?R)^.`, `\A[\u{0}-\u{9}\u{b}-\u{c}\u{e}-\u{10ffff}]`},
		{`(?s).`, `[\u{0}-\u{10ffff}]`},
		{`(?x) a  # b` + "\n c", `ac`},
		{`(?-u)\w\b`, `[0-9A-Z_a-z](?-u:\b)`},
		// classes
		{`[a-c&&b-d]`, `[b-c]`},
		{`[a-d--b]`, `[ac-d]`},
		{`[a-c~~b-d]`, `[ad]`},
		{`[^\s\S]`, `[a&&b]`},
		{`[a[^b-y]&&a-z]`, `[az]`},
		{`[]a]`, `[\]a]`},
		{`[[:digit:][.]]`, `[\.0-9]`},
		{`[[:^ascii:]&&\u{80}-\u{82}]`, `[\u{80}-\u{82}]`},
		{`(?i)[a--A]`, `[a&&b]`},
		{`\d{3}`, classOf(t, `\d`) + `{3}`},
		{`\p{Nd}`, classOf(t, `\d`)},
		{`\P{sc!=Ogam}`, `[\u{1680}-` + "\u169c]"}, // U+1680 is a blank
	}
	for _, test := range tests {
		re, err := Parse(test.pattern)
		got := ""
		if err != nil {
			var e *Error
			errors.As(err, &e)
			got = fmt.Sprintf("error at %d: %s", e.Offset, e.Message)
		} else {
			got = re.String()
		}
		if got != test.want {
			t.Errorf("Parse(%q) = %s, want %s", test.pattern, got, test.want)
		}
	}
}

func classOf(t *testing.T, pattern string) string {
	t.Helper()
	re, err := Parse(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return re.String()
}

// TestRefused holds what the crate says of patterns that it refuses, with the
// place, recorded from version 1.13.1.
func TestRefused(t *testing.T) {
	for _, line := range lines(t, "testdata/refused.txt") {
		pattern, rest := quoted(t, line)
		offset, message, _ := strings.Cut(strings.TrimSpace(rest), " ")
		err := Check(pattern)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Check(%q) = %v, want %s", pattern, err, message)
			continue
		}
		deep := strings.HasPrefix(message, "exceed the maximum number") // we notice it elsewhere
		if e.Message != message || strconv.Itoa(e.Offset) != offset && !deep || e.Pattern != pattern {
			t.Errorf("Check(%q) = %d %s, want %s %s", pattern, e.Offset, e.Message, offset, message)
		}
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{`/a{`, `regular expression "/a{": unclosed counted repetition (at byte 2)`},
		{"a\xff", `regular expression "a": a pattern must be valid UTF-8 (at byte 1)`},
		{strings.Repeat("x", 100) + `(`, `regular expression "…` + strings.Repeat("x", 40) + `(": unclosed group (at byte 100)`},
	}
	for _, test := range tests {
		if err := Check(test.pattern); err == nil || err.Error() != test.want {
			t.Errorf("Check(%q) = %v, want %s", test.pattern, err, test.want)
		}
	}
}

// TestHostile judges patterns that would be huge if they were expanded, or deep.
func TestHostile(t *testing.T) {
	const mega = 1 << 20
	tests := []struct {
		name, pattern string
		ok            bool
	}{
		{"nested counts", `((a{1000}){1000}){1000}`, false},
		{"nested classes", `(\w{4000000}){4000000}`, false},
		{"count of nothing", `(?:\b{4000000}(?:){3}){4000000}`, true},
		{"nested options", `((a{0,100}){0,100}){0,100}`, false},
		{"open groups", strings.Repeat("(", mega), false},
		{"open classes", strings.Repeat("[", mega), false},
		{"stars", "a" + strings.Repeat("*", mega), false},
		{"text", strings.Repeat("a", mega), false},
		{"dots", strings.Repeat("a.", mega/2), false},
		{"word classes", strings.Repeat(`[\wa]`, mega/5), false},
		{"folded classes", strings.Repeat(`(?i:[\w])`, mega/9), false},
		{"one long class", "[" + strings.Repeat(`\w`, mega/2) + "]", false},
		{"class operators", strings.Repeat(`[\w&&\w&&\w]`, mega/12), false},
		{"plain list", strings.Repeat("ab|cd|", mega/6) + "x", true},
		{"repeated and dropped", "(?:" + strings.Repeat(`[ab]`, mega/4) + "){0}", true},
	}
	for _, test := range tests {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := Check(test.pattern)
		runtime.ReadMemStats(&after)
		if (err == nil) != test.ok {
			t.Errorf("%s: got %v", test.name, err)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 400 {
			t.Errorf("%s: %d MB allocated", test.name, used)
		}
	}
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []string
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		out = append(out, scanner.Text())
	}
	if err := scanner.Err(); err != nil || len(out) < 100 {
		t.Fatalf("%s: %d lines, %v", name, len(out), err)
	}
	return out
}

// quoted reads the quoted text that a line starts with.
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
