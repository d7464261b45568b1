package ir

import "strings"

// A Route sends requests to backends. One type serves HTTP, gRPC, TLS and opaque routes:
// TLS routes have server names for hosts and one rule without matches, opaque routes
// neither hosts nor matches.
//
// Rules, matches, filters and backends keep the order of the manifest, so that an index in
// the table is an index in spec.rules, and Origin.Place.Sub finds where each was written.
type Route struct {
	Meta           Meta
	Hosts          []Host          // any of them; none means every host
	Rules          []Rule          // in the order written
	Authorizations []Authorization // inbound only
	Origin         Origin
}

// A Host is a host or server name condition.
type Host struct {
	Suffix bool   // Name is what follows "*.": "example.com" stands for *.example.com
	Name   string // verbatim, no case folding
}

// String returns the host as a route writes it.
func (h Host) String() string {
	if h.Suffix {
		return "*." + h.Name
	}
	return h.Name
}

// A Rule sends what it matches to one distribution of backends.
type Rule struct {
	Matches  []Match      // any of them; none matches everything
	Filters  []Filter     // in list order
	Backends Distribution // outbound only
	Timeouts Timeouts     // outbound HTTP and gRPC only
	Retry    Retry        // outbound HTTP and gRPC only
	AllowL5d bool         // the client may override timeouts and retries by l5d- headers
}

// A Match is a conjunction of conditions on a request. The zero Match holds for all.
type Match struct {
	Path    PathMatch     // HTTP
	Method  string        // HTTP; empty means any
	Query   []ValueMatch  // HTTP
	RPC     RPCMatch      // gRPC
	Headers []HeaderMatch // both
}

// PathKind says how a path condition compares. PathAny makes none.
type PathKind uint8

const (
	PathAny PathKind = iota
	PathExact
	PathPrefix
	PathRegex // the dialect of Rust's regex crate, whole text (spec/matching.md §1.7)
)

// A PathMatch is a condition on the path; Value is verbatim.
type PathMatch struct {
	Kind  PathKind
	Value string
}

// String returns "prefix /a", "exact /a", "regex /a.*" or "any".
func (p PathMatch) String() string {
	return [...]string{"any", "exact ", "prefix ", "regex "}[p.Kind] + p.Value
}

// An RPCMatch is a condition on the gRPC method. Present is false where the route gives no
// method at all, which the proxy refuses; empty parts match anything.
type RPCMatch struct {
	Present         bool
	Service, Method string
}

// A ValueMatch is a condition on a query parameter: its value, exactly or by a regular
// expression that spans it.
type ValueMatch struct {
	Name  string
	Regex bool
	Value string
}

// A HeaderMatch is a condition on a header; Name is in lower case. Value holds bytes.
type HeaderMatch = ValueMatch

// Timeouts bound a request. Present is false only in tables that carry none at all.
type Timeouts struct {
	Present  bool
	Response Timeout
	Request  Timeout
	Idle     Timeout
}

// A Retry is the retry policy of a rule.
type Retry struct {
	Present         bool
	Limit           uint32
	MaxRequestBytes uint32
	Timeout         Timeout
	Backoff         Backoff
	Statuses        []StatusRange // HTTP
	Codes           GRPCCodes     // gRPC
}

// A StatusRange is an inclusive range of HTTP status codes.
type StatusRange struct{ First, Last uint32 }

// GRPCCodes is the set of gRPC status codes that a retry condition can name.
type GRPCCodes struct {
	Cancelled, DeadlineExceeded, Internal, ResourceExhausted, Unavailable bool
}

// A Backoff is an exponential backoff with jitter.
type Backoff struct {
	Min, Max   Duration
	Jitter     float32 // ratio
	RetryAfter bool    // respect the server's hint
}

// Labels returns a suffix host's labels, least significant first, as the wire has them.
func (h Host) Labels() []string {
	parts := strings.Split(h.Name, ".")
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return parts
}
