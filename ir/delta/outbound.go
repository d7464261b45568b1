package delta

import (
	"cmp"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// outbound adds the difference of two outbound tables; at says whose they are.
func (c *Changes) outbound(at Table, old, new *ir.Outbound) {
	at.Kind, at.Outbound = Outbound, [2]*ir.Outbound{old, new}
	compareTable(c, at, old, new, ir.EqualOutbounds, outboundChanges)
}

func outboundChanges(old, new *ir.Outbound) (out []Change) {
	out = setting(out, "protocol", old.Protocol.String(), new.Protocol.String())
	if old.Protocol == new.Protocol {
		out = setting(out, "detection timeout", old.DetectTimeout.String(), new.DetectTimeout.String())
	}
	out = setting(out, "failure accrual", accrualText(&old.Accrual), accrualText(&new.Accrual))
	out = append(out, routes(old.Routes, new.Routes, nil)...)
	return append(out, routes(old.OpaqueRoutes, new.OpaqueRoutes, nil)...)
}

func accrualText(a *ir.Accrual) string { return strings.TrimPrefix(a.String(), "accrual ") }

// setting adds a change of a single value, if it is one.
func setting(out []Change, name, from, to string) []Change {
	if from == to {
		return out
	}
	return append(out, Change{Part: Setting, Name: name, From: from, To: to})
}

// routes pairs routes by their name, else by their content: those are renamed. The
// authorizations are those that the old table has for all routes.
func routes(old, new []ir.Route, all []ir.Authorization) (out []Change) {
	for _, p := range pairs(routeKeys(old), routeKeys(new)) {
		change := Change{Part: Route}
		switch {
		case p.old < 0:
			r := &new[p.new]
			change.Op, change.Name, change.Origin = Added, r.Meta.String(), r.Origin
			if r.Meta.Default == "" {
				change.Danger = widening(all, r.Authorizations...)
			}
		case p.new < 0:
			r := &old[p.old]
			change.Op, change.Name, change.Origin = Removed, r.Meta.String(), r.Origin
			change.Danger = routeDanger(r, new)
		default:
			a, b := &old[p.old], &new[p.new]
			change.Name, change.Origin, change.Changes = b.Meta.String(), b.Origin, routeChanges(a, b)
			if !place(&change, p) {
				continue
			}
		}
		out = append(out, change)
	}
	return out
}

// place says that a pair moved, and reports whether there is anything to say of it.
func place(c *Change, p pair) bool {
	if p.moved {
		c.From, c.To = strconv.Itoa(p.old), strconv.Itoa(p.new)
		if len(c.Changes) == 0 {
			c.Op = Moved
		}
		return true
	}
	return len(c.Changes) > 0
}

// routeKeys are the name of a route and, unless it is a default, its content.
func routeKeys(list []ir.Route) [][]string {
	out := make([][]string, len(list))
	for i := range list {
		r := &list[i]
		name := r.Meta.String()
		if out[i] = []string{name, name}; r.Meta.Default != "" {
			continue
		}
		content := []string{join(r.Hosts, ir.Host.String)}
		for _, a := range r.Authorizations {
			content = append(content, a.String())
		}
		for _, keys := range ruleKeys(r.Rules) {
			content = append(content, keys[0])
		}
		out[i][1] = strings.Join(content, "\n")
	}
	return out
}

func routeChanges(old, new *ir.Route) (out []Change) {
	out = setting(out, "name", old.Meta.String(), new.Meta.String())
	before := len(out)
	if out = setting(out, "hosts", join(old.Hosts, ir.Host.String), join(new.Hosts, ir.Host.String)); len(out) > before {
		out[before].Danger = hostsDanger(old.Hosts, new.Hosts)
	}
	out = append(out, authorizations(old.Authorizations, new.Authorizations)...)
	return append(out, rules(old, new)...)
}

// join writes a list as one value; an empty one is "any".
func join[T any](list []T, text func(T) string) string {
	if len(list) == 0 {
		return "any"
	}
	parts := make([]string, len(list))
	for i, x := range list {
		if parts[i] = text(x); parts[i] == "" {
			parts[i] = `""`
		}
	}
	return strings.Join(parts, ", ")
}

// rules pairs rules by their whole content, else by what they match, else by what they do.
func rules(old, new *ir.Route) (out []Change) {
	for _, p := range pairs(ruleKeys(old.Rules), ruleKeys(new.Rules)) {
		change := Change{Part: Rule}
		switch {
		case p.old < 0:
			change.Op, change.Name, change.Origin = Added, strconv.Itoa(p.new), ruleOrigin(new, p.new)
			change.To = conditions(&new.Rules[p.new])
		case p.new < 0:
			change.Op, change.Name, change.Origin = Removed, strconv.Itoa(p.old), ruleOrigin(old, p.old)
			change.From, change.Danger = conditions(&old.Rules[p.old]), RouteGone
		default:
			change.Name, change.Origin = strconv.Itoa(p.new), ruleOrigin(new, p.new)
			change.Changes = ruleChanges(&old.Rules[p.old], &new.Rules[p.new])
			change.Danger = ruleDanger(&old.Rules[p.old], &new.Rules[p.new])
			if !place(&change, p) {
				continue
			}
		}
		out = append(out, change)
	}
	return out
}

// ruleOrigin is where a rule was written: its index in the table is that in the manifest.
func ruleOrigin(r *ir.Route, i int) ir.Origin {
	o := r.Origin
	if o.Place.Doc != nil {
		o.Place = o.Place.Sub("spec.rules[" + strconv.Itoa(i) + "]")
	}
	return o
}

// conditions are a rule's matches as text.
func conditions(r *ir.Rule) string {
	if len(r.Matches) == 0 {
		return "anything"
	}
	return join(r.Matches, ir.Match.String)
}

func ruleKeys(list []ir.Rule) [][]string {
	out := make([][]string, len(list))
	for i := range list {
		r := &list[i]
		matches := conditions(r)
		effects := join(r.Filters, ir.FilterString) + "\n" + join(r.Backends.Backends, func(w ir.Weighted) string { return w.Backend.Meta.String() })
		whole := strings.Join([]string{
			matches, effects, join(r.Backends.Backends, weightedText), r.Timeouts.String(), r.Retry.String(), strconv.FormatBool(r.AllowL5d),
		}, "\n")
		out[i] = []string{whole, matches, effects}
	}
	return out
}

func weightedText(w ir.Weighted) string {
	return strconv.FormatUint(uint64(w.Weight), 10) + " " + w.Backend.String() + join(w.Backend.Filters, ir.FilterString)
}

func ruleChanges(old, new *ir.Rule) []Change {
	if ir.EqualRules(old, new) {
		return nil
	}
	out := texts(Match, old.Matches, new.Matches, ir.Match.String)
	for i := range out {
		out[i].Danger = matchDanger(out[i].Op, old, new)
	}
	out = append(out, texts(Filter, old.Filters, new.Filters, ir.FilterString)...)
	out = append(out, backends(&old.Backends, &new.Backends)...)
	out = setting(out, "response timeout", old.Timeouts.Response.String(), new.Timeouts.Response.String())
	out = setting(out, "request timeout", old.Timeouts.Request.String(), new.Timeouts.Request.String())
	out = setting(out, "idle timeout", old.Timeouts.Idle.String(), new.Timeouts.Idle.String())
	out = setting(out, "retries", retryText(&old.Retry), retryText(&new.Retry))
	return setting(out, "l5d- headers", allowed(old.AllowL5d), allowed(new.AllowL5d))
}

func retryText(r *ir.Retry) string {
	if !r.Present {
		return "none"
	}
	return r.String()
}

func allowed(yes bool) string {
	if yes {
		return "allowed"
	}
	return "not allowed"
}

// texts compares lists whose elements are known by their text alone.
func texts[T any](part Part, old, new []T, text func(T) string) (out []Change) {
	keys := func(list []T) [][]string {
		out := make([][]string, len(list))
		for i, x := range list {
			out[i] = []string{text(x)}
		}
		return out
	}
	for _, p := range pairs(keys(old), keys(new)) {
		switch {
		case p.old < 0:
			out = append(out, Change{Op: Added, Part: part, Name: strconv.Itoa(p.new), To: text(new[p.new])})
		case p.new < 0:
			out = append(out, Change{Op: Removed, Part: part, Name: strconv.Itoa(p.old), From: text(old[p.old])})
		case p.moved:
			out = append(out, Change{Op: Moved, Part: part, Name: text(new[p.new]), From: strconv.Itoa(p.old), To: strconv.Itoa(p.new)})
		}
	}
	return out
}

// compareOutbounds is the order of a target's tables and templates.
func compareOutbounds(a, b *ir.Outbound) int {
	return cmp.Or(
		cmp.Compare(a.Meta.Port, b.Meta.Port), strings.Compare(a.Client, b.Client),
		strings.Compare(templatePorts(a), templatePorts(b)),
	)
}

// templatePorts names the ports that a template of a target stands for.
func templatePorts(o *ir.Outbound) string {
	switch {
	case o.Meta.Port != 0:
		return ""
	case o.OfOpaquePorts:
		return "opaque"
	}
	return "other"
}
