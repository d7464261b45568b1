package delta

import (
	"net/netip"
	"strconv"
	"time"

	"routec.dev/routec/ir"
)

func settings(old, new *ir.Settings) (out []Change) {
	out = setting(out, "cluster domain", old.ClusterDomain, new.ClusterDomain)
	out = setting(out, "cluster networks", join(old.ClusterNetworks, netip.Prefix.String), join(new.ClusterNetworks, netip.Prefix.String))
	out = setting(out, "egress namespace", old.EgressNamespace, new.EgressNamespace)
	return setting(out, "default opaque ports", ports(old.DefaultOpaquePorts), ports(new.DefaultOpaquePorts))
}

func ports(set ir.PortSet) string {
	if len(set) == 0 {
		return "none"
	}
	return set.String()
}

func (c *Changes) targets(old, new []ir.Target) {
	merge(old, new, func(a, b *ir.Target) int { return ir.CompareTargets(a.Ref, b.Ref) }, c.target)
}

func (c *Changes) target(old, new *ir.Target) {
	if old != nil && new != nil && ir.EqualTargets(old, new) {
		return
	}
	ref := either(old, new).Ref
	object := Object{Op: opOf(old, new), Ref: ref, Origin: either(old, new).Origin}
	object.Danger = targetDanger(object.Op, ref)
	a, b := orZero(old), orZero(new)
	if object.Op == Changed {
		object.Changes = targetChanges(a, b)
	}
	if object.Op != Changed || len(object.Changes) > 0 {
		c.Objects = append(c.Objects, object)
	}
	outbound := func(x, y *ir.Outbound) {
		o := either(x, y)
		at := Table{Object: ref, Port: o.Meta.Port, Client: o.Client, Ports: templatePorts(o)}
		if y == nil && new != nil {
			at.Danger = outboundDanger(x, b)
		}
		c.outbound(at, x, y)
	}
	merge(a.Tables, b.Tables, compareOutbounds, outbound)
	merge(sortedOthers(a.Others), sortedOthers(b.Others), compareOutbounds, outbound)
	merge(a.Profiles, b.Profiles, compareProfiles, func(x, y *ir.Profile) {
		p := either(x, y)
		c.profile(Table{Object: ref, Port: p.Port, Client: p.Client}, x, y)
	})
}

// sortedOthers puts templates in the order of [compareOutbounds].
func sortedOthers(list []ir.Outbound) []ir.Outbound { return sorted(list, compareOutbounds) }

func targetChanges(old, new *ir.Target) (out []Change) {
	out = setting(out, "addresses", orNone(old.Addresses, netip.Addr.String), orNone(new.Addresses, netip.Addr.String))
	port := func(n uint16) string { return strconv.Itoa(int(n)) }
	before := len(out)
	if out = setting(out, "ports", orNone(old.Ports, port), orNone(new.Ports, port)); len(out) > before {
		out[before].Danger = portsDanger(old.Ports, new.Ports)
	}
	out = setting(out, "opaque ports", ports(old.Opaque), ports(new.Opaque))
	out = setting(out, "networks", orNone(old.Blocks, blockText), orNone(new.Blocks, blockText))
	out = setting(out, "creation time", timeText(old.Created), timeText(new.Created))
	out = setting(out, "headless", strconv.FormatBool(old.Headless), strconv.FormatBool(new.Headless))
	merge(old.Governs, new.Governs, compareGoverns, func(x, y *ir.Governs) {
		g := either(x, y)
		name := "governance of port " + strconv.Itoa(int(g.Port))
		if g.Client != "" {
			name += " for clients in " + g.Client
		}
		before := len(out)
		if out = setting(out, name, governsText(x), governsText(y)); len(out) > before {
			out[before].Danger = governsDanger(x, y)
		}
	})
	return out
}

func orNone[T any](list []T, text func(T) string) string {
	if len(list) == 0 {
		return "none"
	}
	return join(list, text)
}

func blockText(b ir.Block) string {
	if len(b.Except) == 0 {
		return b.Net.String()
	}
	return b.Net.String() + " except " + join(b.Except, netip.Prefix.String)
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// governsText says who governs which traffic, and why; where no profile is selected it is
// always the policy.
func governsText(g *ir.Governs) string {
	if g == nil || g.Profile == (ir.Ref{}) {
		return ir.ByPolicy.String()
	}
	text := ""
	for _, s := range []struct {
		name string
		side ir.Side
	}{{"HTTP", g.HTTP}, {"opaque", g.Opaque}, {"TLS", g.TLS}} {
		if s.side != ir.NoTraffic {
			text += s.name + " by " + s.side.String() + ", "
		}
	}
	text += g.Reason.String()
	if len(g.Masked) > 0 {
		text += ", masks " + join(g.Masked, ir.Ref.String)
	}
	if len(g.Skipped) > 0 {
		text += ", skips " + join(g.Skipped, ir.Ref.String)
	}
	return text
}

func (c *Changes) statuses(old, new []ir.Status) {
	merge(old, new, func(a, b *ir.Status) int { return a.Object.Compare(b.Object) }, func(a, b *ir.Status) {
		if a != nil && b != nil && ir.EqualStatuses(a, b) {
			return
		}
		s := either(a, b)
		c.Statuses = append(c.Statuses, Object{Op: opOf(a, b), Ref: s.Object, Origin: s.Origin, Changes: statusChanges(a, b)})
	})
}

// statusChanges pairs conditions by parent and type.
func statusChanges(old, new *ir.Status) (out []Change) {
	keys := func(s *ir.Status) (names [][]string, conditions []ir.Condition) {
		if s == nil {
			return nil, nil
		}
		add := func(parent string, list []ir.Condition) {
			for _, c := range list {
				names = append(names, []string{parent + c.Type})
				conditions = append(conditions, c)
			}
		}
		for _, p := range s.Parents {
			port := ""
			if p.HasPort {
				port = ":" + strconv.Itoa(int(p.Port))
			}
			add(p.Parent.String()+port+" ", p.Conditions)
		}
		add("", s.Conditions)
		return names, conditions
	}
	a, from := keys(old)
	b, to := keys(new)
	for _, p := range pairs(a, b) {
		switch {
		case p.old < 0:
			out = append(out, Change{Op: Added, Part: Condition, Name: b[p.new][0], To: conditionText(to[p.new])})
		case p.new < 0:
			out = append(out, Change{Op: Removed, Part: Condition, Name: a[p.old][0], From: conditionText(from[p.old])})
		case from[p.old] != to[p.new]:
			out = append(out, Change{
				Part: Condition, Name: b[p.new][0], From: conditionText(from[p.old]), To: conditionText(to[p.new]),
				Danger: conditionDanger(&from[p.old], &to[p.new]),
			})
		}
	}
	return out
}

func conditionText(c ir.Condition) string {
	text := "False"
	if c.Status {
		text = "True"
	}
	text += " " + c.Reason
	if c.Message != "" {
		text += " (" + c.Message + ")"
	}
	return text
}
