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

// answers reports whether a route takes every request, and refuses none.
func answers(r ir.Route) bool { return takesAll(&r, func(r *ir.Rule) bool { return !refuses(r) }) }

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
