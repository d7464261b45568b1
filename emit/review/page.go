package review

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/ir/delta"
	"routec.dev/routec/ir/markdown"
)

// A Page is a comment on a pull request: a summary, the dangers, an index, and folded
// sections, whole or not at all, as many as the budget has room for.
type Page struct {
	Name     string   // of the hidden marker; see [Marker]
	Title    string   // markdown
	Summary  []string // markdown, an item each
	Dangers  []Warning
	Sections []Section
	More     string // markdown: how to see what is left out, "run …"
}

// A Section is one fold of a page.
type Section struct {
	Label  string       // markdown: why it stands where it does; may be empty
	Title  string       // plain text, one line
	Body   string       // plain lines, shown as they are; colored as a diff
	Danger delta.Danger // the worst inside
}

// A Warning is a danger in one plain line.
type Warning struct {
	Kind delta.Danger
	Text string
}

// ByDanger is the order of sections that has the worst first.
func ByDanger(a, b Section) int { return cmp.Compare(rank(a.Danger), rank(b.Danger)) }

// shortest is how many characters of a title or danger an overview shows.
const shortest = 200

// Write writes the page in at most as many bytes as the budget; 0 is [DefaultBudget]. Less
// than [LeastBudget] is an error. The worst dangers come first.
func (p *Page) Write(w io.Writer, budget int) error {
	budget = cmp.Or(budget, DefaultBudget)
	if budget < LeastBudget {
		return fmt.Errorf("write review: a budget of %d bytes is less than %d", budget, LeastBudget)
	}
	b := &budgeted{left: budget - footerRoom}
	b.add(Marker(p.Name) + "\n## routec: " + p.Title + "\n")
	b.rows("\n", p.Summary, budget/4)
	b.dangers(p.Dangers, budget/4)
	b.rows("\n### Index\n\n", p.index(), budget/4)
	if len(p.Sections) > 0 {
		b.add("\n### Details\n")
	}
	left := 0
	for i := range p.Sections {
		if !b.add(p.Sections[i].markdown()) {
			left++
		}
	}
	if left > 0 {
		fmt.Fprintf(&b.out, "\n%d of %s left out, to keep this within %d bytes: %s\n", left, plural(len(p.Sections), "section"), budget, p.More)
	}
	if _, err := io.WriteString(w, b.out.String()); err != nil {
		return fmt.Errorf("write review: %w", err)
	}
	return nil
}

// index is a row for each section.
func (p *Page) index() []string {
	rows := make([]string, len(p.Sections))
	for i, s := range p.Sections {
		if rows[i] = markdown.Code(Shorten(s.Title, shortest)); s.Label != "" {
			rows[i] = "**" + s.Label + "** " + rows[i]
		}
	}
	return rows
}

// markdown is a section in full.
func (s *Section) markdown() string {
	label := s.Label
	if label != "" {
		label = "<b>" + label + "</b> "
	}
	return "\n<details><summary>" + label + codeElement(s.Title) + "</summary>\n\n" + fenced("diff", s.Body) + "\n</details>\n"
}

// A budgeted text takes pieces as long as there is room for them.
type budgeted struct {
	out  strings.Builder
	left int
}

// add takes a piece whole, or reports that there is no room.
func (b *budgeted) add(piece string) bool {
	if len(piece) > b.left {
		return false
	}
	b.left -= len(piece)
	b.out.WriteString(piece)
	return true
}

// dangers lists the dangers in a block, as many as there is room for.
func (b *budgeted) dangers(list []Warning, room int) {
	if len(list) == 0 {
		return
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Warning) int { return cmp.Compare(a.Kind, b.Kind) })
	var lines strings.Builder
	for i, d := range list {
		line := Shorten(d.Text, shortest)
		if i == mostDangers || lines.Len()+len(line) > room {
			fmt.Fprintf(&lines, "… and %d more\n", len(list)-i)
			break
		}
		lines.WriteString("! " + line + "\n")
	}
	b.add("\n### Dangers\n\n" + fenced("diff", lines.String()))
}

// rows lists markdown, as many rows as there is room for.
func (b *budgeted) rows(heading string, list []string, room int) {
	if len(list) == 0 {
		return
	}
	b.add(heading)
	for i, text := range list {
		row := "- " + text + "\n"
		if room -= len(row); room < 0 || !b.add(row) {
			b.add(fmt.Sprintf("- … and %d more\n", len(list)-i))
			return
		}
	}
}
