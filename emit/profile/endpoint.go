package profile

import (
	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func endpoint(e ir.Endpoint) *destination.WeightedAddr {
	if !e.Addr.IsValid() {
		return nil
	}
	out := &destination.WeightedAddr{Addr: wire.AddrPort(e.Addr), Weight: e.Weight}
	for _, l := range e.Labels {
		if out.MetricLabels == nil {
			out.MetricLabels = map[string]string{}
		}
		out.MetricLabels[l.Key] = l.Value
	}
	if e.Mesh.Present {
		out.ProtocolHint = hint(e.Mesh)
		out.TlsIdentity = identity(e.Mesh)
		out.Http2 = http2()
	}
	return out
}

func hint(m ir.EndpointMesh) *destination.ProtocolHint {
	out := &destination.ProtocolHint{}
	if m.Opaque {
		out.Protocol = &destination.ProtocolHint_Opaque_{Opaque: &destination.ProtocolHint_Opaque{}}
	} else {
		out.Protocol = &destination.ProtocolHint_H2_{H2: &destination.ProtocolHint_H2{}}
	}
	if m.InboundPort != 0 {
		out.OpaqueTransport = &destination.ProtocolHint_OpaqueTransport{InboundPort: uint32(m.InboundPort)}
	}
	return out
}

func identity(m ir.EndpointMesh) *destination.TlsIdentity {
	return &destination.TlsIdentity{
		Strategy: &destination.TlsIdentity_UriLikeIdentity_{
			UriLikeIdentity: &destination.TlsIdentity_UriLikeIdentity{Uri: m.Identity},
		},
		ServerName: &destination.TlsIdentity_DnsLikeIdentity{Name: m.ServerName},
	}
}

// http2 is how proxies keep connections to each other alive: the chart's
// destinationController.meshedHttp2ClientProtobuf.
func http2() *destination.Http2ClientParams {
	return &destination.Http2ClientParams{KeepAlive: &destination.Http2ClientParams_KeepAlive{
		Interval:  &durationpb.Duration{Seconds: 10},
		Timeout:   &durationpb.Duration{Seconds: 3},
		WhileIdle: true,
	}}
}
