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

// List converts every item of a list; no items are nil. They are handed over by address,
// because decided values are large.
func List[I, O any](list []I, convert func(*I) O) []O {
	if len(list) == 0 {
		return nil
	}
	out := make([]O, len(list))
	for i := range list {
		out[i] = convert(&list[i])
	}
	return out
}

// Meta converts what a piece of a table stands for.
func Meta(m ir.Meta) *meta.Metadata {
	if m.Default != "" {
		return &meta.Metadata{Kind: &meta.Metadata_Default{Default: m.Default}}
	}
	// One allocation instead of three: there is one of these for every route and backend.
	var all struct {
		metadata meta.Metadata
		kind     meta.Metadata_Resource
		resource meta.Resource
	}
	all.resource.Group, all.resource.Kind = m.Ref.Group, m.Ref.Kind
	all.resource.Namespace, all.resource.Name = m.Ref.Namespace, m.Ref.Name
	all.resource.Port = uint32(m.Port)
	all.kind.Resource = &all.resource
	all.metadata.Kind = &all.kind
	return &all.metadata
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
	return &http_types.Headers{Headers: List(list, func(h *ir.Header) *http_types.Headers_Header {
		return &http_types.Headers_Header{Name: h.Name, Value: []byte(h.Value)}
	})}
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
