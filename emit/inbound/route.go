package inbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func httpRoutes(routes []ir.Route) []*inbound.HttpRoute {
	out := make([]*inbound.HttpRoute, 0, len(routes))
	for _, r := range routes {
		c := &inbound.HttpRoute{Metadata: wire.Meta(r.Meta), Hosts: wire.Hosts(r.Hosts), Authorizations: authorizations(r.Authorizations)}
		for _, rule := range r.Rules {
			c.Rules = append(c.Rules, &inbound.HttpRoute_Rule{Matches: wire.HTTPMatches(rule.Matches), Filters: httpFilters(rule.Filters)})
		}
		out = append(out, c)
	}
	return out
}

func httpFilters(filters []ir.Filter) []*inbound.HttpRoute_Filter {
	var out []*inbound.HttpRoute_Filter
	for _, f := range filters {
		out = append(out, httpFilter(f))
	}
	return out
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

func grpcRoutes(routes []ir.Route) []*inbound.GrpcRoute {
	out := make([]*inbound.GrpcRoute, 0, len(routes))
	for _, r := range routes {
		c := &inbound.GrpcRoute{Metadata: wire.Meta(r.Meta), Hosts: wire.Hosts(r.Hosts), Authorizations: authorizations(r.Authorizations)}
		for _, rule := range r.Rules {
			c.Rules = append(c.Rules, &inbound.GrpcRoute_Rule{Matches: wire.GRPCMatches(rule.Matches), Filters: grpcFilters(rule.Filters)})
		}
		out = append(out, c)
	}
	return out
}

func grpcFilters(filters []ir.Filter) []*inbound.GrpcRoute_Filter {
	var out []*inbound.GrpcRoute_Filter
	for _, f := range filters {
		out = append(out, grpcFilter(f))
	}
	return out
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
