package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func grpcRoutes(routes []ir.Route) []*outbound.GrpcRoute {
	out := make([]*outbound.GrpcRoute, 0, len(routes))
	for _, r := range routes {
		c := &outbound.GrpcRoute{Metadata: wire.Meta(r.Meta), Hosts: wire.Hosts(r.Hosts)}
		for _, rule := range r.Rules {
			c.Rules = append(c.Rules, grpcRule(rule))
		}
		out = append(out, c)
	}
	return out
}

func grpcRule(r ir.Rule) *outbound.GrpcRoute_Rule {
	return &outbound.GrpcRoute_Rule{
		Matches:                wire.GRPCMatches(r.Matches),
		Filters:                grpcFilters(r.Filters),
		Backends:               grpcDistribution(r.Backends),
		RequestTimeout:         wire.Timeout(r.Timeouts.Request), // deprecated: mirrors timeouts.request
		Timeouts:               timeouts(r.Timeouts),
		Retry:                  grpcRetry(r.Retry),
		AllowL5DRequestHeaders: r.AllowL5d,
	}
}

func grpcRetry(r ir.Retry) *outbound.GrpcRoute_Retry {
	if !r.Present {
		return nil
	}
	return &outbound.GrpcRoute_Retry{
		MaxRetries:      r.Limit,
		MaxRequestBytes: r.MaxRequestBytes,
		Conditions: &outbound.GrpcRoute_Retry_Conditions{
			Cancelled:         r.Codes.Cancelled,
			DeadineExceeded:   r.Codes.DeadlineExceeded, // spelled so in the proxy API
			ResourceExhausted: r.Codes.ResourceExhausted,
			Internal:          r.Codes.Internal,
			Unavailable:       r.Codes.Unavailable,
		},
		Timeout: wire.Timeout(r.Timeout),
		Backoff: backoff(r.Backoff),
	}
}

func grpcFilters(filters []ir.Filter) []*outbound.GrpcRoute_Filter {
	var out []*outbound.GrpcRoute_Filter
	for _, f := range filters {
		out = append(out, grpcFilter(f))
	}
	return out
}

func grpcFilter(f ir.Filter) *outbound.GrpcRoute_Filter {
	switch f := f.(type) {
	case ir.ModifyHeaders:
		return &outbound.GrpcRoute_Filter{Kind: &outbound.GrpcRoute_Filter_RequestHeaderModifier{
			RequestHeaderModifier: wire.RequestHeaders(f),
		}}
	case ir.FailGRPC:
		return &outbound.GrpcRoute_Filter{Kind: &outbound.GrpcRoute_Filter_FailureInjector{
			FailureInjector: &grpc_route.GrpcFailureInjector{Code: f.Code, Message: f.Message},
		}}
	case ir.Empty:
		return &outbound.GrpcRoute_Filter{}
	}
	panic(fmt.Sprintf("outbound: a gRPC route cannot hold a filter %T", f))
}

func grpcDistribution(d ir.Distribution) *outbound.GrpcRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		first := &outbound.GrpcRoute_Distribution_FirstAvailable{}
		for _, b := range d.Backends {
			first.Backends = append(first.Backends, grpcBackend(b.Backend))
		}
		return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_FirstAvailable_{FirstAvailable: first}}
	case ir.RandomAvailable:
		random := &outbound.GrpcRoute_Distribution_RandomAvailable{}
		for _, b := range d.Backends {
			random.Backends = append(random.Backends,
				&outbound.GrpcRoute_WeightedRouteBackend{Backend: grpcBackend(b.Backend), Weight: b.Weight})
		}
		return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_RandomAvailable_{RandomAvailable: random}}
	}
	return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_Empty_{Empty: &outbound.GrpcRoute_Distribution_Empty{}}}
}

func grpcBackend(b ir.Backend) *outbound.GrpcRoute_RouteBackend {
	return &outbound.GrpcRoute_RouteBackend{Backend: backend(b), Filters: grpcFilters(b.Filters)}
}
