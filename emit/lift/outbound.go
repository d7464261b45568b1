package lift

import (
	"errors"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

// Outbound lifts an outbound table. The message tells neither whose table it is nor what
// decided it: Client, OfOpaquePorts, DecidedBy and the origins of routes are left zero.
func Outbound(m *outbound.OutboundPolicy) (ir.Outbound, error) {
	if m == nil {
		return ir.Outbound{}, at(errMissing, "outbound policy")
	}
	if err := known(m); err != nil {
		return ir.Outbound{}, err
	}
	out := ir.Outbound{}
	if err := liftProtocol(&out, m.Protocol); err != nil {
		return ir.Outbound{}, at(err, "protocol")
	}
	var err error
	out.Meta, err = metadata(m.Metadata)
	return out, err
}

func liftProtocol(out *ir.Outbound, m *outbound.ProxyProtocol) (err error) {
	if err := present(m); err != nil {
		return err
	}
	switch k := m.Kind.(type) {
	case *outbound.ProxyProtocol_Detect_:
		return at(detect(out, k.Detect), "detect")
	case *outbound.ProxyProtocol_Http1_:
		out.Protocol = ir.HTTP1
		out.Routes, out.Accrual, err = http(k.Http1)
		return at(err, "http1")
	case *outbound.ProxyProtocol_Http2_:
		out.Protocol = ir.HTTP2
		out.Routes, out.Accrual, err = http(k.Http2)
		return at(err, "http2")
	case *outbound.ProxyProtocol_Grpc_:
		out.Protocol = ir.GRPC
		return at(grpc(out, k.Grpc), "grpc")
	case *outbound.ProxyProtocol_Tls_:
		out.Protocol = ir.TLS
		if err := present(k.Tls); err != nil {
			return at(err, "tls")
		}
		out.Routes, err = each(k.Tls.Routes, tlsRoute, "routes")
		return at(err, "tls")
	case *outbound.ProxyProtocol_Opaque_:
		out.Protocol = ir.Opaque
		out.Routes, err = opaque(k.Opaque)
		return at(err, "opaque")
	}
	return errNoKind
}

// detect lifts the one list of HTTP routes that both versions of HTTP repeat.
func detect(out *ir.Outbound, m *outbound.ProxyProtocol_Detect) (err error) {
	if err := present(m); err != nil {
		return err
	}
	out.Protocol = ir.Detect
	if out.DetectTimeout, err = duration(m.Timeout); err != nil {
		return at(err, "timeout")
	}
	if out.OpaqueRoutes, err = opaque(m.Opaque); err != nil {
		return at(err, "opaque")
	}
	if out.Routes, out.Accrual, err = http(m.Http1); err != nil {
		return at(err, "http1")
	}
	routes, breaker, err := http(m.Http2)
	if err != nil {
		return at(err, "http2")
	}
	if breaker != out.Accrual || !ir.EqualRoutes(routes, out.Routes) {
		return errors.New("http1 and http2 differ, which no decided table can express")
	}
	return nil
}

// httpProtocol is what the messages of both versions of HTTP share.
type httpProtocol interface {
	message
	GetRoutes() []*outbound.HttpRoute
	GetFailureAccrual() *outbound.FailureAccrual
}

func http(m httpProtocol) ([]ir.Route, ir.Accrual, error) {
	if err := present(m); err != nil {
		return nil, ir.Accrual{}, err
	}
	routes, err := each(m.GetRoutes(), httpRoute, "routes")
	if err != nil {
		return nil, ir.Accrual{}, err
	}
	breaker, err := accrual(m.GetFailureAccrual())
	return routes, breaker, at(err, "failureAccrual")
}

func grpc(out *ir.Outbound, m *outbound.ProxyProtocol_Grpc) (err error) {
	if err := present(m); err != nil {
		return err
	}
	if out.Routes, err = each(m.Routes, grpcRoute, "routes"); err != nil {
		return err
	}
	out.Accrual, err = accrual(m.FailureAccrual)
	return at(err, "failureAccrual")
}

func opaque(m *outbound.ProxyProtocol_Opaque) ([]ir.Route, error) {
	if err := present(m); err != nil {
		return nil, err
	}
	return each(m.Routes, opaqueRoute, "routes")
}

// accrual lifts a failure accrual; absent, it is none.
func accrual(m *outbound.FailureAccrual) (ir.Accrual, error) {
	if m == nil {
		return ir.Accrual{}, nil
	}
	if err := errors.Join(known(m), unexpected("ejection", m.Ejection != nil)); err != nil {
		return ir.Accrual{}, err
	}
	switch k := m.Kind.(type) {
	case *outbound.FailureAccrual_ConsecutiveFailures_:
		c := k.ConsecutiveFailures
		if err := present(c); err != nil {
			return ir.Accrual{}, err
		}
		b, err := backoff(c.Backoff)
		return ir.Accrual{Kind: ir.Consecutive, MaxFailures: c.MaxFailures, Backoff: b}, err
	case *outbound.FailureAccrual_Unified_:
		return unified(k.Unified)
	}
	return ir.Accrual{}, errNoKind
}

func unified(u *outbound.FailureAccrual_Unified) (ir.Accrual, error) {
	if err := present(u); err != nil {
		return ir.Accrual{}, err
	}
	window, err := duration(u.Decay)
	if err != nil {
		return ir.Accrual{}, at(err, "decay")
	}
	b, err := backoff(u.Backoff)
	return ir.Accrual{
		Kind: ir.Unified, MaxFailures: u.MaxConsecutiveFailures, Backoff: b,
		Threshold: u.SuccessRateThreshold, Window: window, MinRequests: u.MinRequests,
	}, err
}

func backoff(b *outbound.ExponentialBackoff) (out ir.Backoff, err error) {
	if err := present(b); err != nil {
		return out, at(err, "backoff")
	}
	if out.Min, err = duration(b.MinBackoff); err != nil {
		return out, at(err, "backoff.minBackoff")
	}
	if out.Max, err = duration(b.MaxBackoff); err != nil {
		return out, at(err, "backoff.maxBackoff")
	}
	out.Jitter, out.RetryAfter = b.JitterRatio, b.RespectRetryAfterHint
	return out, nil
}
