package delta

import (
	"cmp"
	"strconv"

	"routec.dev/routec/ir"
)

func (c *Changes) workloads(old, new []ir.Workload) {
	merge(old, new, func(a, b *ir.Workload) int { return ir.CompareWorkloads(a.Ref, b.Ref) }, c.workload)
}

func (c *Changes) workload(old, new *ir.Workload) {
	if old != nil && new != nil && ir.EqualWorkloads(old, new) {
		return
	}
	ref := either(old, new).Ref
	object := Object{Op: opOf(old, new), Ref: ref, Origin: either(old, new).Origin}
	a, b := orZero(old), orZero(new)
	if object.Op == Changed {
		object.Changes = setting(object.Changes, "labels", orNone(a.Labels, ir.Label.String), orNone(b.Labels, ir.Label.String))
		object.Changes = setting(object.Changes, "ports", orNone(a.Ports, portText), orNone(b.Ports, portText))
	}
	if object.Op != Changed || len(object.Changes) > 0 {
		c.Objects = append(c.Objects, object)
	}
	merge(a.Tables, b.Tables, func(x, y *ir.Inbound) int { return cmp.Compare(x.Port, y.Port) }, func(x, y *ir.Inbound) {
		at := Table{Object: ref, Port: either(x, y).Port}
		if x == nil || y == nil {
			at.Danger = inboundDanger(x, y, a, b)
		}
		c.inbound(at, x, y)
	})
	c.others(ref, a.Others, b.Others)
}

func portText(p ir.NamedPort) string {
	if p.Name == "" {
		return strconv.Itoa(int(p.Port))
	}
	return strconv.Itoa(int(p.Port)) + " " + p.Name
}

// others pairs templates by the ports that they stand for.
func (c *Changes) others(ref ir.Ref, old, new []ir.InboundOthers) {
	keys := func(list []ir.InboundOthers) [][]string {
		out := make([][]string, len(list))
		for i := range list {
			out[i] = []string{otherPorts(list[i].Ports)}
		}
		return out
	}
	for _, p := range pairs(keys(old), keys(new)) {
		var a, b *ir.Inbound
		ports := ""
		if p.old >= 0 {
			a, ports = &old[p.old].Table, otherPorts(old[p.old].Ports)
		}
		if p.new >= 0 {
			b, ports = &new[p.new].Table, otherPorts(new[p.new].Ports)
		}
		c.inbound(Table{Object: ref, Ports: ports}, a, b)
	}
}

func otherPorts(set ir.PortSet) string {
	if len(set) == 1 && set[0].First <= 1 && set[0].Last == 65535 {
		return "other"
	}
	return set.String()
}

func (c *Changes) inbound(at Table, old, new *ir.Inbound) {
	at.Kind, at.Inbound = Inbound, [2]*ir.Inbound{old, new}
	if old != nil && new != nil {
		at.Danger = shutDanger(old, new)
	}
	compareTable(c, at, old, new, ir.EqualInbounds, inboundChanges)
}

func inboundChanges(old, new *ir.Inbound) (out []Change) {
	out = setting(out, "server", old.Meta.String(), new.Meta.String())
	out = setting(out, "protocol", old.Protocol.String(), new.Protocol.String())
	if old.Protocol == new.Protocol {
		out = setting(out, "detection timeout", old.DetectTimeout.String(), new.DetectTimeout.String())
	}
	out = setting(out, "rate limit", limitText(&old.RateLimit), limitText(&new.RateLimit))
	out = append(out, authorizations(old.Authorizations, new.Authorizations)...)
	return append(out, routes(old.Routes, new.Routes, old.Authorizations)...)
}

func limitText(l *ir.RateLimit) string {
	if !l.Present {
		return "none"
	}
	return l.String()
}
