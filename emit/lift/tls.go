package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func tlsRoute(m *outbound.TlsRoute) (out ir.Route, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	if out.Hosts, err = snis(m.Snis); err != nil {
		return out, err
	}
	out.Rules, err = each(m.Rules, tlsRule, "rules")
	return out, err
}

func tlsRule(m *outbound.TlsRoute_Rule) (out ir.Rule, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, tlsFilter, "filters"); err != nil {
		return out, err
	}
	out.Backends, err = tlsDistribution(m.Backends)
	return out, at(err, "backends")
}

func tlsDistribution(m *outbound.TlsRoute_Distribution) (out ir.Distribution, err error) {
	if m == nil {
		return out, errMissing
	}
	if err := known(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.TlsRoute_Distribution_Empty_:
		if k.Empty == nil {
			return out, errMissing
		}
		return out, known(k.Empty)
	case *outbound.TlsRoute_Distribution_FirstAvailable_:
		if k.FirstAvailable == nil {
			return out, errMissing
		}
		if err := known(k.FirstAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.FirstAvailable
		out.Backends, err = each(k.FirstAvailable.Backends, func(b *outbound.TlsRoute_RouteBackend) (ir.Weighted, error) {
			return tlsBackend(b, 0)
		}, "firstAvailable")
		return out, err
	case *outbound.TlsRoute_Distribution_RandomAvailable_:
		if k.RandomAvailable == nil {
			return out, errMissing
		}
		if err := known(k.RandomAvailable); err != nil {
			return out, err
		}
		out.Kind = ir.RandomAvailable
		out.Backends, err = each(k.RandomAvailable.Backends, func(b *outbound.TlsRoute_WeightedRouteBackend) (ir.Weighted, error) {
			if b == nil {
				return ir.Weighted{}, errMissing
			}
			if err := known(b); err != nil {
				return ir.Weighted{}, err
			}
			return tlsBackend(b.Backend, b.Weight)
		}, "randomAvailable")
		return out, err
	}
	return out, errNoKind
}

func tlsBackend(m *outbound.TlsRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	if m == nil {
		return ir.Weighted{}, errMissing
	}
	if err := known(m); err != nil {
		return ir.Weighted{}, err
	}
	filters, err := each(m.Filters, tlsFilter, "filters")
	if err != nil {
		return ir.Weighted{}, err
	}
	return weighted(m.Backend, filters, weight)
}

func tlsFilter(m *outbound.TlsRoute_Filter) (out ir.Filter, err error) {
	if m == nil {
		return nil, errMissing
	}
	if err := known(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *outbound.TlsRoute_Filter_Invalid:
		out, err = invalid(k.Invalid)
		return out, at(err, "invalid")
	case *outbound.TlsRoute_Filter_Forbidden:
		out, err = forbidden(k.Forbidden)
		return out, at(err, "forbidden")
	}
	return nil, errNoKind
}
