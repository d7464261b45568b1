// Package inbound lowers decided inbound tables to the proxy API's Server.
//
// It writes what the table says and decides nothing: it cannot fail. Who may connect is one
// file, the two kinds of routes another.
package inbound

import (
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

// Server returns the message that the policy controller serves for a table.
func Server(t ir.Inbound) *inbound.Server {
	return &inbound.Server{
		Protocol:       protocol(t),
		Authorizations: wire.List(t.Authorizations, authorization),
		Labels:         labels(t.Meta),
	}
}

// labels are the older spelling of what a piece of a table stands for; always three keys.
func labels(m ir.Meta) map[string]string {
	if m.Default != "" {
		return map[string]string{"group": "", "kind": "default", "name": m.Default}
	}
	return map[string]string{"group": m.Ref.Group, "kind": m.Ref.Kind, "name": m.Ref.Name}
}

func protocol(t ir.Inbound) *inbound.ProxyProtocol {
	switch t.Protocol {
	case ir.Detect:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Detect_{Detect: &inbound.ProxyProtocol_Detect{
			Timeout: wire.Duration(t.DetectTimeout), HttpRoutes: wire.List(t.Routes, httpRoute), HttpLocalRateLimit: rateLimit(t.RateLimit),
		}}}
	case ir.HTTP1:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Http1_{Http1: &inbound.ProxyProtocol_Http1{
			Routes: wire.List(t.Routes, httpRoute), LocalRateLimit: rateLimit(t.RateLimit),
		}}}
	case ir.HTTP2:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Http2_{Http2: &inbound.ProxyProtocol_Http2{
			Routes: wire.List(t.Routes, httpRoute), LocalRateLimit: rateLimit(t.RateLimit),
		}}}
	case ir.GRPC:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Grpc_{Grpc: &inbound.ProxyProtocol_Grpc{Routes: wire.List(t.Routes, grpcRoute)}}}
	case ir.TLS:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Tls_{Tls: &inbound.ProxyProtocol_Tls{}}}
	case ir.Opaque:
		return &inbound.ProxyProtocol{Kind: &inbound.ProxyProtocol_Opaque_{Opaque: &inbound.ProxyProtocol_Opaque{}}}
	}
	panic("inbound: unknown protocol " + t.Protocol.String())
}

func rateLimit(l ir.RateLimit) *inbound.HttpLocalRateLimit {
	if !l.Present {
		return nil
	}
	out := &inbound.HttpLocalRateLimit{Metadata: wire.Meta(l.Meta), Total: limit(l.Total), Identity: limit(l.Identity)}
	for _, o := range l.Overrides {
		out.Overrides = append(out.Overrides, &inbound.HttpLocalRateLimit_Override{
			Limit:   &inbound.HttpLocalRateLimit_Limit{RequestsPerSecond: o.RPS},
			Clients: &inbound.HttpLocalRateLimit_Override_ClientIdentities{Identities: wire.List(o.Identities, identity)},
		})
	}
	return out
}

func limit(l ir.Limit) *inbound.HttpLocalRateLimit_Limit {
	if !l.Set {
		return nil
	}
	return &inbound.HttpLocalRateLimit_Limit{RequestsPerSecond: l.RPS}
}
