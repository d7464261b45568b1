package outbound

import (
	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/compile/resolve/status"
)

func statusRoute(m *manifest.Meta, rank status.Rank, spec gateway.CommonRouteSpec, backends []route.BackendRef) status.Route {
	return status.Route{Meta: m, Rank: rank, Parents: route.Parents(m.Namespace, spec.ParentRefs), Backends: backends}
}

func httpBackends(spec manifest.HTTPRouteSpec) []route.BackendRef {
	var out []route.BackendRef
	for _, rule := range spec.Rules {
		for _, b := range rule.BackendRefs {
			out = append(out, route.Backend(b.BackendRef))
		}
	}
	return out
}

func grpcBackends(spec manifest.GRPCRouteSpec) []route.BackendRef {
	var out []route.BackendRef
	for _, rule := range spec.Rules {
		for _, b := range rule.BackendRefs {
			out = append(out, route.Backend(b.BackendRef))
		}
	}
	return out
}

func l4Backends(rules []manifest.L4RouteRule) []route.BackendRef {
	var out []route.BackendRef
	for _, rule := range rules {
		for _, b := range rule.BackendRefs {
			out = append(out, route.Backend(b))
		}
	}
	return out
}

// convertAll converts every route, in the order of [Routes]; nil stands for one that the
// controller cannot convert, which keeps its status and its conflicts.
func convertAll(set *manifest.Set, routes []status.Route, complain Complain) []*draft {
	out := make([]*draft, 0, len(routes))
	keep := func(d *draft, err error) {
		r := routes[len(out)]
		if err != nil {
			if r.Outbound() { // of routes with Server parents only, compile/resolve/inbound speaks
				complain.unconvertible(r, err)
			}
			d = nil
		} else {
			d.meta, d.rank, d.parents = r.Meta, r.Rank, r.Parents
		}
		out = append(out, d)
	}
	for i := range set.HTTPRoutes {
		keep(convertHTTP(&set.HTTPRoutes[i]))
	}
	for i := range set.GRPCRoutes {
		keep(convertGRPC(&set.GRPCRoutes[i]))
	}
	for i := range set.TLSRoutes {
		keep(convertL4(set.TLSRoutes[i].Spec.Hostnames, set.TLSRoutes[i].Spec.Rules))
	}
	for i := range set.TCPRoutes {
		keep(convertL4(nil, set.TCPRoutes[i].Spec.Rules))
	}
	return out
}
