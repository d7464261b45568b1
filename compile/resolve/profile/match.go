package profile

import (
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// requestMatch converts a request condition (spec/profiles.md §3.1). A condition without
// any field is a fault, at whatever depth.
func (c *converter) requestMatch(m *manifest.RequestMatch, at string) ir.RequestMatch {
	if m == nil {
		c.fail(at, "a condition is missing")
		return ir.RequestMatch{}
	}
	var parts []ir.RequestMatch
	if m.All != nil {
		parts = append(parts, ir.RequestMatch{Kind: ir.AllOf, Parts: c.requestMatches(m.All, source.Join(at, "all"))})
	}
	if m.Any != nil {
		parts = append(parts, ir.RequestMatch{Kind: ir.AnyOf, Parts: c.requestMatches(m.Any, source.Join(at, "any"))})
	}
	if m.Method != "" {
		parts = append(parts, ir.RequestMatch{Kind: ir.OnMethod, Text: strings.ToUpper(m.Method)})
	}
	if m.Not != nil {
		not := c.requestMatch(m.Not, source.Join(at, "not"))
		parts = append(parts, ir.RequestMatch{Kind: ir.NotOf, Parts: []ir.RequestMatch{not}})
	}
	if m.PathRegex != "" {
		parts = append(parts, ir.RequestMatch{Kind: ir.OnPath, Text: m.PathRegex})
	}
	switch len(parts) {
	case 0:
		c.fail(at, "the condition has none of the fields all, any, not, pathRegex and method")
		return ir.RequestMatch{}
	case 1:
		return parts[0]
	}
	return ir.RequestMatch{Kind: ir.AllOf, Parts: parts}
}

func (c *converter) requestMatches(list []*manifest.RequestMatch, at string) []ir.RequestMatch {
	out := make([]ir.RequestMatch, len(list))
	for i, m := range list {
		out[i] = c.requestMatch(m, source.Index(at, i))
	}
	return out
}

// responseMatch converts a response condition (spec/profiles.md §3.2).
func (c *converter) responseMatch(m *manifest.ResponseMatch, at string) ir.ResponseMatch {
	if m == nil {
		c.fail(at, "a condition is missing")
		return ir.ResponseMatch{}
	}
	var parts []ir.ResponseMatch
	if m.All != nil {
		parts = append(parts, ir.ResponseMatch{Kind: ir.AllOf, Parts: c.responseMatches(m.All, source.Join(at, "all"))})
	}
	if m.Any != nil {
		parts = append(parts, ir.ResponseMatch{Kind: ir.AnyOf, Parts: c.responseMatches(m.Any, source.Join(at, "any"))})
	}
	if m.Status != nil {
		c.bounds(m.Status, source.Join(at, "status"))
		parts = append(parts, ir.ResponseMatch{Kind: ir.OnStatus, Min: m.Status.Min, Max: m.Status.Max})
	}
	if m.Not != nil {
		not := c.responseMatch(m.Not, source.Join(at, "not"))
		parts = append(parts, ir.ResponseMatch{Kind: ir.NotOf, Parts: []ir.ResponseMatch{not}})
	}
	switch len(parts) {
	case 0:
		c.fail(at, "the condition has none of the fields all, any, not and status")
		return ir.ResponseMatch{}
	case 1:
		return parts[0]
	}
	return ir.ResponseMatch{Kind: ir.AllOf, Parts: parts}
}

func (c *converter) responseMatches(list []*manifest.ResponseMatch, at string) []ir.ResponseMatch {
	out := make([]ir.ResponseMatch, len(list))
	for i, m := range list {
		out[i] = c.responseMatch(m, source.Index(at, i))
	}
	return out
}

// bounds checks a status range, of which 0 is an end left open (spec/profiles.md §5.2).
func (c *converter) bounds(s *manifest.StatusBounds, at string) {
	const lowest, highest = 100, 599
	switch {
	case s.Min != 0 && (s.Min < lowest || s.Min > highest):
		c.fail(source.Join(at, "min"), "the smallest status must lie between 100 and 599")
	case s.Max != 0 && (s.Max < lowest || s.Max > highest):
		c.fail(source.Join(at, "max"), "the largest status must lie between 100 and 599")
	case s.Min != 0 && s.Max != 0 && s.Max < s.Min:
		c.fail(source.Join(at, "max"), "the largest status is below the smallest")
	}
}
