package review

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// marks begin the lines of a text.
var marks = [...]string{delta.Added: "+ ", delta.Removed: "- ", delta.Changed: "~ ", delta.Moved: "> "}

// mostDangers is how many dangers a text names before it counts the rest; all of them are
// marked where they occur.
const mostDangers = 20

// Text writes the changes for people: what is dangerous (!), then what came (+), went (-),
// changed (~) or moved (>), by object, and a summary at the end. Tables of one object that
// changed in the same way, on several ports, are said once.
func Text(w io.Writer, c *delta.Changes, refused ...Refusal) error {
	t := &text{w: bufio.NewWriter(w)}
	parts := partsOf(c)
	dangers := dangersOf(parts, refused)
	for i, d := range dangers {
		if i == mostDangers {
			t.line("! ", plural(len(dangers)-i, "more danger"), ", marked below")
			break
		}
		t.line("! ", Shorten(d.String(), shortest))
	}
	for i := range parts {
		parts[i].write(t)
	}
	t.line("", Summary(c))
	return t.w.Flush()
}

// groups joins the tables of an object that can be said at once: those of one kind and one
// client namespace that changed in the same way. Groups stand where their first table does.
func groups(tables []delta.Table) [][]delta.Table {
	type key struct {
		op     delta.Op
		danger delta.Danger
		kind   delta.Kind
		object ir.Ref
		name   string
		client string
		body   string
	}
	var out [][]delta.Table
	at := map[key]int{}
	for i := range tables {
		t := &tables[i]
		raw := key{t.Op, t.Danger, t.Kind, t.Object, t.Name, t.Client, body(t)}
		same := raw // but for the target's own port in the names of its backends
		same.body = own(t).Replace(raw.body)
		n, seen := at[raw]
		if !seen {
			n, seen = at[same]
		}
		if !seen {
			n = len(out)
			out = append(out, nil)
		}
		at[raw], at[same] = n, n
		out[n] = append(out[n], *t)
	}
	return out
}

// own replaces the names by which a table speaks of its own target and port.
func own(t *delta.Table) *strings.Replacer {
	name := t.Object.String()
	if t.Port != 0 {
		name += ":" + strconv.Itoa(int(t.Port))
	}
	var pairs []string
	for _, end := range []string{"\n", " ", ",", ")"} {
		pairs = append(pairs, name+end, t.Object.String()+":PORT"+end)
	}
	return strings.NewReplacer(pairs...)
}

// body is what is said of a table below its title.
func body(t *delta.Table) string {
	var out strings.Builder
	b := &text{w: bufio.NewWriter(&out)}
	b.tableBody(t)
	b.w.Flush()
	return out.String()
}

// A text writes indented, marked lines.
type text struct {
	w     *bufio.Writer
	depth int
}

func (t *text) line(mark string, words ...string) {
	for range t.depth {
		t.w.WriteString("  ")
	}
	t.w.WriteString(strings.TrimRight(mark+ir.Printable(strings.Join(words, "")), " "))
	t.w.WriteByte('\n')
}

func (t *text) under(lines func()) {
	t.depth++
	lines()
	t.depth--
}

func (t *text) tableBody(table *delta.Table) {
	if table.Op != delta.Changed {
		t.line("", contents(table))
		return
	}
	t.changes(table.Changes)
}

func (t *text) changes(list []delta.Change) {
	for i := range list {
		c := &list[i]
		t.line(marks[c.Op], sentence(c), warning(c.Danger))
		t.under(func() { t.changes(c.Changes) })
	}
}

// warning marks what is dangerous where it stands.
func warning(d delta.Danger) string {
	if d == delta.NoDanger {
		return ""
	}
	return "  ! " + d.String()
}

// sentence says what happened to one thing, in terms of traffic where it can.
func sentence(c *delta.Change) string {
	switch c.Part {
	case delta.Setting:
		return c.Name + ": " + route(values(c))
	case delta.Condition:
		return c.Name + ": " + values(c)
	case delta.Backend:
		return backend(c)
	case delta.Authorization:
		return authorization(c)
	case delta.Match, delta.Filter, delta.Class:
		if c.Op == delta.Moved {
			return c.Part.String() + " " + c.Name + moved(c)
		}
		return c.Part.String() + " " + c.From + c.To
	}
	name := c.Part.String() + " " + route(c.Name)
	if c.Part == delta.Rule {
		name = "rules[" + c.Name + "]" // as its field is called in the manifest
	}
	switch {
	case c.Op == delta.Added && c.To != "":
		return name + ": " + c.To
	case c.Op == delta.Removed && c.From != "":
		return name + ": " + c.From
	case c.Op == delta.Moved || c.From != c.To:
		return name + moved(c)
	}
	return name
}

// moved says where something stood and stands, counting from 0.
func moved(c *delta.Change) string {
	if c.From == c.To {
		return ", in another order than before"
	}
	return ", moved from position " + c.From + " to " + c.To
}

// values are the old and the new one, or the only one.
func values(c *delta.Change) string {
	switch c.Op {
	case delta.Added:
		return c.To
	case delta.Removed:
		return c.From
	}
	return visible(c.From) + " → " + visible(c.To)
}

// visible quotes what would not be seen.
func visible(s string) string {
	if s == "" || strings.TrimSpace(s) != s {
		return strconv.Quote(s)
	}
	return s
}

func backend(c *delta.Change) string {
	old, new := c.Shares[0], c.Shares[1]
	switch {
	case c.Op == delta.Added && new.Total > 0:
		return "backend " + c.To + " with weight " + weight(new)
	case c.Op == delta.Removed && old.Total > 0:
		return "backend " + c.From + " with weight " + weight(old)
	case c.Op == delta.Added || c.Op == delta.Removed:
		return "backend " + c.From + c.To
	case c.Op == delta.Moved:
		return "backend " + c.Name + moved(c)
	case old.Weight != new.Weight:
		return "weight " + number(old.Weight) + " → " + number(new.Weight) + " of " + c.Name + " (" + Percent(old) + " → " + Percent(new) + ")"
	}
	return "backend " + c.Name
}

func weight(s delta.Share) string { return number(s.Weight) + " (" + Percent(s) + ")" }

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func authorization(c *delta.Change) string {
	text := "lets in "
	if c.Op == delta.Removed {
		text = "no longer lets in "
	}
	text += values(c) + " (" + strings.ToLower(route(c.Name)) + ")"
	if c.Width != delta.SameWidth {
		text += ": " + c.Width.String()
	}
	return text
}
