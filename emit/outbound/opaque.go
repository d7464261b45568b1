package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func opaqueRoute(r *ir.Route) *outbound.OpaqueRoute {
	return &outbound.OpaqueRoute{Metadata: wire.Meta(r.Meta), Rules: wire.List(r.Rules, opaqueRule)}
}

func opaqueRule(r *ir.Rule) *outbound.OpaqueRoute_Rule {
	return &outbound.OpaqueRoute_Rule{Backends: opaqueDistribution(&r.Backends), Filters: wire.Filters(r.Filters, opaqueFilter)}
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

func opaqueDistribution(d *ir.Distribution) *outbound.OpaqueRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_FirstAvailable_{
			FirstAvailable: &outbound.OpaqueRoute_Distribution_FirstAvailable{Backends: wire.List(d.Backends, opaqueBackend)},
		}}
	case ir.RandomAvailable:
		return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_RandomAvailable_{
			RandomAvailable: &outbound.OpaqueRoute_Distribution_RandomAvailable{Backends: wire.List(d.Backends, opaqueWeighted)},
		}}
	}
	return &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_Empty_{Empty: &outbound.OpaqueRoute_Distribution_Empty{}}}
}

func opaqueWeighted(b *ir.Weighted) *outbound.OpaqueRoute_WeightedRouteBackend {
	return &outbound.OpaqueRoute_WeightedRouteBackend{Backend: opaqueBackend(b), Weight: b.Weight}
}

func opaqueBackend(b *ir.Weighted) *outbound.OpaqueRoute_RouteBackend {
	return &outbound.OpaqueRoute_RouteBackend{Backend: backend(&b.Backend), Filters: wire.Filters(b.Filters, opaqueFilter)}
}
