package delta

import (
	"slices"

	"routec.dev/routec/ir"
)

// mostCompared bounds the comparisons of clients and networks in one call of [widening].
const mostCompared = 100_000

// widening says whether any of the new authorizations lets in clients that no single one of
// the old does. Of lists too long to compare it says so, too.
func widening(old []ir.Authorization, new ...ir.Authorization) Danger {
	left := mostCompared
	for i := range new {
		covered := slices.ContainsFunc(old, func(a ir.Authorization) bool {
			left -= comparisons(&a, &new[i])
			return left >= 0 && covers(&a, &new[i])
		})
		if !covered {
			return Widened
		}
	}
	return NoDanger
}

// comparisons is how many it takes at most to say whether one authorization covers another.
func comparisons(a, b *ir.Authorization) int {
	clients := func(c *ir.Clients) int { return len(c.Identities) + len(c.Suffixes) }
	return 1 + clients(&a.Clients)*clients(&b.Clients) + len(a.Networks)*len(b.Networks)
}

// decided reports whether a table has routes of resources.
func decided(routes []ir.Route) bool {
	return slices.ContainsFunc(routes, func(r ir.Route) bool { return r.Meta.Default == "" })
}

// outboundDanger is that of a table which is gone though its target is not. That a port went
// with it is said of the target.
func outboundDanger(o *ir.Outbound, new *ir.Target) Danger {
	if port := o.Meta.Port; port != 0 && !slices.Contains(new.Ports, port) {
		return NoDanger
	}
	if decided(o.Routes) || decided(o.OpaqueRoutes) {
		return RouteGone
	}
	return NoDanger
}

// portsDanger is that of a target's ports: proxies refuse connections to one that is not
// declared any more, whatever routes it has.
func portsDanger(old, new []uint16) Danger {
	if slices.ContainsFunc(old, func(port uint16) bool { return !slices.Contains(new, port) }) {
		return TrafficLost
	}
	return NoDanger
}

// targetDanger is that of a target which is gone: clients of a Service find nobody, those of
// an EgressNetwork are governed by what else holds the address.
func targetDanger(op Op, ref ir.Ref) Danger {
	switch {
	case op != Removed:
		return NoDanger
	case ref.Kind == "EgressNetwork":
		return RouteGone
	}
	return TrafficLost
}

// egress says of the first EgressNetworks that they are a danger where they refuse by default
// what went through without them. Where there were others before, those may have refused it.
func (c *Changes) egress(old, new *ir.Program) {
	isNetwork := func(t ir.Target) bool { return t.Ref.Kind == "EgressNetwork" }
	if len(old.Targets) == 0 || slices.ContainsFunc(old.Targets, isNetwork) || !slices.ContainsFunc(old.Fallback.Routes, answers) {
		return
	}
	refusing := map[ir.Ref]bool{}
	for _, t := range new.Targets {
		refusing[t.Ref] = isNetwork(t) && slices.ContainsFunc(t.Others, func(o ir.Outbound) bool {
			return len(o.Routes) > 0 && !slices.ContainsFunc(o.Routes, answers)
		})
	}
	for i := range c.Objects {
		if o := &c.Objects[i]; o.Op == Added && refusing[o.Ref] {
			o.Danger = TrafficLost
		}
	}
}

// inboundDanger is that of a workload's table which came or went, and replaces or is replaced
// by the template of its port.
func inboundDanger(old, new *ir.Inbound, before, after *ir.Workload) Danger {
	switch {
	case old == nil:
		old = template(before, new.Port)
	case new == nil:
		new = template(after, old.Port)
	}
	if old == nil || new == nil {
		return NoDanger
	}
	return worse(shutDanger(old, new), widening(old.Authorizations, new.Authorizations...))
}

// shutDanger says whether a table that let anybody in lets in nobody: requests are refused,
// but for a kubelet's probes.
func shutDanger(old, new *ir.Inbound) Danger {
	if letsAny(old) && !letsAny(new) {
		return TrafficLost
	}
	return NoDanger
}

func letsAny(t *ir.Inbound) bool {
	return len(t.Authorizations) > 0 || slices.ContainsFunc(t.Routes, func(r ir.Route) bool {
		return r.Meta.Default == "" && len(r.Authorizations) > 0
	})
}

// template is what a workload says of a port without a table of its own.
func template(w *ir.Workload, port uint16) *ir.Inbound {
	for i := range w.Others {
		if w.Others[i].Ports.Has(port) {
			return &w.Others[i].Table
		}
	}
	return nil
}

// governsDanger says whether traffic is nobody's any more, or routes have lost their say.
func governsDanger(old, new *ir.Governs) Danger {
	if new == nil {
		return NoDanger
	}
	old = orZero(old)
	nobody := func(a, b ir.Side) bool { return a != ir.ByNobody && b == ir.ByNobody }
	switch {
	case nobody(old.HTTP, new.HTTP) || nobody(old.Opaque, new.Opaque) || nobody(old.TLS, new.TLS):
		return TrafficLost
	case grows(old.Masked, new.Masked) || grows(old.Skipped, new.Skipped):
		return Masked
	}
	return NoDanger
}

func grows(old, new []ir.Ref) bool {
	return slices.ContainsFunc(new, func(r ir.Ref) bool { return !slices.Contains(old, r) })
}

// conditionDanger says what it means that a condition no longer holds.
func conditionDanger(old, new *ir.Condition) Danger {
	switch {
	case !old.Status || new.Status:
		return NoDanger
	case new.Type == "ResolvedRefs":
		return BackendGone
	}
	return Masked
}
