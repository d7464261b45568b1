// Package eval answers one request from decided values, the way the proxy that is told
// them would.
//
// A table is prepared once: [Prepare] for outbound tables, [PrepareInbound] for those of
// servers, [PrepareProfile] for profiles. A request is read once: [NewRequest] takes what
// a router sees, a [Call] what a client writes. Find is then the winner alone, without
// allocating; Explain is everything that happens to the request, and why every other rule
// lost. [Cluster] asks a whole program: which table a client's call comes to, which of
// policy and profile governs there, and what that one says.
//
// Everything that a person will read is a value here: kinds, indexes, references, and the
// places that [Site] derives from them. The rules are those of spec/matching.md and
// spec/profiles.md; section numbers without a name are the former's.
package eval

// A Version is that of the connection which carries a request.
type Version uint8

const (
	HTTP1 Version = iota + 1
	HTTP2
)

// String returns "HTTP/1" or "HTTP/2".
func (v Version) String() string { return [...]string{"", "HTTP/1", "HTTP/2"}[v] }
