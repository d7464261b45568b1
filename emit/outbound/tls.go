package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func tlsRoutes(routes []ir.Route) []*outbound.TlsRoute {
	out := make([]*outbound.TlsRoute, 0, len(routes))
	for _, r := range routes {
		c := &outbound.TlsRoute{Metadata: wire.Meta(r.Meta), Snis: wire.SNIs(r.Hosts)}
		for _, rule := range r.Rules {
			c.Rules = append(c.Rules, &outbound.TlsRoute_Rule{
				Backends: tlsDistribution(rule.Backends),
				Filters:  tlsFilters(rule.Filters),
			})
		}
		out = append(out, c)
	}
	return out
}

func tlsFilters(filters []ir.Filter) []*outbound.TlsRoute_Filter {
	var out []*outbound.TlsRoute_Filter
	for _, f := range filters {
		out = append(out, tlsFilter(f))
	}
	return out
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

func tlsDistribution(d ir.Distribution) *outbound.TlsRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		first := &outbound.TlsRoute_Distribution_FirstAvailable{}
		for _, b := range d.Backends {
			first.Backends = append(first.Backends, tlsBackend(b.Backend))
		}
		return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_FirstAvailable_{FirstAvailable: first}}
	case ir.RandomAvailable:
		random := &outbound.TlsRoute_Distribution_RandomAvailable{}
		for _, b := range d.Backends {
			random.Backends = append(random.Backends,
				&outbound.TlsRoute_WeightedRouteBackend{Backend: tlsBackend(b.Backend), Weight: b.Weight})
		}
		return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_RandomAvailable_{RandomAvailable: random}}
	}
	return &outbound.TlsRoute_Distribution{Kind: &outbound.TlsRoute_Distribution_Empty_{Empty: &outbound.TlsRoute_Distribution_Empty{}}}
}

func tlsBackend(b ir.Backend) *outbound.TlsRoute_RouteBackend {
	return &outbound.TlsRoute_RouteBackend{Backend: backend(b), Filters: tlsFilters(b.Filters)}
}
