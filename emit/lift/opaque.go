package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func opaqueRoute(m *outbound.OpaqueRoute) (out ir.Route, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	out.Rules, err = each(m.Rules, opaqueRule, "rules")
	return out, err
}

func opaqueRule(m *outbound.OpaqueRoute_Rule) (out ir.Rule, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, opaqueFilter, "filters"); err != nil {
		return out, err
	}
	out.Backends, err = opaqueDistribution(m.Backends)
	return out, at(err, "backends")
}

func opaqueDistribution(m *outbound.OpaqueRoute_Distribution) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.OpaqueRoute_Distribution_Empty_:
		return none(k.Empty)
	case *outbound.OpaqueRoute_Distribution_FirstAvailable_:
		return firstAvailable(k.FirstAvailable, opaqueBackend)
	case *outbound.OpaqueRoute_Distribution_RandomAvailable_:
		return randomAvailable(k.RandomAvailable, opaqueBackend)
	}
	return out, errNoKind
}

func opaqueBackend(m *outbound.OpaqueRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	return weighted(m, opaqueFilter, weight)
}

func opaqueFilter(m *outbound.OpaqueRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *outbound.OpaqueRoute_Filter_Invalid:
		out, err = invalid(k.Invalid)
		return out, at(err, "invalid")
	case *outbound.OpaqueRoute_Filter_Forbidden:
		out, err = forbidden(k.Forbidden)
		return out, at(err, "forbidden")
	}
	return nil, errNoKind
}
