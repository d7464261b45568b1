// Package outbound lowers decided outbound tables to the proxy API's OutboundPolicy.
//
// It writes what the table says and decides nothing: it cannot fail. The proxy API gives
// HTTP, gRPC, TLS and opaque routes a set of messages each; one file here per set.
package outbound

import (
	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

// Policy returns the message that the policy controller serves for a table. A template
// keeps what it leaves open: port 0, and forward addresses without an IP.
func Policy(o ir.Outbound) *outbound.OutboundPolicy {
	return &outbound.OutboundPolicy{Metadata: wire.Meta(o.Meta), Protocol: protocol(&o)}
}

func protocol(o *ir.Outbound) *outbound.ProxyProtocol {
	switch o.Protocol {
	case ir.Detect:
		routes, breaker := wire.List(o.Routes, httpRoute), accrual(o.Accrual) // one list for both versions
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Detect_{Detect: &outbound.ProxyProtocol_Detect{
			Timeout: wire.Duration(o.DetectTimeout),
			Opaque:  &outbound.ProxyProtocol_Opaque{Routes: wire.List(o.OpaqueRoutes, opaqueRoute)},
			Http1:   &outbound.ProxyProtocol_Http1{Routes: routes, FailureAccrual: breaker},
			Http2:   &outbound.ProxyProtocol_Http2{Routes: routes, FailureAccrual: breaker},
		}}}
	case ir.HTTP1:
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Http1_{Http1: &outbound.ProxyProtocol_Http1{
			Routes: wire.List(o.Routes, httpRoute), FailureAccrual: accrual(o.Accrual),
		}}}
	case ir.HTTP2:
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Http2_{Http2: &outbound.ProxyProtocol_Http2{
			Routes: wire.List(o.Routes, httpRoute), FailureAccrual: accrual(o.Accrual),
		}}}
	case ir.GRPC:
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Grpc_{Grpc: &outbound.ProxyProtocol_Grpc{
			Routes: wire.List(o.Routes, grpcRoute), FailureAccrual: accrual(o.Accrual),
		}}}
	case ir.TLS:
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Tls_{Tls: &outbound.ProxyProtocol_Tls{
			Routes: wire.List(o.Routes, tlsRoute),
		}}}
	case ir.Opaque:
		return &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Opaque_{Opaque: &outbound.ProxyProtocol_Opaque{
			Routes: wire.List(o.Routes, opaqueRoute),
		}}}
	}
	panic("outbound: unknown protocol " + o.Protocol.String())
}

// backend converts a backend without its filters, whose messages differ by protocol.
func backend(b *ir.Backend) *outbound.Backend {
	out := &outbound.Backend{Metadata: wire.Meta(b.Meta)}
	if b.Queue != (ir.Queue{}) {
		out.Queue = &outbound.Queue{Capacity: b.Queue.Capacity, FailfastTimeout: wire.Duration(b.Queue.Failfast)}
	}
	switch b.Kind {
	case ir.Balancer:
		out.Kind = &outbound.Backend_Balancer{Balancer: balancer(b)}
	case ir.Forward:
		out.Kind = &outbound.Backend_Forward{Forward: &destination.WeightedAddr{Addr: wire.AddrPort(b.Addr), Weight: b.Weight}}
	}
	return out
}

func balancer(b *ir.Backend) *outbound.Backend_BalanceP2C {
	out := &outbound.Backend_BalanceP2C{
		Discovery: &outbound.Backend_EndpointDiscovery{Kind: &outbound.Backend_EndpointDiscovery_Dst{
			Dst: &outbound.Backend_EndpointDiscovery_DestinationGet{Path: b.Authority},
		}},
	}
	if b.Load.Penalize {
		out.Load = &outbound.Backend_BalanceP2C_PenaltyPeakEwma_{PenaltyPeakEwma: &outbound.Backend_BalanceP2C_PenaltyPeakEwma{
			DefaultRtt:    wire.Duration(b.Load.RTT),
			Decay:         wire.Duration(b.Load.Decay),
			Penalty:       wire.Duration(b.Load.Penalty),
			MaxRetryAfter: wire.Duration(b.Load.RetryAfter),
			PenaltyDecay:  wire.Duration(b.Load.PenaltyDecay),
		}}
		return out
	}
	out.Load = &outbound.Backend_BalanceP2C_PeakEwma_{PeakEwma: &outbound.Backend_BalanceP2C_PeakEwma{
		DefaultRtt: wire.Duration(b.Load.RTT),
		Decay:      wire.Duration(b.Load.Decay),
	}}
	return out
}

// accrual converts a failure accrual; none is nil.
func accrual(a ir.Accrual) *outbound.FailureAccrual {
	switch a.Kind {
	case ir.Consecutive:
		return &outbound.FailureAccrual{Kind: &outbound.FailureAccrual_ConsecutiveFailures_{
			ConsecutiveFailures: &outbound.FailureAccrual_ConsecutiveFailures{MaxFailures: a.MaxFailures, Backoff: backoff(a.Backoff)},
		}}
	case ir.Unified:
		return &outbound.FailureAccrual{Kind: &outbound.FailureAccrual_Unified_{
			Unified: &outbound.FailureAccrual_Unified{
				SuccessRateThreshold:   a.Threshold,
				Decay:                  wire.Duration(a.Window),
				MinRequests:            a.MinRequests,
				MaxConsecutiveFailures: a.MaxFailures,
				Backoff:                backoff(a.Backoff),
			},
		}}
	}
	return nil
}

func backoff(b ir.Backoff) *outbound.ExponentialBackoff {
	return &outbound.ExponentialBackoff{
		MinBackoff:            wire.Duration(b.Min),
		MaxBackoff:            wire.Duration(b.Max),
		JitterRatio:           b.Jitter,
		RespectRetryAfterHint: b.RetryAfter,
	}
}
