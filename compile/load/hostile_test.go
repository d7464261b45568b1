package load

import (
	"strings"
	"testing"
	"time"

	"routec.dev/routec/compile/diag"
)

func TestHostileTextsEndSoon(t *testing.T) {
	const size = 1 << 19
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, text := range map[string]string{
		"brackets":         fill("["),
		"braces":           fill("{a: "),
		"json":             strings.Repeat(`{"a":`, 30_000) + "1" + strings.Repeat("}", 30_000),
		"closed brackets":  strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"dashes":           fill("- "),
		"question marks":   fill("? "),
		"steps":            steps(1400),
		"comments":         "a: b\n" + fill("# c\n"),
		"comment ladder":   "a:\n" + fill("  # c\n\n"),
		"one key":          "a: 1\n" + fill("a: 1\n"),
		"anchors":          fill("- &a b\n"),
		"aliases":          "- &a b\n" + fill("- *a\n"),
		"tags":             fill("- !a b\n"),
		"lone tags":        fill("! "),
		"one long line":    "a: " + fill("x y "),
		"one long list":    "a: [" + fill("b, ") + "]",
		"quotes":           "a: \"" + fill("x\\n") + "\"",
		"open quote":       "a: \"" + fill("x\n"),
		"colons":           fill("a: "),
		"keys on one line": "{" + fill("a: 1, ") + "}",
		"bad last line":    fill("k: v\n- a: b\n") + "\t: x",
		"spaces":           fill(" "),
		"empty lines":      "a: |\n" + fill("\n"),
		"block":            "a: |\n" + fill("  x\n"),
		"folded":           "a: >\n" + fill("  x\n"),
		"merge":            "a: &a {b: c}\nd: {" + fill("<<: *a, ") + "}",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			var report diag.Report
			for _, d := range Parse("f.yaml", []byte(text), Limits{DocumentSize: 8 << 20}, &report) {
				d.Content(Limits{}, &report)
			}
			took := time.Since(start)
			t.Logf("%v, %d findings", took, report.Len())
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// steps nests maps n deep, each a line that is indented further.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
