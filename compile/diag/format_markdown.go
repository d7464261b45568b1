package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"routec.dev/routec/ir/markdown"
)

// writeMarkdown writes a comment for a pull request: the numbers, then the findings in the
// order of their severity, each with place and next step.
func writeMarkdown(w io.Writer, list []finding) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "## routec: %s\n", inWords(counts(list)))
	for s := Hazard; s >= Info; s-- {
		first := true
		for i := range list {
			if list[i].Severity != s {
				continue
			}
			if first {
				fmt.Fprintf(out, "\n### %s\n\n", headings[s])
				first = false
			}
			list[i].markdown(out)
		}
	}
	return out.Flush()
}

var headings = [...]string{Info: "Notes", Warning: "Warnings", Error: "Errors", Hazard: "Hazards"}

// Summary counts diagnostics in words: "1 hazard, 2 errors", "no findings".
func Summary(list []Diagnostic) string {
	n := map[Severity]int{}
	for i := range list {
		n[list[i].Severity]++
	}
	return inWords(n)
}

func inWords(n map[Severity]int) string {
	var parts []string
	for s := Hazard; s >= Info; s-- {
		switch {
		case n[s] == 1 && s == Info:
			parts = append(parts, "1 note")
		case n[s] == 1:
			parts = append(parts, "1 "+s.String())
		case n[s] > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n[s], strings.ToLower(headings[s])))
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

func (f *finding) markdown(out io.Writer) {
	fmt.Fprintf(out, "- **%s**", f.Code)
	if f.Object != "" {
		fmt.Fprintf(out, " %s", markdown.Code(f.Object))
	}
	if f.pos.File != "" {
		fmt.Fprintf(out, " at %s", markdown.Code(f.pos.String()))
	}
	fmt.Fprintf(out, "<br>\n  %s\n", markdown.Text(f.Message))
	for i, r := range f.Related {
		fmt.Fprintf(out, "  - %s: %s\n", markdown.Code(f.related[i].String()), markdown.Text(r.Message))
	}
	if f.Help != "" {
		fmt.Fprintf(out, "  - **Help:** %s\n", markdown.Text(f.Help))
	}
}
