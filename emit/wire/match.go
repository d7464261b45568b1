package wire

import (
	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"

	"routec.dev/routec/ir"
)

// Hosts converts the hosts of an HTTP or gRPC route.
func Hosts(list []ir.Host) []*http_route.HostMatch { return List(list, host) }

func host(h *ir.Host) *http_route.HostMatch {
	if h.Suffix {
		return &http_route.HostMatch{Match: &http_route.HostMatch_Suffix_{
			Suffix: &http_route.HostMatch_Suffix{ReverseLabels: h.Labels()},
		}}
	}
	return &http_route.HostMatch{Match: &http_route.HostMatch_Exact{Exact: h.Name}}
}

// SNIs converts the server names of a TLS route.
func SNIs(list []ir.Host) []*tls_route.SniMatch { return List(list, sni) }

func sni(h *ir.Host) *tls_route.SniMatch {
	if h.Suffix {
		return &tls_route.SniMatch{Match: &tls_route.SniMatch_Suffix_{
			Suffix: &tls_route.SniMatch_Suffix{ReverseLabels: h.Labels()},
		}}
	}
	return &tls_route.SniMatch{Match: &tls_route.SniMatch_Exact{Exact: h.Name}}
}

// HTTPMatches converts the matches of an HTTP rule.
func HTTPMatches(list []ir.Match) []*http_route.HttpRouteMatch { return List(list, httpMatch) }

func httpMatch(m *ir.Match) *http_route.HttpRouteMatch {
	return &http_route.HttpRouteMatch{
		Path:        path(m.Path),
		Headers:     List(m.Headers, header),
		QueryParams: List(m.Query, queryParam),
		Method:      Method(m.Method),
	}
}

func path(p ir.PathMatch) *http_route.PathMatch {
	switch p.Kind {
	case ir.PathExact:
		return &http_route.PathMatch{Kind: &http_route.PathMatch_Exact{Exact: p.Value}}
	case ir.PathPrefix:
		return &http_route.PathMatch{Kind: &http_route.PathMatch_Prefix{Prefix: p.Value}}
	case ir.PathRegex:
		return &http_route.PathMatch{Kind: &http_route.PathMatch_Regex{Regex: p.Value}}
	}
	return nil
}

func header(h *ir.HeaderMatch) *http_route.HeaderMatch {
	if h.Regex {
		return &http_route.HeaderMatch{Name: h.Name, Value: &http_route.HeaderMatch_Regex{Regex: h.Value}}
	}
	return &http_route.HeaderMatch{Name: h.Name, Value: &http_route.HeaderMatch_Exact{Exact: []byte(h.Value)}}
}

func queryParam(q *ir.ValueMatch) *http_route.QueryParamMatch {
	if q.Regex {
		return &http_route.QueryParamMatch{Name: q.Name, Value: &http_route.QueryParamMatch_Regex{Regex: q.Value}}
	}
	return &http_route.QueryParamMatch{Name: q.Name, Value: &http_route.QueryParamMatch_Exact{Exact: q.Value}}
}

// GRPCMatches converts the matches of a gRPC rule.
func GRPCMatches(list []ir.Match) []*grpc_route.GrpcRouteMatch { return List(list, grpcMatch) }

func grpcMatch(m *ir.Match) *grpc_route.GrpcRouteMatch {
	out := &grpc_route.GrpcRouteMatch{Headers: List(m.Headers, header)}
	if m.RPC.Present {
		out.Rpc = &grpc_route.GrpcRpcMatch{Service: m.RPC.Service, Method: m.RPC.Method}
	}
	return out
}
