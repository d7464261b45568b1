// Package outbound decides the tables of clients: for each port of each Service and
// EgressNetwork, which routes apply, in which order, and where they send requests
// (spec/outbound.md §3–§7).
package outbound

import (
	"net/netip"
	"slices"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/ir"
)

// An Input is what outbound tables depend on.
type Input struct {
	Set             *manifest.Set // as the controller sees it
	Board           *status.Board
	ClusterDomain   string
	ClusterNetworks []netip.Prefix
	DefaultOpaque   ir.PortSet
	AllowL5d        bool
}

// A Result is the outbound part of a program.
type Result struct {
	Targets                 []ir.Target
	Absent, AbsentOpaque    ir.Outbound // templates
	UndefinedPort, Fallback ir.Outbound
	Statuses                []ir.Status // of routes, in the order of their kinds
}

// Routes reads the routes of a set as acceptance needs them, before anything is decided.
func Routes(set *manifest.Set) []status.Route {
	var out []status.Route
	for i := range set.HTTPRoutes {
		r := &set.HTTPRoutes[i]
		out = append(out, statusRoute(&r.Meta, status.HTTP, r.Spec.CommonRouteSpec, httpBackends(r.Spec)))
	}
	for i := range set.GRPCRoutes {
		r := &set.GRPCRoutes[i]
		out = append(out, statusRoute(&r.Meta, status.GRPC, r.Spec.CommonRouteSpec, grpcBackends(r.Spec)))
	}
	for i := range set.TLSRoutes {
		r := &set.TLSRoutes[i]
		out = append(out, statusRoute(&r.Meta, status.TLS, r.Spec.CommonRouteSpec, l4Backends(r.Spec.Rules)))
	}
	for i := range set.TCPRoutes {
		r := &set.TCPRoutes[i]
		out = append(out, statusRoute(&r.Meta, status.TCP, r.Spec.CommonRouteSpec, l4Backends(r.Spec.Rules)))
	}
	return out
}

// Resolve decides every outbound table, and the status of every route.
func Resolve(in Input, routes []status.Route, complain Complain) Result {
	b := &builder{domain: in.ClusterDomain, allowL5d: in.AllowL5d, existing: existing(in.Set)}
	attached, statuses := attach(in, routes, complain)
	result := Result{
		Targets:       b.targets(in, attached, complain),
		Absent:        b.absent(noProtocol),
		AbsentOpaque:  b.absent(opaque),
		UndefinedPort: undefinedPort(),
		Fallback:      fallback(),
		Statuses:      statuses,
	}
	return result
}

// existing collects what backendRefs can name.
func existing(set *manifest.Set) map[ir.Ref]bool {
	out := map[ir.Ref]bool{}
	for i := range set.Services {
		out[set.Services[i].Ref()] = true
	}
	for i := range set.EgressNetworks {
		out[set.EgressNetworks[i].Ref()] = true
	}
	return out
}

// An attached route is one that applies to some ports of a target.
type attachedRoute struct {
	*draft
	at ports
}

// consumer reports whether only clients in the route's own namespace see it at the target.
func (a *attachedRoute) consumer(target ir.Ref) bool { return a.meta.Namespace != target.Namespace }

// attach decides each route's status and attaches the convertible ones to their targets,
// each list in table order.
func attach(in Input, routes []status.Route, complain Complain) (map[ir.Ref][]attachedRoute, []ir.Status) {
	drafts := convertAll(in.Set, routes, complain)
	out := map[ir.Ref][]attachedRoute{}
	statuses := make([]ir.Status, 0, len(routes))
	for i, r := range routes {
		st, entries := in.Board.Route(r)
		statuses = append(statuses, st)
		if drafts[i] == nil {
			continue
		}
		for _, target := range named(r.Parents) {
			at, starved := attachment(target, r.Parents, entries)
			if starved && in.Board.Exists(target) {
				complain.starvedParent(r, target)
			}
			if !at.none() {
				out[target] = append(out[target], attachedRoute{drafts[i], at})
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b attachedRoute) int { return route.CompareAge(a.meta, b.meta) })
	}
	return out, statuses
}

// named returns the states that parents can attach to: for each name, the Service and the
// EgressNetwork, since a port-less parentRef looks at neither's kind.
func named(parents []route.Parent) []ir.Ref {
	var out []ir.Ref
	for _, p := range parents {
		if p.Ref.Kind == route.Server {
			continue
		}
		for _, r := range []ir.Ref{
			{Group: route.Core, Kind: route.Service, Namespace: p.Ref.Namespace, Name: p.Ref.Name},
			{Group: route.Policy, Kind: route.EgressNetwork, Namespace: p.Ref.Namespace, Name: p.Ref.Name},
		} {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}
