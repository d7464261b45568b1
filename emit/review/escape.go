package review

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"routec.dev/routec/ir"
)

// Everything that manifests say stands in code, in one of three forms: a code span in running
// text ([markdown.Code]), a <code> element in the summary of a fold, a fenced block. In code, a page has no
// mentions, links, references or markup. Outside of it stands only what this package writes.

// codeElement puts one line of text into an element; it is safe where HTML is not read as
// markdown, and nowhere else.
func codeElement(s string) string {
	return "<code>" + html.EscapeString(ir.Printable(s)) + "</code>"
}

// fenced puts lines into a block whose fence none of them can close.
func fenced(language, lines string) string {
	all := strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
	for i := range all {
		all[i] = ir.Printable(all[i])
	}
	lines = strings.Join(all, "\n")
	fence := strings.Repeat("`", max(3, longestRun(lines)+1))
	return fence + language + "\n" + lines + "\n" + fence + "\n"
}

// longestRun is the length of the longest run of backticks.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// Marker is a comment that readers do not see, by which a program finds a page again. The
// name is reduced to what cannot end the comment.
func Marker(name string) string {
	var out strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == ',',
			c == '-' && i > 0 && name[i-1] != '-':
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return "<!-- routec-review " + Shorten(out.String(), 200) + " -->"
}

// Shorten cuts a text to as many characters, the last of which then says so.
func Shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
