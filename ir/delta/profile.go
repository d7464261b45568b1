package delta

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"routec.dev/routec/ir"
)

// sorted returns a sorted copy.
func sorted[T any](list []T, compare func(a, b *T) int) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int { return compare(&a, &b) })
	return out
}

func compareProfiles(a, b *ir.Profile) int {
	return cmp.Or(cmp.Compare(a.Port, b.Port), strings.Compare(a.Client, b.Client))
}

func compareGoverns(a, b *ir.Governs) int {
	return cmp.Or(cmp.Compare(a.Port, b.Port), strings.Compare(a.Client, b.Client))
}

func (c *Changes) endpoints(old, new []ir.Profile) {
	merge(old, new, func(a, b *ir.Profile) int { return a.Endpoint.Addr.Compare(b.Endpoint.Addr) }, func(a, b *ir.Profile) {
		c.profile(Table{Name: either(a, b).Endpoint.Addr.String()}, a, b)
	})
}

func (c *Changes) profile(at Table, old, new *ir.Profile) {
	at.Kind, at.Profile = Profile, [2]*ir.Profile{old, new}
	compareTable(c, at, old, new, ir.EqualProfiles, profileChanges)
}

func profileChanges(old, new *ir.Profile) (out []Change) {
	out = setting(out, "answer", old.Answer.String(), new.Answer.String())
	out = setting(out, "name", old.Name, new.Name)
	out = setting(out, "opaque", strconv.FormatBool(old.Opaque), strconv.FormatBool(new.Opaque))
	out = setting(out, "retry budget", old.Budget.String(), new.Budget.String())
	out = setting(out, "service", old.Parent.String(), new.Parent.String())
	out = setting(out, "profile", source(old), source(new))
	out = setting(out, "endpoint", endpointText(old), endpointText(new))
	out = append(out, overrides(old, new)...)
	return append(out, profileRoutes(old.Routes, new.Routes)...)
}

func source(p *ir.Profile) string {
	if !p.Profiled() {
		return "none"
	}
	return p.ServiceProfile().String()
}

func endpointText(p *ir.Profile) string {
	if !p.Endpoint.Addr.IsValid() {
		return "none"
	}
	return p.Endpoint.String()
}

// overrides are the backends of a profile's traffic split.
func overrides(old, new *ir.Profile) []Change {
	split := func(p *ir.Profile) *ir.Distribution {
		d := &ir.Distribution{Kind: ir.RandomAvailable}
		if len(p.Overrides) == 0 {
			d.Kind = ir.NoBackends
		}
		for _, o := range p.Overrides {
			d.Backends = append(d.Backends, ir.Weighted{Weight: o.Weight, Backend: ir.Backend{
				Meta: ir.Meta{Default: o.Authority}, Kind: ir.Balancer, Authority: o.Authority,
			}})
		}
		return d
	}
	changes := backends(split(old), split(new))
	for i := range changes {
		changes[i].Name = strings.TrimPrefix(changes[i].Name, "default ")
		if changes[i].Part == Setting {
			changes[i].Name = "traffic split"
		}
	}
	return changes
}

// profileRoutes pairs routes by content, name and condition, else by condition, else by name.
func profileRoutes(old, new []ir.ProfileRoute) (out []Change) {
	keys := func(list []ir.ProfileRoute) [][]string {
		out := make([][]string, len(list))
		for i := range list {
			r := &list[i]
			condition := r.Condition.String()
			whole := strings.Join([]string{
				r.Name, condition, strconv.FormatBool(r.Retryable), r.Timeout.String(), join(r.Classes, classText),
			}, "\n")
			out[i] = []string{whole, r.Name + "\n" + condition, condition, r.Name}
		}
		return out
	}
	for _, p := range pairs(keys(old), keys(new)) {
		change := Change{Part: Route}
		switch {
		case p.old < 0:
			r := &new[p.new]
			change.Op, change.Name, change.Origin, change.To = Added, strconv.Quote(r.Name), r.Origin, r.Condition.String()
		case p.new < 0:
			r := &old[p.old]
			change.Op, change.Name, change.Origin, change.From = Removed, strconv.Quote(r.Name), r.Origin, r.Condition.String()
			change.Danger = RouteGone
		default:
			a, b := &old[p.old], &new[p.new]
			change.Name, change.Origin, change.Changes = strconv.Quote(b.Name), b.Origin, profileRouteChanges(a, b)
			if !place(&change, p) {
				continue
			}
		}
		out = append(out, change)
	}
	return out
}

func profileRouteChanges(old, new *ir.ProfileRoute) (out []Change) {
	out = setting(out, "name", strconv.Quote(old.Name), strconv.Quote(new.Name))
	out = setting(out, "condition", old.Condition.String(), new.Condition.String())
	out = setting(out, "retryable", strconv.FormatBool(old.Retryable), strconv.FormatBool(new.Retryable))
	out = setting(out, "timeout", spanText(old.Timeout), spanText(new.Timeout))
	return append(out, texts(Class, old.Classes, new.Classes, classText)...)
}

func spanText(d time.Duration) string {
	if d == 0 {
		return "none"
	}
	return d.String()
}

func classText(c ir.ResponseClass) string {
	if c.Failure {
		return "failure " + c.Condition.String()
	}
	return "success " + c.Condition.String()
}
