package lift

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/net"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// metadata lifts what a piece of a table stands for.
func metadata(m *meta.Metadata) (ir.Meta, error) {
	if err := present(m); err != nil {
		return ir.Meta{}, at(err, "metadata")
	}
	switch k := m.Kind.(type) {
	case *meta.Metadata_Default:
		if k.Default == "" {
			return ir.Meta{}, fmt.Errorf("metadata: the default has no name")
		}
		return ir.Meta{Default: k.Default}, nil
	case *meta.Metadata_Resource:
		out, err := resource(k.Resource)
		return out, at(err, "metadata.resource")
	}
	return ir.Meta{}, fmt.Errorf("metadata: neither default nor resource")
}

func resource(r *meta.Resource) (ir.Meta, error) {
	if err := present(r); err != nil {
		return ir.Meta{}, err
	}
	if err := unexpected("section", r.Section != ""); err != nil {
		return ir.Meta{}, err
	}
	p, err := port(r.Port)
	return ir.Meta{Ref: ir.Ref{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}, Port: p}, err
}

func port(n uint32) (uint16, error) {
	if n > 65535 {
		return 0, fmt.Errorf("%d is not a port", n)
	}
	return uint16(n), nil
}

// duration lifts a duration that must be there.
func duration(d *durationpb.Duration) (ir.Duration, error) {
	if err := present(d); err != nil {
		return ir.Duration{}, err
	}
	if d.Seconds < 0 || d.Nanos < 0 || d.Nanos > 999999999 {
		return ir.Duration{}, fmt.Errorf("%d seconds and %d nanoseconds are not a duration", d.Seconds, d.Nanos)
	}
	return ir.Duration{Seconds: d.Seconds, Nanos: d.Nanos}, nil
}

// timeout lifts a duration that may be absent.
func timeout(d *durationpb.Duration) (ir.Timeout, error) {
	if d == nil {
		return ir.Timeout{}, nil
	}
	out, err := duration(d)
	return ir.Timeout{Set: true, Duration: out}, err
}

func headers(h *http_types.Headers) ([]ir.Header, error) {
	if err := present(h); err != nil {
		return nil, err
	}
	return each(h.Headers, func(h *http_types.Headers_Header) (ir.Header, error) {
		return ir.Header{Name: h.GetName(), Value: string(h.GetValue())}, present(h)
	}, "headers")
}

// address lifts an IP address; absent, as in templates, it is the zero address.
func address(a *net.IPAddress) (netip.Addr, error) {
	if a == nil {
		return netip.Addr{}, nil
	}
	if err := known(a); err != nil {
		return netip.Addr{}, err
	}
	switch ip := a.Ip.(type) {
	case *net.IPAddress_Ipv4:
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], ip.Ipv4)
		return netip.AddrFrom4(b), nil
	case *net.IPAddress_Ipv6:
		if err := present(ip.Ipv6); err != nil {
			return netip.Addr{}, err
		}
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], ip.Ipv6.First)
		binary.BigEndian.PutUint64(b[8:], ip.Ipv6.Last)
		return netip.AddrFrom16(b), nil
	}
	return netip.Addr{}, fmt.Errorf("an address without an IP")
}

func addrPort(a *net.TcpAddress) (netip.AddrPort, error) {
	if err := present(a); err != nil {
		return netip.AddrPort{}, err
	}
	ip, err := address(a.Ip)
	if err != nil {
		return netip.AddrPort{}, at(err, "ip")
	}
	p, err := port(a.Port)
	return netip.AddrPortFrom(ip, p), err
}

// scheme lifts a redirect's scheme; absent, it is empty.
func scheme(s *http_types.Scheme) (string, error) {
	if s == nil {
		return "", nil
	}
	if err := known(s); err != nil {
		return "", err
	}
	switch t := s.Type.(type) {
	case *http_types.Scheme_Registered_:
		switch t.Registered {
		case http_types.Scheme_HTTP:
			return "http", nil
		case http_types.Scheme_HTTPS:
			return "https", nil
		}
	case *http_types.Scheme_Unregistered:
		if t.Unregistered != "" && t.Unregistered != "http" && t.Unregistered != "https" {
			return t.Unregistered, nil
		}
	}
	return "", fmt.Errorf("the scheme %v is not one that the control plane writes", s)
}

// method lifts a request method; absent, it is empty.
func method(m *http_types.HttpMethod) (string, error) {
	if m == nil {
		return "", nil
	}
	if err := known(m); err != nil {
		return "", err
	}
	switch t := m.Type.(type) {
	case *http_types.HttpMethod_Registered_:
		if name, ok := http_types.HttpMethod_Registered_name[int32(t.Registered)]; ok {
			return name, nil
		}
	case *http_types.HttpMethod_Unregistered:
		if _, registered := http_types.HttpMethod_Registered_value[t.Unregistered]; t.Unregistered != "" && !registered {
			return t.Unregistered, nil
		}
	}
	return "", fmt.Errorf("the method %v is not one that the control plane writes", m)
}
