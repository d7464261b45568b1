// Package markdown quotes text of strangers for pages that GitHub and GitLab render. Names and
// values of manifests stand in comments on pull requests, signed by whoever posts them: they
// must read as what they are and do nothing.
package markdown

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text quotes text for one line of a paragraph or a list. It is no markup, HTML or link, mentions
// nobody and refers to no issue, on GitHub and GitLab: a backslash keeps CommonMark from reading
// a character, but mentions are looked for in what CommonMark has made, so that a space without
// width parts those from their sign. Line breaks become spaces; what could hide is spelt out.
func Text(s string) string {
	var b strings.Builder
	start := true // of the line, where more characters have a meaning
	digits := false
	for i, r := range s {
		switch {
		case r == '<' || r == '&':
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("@#", r):
			b.WriteString(`\` + string(r) + "\u200B")
		case strings.ContainsRune("\\`*_{}[]()>!|~$", r),
			r == ':' && !blank(s[i+1:]),
			start && strings.ContainsRune("-+=/", r),
			r == '.' && digits && blank(s[i+1:]),
			r == '.' && endsInWWW(s[:i]):
			b.WriteString(`\` + string(r))
		default:
			writeVisible(&b, r)
		}
		isDigit := '0' <= r && r <= '9'
		digits = isDigit && (start || digits)
		start = start && blank(string(r))
	}
	return b.String()
}

// Code quotes text as a code span, in which nothing has a meaning but a backtick: those become
// apostrophes.
func Code(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '`' {
			r = '\''
		}
		writeVisible(&b, r)
	}
	if strings.TrimSpace(b.String()) == "" {
		return "` `" // two backticks would begin a span that ends who knows where
	}
	return "`" + b.String() + "`"
}

// writeVisible writes a character that a reader sees: others could end the line, be nothing to
// look at, or turn the direction of what follows.
func writeVisible(b *strings.Builder, r rune) {
	switch {
	case strconv.IsPrint(r):
		b.WriteRune(r)
	case unicode.IsSpace(r) || unicode.IsControl(r):
		b.WriteByte(' ')
	default:
		fmt.Fprintf(b, "U+%04X", r)
	}
}

// blank reports whether text begins with a blank, or is none: then a number and a dot make a
// list, and a colon makes no link.
func blank(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || unicode.IsSpace(r) || unicode.IsControl(r)
}

// endsInWWW reports whether a dot would make a link of what stands before it.
func endsInWWW(s string) bool {
	return len(s) >= 3 && strings.EqualFold(s[len(s)-3:], "www")
}
