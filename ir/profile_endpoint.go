package ir

import "net/netip"

// An Endpoint is a single address that a profile leads to (spec/profiles.md §2.10).
type Endpoint struct {
	Addr   netip.AddrPort // invalid: there is none
	Weight uint32
	Labels []Label // metric labels, by key
	Mesh   EndpointMesh
	Origin Origin // zero where no workload is known at the address
}

// EndpointMesh is how a proxy talks to the proxy of a meshed workload.
type EndpointMesh struct {
	Present     bool
	Opaque      bool   // the hinted protocol is opaque; else HTTP/2
	InboundPort uint16 // the proxy's own port, for opaque transport; 0: none
	Identity    string // URI-like (SPIFFE)
	ServerName  string
}

// EndpointWeight is the weight of the endpoint in an endpoint profile.
const EndpointWeight = 10000
