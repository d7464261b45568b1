package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func opaqueRoute(m *outbound.OpaqueRoute) (out ir.Route, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	out.Rules, err = each(m.Rules, opaqueRule, "rules")
	return out, err
}

func opaqueRule(m *outbound.OpaqueRoute_Rule) (out ir.Rule, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, opaqueFilter, "filters"); err != nil {
		return out, err
	}
	out.Backends, err = opaqueDistribution(m.Backends)
	return out, at(err, "backends")
}

func opaqueDistribution(m *outbound.OpaqueRoute_Distribution) (out ir.Distribution, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.OpaqueRoute_Distribution_Empty_:
		if k.Empty == nil {
			return out, errMissing
		}
		return out, known(k.Empty)
	case *outbound.OpaqueRoute_Distribution_FirstAvailable_:
		if k.FirstAvailable == nil {
			return out, errMissing
		}
		if err := known(k.FirstAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.FirstAvailable
		out.Backends, err = each(k.FirstAvailable.Backends, func(b *outbound.OpaqueRoute_RouteBackend) (ir.Weighted, error) {
			return opaqueBackend(b, 0)
		}, "firstAvailable")
		return out, err
	case *outbound.OpaqueRoute_Distribution_RandomAvailable_:
		if k.RandomAvailable == nil {
			return out, errMissing
		}
		if err := known(k.RandomAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.RandomAvailable
		out.Backends, err = each(k.RandomAvailable.Backends, func(b *outbound.OpaqueRoute_WeightedRouteBackend) (ir.Weighted, error) {
			if b == nil {
				return ir.Weighted{}, errMissing
			}
			if err := known(b); err != nil {
				return ir.Weighted{}, err
			}
			return opaqueBackend(b.Backend, b.Weight)
		}, "randomAvailable")
		return out, err
	}
	return out, errNoKind
}

func opaqueBackend(m *outbound.OpaqueRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	if m == nil {
		return ir.Weighted{}, errMissing
	}
	if err := known(m); err != nil {
		return ir.Weighted{}, err
	}
	filters, err := each(m.Filters, opaqueFilter, "filters")
	if err != nil {
		return ir.Weighted{}, err
	}
	return weighted(m.Backend, filters, weight)
}

func opaqueFilter(m *outbound.OpaqueRoute_Filter) (out ir.Filter, err error) {
	if m == nil {
		return nil, errMissing
	}
	if err := known(m); err != nil {
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
