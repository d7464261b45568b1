package review

import (
	"slices"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// A Refusal is a table that the proxy refuses and did not refuse before. Programs do not
// know of it: it is found out when they are lowered.
type Refusal struct {
	Table string // its key in a bundle
	Why   string
}

// A danger is one that a review names: what, where, and which change of it.
type danger struct {
	kind  delta.Danger
	where string
	what  []string // the change with all that it is in, from the outside
}

// String is the danger in one line.
func (d *danger) String() string {
	return ir.Printable(strings.Join(append([]string{d.kind.String(), d.where}, d.what...), ": "))
}

// dangersOf lists the dangers, the worst first, of one kind in the order of the parts.
func dangersOf(parts []part, refused []Refusal) (out []danger) {
	for _, r := range refused {
		out = append(out, danger{delta.TrafficLost, r.Table, []string{"the proxy refuses the whole table: " + r.Why}})
	}
	for i := range parts {
		p := &parts[i]
		if p.whole != delta.NoDanger {
			out = append(out, danger{p.whole, p.title, []string{p.happened()}})
		}
		out = inside(out, p.title, nil, p.changes)
	}
	slices.SortStableFunc(out, func(a, b danger) int { return int(a.kind) - int(b.kind) })
	return out
}

// inside adds the dangers among changes, and those inside of them.
func inside(out []danger, where string, path []string, list []delta.Change) []danger {
	for i := range list {
		c := &list[i]
		here := append(path[:len(path):len(path)], briefly(c))
		if c.Danger != delta.NoDanger {
			out = append(out, danger{c.Danger, where, here})
		}
		if c.Part == delta.Rule && c.Danger == delta.TrafficLost {
			continue // which backends are gone explains it, and is marked where it stands
		}
		out = inside(out, where, here, c.Changes)
	}
	return out
}

// briefly names a change that others are in, or says what it is.
func briefly(c *delta.Change) string {
	if c.Op != delta.Removed && c.Op != delta.Added && len(c.Changes) > 0 {
		switch {
		case c.Part == delta.Rule && c.Danger == delta.TrafficLost:
			return "rules[" + c.Name + "] sends to no backend any more"
		case c.Part == delta.Rule:
			return "rules[" + c.Name + "]"
		case c.Part == delta.Route:
			return route(c.Name)
		}
	}
	text := sentence(c)
	switch {
	case c.Part == delta.Authorization:
		return text // says what came or went
	case c.Part == delta.Route && c.Op == delta.Removed && c.Danger == delta.TrafficLost:
		return text + " is gone, and what takes its place refuses"
	case c.Part == delta.Route && c.Op == delta.Removed && strings.HasPrefix(c.Name, "default "):
		return text + ", which took what no other route takes, is gone"
	case c.Op == delta.Removed:
		return text + " is gone"
	case c.Op == delta.Added:
		return text + " is new"
	}
	return text
}
