package ir

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// Protocol says which kind of table a proxy is given.
type Protocol uint8

const (
	Detect Protocol = iota // HTTP routes for HTTP/1 and HTTP/2, an opaque route for the rest
	HTTP1
	HTTP2
	GRPC
	TLS
	Opaque
)

// String returns the name of the proxy API's oneof field.
func (p Protocol) String() string {
	return [...]string{"detect", "http1", "http2", "grpc", "tls", "opaque"}[p]
}

// An Outbound is what the proxies of a client namespace are told of one port of a target.
//
// A template is an Outbound with Port 0: it stands for every port that has no table of its
// own, and is completed by [Outbound.At]. Tables of an EgressNetwork are templates in the
// destination address, too, whatever their port.
type Outbound struct {
	Meta          Meta   // the target and the port; a default in the fallback tables
	Client        string // namespace of the clients; "" is every one without consumer routes here
	OfOpaquePorts bool   // of two templates, the one for ports in Target.Opaque
	Protocol      Protocol
	DetectTimeout Duration // Detect
	Routes        []Route  // HTTP (Detect, HTTP1, HTTP2), gRPC, TLS or opaque routes, in table order
	OpaqueRoutes  []Route  // Detect only: at most one
	Accrual       Accrual  // Detect, HTTP1, HTTP2, GRPC

	// DecidedBy lists the objects that had a say, in order; none means that the table
	// only repeats the defaults. It takes no part in equality.
	DecidedBy []Origin
}

// A Target is a Service or EgressNetwork as clients look it up.
type Target struct {
	Ref       Ref
	Addresses []netip.Addr // Service: cluster IPs, as written
	Ports     []uint16     // Service: declared ports, ascending
	Opaque    PortSet      // ports that are opaque where a table of their own does not say otherwise
	Blocks    []Block      // EgressNetwork
	Created   time.Time    // EgressNetwork: creation time; zero when unknown
	Tables    []Outbound   // by port, then client
	Others    []Outbound   // templates: by client, then OfOpaquePorts; none in a Service that says nothing of other ports
	Headless  bool         // Service: it has no address, clients reach its Pods by theirs
	Profiles  []Profile    // Service: by port, then client
	Governs   []Governs    // Service: by port, then client; of every client that has a table or a profile
	Origin    Origin
}

// A Block is a set of addresses: those of Net without those of Except. A bare address is a
// prefix of full length. Host bits are masked.
type Block struct {
	Net    netip.Prefix
	Except []netip.Prefix
}

// A PortSet is a set of ports as ascending, disjoint, inclusive ranges.
type PortSet []PortRange

// A PortRange is an inclusive range of ports.
type PortRange struct{ First, Last uint16 }

// NewPortSet sorts ranges, in place, and joins those that overlap or touch.
func NewPortSet(ranges []PortRange) PortSet {
	slices.SortFunc(ranges, func(a, b PortRange) int { return cmp.Compare(a.First, b.First) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && int(r.First) <= int(out[n-1].Last)+1 {
			out[n-1].Last = max(out[n-1].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

// Has reports whether the set holds the port.
func (s PortSet) Has(port uint16) bool {
	for _, r := range s {
		if r.First <= port && port <= r.Last {
			return true
		}
	}
	return false
}
