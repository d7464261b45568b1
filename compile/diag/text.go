package diag

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"routec.dev/routec/ir/source"
)

// A Locator finds where a place is written, and the line of text there; the line is empty
// when it is not at hand.
type Locator interface {
	Locate(source.Place) (pos source.Pos, line string)
}

// Text writes diagnostics for people, in the order of [Report.Sorted]: a line with place,
// severity, code and message, then what helps. With excerpts, the line of source follows
// with a caret under the field.
func Text(w io.Writer, list []Diagnostic, where Locator, excerpts bool) error {
	out := bufio.NewWriter(w)
	for _, d := range list {
		pos, line := where.Locate(d.At)
		if pos.File != "" {
			fmt.Fprintf(out, "%s: ", oneLine(pos.String()))
		}
		fmt.Fprintf(out, "%s[%s]: ", d.Severity, d.Code)
		if d.Object != "" {
			fmt.Fprintf(out, "%s: ", oneLine(d.Object))
		}
		fmt.Fprintln(out, oneLine(d.Message))
		if excerpts && line != "" {
			excerpt(out, pos, line)
		}
		for _, r := range d.Related {
			if pos, _ := where.Locate(r.At); pos.File != "" {
				fmt.Fprintf(out, "  note: %s: %s\n", oneLine(pos.String()), oneLine(r.Message))
			} else {
				fmt.Fprintf(out, "  note: %s\n", oneLine(r.Message))
			}
		}
		if d.Help != "" {
			fmt.Fprintf(out, "  help: %s\n", oneLine(d.Help))
		}
	}
	return out.Flush()
}

// oneLine replaces control characters, which would break the line or drive the terminal, and
// spells out what else is not seen: it would hide, or turn the direction of what follows.
func oneLine(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsControl(r):
			out.WriteByte(' ')
		case strconv.IsPrint(r) || r == '\u00A0':
			out.WriteRune(r)
		default:
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return out.String()
}

// sameWidth replaces each character that is not seen by one that is, so that a caret below
// stands where it should; a tab would shift it, too.
func sameWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case strconv.IsPrint(r) || unicode.IsSpace(r):
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// widest is how much of a line an excerpt shows.
const widest = 160

func excerpt(out io.Writer, pos source.Pos, line string) {
	runes := []rune(sameWidth(line))
	runes = runes[:min(len(runes), widest)]
	number := fmt.Sprint(pos.Line)
	fmt.Fprintf(out, "  %s | %s\n", number, string(runes))
	if pos.Col < 1 || pos.Col > len(runes) {
		return
	}
	width := len(runes) - pos.Col + 1
	if i := strings.IndexByte(string(runes[pos.Col-1:]), ':'); i > 0 {
		width = i
	}
	fmt.Fprintf(out, "  %s | %s%s\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", pos.Col-1), strings.Repeat("^", width))
}
