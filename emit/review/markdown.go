package review

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/ir/delta"
)

// Markdown writes the changes as a comment on a pull request; the name is that of its hidden
// marker, and more says how to see what is left out.
func Markdown(w io.Writer, c *delta.Changes, name, more string, budget int) error {
	sections, dangers := Sections("", c)
	p := Page{Name: name, Title: Summary(c), Dangers: dangers, Sections: sections, More: more}
	if len(dangers) > 0 {
		p.Title = plural(len(dangers), "danger") + "; " + p.Title
	}
	return p.Write(w, budget)
}

// Sections returns the parts of the changes for a [Page], the worst first, and the dangers in
// them. A prefix stands before every title.
func Sections(prefix string, c *delta.Changes, refused ...Refusal) (list []Section, dangers []Warning) {
	parts := partsOf(c)
	for _, d := range dangersOf(parts, refused) {
		dangers = append(dangers, Warning{d.kind, prefix + d.String()})
	}
	for i := range parts {
		p := &parts[i]
		s := Section{Danger: p.worst, Label: p.worst.String(), Title: prefix + marks[p.op] + p.title}
		var body strings.Builder
		t := &text{w: bufio.NewWriter(&body)}
		p.body(t)
		t.w.Flush()
		if s.Body = body.String(); s.Body == "" {
			s.Body = p.op.String()
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, ByDanger)
	return list, dangers
}

// rank orders dangers, the worst first, and none last.
func rank(d delta.Danger) int {
	if d == delta.NoDanger {
		return len(delta.Dangers) + 1
	}
	return int(d)
}
