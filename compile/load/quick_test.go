package load

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// agree fails the test when quick reads a text otherwise than the library, or reads
// what the clients' own decoder refuses.
func agree(t *testing.T, text string) (taken bool) {
	t.Helper()
	got, ok := quick(text, DefaultLimits(), nil)
	if !ok {
		return false
	}
	want, duplicates, err := slow([]byte(text), DefaultLimits())
	if err != nil || len(duplicates) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("text %q\nquick %#v\nslow  %#v (%v, %v)", text, got, want, err, duplicates)
	}
	client, err := asClient([]byte(text))
	if err != nil || !reflect.DeepEqual(got, client) {
		t.Errorf("text %q\nquick  %#v\nclient %#v (%v)", text, got, client, err)
	}
	return true
}

func TestQuickAgrees(t *testing.T) {
	for _, text := range clientTexts {
		agree(t, text)
	}
}

// usual and odd are what random texts are made of: what quick reads, and all that has
// a meaning of its own, most of which it has to give up on.
var usual, odd = fragments{
	starts: []string{"", "", "", "- ", "- ", "- - ", "-   "},
	keys:   []string{"a: ", "b: ", "c: ", "e.f/g-h: ", "\"q\": ", "", "k:"},
	values: []string{"", "", "v", "text with words", "1", "yes", "\"x\"", "'it''s'", "[a, b]", "{a: 1, b: [c]}", "a #c", "|", "{}", "[]", "~", "010", "-v"},
}, fragments{
	starts: []string{"-", "-\n", "# c\n", "\n", "---\n", "? ", "&a ", "!!str ", ": ", "  #c\n"},
	keys: []string{"a:", "yes: ", "1: ", "0x1: ", "~: ", "1e3: ", "'q': ", "\"q\":", "\"q\" : ", "a b: ", "a : ", "<<: ", "long-key_name.x: ",
		"-a: ", ".5: ", "a:  ", "é: ", "\"\\n\": "},
	values: []string{"1e3", "-1", "1:30", "null", "a: b", "a# c", "#c", " # c", "\"x\\n\"", "\"x\\\"y\"", "''", "\"\"", "\"open", "'open", "[a, b", "]",
		"{a: 1", "}", "{\"a\":1}", "{a}", "[a, ]", "[a b]", "[\"x\", 'y', 1.5]", "{} x", "[a: b]", "{a: }", "{a: {b: c}, d: -1}", "|-", ">", "|+", "| # c", "|2",
		"-", "- v", "--", ":", ":a", "a:", "*a", "&a v", "@v", "`v", "%v", "!!int 5", "é", "\u2028", "\t", "a\tb", ".inf", ".5", "v  ", "? v",
		"http://x:80/y?z=1", "a,b", "{{ .V }}", "x{{ .V }}", "=", "+", "1_000", "2001-01-01", "[-1, +1, a=b, a@b, a/b]", "[1:2]", "\"a\" b", "\"a\"#", "\"a\" # c",
		"[a,\n b]", "{a: b,\nc: d}", "[a # c\n]", "\n\n", "{a:b}", "{\"a\": b}", "{\"a\" : b}", "[a ,b]", "{a: b }", "{ a: [ ] , b: { } }", "[--, -a]", "{a: 90%, b: [%c, d%]}", "[1.5%,50%e]", "{a%: b}"},
}

type fragments struct{ starts, keys, values []string }

// randomText returns lines that look like YAML, most of them.
func randomText(rng *rand.Rand) string {
	pick := func(usual, odd []string) string {
		if rng.IntN(16) == 0 {
			return odd[rng.IntN(len(odd))]
		}
		return usual[rng.IntN(len(usual))]
	}
	var b strings.Builder
	indent := 0
	for range 1 + rng.IntN(7) {
		b.WriteString(strings.Repeat(" ", indent))
		b.WriteString(pick(usual.starts, odd.starts) + pick(usual.keys, odd.keys) + pick(usual.values, odd.values))
		if rng.IntN(40) > 0 {
			b.WriteByte('\n')
		}
		indent = max(0, indent+[]int{0, 0, 0, 2, 2, -2, -4, 1}[rng.IntN(8)])
	}
	return b.String()
}

func TestQuickAgreesOnRandomLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 200_000 {
		if agree(t, randomText(rng)) {
			taken++
		}
		if t.Failed() {
			return
		}
	}
	if taken < 8_000 {
		t.Errorf("quick took only %d texts: the test says little", taken)
	}
	t.Logf("quick took %d texts", taken)
}

func FuzzQuick(f *testing.F) {
	for _, text := range clientTexts {
		f.Add(text)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(randomText(rng))
	}
	f.Fuzz(func(t *testing.T, text string) { agree(t, text) })
}
