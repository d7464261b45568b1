package check

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A parentKey is a parent as conflicts compare it, port included.
type parentKey struct {
	ref     ir.Ref
	port    int32
	hasPort bool
}

func (k parentKey) String() string {
	if k.hasPort {
		return fmt.Sprintf("%s:%d", short(k.ref), k.port)
	}
	return short(k.ref)
}

// conflicts reports routes that are excluded because a higher kind names the same parent, and
// who excludes them (spec/admission.md STA-03). The rival excludes them for all clients, even
// if only its own namespace sees it, or nobody does (spec/outbound.md §10 Q5): then it is a
// hazard to others.
func conflicts(in *Input, report *diag.Report) {
	best := map[parentKey]*routeView{}
	for i := range in.routes {
		r := &in.routes[i]
		for _, p := range r.parents {
			if p.Ref.Kind == route.Server {
				continue
			}
			if k := keyOf(p); best[k] == nil || r.rank > best[k].rank {
				best[k] = r
			}
		}
	}
	excluded := map[parentKey][]*routeView{}
	var order []parentKey
	for i := range in.routes {
		r := &in.routes[i]
		for _, p := range r.parents {
			k := keyOf(p)
			if c, ok := r.accepted(p); !ok || c.Reason != "RouteReasonConflicted" || best[k] == nil {
				continue
			}
			if excluded[k] == nil {
				order = append(order, k)
			}
			excluded[k] = append(excluded[k], r)
			conflict(r, best[k], p, report)
		}
	}
	for _, k := range order {
		excludesAll(best[k], k, excluded[k], report)
	}
}

func keyOf(p route.Parent) parentKey { return parentKey{p.Ref, p.Port, p.HasPort} }

func conflict(r, winner *routeView, p route.Parent, report *diag.Report) {
	say(report, diag.RouteConflicted, diag.Error, r.Meta, index("spec.parentRefs", p.Index),
		fmt.Sprintf("%s names %s, too, and a %s excludes every %s there: Linkerd does not accept this route, and uses none of it", short(winner.Meta.Ref()), keyOf(p), winner.Kind, r.Kind),
		"use one kind of route for one port of a Service",
		diag.Related{At: parentPlace(winner, keyOf(p)), Message: "the parentRef that excludes it"})
}

// excludesAll reports a route of another namespace than its parent's that excludes routes of
// others.
func excludesAll(winner *routeView, k parentKey, losers []*routeView, report *diag.Report) {
	if winner.Namespace == k.ref.Namespace {
		return
	}
	var hit []string
	var related []diag.Related
	for _, r := range losers {
		if r.Namespace != winner.Namespace {
			hit = append(hit, short(r.Meta.Ref()))
			if len(related) < 5 {
				related = append(related, diag.Related{At: parentPlace(r, k), Message: "excluded for all clients"})
			}
		}
	}
	if len(hit) == 0 {
		return
	}
	report.Add(diag.Diagnostic{
		Code: diag.RouteExcludesAll, Severity: diag.Hazard, Object: winner.Identity.String(), At: parentPlace(winner, k),
		Message: fmt.Sprintf("this route of namespace %s concerns only clients there, but it excludes %s from %s for the clients of every namespace", winner.Namespace, among(hit), k),
		Related: related,
		Help:    "use the kind of route that the Service's own namespace uses, or agree on a change with its owners",
	})
}

// parentPlace is where a route names a parent.
func parentPlace(r *routeView, k parentKey) source.Place {
	i := slices.IndexFunc(r.parents, func(p route.Parent) bool { return keyOf(p) == k })
	if i < 0 {
		return r.Place
	}
	return r.At(index("spec.parentRefs", r.parents[i].Index))
}
