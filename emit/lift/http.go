package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func httpRoute(m *outbound.HttpRoute) (ir.Route, error) { return route(m, httpRule) }

func httpRule(m *outbound.HttpRoute_Rule) (out ir.Rule, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Matches, err = httpMatches(m.Matches); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, httpFilter, "filters"); err != nil {
		return out, err
	}
	if out.Backends, err = httpDistribution(m.Backends); err != nil {
		return out, at(err, "backends")
	}
	if out.Timeouts, err = timeouts(m.Timeouts, m.RequestTimeout); err != nil {
		return out, err
	}
	if out.Retry, err = httpRetry(m.Retry); err != nil {
		return out, at(err, "retry")
	}
	out.AllowL5d = m.AllowL5DRequestHeaders
	return out, nil
}

func httpRetry(m *outbound.HttpRoute_Retry) (out ir.Retry, err error) {
	if m == nil {
		return out, nil
	}
	if out, err = retry(m); err != nil {
		return out, err
	}
	if err := present(m.Conditions); err != nil {
		return out, at(err, "conditions")
	}
	out.Statuses, err = each(m.Conditions.StatusRanges, statusRange, "conditions.statusRanges")
	return out, err
}

func httpDistribution(m *outbound.HttpRoute_Distribution) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.HttpRoute_Distribution_Empty_:
		return none(k.Empty)
	case *outbound.HttpRoute_Distribution_FirstAvailable_:
		return firstAvailable(k.FirstAvailable, httpBackend)
	case *outbound.HttpRoute_Distribution_RandomAvailable_:
		return randomAvailable(k.RandomAvailable, httpBackend)
	}
	return out, errNoKind
}

func httpBackend(m *outbound.HttpRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	if err := unexpected("requestTimeout", m.GetRequestTimeout() != nil); err != nil {
		return ir.Weighted{}, err
	}
	return weighted(m, httpFilter, weight)
}

func httpFilter(m *outbound.HttpRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *outbound.HttpRoute_Filter_FailureInjector:
		out, err = failHTTP(k.FailureInjector)
		return out, at(err, "failureInjector")
	case *outbound.HttpRoute_Filter_RequestHeaderModifier:
		out, err = modifyHeaders(k.RequestHeaderModifier, false)
		return out, at(err, "requestHeaderModifier")
	case *outbound.HttpRoute_Filter_Redirect:
		out, err = redirect(k.Redirect)
		return out, at(err, "redirect")
	case *outbound.HttpRoute_Filter_ResponseHeaderModifier:
		out, err = modifyHeaders(k.ResponseHeaderModifier, true)
		return out, at(err, "responseHeaderModifier")
	}
	return nil, errNoKind
}
