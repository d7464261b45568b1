package delta

import (
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// A Danger is the harm that a change can do, as far as the two programs prove it without
// asking what becomes of single requests.
type Danger uint8

// The dangers, the worst first.
const (
	NoDanger    Danger = iota // none that is seen
	TrafficLost               // what was answered by a backend no longer is: nothing is left to send to, nobody listens, or nobody is let in
	RouteGone                 // a route, rule or match is gone; what it took is decided by what is left
	BackendGone               // a backend that took requests takes none
	Widened                   // an inbound authorization lets in clients that no single one let in before
	Masked                    // a route or policy is no longer accepted, or something overrules it now
)

// Dangers are all dangers, the worst first.
var Dangers = [...]Danger{TrafficLost, RouteGone, BackendGone, Widened, Masked}

// String returns the name in lower case; that of none is empty.
func (d Danger) String() string {
	return [...]string{"", "traffic lost", "route gone", "backend gone", "authorization widened", "route masked"}[d]
}

// worse returns the worse of two dangers.
func worse(a, b Danger) Danger {
	if a == NoDanger || b != NoDanger && b < a {
		return b
	}
	return a
}

// Worst returns the worst danger of a table and of everything that changed in it.
func (t *Table) Worst() Danger { return worse(t.Danger, worst(t.Changes)) }

// Worst returns the worst danger of an object and of everything that changed of it.
func (o *Object) Worst() Danger { return worse(o.Danger, worst(o.Changes)) }

func worst(list []Change) (d Danger) {
	for i := range list {
		d = worse(d, worse(list[i].Danger, worst(list[i].Changes)))
	}
	return d
}

// ruleDanger says whether a rule that sent requests to backends does so no longer.
func ruleDanger(old, new *ir.Rule) Danger {
	if serves(old) && !serves(new) {
		return TrafficLost
	}
	return NoDanger
}

// serves reports whether any backend gets what a rule matches.
func serves(r *ir.Rule) bool {
	if slices.ContainsFunc(r.Filters, fails) {
		return false
	}
	for i := range r.Backends.Backends {
		if takes(&r.Backends, i) {
			return true
		}
	}
	return false
}

// takes reports whether a backend gets any of the requests that its rule distributes.
func takes(d *ir.Distribution, i int) bool {
	b := &d.Backends[i]
	switch {
	case b.Kind == ir.Failing || slices.ContainsFunc(b.Filters, fails):
		return false
	case d.Kind == ir.RandomAvailable:
		return b.Weight > 0
	}
	return d.Kind == ir.FirstAvailable
}

// fails reports whether a filter answers with an error.
func fails(f ir.Filter) bool {
	switch f.(type) {
	case ir.FailHTTP, ir.FailGRPC, ir.Invalid, ir.Forbidden:
		return true
	}
	return false
}

// routeDanger is that of a route which is gone. A default took what comes; it is missed where
// what replaces it refuses that, or has no route that surely takes it.
func routeDanger(old *ir.Route, new []ir.Route) Danger {
	answers := func(r ir.Route) bool { return takesAll(&r, func(r *ir.Rule) bool { return !refuses(r) }) }
	anyhow := func(r ir.Route) bool { return takesAll(&r, func(*ir.Rule) bool { return true }) }
	switch {
	case old.Meta.Default == "":
		return RouteGone
	case len(new) == 0 || !answers(*old) || slices.ContainsFunc(new, answers):
		return NoDanger
	case slices.ContainsFunc(new, anyhow):
		return TrafficLost
	}
	return RouteGone
}

// takesAll reports whether a route has a rule for every request, of those that count.
func takesAll(r *ir.Route, counts func(*ir.Rule) bool) bool {
	return len(r.Hosts) == 0 && slices.ContainsFunc(r.Rules, func(r ir.Rule) bool {
		return (len(r.Matches) == 0 || slices.ContainsFunc(r.Matches, matchesAll)) && counts(&r)
	})
}

// refuses reports whether a rule answers with errors; those of inbound routes have no backends.
func refuses(r *ir.Rule) bool {
	return slices.ContainsFunc(r.Filters, fails) || len(r.Backends.Backends) > 0 && !serves(r)
}

func matchesAll(m ir.Match) bool {
	path := m.Path.Kind == ir.PathAny || m.Path.Kind == ir.PathPrefix && m.Path.Value == "/"
	return path && m.Method == "" && len(m.Query)+len(m.Headers) == 0 && m.RPC.Service+m.RPC.Method == ""
}

// hostsDanger says whether a route's hosts leave some out; none are all.
func hostsDanger(old, new []ir.Host) Danger {
	kept := func(h ir.Host) bool {
		return slices.ContainsFunc(new, func(n ir.Host) bool {
			return n == h || n.Suffix && strings.HasSuffix(h.Name, "."+n.Name)
		})
	}
	if len(new) > 0 && (len(old) == 0 || slices.ContainsFunc(old, func(h ir.Host) bool { return !kept(h) })) {
		return RouteGone
	}
	return NoDanger
}

// matchDanger says whether a change of a rule's matches leaves requests out. A rule without
// matches takes everything.
func matchDanger(op Op, old, new *ir.Rule) Danger {
	if op == Removed && len(new.Matches) > 0 || op == Added && len(old.Matches) == 0 {
		return RouteGone
	}
	return NoDanger
}

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
