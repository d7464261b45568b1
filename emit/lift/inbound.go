package lift

import (
	"errors"
	"fmt"
	"maps"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"

	"routec.dev/routec/ir"
)

// Inbound lifts an inbound table. Port, DecidedBy and origins are left zero.
func Inbound(m *inbound.Server) (out ir.Inbound, err error) {
	if m == nil {
		return out, at(errMissing, "server")
	}
	if err := errors.Join(known(m), unexpected("serverIps", len(m.ServerIps) > 0)); err != nil {
		return out, err
	}
	if out.Meta, err = labelled(m.Labels); err != nil {
		return out, at(err, "labels")
	}
	if out.Authorizations, err = authorizations(m.Authorizations); err != nil {
		return out, err
	}
	return out, at(inboundProtocol(&out, m.Protocol), "protocol")
}

// labelled lifts what the older spelling of metadata says: exactly three labels.
func labelled(l map[string]string) (ir.Meta, error) {
	m := ir.Meta{Ref: ir.Ref{Group: l["group"], Kind: l["kind"], Name: l["name"]}}
	if m.Ref.Kind == "default" && m.Ref.Group == "" && m.Ref.Name != "" {
		m = ir.Meta{Default: l["name"]}
	}
	if !maps.Equal(l, labels(m)) {
		return ir.Meta{}, fmt.Errorf("%v are not the labels that the control plane writes", l)
	}
	return m, nil
}

func labels(m ir.Meta) map[string]string {
	if m.Default != "" {
		return map[string]string{"group": "", "kind": "default", "name": m.Default}
	}
	return map[string]string{"group": m.Ref.Group, "kind": m.Ref.Kind, "name": m.Ref.Name}
}

func inboundProtocol(out *ir.Inbound, m *inbound.ProxyProtocol) (err error) {
	if err := present(m); err != nil {
		return err
	}
	switch k := m.Kind.(type) {
	case *inbound.ProxyProtocol_Detect_:
		return at(inboundDetect(out, k.Detect), "detect")
	case *inbound.ProxyProtocol_Http1_:
		out.Protocol = ir.HTTP1
		return at(inboundHTTP(out, k.Http1, k.Http1.GetRoutes(), k.Http1.GetLocalRateLimit()), "http1")
	case *inbound.ProxyProtocol_Http2_:
		out.Protocol = ir.HTTP2
		return at(inboundHTTP(out, k.Http2, k.Http2.GetRoutes(), k.Http2.GetLocalRateLimit()), "http2")
	case *inbound.ProxyProtocol_Grpc_:
		out.Protocol = ir.GRPC
		if err := present(k.Grpc); err != nil {
			return at(err, "grpc")
		}
		out.Routes, err = each(k.Grpc.Routes, inboundGRPCRoute, "routes")
		return at(err, "grpc")
	case *inbound.ProxyProtocol_Tls_:
		out.Protocol = ir.TLS
		return at(present(k.Tls), "tls")
	case *inbound.ProxyProtocol_Opaque_:
		out.Protocol = ir.Opaque
		return at(present(k.Opaque), "opaque")
	}
	return errNoKind
}

func inboundDetect(out *ir.Inbound, m *inbound.ProxyProtocol_Detect) (err error) {
	if err := present(m); err != nil {
		return err
	}
	out.Protocol = ir.Detect
	if out.DetectTimeout, err = duration(m.Timeout); err != nil {
		return at(err, "timeout")
	}
	return inboundHTTP(out, m, m.HttpRoutes, m.HttpLocalRateLimit)
}

// inboundHTTP lifts what all protocols with HTTP routes share; m is the message they are in.
func inboundHTTP(out *ir.Inbound, m message, routes []*inbound.HttpRoute, limit *inbound.HttpLocalRateLimit) (err error) {
	if err := present(m); err != nil {
		return err
	}
	if out.Routes, err = each(routes, inboundHTTPRoute, "routes"); err != nil {
		return err
	}
	out.RateLimit, err = rateLimit(limit)
	return at(err, "localRateLimit")
}

// rateLimit lifts a rate limit; absent, it is none.
func rateLimit(m *inbound.HttpLocalRateLimit) (out ir.RateLimit, err error) {
	if m == nil {
		return out, nil
	}
	if err := known(m); err != nil {
		return out, err
	}
	out.Present = true
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	if out.Total, err = limit(m.Total); err != nil {
		return out, at(err, "total")
	}
	if out.Identity, err = limit(m.Identity); err != nil {
		return out, at(err, "identity")
	}
	out.Overrides, err = each(m.Overrides, override, "overrides")
	return out, err
}

func limit(m *inbound.HttpLocalRateLimit_Limit) (ir.Limit, error) {
	if m == nil {
		return ir.Limit{}, nil
	}
	return ir.Limit{Set: true, RPS: m.RequestsPerSecond}, known(m)
}

func override(m *inbound.HttpLocalRateLimit_Override) (ir.Override, error) {
	if m == nil || m.Limit == nil || m.Clients == nil {
		return ir.Override{}, errMissing
	}
	if err := errors.Join(known(m), known(m.Limit), known(m.Clients)); err != nil {
		return ir.Override{}, err
	}
	names, err := each(m.Clients.Identities, identity, "clients.identities")
	return ir.Override{RPS: m.Limit.RequestsPerSecond, Identities: names}, err
}

func identity(m *inbound.Identity) (string, error) {
	return m.GetName(), present(m)
}
