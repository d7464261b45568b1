package eval

import (
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// A requestCondition is a condition of a profile's route, without what the proxy drops
// (spec/profiles.md §3.3).
type requestCondition struct {
	kind  ir.ConditionKind
	parts []requestCondition
	from  int // which of the written condition's parts this is
	text  string
	path  *automata.Regex
}

// request prepares a condition; ok is false if the proxy drops it. A list stays even if all
// of its parts are dropped, and is then true for all, false for any.
func (p *preparer) request(m *ir.RequestMatch) (c requestCondition, ok bool) {
	c = requestCondition{kind: m.Kind, text: m.Text}
	switch m.Kind {
	case ir.OnMethod:
		return c, ir.IsMethod(m.Text)
	case ir.OnPath:
		var err error
		c.path, err = p.search(ir.AnchoredPath(m.Text))
		return c, err == nil
	}
	for i := range m.Parts {
		part, ok := p.request(&m.Parts[i])
		if !ok {
			continue
		}
		part.from = i
		c.parts = append(c.parts, part)
	}
	return c, m.Kind != ir.NotOf || len(c.parts) == 1
}

// search compiles a path pattern; it shares no cache with the patterns of routes, which are
// read otherwise.
func (p *preparer) search(pattern string) (*automata.Regex, error) {
	if re, ok := p.searches[pattern]; ok {
		return re, nil
	}
	re, err := automata.CompileSearch(pattern)
	if err != nil {
		return nil, err
	}
	p.searches[pattern] = re
	return re, nil
}

// holds evaluates the condition. Nothing but path and method is ever looked at.
func (c *requestCondition) holds(r *Request) bool {
	switch c.kind {
	case ir.OnMethod:
		return r.Method == c.text
	case ir.OnPath:
		return c.path.FullSpan(r.Path)
	case ir.NotOf:
		return !c.parts[0].holds(r)
	}
	for i := range c.parts {
		if c.parts[i].holds(r) == (c.kind == ir.AnyOf) {
			return c.kind == ir.AnyOf
		}
	}
	return c.kind == ir.AllOf
}

// decisive returns the way to the part that makes the condition what it is, which must be
// value: the first part that decides a list, or the list itself where all parts together do.
func (c *requestCondition) decisive(r *Request, value bool) []int {
	if c.kind == ir.NotOf {
		return append([]int{c.parts[0].from}, c.parts[0].decisive(r, !value)...)
	}
	if c.kind == ir.AllOf && !value || c.kind == ir.AnyOf && value {
		for i := range c.parts {
			if part := &c.parts[i]; part.holds(r) == value {
				return append([]int{part.from}, part.decisive(r, value)...)
			}
		}
	}
	return nil
}
