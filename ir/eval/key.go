package eval

import "cmp"

// A Key is what candidates are ranked by, most telling component first (§3.1). Nothing
// about the request enters it but its host and, for a regular expression, the length of
// its path.
type Key struct {
	Host    HostRank
	Path    int  // HTTP: bytes of the path that the condition takes
	Service int  // gRPC: bytes of the condition on the service
	RPC     int  // gRPC: bytes of the condition on the method's name
	Headers int  // conditions
	Query   int  // HTTP: conditions
	Method  bool // HTTP: whether there is a condition on the method
}

// A Component is a part of a [Key].
type Component uint8

const (
	NoComponent Component = iota
	HostKindComponent
	HostLengthComponent
	PathComponent
	ServiceComponent
	RPCComponent
	HeadersComponent
	QueryComponent
	MethodComponent
)

// String returns what the component counts.
func (c Component) String() string {
	return [...]string{
		"nothing", "kind of host", "length of host", "length of path", "length of service",
		"length of method name", "number of header conditions", "number of query conditions", "method condition",
	}[c]
}

// Compare returns which of two keys is preferred, positive for k, and the first component
// that tells; 0 and NoComponent if they tie, and position in the table decides.
func (k Key) Compare(o Key) (int, Component) {
	for _, c := range [...]struct {
		order int
		of    Component
	}{
		{cmp.Compare(k.Host.Kind, o.Host.Kind), HostKindComponent},
		{cmp.Compare(k.Host.Length, o.Host.Length), HostLengthComponent},
		{cmp.Compare(k.Path, o.Path), PathComponent},
		{cmp.Compare(k.Service, o.Service), ServiceComponent},
		{cmp.Compare(k.RPC, o.RPC), RPCComponent},
		{cmp.Compare(k.Headers, o.Headers), HeadersComponent},
		{cmp.Compare(k.Query, o.Query), QueryComponent},
		{compareBool(k.Method, o.Method), MethodComponent},
	} {
		if c.order != 0 {
			return c.order, c.of
		}
	}
	return 0, NoComponent
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// A rank is a Key without its host, packed so that two comparisons order it. Every part is
// a length or a number below 2^32; the method condition is the lowest bit.
type rank struct{ high, low uint64 }

func (r rank) less(o rank) bool {
	return r.high < o.high || r.high == o.high && r.low < o.low
}

func httpRank(path, headers, query int, method bool) rank {
	r := rank{uint64(path)<<32 | uint64(headers), uint64(query) << 1}
	if method {
		r.low |= 1
	}
	return r
}

func grpcRank(service, method, headers int) rank {
	return rank{uint64(service)<<32 | uint64(method), uint64(headers)}
}

// key unpacks a rank of HTTP or gRPC rules.
func (r rank) key(host uint64, grpc bool) Key {
	high, low := int(r.high>>32), int(uint32(r.high))
	if grpc {
		return Key{Host: unpackHost(host), Service: high, RPC: low, Headers: int(r.low)}
	}
	return Key{Host: unpackHost(host), Path: high, Headers: low, Query: int(r.low >> 1), Method: r.low&1 != 0}
}
