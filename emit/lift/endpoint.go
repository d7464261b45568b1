package lift

import (
	"cmp"
	"errors"
	"slices"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"

	"routec.dev/routec/ir"
)

// endpoint lifts the endpoint of a profile; absent, it is none.
func endpoint(m *destination.WeightedAddr) (out ir.Endpoint, err error) {
	if m == nil {
		return out, nil
	}
	if err := errors.Join(known(m), unexpected("authorityOverride", m.AuthorityOverride != nil),
		unexpected("resourceRef", m.ResourceRef != nil)); err != nil {
		return out, err
	}
	if out.Addr, err = addrPort(m.Addr); err != nil {
		return out, at(err, "addr")
	}
	if !out.Addr.IsValid() {
		return out, at(errMissing, "addr.ip")
	}
	out.Weight = m.Weight
	for k, v := range m.MetricLabels {
		out.Labels = append(out.Labels, ir.Label{Key: k, Value: v})
	}
	slices.SortFunc(out.Labels, func(a, b ir.Label) int { return cmp.Compare(a.Key, b.Key) })
	out.Mesh, err = mesh(m)
	return out, err
}

// mesh lifts how the endpoint's own proxy is spoken to: all of hint, identity and HTTP/2
// settings, or none.
func mesh(m *destination.WeightedAddr) (out ir.EndpointMesh, err error) {
	if m.ProtocolHint == nil && m.TlsIdentity == nil && m.Http2 == nil {
		return out, nil
	}
	if m.ProtocolHint == nil || m.TlsIdentity == nil || m.Http2 == nil {
		return out, errors.New("protocolHint, tlsIdentity and http2 are not set together")
	}
	out.Present = true
	if err := hint(&out, m.ProtocolHint); err != nil {
		return out, at(err, "protocolHint")
	}
	if err := tlsIdentity(&out, m.TlsIdentity); err != nil {
		return out, at(err, "tlsIdentity")
	}
	return out, at(http2(m.Http2), "http2")
}

func hint(out *ir.EndpointMesh, m *destination.ProtocolHint) error {
	if err := known(m); err != nil {
		return err
	}
	switch p := m.Protocol.(type) {
	case *destination.ProtocolHint_H2_:
		if err := present(p.H2); err != nil {
			return err
		}
	case *destination.ProtocolHint_Opaque_:
		if err := present(p.Opaque); err != nil {
			return err
		}
		out.Opaque = true
	default:
		return errNoKind
	}
	if m.OpaqueTransport == nil {
		return nil
	}
	p, err := port(m.OpaqueTransport.InboundPort)
	if err == nil && p == 0 {
		err = errors.New("port 0")
	}
	out.InboundPort = p
	return at(errors.Join(known(m.OpaqueTransport), err), "opaqueTransport")
}

func tlsIdentity(out *ir.EndpointMesh, m *destination.TlsIdentity) error {
	if err := known(m); err != nil {
		return err
	}
	uri := m.GetUriLikeIdentity()
	if uri == nil || m.ServerName == nil {
		return errors.New("no URI-like identity or no server name")
	}
	out.Identity, out.ServerName = uri.Uri, m.ServerName.Name
	return errors.Join(known(uri), known(m.ServerName))
}

// http2 checks the settings that the control plane sends for every meshed endpoint.
func http2(m *destination.Http2ClientParams) error {
	if err := known(m); err != nil {
		return err
	}
	k := m.KeepAlive
	if k == nil || m.FlowControl != nil || m.Internals != nil {
		return errors.New("not the settings that the control plane writes")
	}
	interval, err := duration(k.Interval)
	if err != nil {
		return at(err, "keepAlive.interval")
	}
	timeout, err := duration(k.Timeout)
	if err != nil {
		return at(err, "keepAlive.timeout")
	}
	if interval != (ir.Duration{Seconds: 10}) || timeout != (ir.Duration{Seconds: 3}) || !k.WhileIdle {
		return errors.New("not the settings that the control plane writes")
	}
	return known(k)
}
