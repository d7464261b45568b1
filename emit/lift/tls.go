package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

func tlsRoute(m *outbound.TlsRoute) (out ir.Route, err error) {
	if err := present(m); err != nil {
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
	if err := present(m); err != nil {
		return out, err
	}
	if out.Filters, err = each(m.Filters, tlsFilter, "filters"); err != nil {
		return out, err
	}
	out.Backends, err = tlsDistribution(m.Backends)
	return out, at(err, "backends")
}

func tlsDistribution(m *outbound.TlsRoute_Distribution) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Kind.(type) {
	case *outbound.TlsRoute_Distribution_Empty_:
		return none(k.Empty)
	case *outbound.TlsRoute_Distribution_FirstAvailable_:
		return firstAvailable(k.FirstAvailable, tlsBackend)
	case *outbound.TlsRoute_Distribution_RandomAvailable_:
		return randomAvailable(k.RandomAvailable, tlsBackend)
	}
	return out, errNoKind
}

func tlsBackend(m *outbound.TlsRoute_RouteBackend, weight uint32) (ir.Weighted, error) {
	return weighted(m, tlsFilter, weight)
}

func tlsFilter(m *outbound.TlsRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
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
