package outbound

import (
	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
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
	conversions := make([]conversion, 0, len(routes))
	add := func(convert func() (*draft, error)) {
		conversions = append(conversions, conversion{routes[len(conversions)], convert})
	}
	for i := range set.HTTPRoutes {
		add(func() (*draft, error) { return convertHTTP(&set.HTTPRoutes[i]) })
	}
	for i := range set.GRPCRoutes {
		add(func() (*draft, error) { return convertGRPC(&set.GRPCRoutes[i]) })
	}
	for i := range set.TLSRoutes {
		add(func() (*draft, error) {
			return convertL4(set.TLSRoutes[i].Spec.Hostnames, set.TLSRoutes[i].Spec.Rules)
		})
	}
	for i := range set.TCPRoutes {
		add(func() (*draft, error) { return convertL4(nil, set.TCPRoutes[i].Spec.Rules) })
	}
	return parallel.Map(conversions, complain.Report, conversion.run)
}

// A conversion is a route with the function that reads its rules.
type conversion struct {
	status.Route
	convert func() (*draft, error)
}

func (c conversion) run(report *diag.Report) *draft {
	d, err := c.convert()
	if err != nil {
		if c.Outbound() { // of routes with Server parents only, compile/resolve/inbound speaks
			Complain{report}.unconvertible(c.Route, err)
		}
		return nil
	}
	d.meta, d.rank, d.parents = c.Meta, c.Rank, c.Parents
	return d
}
