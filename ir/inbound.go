package ir

import "net/netip"

// An Inbound is what the proxy of a workload is told of one of its ports.
type Inbound struct {
	Port           uint16 // 0 in a template
	Meta           Meta   // the Server, spelled as in the table (group, "server", name), or the default policy
	Protocol       Protocol
	DetectTimeout  Duration        // Detect
	Authorizations []Authorization // any of them; none lets nobody in: order of [Authorization]
	Routes         []Route         // Detect, HTTP1, HTTP2: HTTP routes; GRPC: gRPC routes; in table order
	RateLimit      RateLimit       // Detect, HTTP1, HTTP2

	// DecidedBy lists the objects that had a say, in order; none means that the table
	// only repeats the defaults. It takes no part in equality.
	DecidedBy []Origin
}

// A Workload is a Pod, the template that stands for the Pods of its owner, or an
// ExternalWorkload. Only those that the control plane knows are here: a workload that is
// not meshed has no tables.
type Workload struct {
	Ref    Ref             // kind Pod, Deployment, …, or ExternalWorkload
	Labels []Label         // as selectors see them, by key: those of the Pods, injected ones included
	Ports  []NamedPort     // declared TCP ports, by number, then name
	Tables []Inbound       // by port: declared ports, probed ports, and ports of Servers
	Others []InboundOthers // the other ports: the first that holds a port answers; the last holds all

	Origin Origin
}

// InboundOthers is a template and the ports that it stands for.
type InboundOthers struct {
	Ports PortSet
	Table Inbound // Port 0
}

// A Label is a label of a workload.
type Label struct{ Key, Value string }

// A NamedPort is a port that a workload declares; Name may be empty.
type NamedPort struct {
	Port uint16
	Name string
}

// An Authorization lets clients in: those of its networks that show who it asks for.
//
// The control plane lists authorizations in no order (spec/inbound.md §4.6). Here they
// stand by kind, AuthorizationPolicies before ServerAuthorizations before defaults, then by
// name; a proxy that reports the first that admitted a client names the most specific one.
type Authorization struct {
	Meta     Meta           // a resource spelled as in the table (kind in lower case), or a default policy
	Networks []NetworkMatch // any of them; never empty
	Clients  Clients
	Origin   Origin
}

// A NetworkMatch holds the addresses in Net and in none of Except. Host bits are kept as
// written; they mean nothing to the proxy.
type NetworkMatch struct {
	Net    netip.Prefix
	Except []netip.Prefix
}

// ClientsKind says what a client must show.
type ClientsKind uint8

const (
	AnyClient  ClientsKind = iota // nothing
	MeshedTLS                     // mesh TLS, with or without an identity
	Identified                    // mesh TLS and an identity that is listed
)

// String returns the kind's name.
func (k ClientsKind) String() string {
	return [...]string{"any client", "mesh TLS", "identified"}[k]
}

// Clients are those whom an authorization lets in, wherever they come from.
type Clients struct {
	Kind       ClientsKind
	Identities []string // Identified: verbatim
	Suffixes   []string // Identified: "" for every DNS identity, else with a leading dot (spec/matching.md §8.2)
}

// A RateLimit bounds the requests that one proxy serves on a port.
type RateLimit struct {
	Present         bool
	Meta            Meta // spelled as in the table
	Total, Identity Limit
	Overrides       []Override // in the order written
	Origin          Origin
}

// A Limit is a number of requests per second that may be absent; zero is no limit.
type Limit struct {
	Set bool
	RPS uint32
}

// An Override is the shared limit of some clients.
type Override struct {
	RPS        uint32
	Identities []string // exact
}
