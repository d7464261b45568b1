package review

import (
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// A part is what a review says at once: the settings, an object, tables of an object that
// changed in the same way, or a status.
type part struct {
	op      delta.Op
	title   string
	whole   delta.Danger // of the part itself
	worst   delta.Danger // of it and everything inside
	changes []delta.Change
	table   *delta.Table // nil: no table
}

// partsOf lists the parts in the order of the changes.
func partsOf(c *delta.Changes) (out []part) {
	if len(c.Settings) > 0 {
		out = append(out, part{title: "settings of the mesh", changes: c.Settings})
	}
	told := withTables(c.Tables)
	owed := map[ir.Ref]delta.Danger{} // of objects of which the first of their tables says that they came or went
	for i := range c.Objects {
		o := &c.Objects[i]
		if o.Op == delta.Changed || !told[o.Ref] {
			out = append(out, objectPart("", o))
		} else {
			owed[o.Ref] = o.Danger
		}
	}
	for _, group := range groups(c.Tables) {
		t := &group[0]
		p := part{op: t.Op, title: title(group), whole: t.Danger, worst: t.Worst(), changes: t.Changes, table: t}
		if d := owed[t.Object]; d != delta.NoDanger {
			p.whole, p.worst = d, d
			delete(owed, t.Object)
		}
		out = append(out, p)
	}
	for i := range c.Statuses {
		out = append(out, objectPart("status of ", &c.Statuses[i]))
	}
	return out
}

func objectPart(prefix string, o *delta.Object) part {
	p := part{op: o.Op, title: prefix + route(o.Ref.String()), whole: o.Danger, worst: o.Worst()}
	if o.Op == delta.Changed || prefix != "" {
		p.changes = o.Changes
	}
	return p
}

// happened says of a dangerous part as a whole what is dangerous.
func (p *part) happened() string {
	switch {
	case p.table != nil && p.table.Kind == delta.Inbound && p.whole == delta.TrafficLost:
		return "lets in nobody any more"
	case p.op == delta.Added && p.whole == delta.TrafficLost:
		return "added, and refuses what went through without it"
	}
	return p.op.String()
}

// withTables are the objects that tables speak of: that they came or went is said there.
func withTables(tables []delta.Table) map[ir.Ref]bool {
	set := map[ir.Ref]bool{}
	for i := range tables {
		set[tables[i].Object] = true
	}
	return set
}

// write writes a part with its title.
func (p *part) write(t *text) {
	t.line(marks[p.op], p.title, warning(p.whole))
	t.under(func() { p.body(t) })
}

// body writes what is below the title.
func (p *part) body(t *text) {
	if p.table != nil {
		t.tableBody(p.table)
		return
	}
	t.changes(p.changes)
}
