package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func grpcRoute(r *ir.Route) *outbound.GrpcRoute {
	return &outbound.GrpcRoute{Metadata: wire.Meta(r.Meta), Hosts: wire.Hosts(r.Hosts), Rules: wire.List(r.Rules, grpcRule)}
}

func grpcRule(r *ir.Rule) *outbound.GrpcRoute_Rule {
	return &outbound.GrpcRoute_Rule{
		Matches:                wire.GRPCMatches(r.Matches),
		Filters:                wire.Filters(r.Filters, grpcFilter),
		Backends:               grpcDistribution(&r.Backends),
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

func grpcDistribution(d *ir.Distribution) *outbound.GrpcRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_FirstAvailable_{
			FirstAvailable: &outbound.GrpcRoute_Distribution_FirstAvailable{Backends: wire.List(d.Backends, grpcBackend)},
		}}
	case ir.RandomAvailable:
		return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_RandomAvailable_{
			RandomAvailable: &outbound.GrpcRoute_Distribution_RandomAvailable{Backends: wire.List(d.Backends, grpcWeighted)},
		}}
	}
	return &outbound.GrpcRoute_Distribution{Kind: &outbound.GrpcRoute_Distribution_Empty_{Empty: &outbound.GrpcRoute_Distribution_Empty{}}}
}

func grpcWeighted(b *ir.Weighted) *outbound.GrpcRoute_WeightedRouteBackend {
	return &outbound.GrpcRoute_WeightedRouteBackend{Backend: grpcBackend(b), Weight: b.Weight}
}

func grpcBackend(b *ir.Weighted) *outbound.GrpcRoute_RouteBackend {
	return &outbound.GrpcRoute_RouteBackend{Backend: backend(&b.Backend), Filters: wire.Filters(b.Filters, grpcFilter)}
}
