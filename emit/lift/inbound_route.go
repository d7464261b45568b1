package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"

	"routec.dev/routec/ir"
)

func inboundHTTPRoute(m *inbound.HttpRoute) (ir.Route, error) {
	return serverRoute(m, inboundHTTPRule)
}

func inboundHTTPRule(m *inbound.HttpRoute_Rule) (out ir.Rule, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Matches, err = httpMatches(m.Matches); err != nil {
		return out, err
	}
	out.Filters, err = each(m.Filters, inboundHTTPFilter, "filters")
	return out, err
}

func inboundHTTPFilter(m *inbound.HttpRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *inbound.HttpRoute_Filter_FailureInjector:
		out, err = failHTTP(k.FailureInjector)
		return out, at(err, "failureInjector")
	case *inbound.HttpRoute_Filter_RequestHeaderModifier:
		out, err = modifyHeaders(k.RequestHeaderModifier, false)
		return out, at(err, "requestHeaderModifier")
	case *inbound.HttpRoute_Filter_Redirect:
		out, err = redirect(k.Redirect)
		return out, at(err, "redirect")
	}
	return ir.Empty{}, nil
}

func inboundGRPCRoute(m *inbound.GrpcRoute) (ir.Route, error) {
	return serverRoute(m, inboundGRPCRule)
}

func inboundGRPCRule(m *inbound.GrpcRoute_Rule) (out ir.Rule, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Matches, err = grpcMatches(m.Matches); err != nil {
		return out, err
	}
	out.Filters, err = each(m.Filters, inboundGRPCFilter, "filters")
	return out, err
}

func inboundGRPCFilter(m *inbound.GrpcRoute_Filter) (out ir.Filter, err error) {
	if err := present(m); err != nil {
		return nil, err
	}
	switch k := m.Kind.(type) {
	case *inbound.GrpcRoute_Filter_FailureInjector:
		out, err = failGRPC(k.FailureInjector)
		return out, at(err, "failureInjector")
	case *inbound.GrpcRoute_Filter_RequestHeaderModifier:
		out, err = modifyHeaders(k.RequestHeaderModifier, false)
		return out, at(err, "requestHeaderModifier")
	}
	return ir.Empty{}, nil
}
