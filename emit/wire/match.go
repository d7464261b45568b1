package wire

import (
	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"

	"routec.dev/routec/ir"
)

// Hosts converts the hosts of an HTTP or gRPC route.
func Hosts(list []ir.Host) []*http_route.HostMatch {
	var out []*http_route.HostMatch
	for _, h := range list {
		if h.Suffix {
			out = append(out, &http_route.HostMatch{Match: &http_route.HostMatch_Suffix_{
				Suffix: &http_route.HostMatch_Suffix{ReverseLabels: h.Labels()},
			}})
			continue
		}
		out = append(out, &http_route.HostMatch{Match: &http_route.HostMatch_Exact{Exact: h.Name}})
	}
	return out
}

// SNIs converts the server names of a TLS route.
func SNIs(list []ir.Host) []*tls_route.SniMatch {
	var out []*tls_route.SniMatch
	for _, h := range list {
		if h.Suffix {
			out = append(out, &tls_route.SniMatch{Match: &tls_route.SniMatch_Suffix_{
				Suffix: &tls_route.SniMatch_Suffix{ReverseLabels: h.Labels()},
			}})
			continue
		}
		out = append(out, &tls_route.SniMatch{Match: &tls_route.SniMatch_Exact{Exact: h.Name}})
	}
	return out
}

// HTTPMatches converts the matches of an HTTP rule.
func HTTPMatches(list []ir.Match) []*http_route.HttpRouteMatch {
	var out []*http_route.HttpRouteMatch
	for _, m := range list {
		out = append(out, &http_route.HttpRouteMatch{
			Path:        path(m.Path),
			Headers:     headers(m.Headers),
			QueryParams: query(m.Query),
			Method:      Method(m.Method),
		})
	}
	return out
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

func headers(list []ir.HeaderMatch) []*http_route.HeaderMatch {
	var out []*http_route.HeaderMatch
	for _, h := range list {
		m := &http_route.HeaderMatch{Name: h.Name, Value: &http_route.HeaderMatch_Exact{Exact: []byte(h.Value)}}
		if h.Regex {
			m.Value = &http_route.HeaderMatch_Regex{Regex: h.Value}
		}
		out = append(out, m)
	}
	return out
}

func query(list []ir.ValueMatch) []*http_route.QueryParamMatch {
	var out []*http_route.QueryParamMatch
	for _, q := range list {
		m := &http_route.QueryParamMatch{Name: q.Name, Value: &http_route.QueryParamMatch_Exact{Exact: q.Value}}
		if q.Regex {
			m.Value = &http_route.QueryParamMatch_Regex{Regex: q.Value}
		}
		out = append(out, m)
	}
	return out
}

// GRPCMatches converts the matches of a gRPC rule.
func GRPCMatches(list []ir.Match) []*grpc_route.GrpcRouteMatch {
	var out []*grpc_route.GrpcRouteMatch
	for _, m := range list {
		c := &grpc_route.GrpcRouteMatch{Headers: headers(m.Headers)}
		if m.RPC.Present {
			c.Rpc = &grpc_route.GrpcRpcMatch{Service: m.RPC.Service, Method: m.RPC.Method}
		}
		out = append(out, c)
	}
	return out
}
