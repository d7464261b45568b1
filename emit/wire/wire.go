// Package wire holds the conversions that all lowerings share: what a piece of a table
// stands for, hosts, headers, durations and addresses, as messages of the proxy API.
//
// Nothing here decides anything, and nothing can fail.
package wire

import (
	"encoding/binary"
	"net/netip"

	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/net"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// Meta converts what a piece of a table stands for.
func Meta(m ir.Meta) *meta.Metadata {
	if m.Default != "" {
		return &meta.Metadata{Kind: &meta.Metadata_Default{Default: m.Default}}
	}
	return &meta.Metadata{Kind: &meta.Metadata_Resource{Resource: &meta.Resource{
		Group: m.Ref.Group, Kind: m.Ref.Kind, Namespace: m.Ref.Namespace, Name: m.Ref.Name, Port: uint32(m.Port),
	}}}
}

// Duration converts a duration.
func Duration(d ir.Duration) *durationpb.Duration {
	return &durationpb.Duration{Seconds: d.Seconds, Nanos: d.Nanos}
}

// Timeout converts a duration that may be absent; nil stands for absence.
func Timeout(t ir.Timeout) *durationpb.Duration {
	if !t.Set {
		return nil
	}
	return Duration(t.Duration)
}

// Headers converts a list of headers; the message is present even without any.
func Headers(list []ir.Header) *http_types.Headers {
	out := &http_types.Headers{}
	for _, h := range list {
		out.Headers = append(out.Headers, &http_types.Headers_Header{Name: h.Name, Value: []byte(h.Value)})
	}
	return out
}

// Addr converts an IP address. The zero address, of a template, is an absent one.
func Addr(a netip.Addr) *net.IPAddress {
	switch {
	case !a.IsValid():
		return nil
	case a.Is4():
		b := a.As4()
		return &net.IPAddress{Ip: &net.IPAddress_Ipv4{Ipv4: binary.BigEndian.Uint32(b[:])}}
	}
	b := a.As16()
	return &net.IPAddress{Ip: &net.IPAddress_Ipv6{Ipv6: &net.IPv6{
		First: binary.BigEndian.Uint64(b[:8]),
		Last:  binary.BigEndian.Uint64(b[8:]),
	}}}
}

// AddrPort converts an address with a port.
func AddrPort(a netip.AddrPort) *net.TcpAddress {
	return &net.TcpAddress{Ip: Addr(a.Addr()), Port: uint32(a.Port())}
}

// Scheme converts a redirect's scheme; the empty one is nil.
func Scheme(s string) *http_types.Scheme {
	switch s {
	case "":
		return nil
	case "http":
		return &http_types.Scheme{Type: &http_types.Scheme_Registered_{Registered: http_types.Scheme_HTTP}}
	case "https":
		return &http_types.Scheme{Type: &http_types.Scheme_Registered_{Registered: http_types.Scheme_HTTPS}}
	}
	return &http_types.Scheme{Type: &http_types.Scheme_Unregistered{Unregistered: s}}
}

// Method converts a request method; the empty one is nil.
func Method(m string) *http_types.HttpMethod {
	if m == "" {
		return nil
	}
	if n, ok := http_types.HttpMethod_Registered_value[m]; ok {
		return &http_types.HttpMethod{Type: &http_types.HttpMethod_Registered_{Registered: http_types.HttpMethod_Registered(n)}}
	}
	return &http_types.HttpMethod{Type: &http_types.HttpMethod_Unregistered{Unregistered: m}}
}
