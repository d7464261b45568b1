package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func opaqueRoutes(routes []ir.Route) []*outbound.OpaqueRoute {
	out := make([]*outbound.OpaqueRoute, 0, len(routes))
	for _, r := range routes {
		c := &outbound.OpaqueRoute{Metadata: wire.Meta(r.Meta)}
		for _, rule := range r.Rules {
			c.Rules = append(c.Rules, &outbound.OpaqueRoute_Rule{
				Backends: opaqueDistribution(rule.Backends),
				Filters:  opaqueFilters(rule.Filters),
			})
		}
		out = append(out, c)
	}
	return out
}

func opaqueFilters(filters []ir.Filter) []*outbound.OpaqueRoute_Filter {
	var out []*outbound.OpaqueRoute_Filter
	for _, f := range filters {
		out = append(out, opaqueFilter(f))
	}
	return out
}

func opaqueFilter(f ir.Filter) *outbound.OpaqueRoute_Filter {
	switch f := f.(type) {
	case ir.Invalid:
		return &outbound.OpaqueRoute_Filter{Kind: &outbound.OpaqueRoute_Filter_Invalid{
			Invalid: &opaque_route.Invalid{Message: f.Message},
		}}
	case ir.Forbidden:
		return &outbound.OpaqueRoute_Filter{Kind: &outbound.OpaqueRoute_Filter_Forbidden{
			Forbidden: &opaque_route.Forbidden{},
		}}
	}
	panic(fmt.Sprintf("outbound: a opaque route cannot hold a filter %T", f))
}

func opaqueDistribution(d ir.Distribution) *outbound.OpaqueRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		first := &outbound.OpaqueRoute_Distribution_FirstAvailable{}
		for _, b := range d.Backends {
			first.Backends = append(first.Backends, opaqueBackend(b.Backend))
		}
		return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_FirstAvailable_{FirstAvailable: first}}
	case ir.RandomAvailable:
		random := &outbound.OpaqueRoute_Distribution_RandomAvailable{}
		for _, b := range d.Backends {
			random.Backends = append(random.Backends,
				&outbound.OpaqueRoute_WeightedRouteBackend{Backend: opaqueBackend(b.Backend), Weight: b.Weight})
		}
		return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_RandomAvailable_{RandomAvailable: random}}
	}
	return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_Empty_{Empty: &outbound.OpaqueRoute_Distribution_Empty{}}}
}

func opaqueBackend(b ir.Backend) *outbound.OpaqueRoute_RouteBackend {
	return &outbound.OpaqueRoute_RouteBackend{Backend: backend(b), Filters: opaqueFilters(b.Filters)}
}
