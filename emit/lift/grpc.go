package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func grpcRoute(m *outbound.GrpcRoute) (ir.Route, error) { return route(m, grpcRule) }

func grpcRule(m *outbound.GrpcRoute_Rule) (out ir.Rule, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Matches, err = grpcMatches(m.Matches); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, grpcFilter, "filters"); err != nil {
		return out, err
	}
	if out.Backends, err = grpcDistribution(m.Backends); err != nil {
		return out, at(err, "backends")
	}
	if out.Timeouts, err = timeouts(m.Timeouts, m.RequestTimeout); err != nil {
		return out, err
	}
	if out.Retry, err = grpcRetry(m.Retry); err != nil {
		return out, at(err, "retry")
	}
	out.AllowL5d = m.AllowL5DRequestHeaders
	return out, nil
}

func grpcRetry(m *outbound.GrpcRoute_Retry) (out ir.Retry, err error) {
	if m == nil {
		return out, nil
	}
	if out, err = retry(m); err != nil {
		return out, err
	}
	if err := present(m.Conditions); err != nil {
		return out, at(err, "conditions")
	}
	out.Codes = ir.GRPCCodes{
		Cancelled:         m.Conditions.Cancelled,
		DeadlineExceeded:  m.Conditions.DeadineExceeded, // spelled so in the proxy API
		Internal:          m.Conditions.Internal,
		ResourceExhausted: m.Conditions.ResourceExhausted,
		Unavailable:       m.Conditions.Unavailable,
	}
	return out, nil
}

func grpcDistribution(m *outbound.GrpcRoute_Distribution) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.GrpcRoute_Distribution_Empty_:
		return none(k.Empty)
	case *outbound.GrpcRoute_Distribution_FirstAvailable_:
		return firstAvailable(k.FirstAvailable, grpcBackend)
	case *outbound.GrpcRoute_Distribution_RandomAvailable_:
		return randomAvailable(k.RandomAvailable, grpcBackend)
	}
	return out, errNoKind
}

func grpcBackend(m *outbound.GrpcRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	if err := unexpected("requestTimeout", m.GetRequestTimeout() != nil); err != nil {
		return ir.Weighted{}, err
	}
	return weighted(m, grpcFilter, weight)
}

func grpcFilter(m *outbound.GrpcRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *outbound.GrpcRoute_Filter_FailureInjector:
		out, err = failGRPC(k.FailureInjector)
		return out, at(err, "failureInjector")
	case *outbound.GrpcRoute_Filter_RequestHeaderModifier:
		out, err = modifyHeaders(k.RequestHeaderModifier, false)
		return out, at(err, "requestHeaderModifier")
	}
	return ir.Empty{}, nil
}
