package explain

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Text writes an explanation for people.
func Text(w io.Writer, e *Explanation) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s\n%s\n\n", e.Request, e.Client)
	for _, s := range e.Steps {
		fmt.Fprintf(out, "%-14s %s%s\n", s.Name, s.Text, at(s.At))
		for _, d := range s.Details {
			fmt.Fprintf(out, "%-14s   %s\n", "", d)
		}
	}
	for _, b := range e.Backends {
		fmt.Fprintf(out, "%-14s %8s  %s%s\n", "→", b.Percent, b.Name, at(b.At))
		if strings.ContainsAny(b.Percent, ".<>") {
			fmt.Fprintf(out, "%-14s   exactly %s\n", "", b.Share)
		}
		for _, h := range b.Headers {
			fmt.Fprintf(out, "%-14s   %s\n", "", h)
		}
		for _, h := range b.Answers {
			fmt.Fprintf(out, "%-14s   of its answers: %s\n", "", h)
		}
		if b.Reply != nil {
			fmt.Fprintf(out, "%-14s   but it cannot be reached: %s\n", "", b.Reply)
		}
	}
	if e.Reply != nil {
		fmt.Fprintf(out, "%-14s %s\n", "→", e.Reply)
	}
	if len(e.Lost) > 0 {
		fmt.Fprintln(out, "\nother rules:")
	}
	for _, l := range e.Lost {
		fmt.Fprintf(out, "  %s%s\n    %s\n", l.Rule, at(l.At), l.Why)
		for _, c := range l.Lack {
			fmt.Fprintf(out, "      %s\n", c)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return nil
}

func at(position string) string {
	if position == "" {
		return ""
	}
	return "  (" + position + ")"
}

// JSON writes an explanation as one object.
func JSON(w io.Writer, e *Explanation) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return nil
}

// mostDrawn bounds the losers in a picture.
const mostDrawn = 12

// Mermaid writes an explanation as a flow chart: the path in full lines, and the rules that
// lost in dotted ones.
func Mermaid(w io.Writer, e *Explanation) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "flowchart TD\n  request([%s])\n", label(e.Request, e.Client))
	last, rule := "request", ""
	for i, s := range e.Steps {
		id := fmt.Sprintf("s%d", i)
		fmt.Fprintf(out, "  %s[%s]\n  %s --> %s\n", id, label(s.Name+": "+s.Text, s.At), last, id)
		if s.Name == "table" {
			rule = id
		}
		last = id
	}
	for i, b := range e.Backends {
		text := b.Name
		if b.Reply != nil {
			text += ": " + b.Reply.String()
		}
		fmt.Fprintf(out, "  b%d([%s])\n  %s -->|%s| b%d\n", i, label(text, b.At), last, label(b.Percent), i)
	}
	if e.Reply != nil {
		fmt.Fprintf(out, "  reply([%s])\n  %s --> reply\n", label(e.Reply.String()), last)
	}
	if rule == "" {
		rule = "request"
	}
	for i, l := range e.Lost[:min(len(e.Lost), mostDrawn)] {
		fmt.Fprintf(out, "  l%d[%s]\n  %s -.->|%s| l%d\n", i, label(l.Rule, l.At), rule, label(l.Why), i)
	}
	if n := len(e.Lost) - mostDrawn; n > 0 {
		fmt.Fprintf(out, "  more[%s]\n  %s -.-> more\n", label(fmt.Sprintf("and %d other rules", n)), rule)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("draw explanation: %w", err)
	}
	return nil
}

var escape = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "\n", " ", "`", "#96;")

// label quotes texts as the lines of a label.
func label(lines ...string) string {
	var parts []string
	for _, l := range lines {
		if l != "" {
			parts = append(parts, escape.Replace(l))
		}
	}
	return `"` + strings.Join(parts, "<br/>") + `"`
}
