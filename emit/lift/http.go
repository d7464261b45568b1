package lift

import (
	"errors"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func httpRoute(m *outbound.HttpRoute) (out ir.Route, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	if out.Hosts, err = hosts(m.Hosts); err != nil {
		return out, err
	}
	out.Rules, err = each(m.Rules, httpRule, "rules")
	return out, err
}

func httpRule(m *outbound.HttpRoute_Rule) (out ir.Rule, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
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
	if err := known(m); err != nil {
		return out, err
	}
	out = ir.Retry{Present: true, Limit: m.MaxRetries, MaxRequestBytes: m.MaxRequestBytes}
	if out.Timeout, err = timeout(m.Timeout); err != nil {
		return out, at(err, "timeout")
	}
	if out.Backoff, err = backoff(m.Backoff); err != nil {
		return out, err
	}
	if m.Conditions == nil {
		return out, at(errMissing, "conditions")
	}
	if err := known(m.Conditions); err != nil {
		return out, at(err, "conditions")
	}
	out.Statuses, err = each(m.Conditions.StatusRanges, statusRange, "conditions.statusRanges")
	return out, err
}

func httpDistribution(m *outbound.HttpRoute_Distribution) (out ir.Distribution, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.HttpRoute_Distribution_Empty_:
		if k.Empty == nil {
			return out, errMissing
		}
		return out, known(k.Empty)
	case *outbound.HttpRoute_Distribution_FirstAvailable_:
		if k.FirstAvailable == nil {
			return out, errMissing
		}
		if err := known(k.FirstAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.FirstAvailable
		out.Backends, err = each(k.FirstAvailable.Backends, func(b *outbound.HttpRoute_RouteBackend) (ir.Weighted, error) {
			return httpBackend(b, 0)
		}, "firstAvailable")
		return out, err
	case *outbound.HttpRoute_Distribution_RandomAvailable_:
		if k.RandomAvailable == nil {
			return out, errMissing
		}
		if err := known(k.RandomAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.RandomAvailable
		out.Backends, err = each(k.RandomAvailable.Backends, func(b *outbound.HttpRoute_WeightedRouteBackend) (ir.Weighted, error) {
			if b == nil {
				return ir.Weighted{}, errMissing
			}
			if err := known(b); err != nil {
				return ir.Weighted{}, err
			}
			return httpBackend(b.Backend, b.Weight)
		}, "randomAvailable")
		return out, err
	}
	return out, errNoKind
}

func httpBackend(m *outbound.HttpRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	if m == nil {
		return ir.Weighted{}, errMissing
	}
	if err := errors.Join(known(m), unexpected("requestTimeout", m.RequestTimeout != nil)); err != nil {
		return ir.Weighted{}, err
	}
	filters, err := each(m.Filters, httpFilter, "filters")
	if err != nil {
		return ir.Weighted{}, err
	}
	return weighted(m.Backend, filters, weight)
}

func httpFilter(m *outbound.HttpRoute_Filter) (out ir.Filter, err error) {
	if m == nil {
		return nil, errMissing
	}
	if err := known(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *outbound.HttpRoute_Filter_FailureInjector:
		out, err = failHTTP(k.FailureInjector)
		return out, at(err, "failureInjector")
	case *outbound.HttpRoute_Filter_RequestHeaderModifier:
		out, err = requestHeaders(k.RequestHeaderModifier)
		return out, at(err, "requestHeaderModifier")
	case *outbound.HttpRoute_Filter_Redirect:
		out, err = redirect(k.Redirect)
		return out, at(err, "redirect")
	case *outbound.HttpRoute_Filter_ResponseHeaderModifier:
		out, err = responseHeaders(k.ResponseHeaderModifier)
		return out, at(err, "responseHeaderModifier")
	}
	return nil, errNoKind
}
