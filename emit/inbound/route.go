package inbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func httpRoute(r *ir.Route) *inbound.HttpRoute {
	return &inbound.HttpRoute{
		Metadata:       wire.Meta(r.Meta),
		Hosts:          wire.Hosts(r.Hosts),
		Authorizations: wire.List(r.Authorizations, authorization),
		Rules:          wire.List(r.Rules, httpRule),
	}
}

func httpRule(r *ir.Rule) *inbound.HttpRoute_Rule {
	return &inbound.HttpRoute_Rule{Matches: wire.HTTPMatches(r.Matches), Filters: wire.Filters(r.Filters, httpFilter)}
}

func httpFilter(f ir.Filter) *inbound.HttpRoute_Filter {
	switch f := f.(type) {
	case ir.ModifyHeaders:
		return &inbound.HttpRoute_Filter{Kind: &inbound.HttpRoute_Filter_RequestHeaderModifier{RequestHeaderModifier: wire.RequestHeaders(f)}}
	case ir.Redirect:
		return &inbound.HttpRoute_Filter{Kind: &inbound.HttpRoute_Filter_Redirect{Redirect: wire.Redirect(f)}}
	case ir.FailHTTP:
		return &inbound.HttpRoute_Filter{Kind: &inbound.HttpRoute_Filter_FailureInjector{
			FailureInjector: &http_route.HttpFailureInjector{Status: f.Status, Message: f.Message},
		}}
	case ir.Empty:
		return &inbound.HttpRoute_Filter{}
	}
	panic(fmt.Sprintf("inbound: an HTTP route cannot hold a filter %T", f))
}

func grpcRoute(r *ir.Route) *inbound.GrpcRoute {
	return &inbound.GrpcRoute{
		Metadata:       wire.Meta(r.Meta),
		Hosts:          wire.Hosts(r.Hosts),
		Authorizations: wire.List(r.Authorizations, authorization),
		Rules:          wire.List(r.Rules, grpcRule),
	}
}

func grpcRule(r *ir.Rule) *inbound.GrpcRoute_Rule {
	return &inbound.GrpcRoute_Rule{Matches: wire.GRPCMatches(r.Matches), Filters: wire.Filters(r.Filters, grpcFilter)}
}

func grpcFilter(f ir.Filter) *inbound.GrpcRoute_Filter {
	switch f := f.(type) {
	case ir.ModifyHeaders:
		return &inbound.GrpcRoute_Filter{Kind: &inbound.GrpcRoute_Filter_RequestHeaderModifier{RequestHeaderModifier: wire.RequestHeaders(f)}}
	case ir.FailGRPC:
		return &inbound.GrpcRoute_Filter{Kind: &inbound.GrpcRoute_Filter_FailureInjector{
			FailureInjector: &grpc_route.GrpcFailureInjector{Code: f.Code, Message: f.Message},
		}}
	case ir.Empty:
		return &inbound.GrpcRoute_Filter{}
	}
	panic(fmt.Sprintf("inbound: a gRPC route cannot hold a filter %T", f))
}
