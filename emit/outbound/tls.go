package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func tlsRoute(r *ir.Route) *outbound.TlsRoute {
	return &outbound.TlsRoute{Metadata: wire.Meta(r.Meta), Snis: wire.SNIs(r.Hosts), Rules: wire.List(r.Rules, tlsRule)}
}

func tlsRule(r *ir.Rule) *outbound.TlsRoute_Rule {
	return &outbound.TlsRoute_Rule{Backends: tlsDistribution(&r.Backends), Filters: wire.Filters(r.Filters, tlsFilter)}
}

func tlsFilter(f ir.Filter) *outbound.TlsRoute_Filter {
	switch f := f.(type) {
	case ir.Invalid:
		return &outbound.TlsRoute_Filter{Kind: &outbound.TlsRoute_Filter_Invalid{
			Invalid: &opaque_route.Invalid{Message: f.Message},
		}}
	case ir.Forbidden:
		return &outbound.TlsRoute_Filter{Kind: &outbound.TlsRoute_Filter_Forbidden{
			Forbidden: &opaque_route.Forbidden{},
		}}
	}
	panic(fmt.Sprintf("outbound: a tls route cannot hold a filter %T", f))
}

func tlsDistribution(d *ir.Distribution) *outbound.TlsRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_FirstAvailable_{
			FirstAvailable: &outbound.TlsRoute_Distribution_FirstAvailable{Backends: wire.List(d.Backends, tlsBackend)},
		}}
	case ir.RandomAvailable:
		return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_RandomAvailable_{
			RandomAvailable: &outbound.TlsRoute_Distribution_RandomAvailable{Backends: wire.List(d.Backends, tlsWeighted)},
		}}
	}
	return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_Empty_{Empty: &outbound.TlsRoute_Distribution_Empty{}}}
}

func tlsWeighted(b *ir.Weighted) *outbound.TlsRoute_WeightedRouteBackend {
	return &outbound.TlsRoute_WeightedRouteBackend{Backend: tlsBackend(b), Weight: b.Weight}
}

func tlsBackend(b *ir.Weighted) *outbound.TlsRoute_RouteBackend {
	return &outbound.TlsRoute_RouteBackend{Backend: backend(&b.Backend), Filters: wire.Filters(b.Filters, tlsFilter)}
}
