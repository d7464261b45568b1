// Package refuse says why the real proxy would not run a table.
//
// The proxy converts each message that it receives. One error anywhere and it
// discards the message whole: outbound requests are answered 500, inbound ones
// 403. Some messages convert and then crash the task that serves their target.
// Both are known before the table is shipped; this package finds all of them,
// in the order in which the proxy would meet them, so the first [Rejects] is
// what the proxy logs.
//
// The rules are those of spec/matching.md §2.2–§2.4 and spec/profiles.md §3.3.
// The package knows no request; what goes wrong only for some requests is
// reported by [routec.dev/routec/emit/replay].
package refuse

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"
)

// An Effect is what a [Reason] does to the table that has it.
type Effect int

const (
	// Rejects: the message does not convert; the proxy replaces the whole table.
	Rejects Effect = iota
	// Panics: it converts, and the task that serves the target crashes.
	Panics
	// Drops: the proxy leaves this element out and runs the rest. Only a
	// destination profile is treated so; it is not a refusal.
	Drops
)

func (e Effect) String() string {
	switch e {
	case Rejects:
		return "rejects"
	case Panics:
		return "panics"
	}
	return "drops"
}

// A Reason is one cause in a table, and where it is.
type Reason struct {
	Effect  Effect
	Message string // in the proxy's words where it has any
	Path    string // proto JSON field path, as in protocol.http1.routes[2].rules[0].matches[1].path

	List                 string // which list of routes: http1, http2, grpc, opaque, tls, detect; "" outside
	Route, Rule          int    // index in the message; -1 outside
	Match                int    // of the rule's matches; -1 outside
	Filter               int    // of the rule's filters or, if Backend is given, of the backend's; -1 outside
	Backend              int    // of the rule's distribution; -1 outside
	Authorization, Class int    // of the server or route; of the profile route's response classes; -1 outside
}

// Refused says whether any reason keeps the table from being run.
func Refused(reasons []Reason) bool {
	for _, r := range reasons {
		if r.Effect != Drops {
			return true
		}
	}
	return false
}

// A Checker finds reasons. It remembers which regular expressions compile, so
// one Checker for many tables parses each expression once. It is not safe for
// concurrent use: each worker has its own.
type Checker struct {
	regex func(string) error
	known map[string]error
	at    cursor
	found []Reason
}

// NewChecker makes a Checker. The function says whether the proxy's regular
// expression dialect takes a pattern, and if not, why; in production it is
// automata.Check.
func NewChecker(regex func(pattern string) error) *Checker {
	return &Checker{regex: regex, known: map[string]error{}}
}

// Outbound returns every reason to refuse an outbound policy; nil if it runs.
func (c *Checker) Outbound(p *outbound.OutboundPolicy) []Reason {
	return c.collect(func() { c.outbound(p) })
}

// Inbound returns every reason to refuse an inbound server; nil if it runs.
func (c *Checker) Inbound(s *inbound.Server) []Reason {
	return c.collect(func() { c.server(s) })
}

// Profile returns what the proxy refuses, or leaves out, of a destination
// profile; nil if it takes everything.
func (c *Checker) Profile(p *destination.DestinationProfile) []Reason {
	return c.collect(func() { c.profile(p) })
}

// Message returns every reason to refuse a message of any of the three kinds.
func (c *Checker) Message(m proto.Message) []Reason {
	switch m := m.(type) {
	case *outbound.OutboundPolicy:
		return c.Outbound(m)
	case *inbound.Server:
		return c.Inbound(m)
	case *destination.DestinationProfile:
		return c.Profile(m)
	}
	panic(fmt.Sprintf("refuse: %T is no table", m))
}

func (c *Checker) collect(walk func()) []Reason {
	c.at, c.found = c.at[:0], nil
	walk()
	return c.found
}

// regularExpression is nil for a pattern that the proxy compiles.
func (c *Checker) regularExpression(pattern string) error {
	err, ok := c.known[pattern]
	if !ok {
		err = c.regex(pattern)
		c.known[pattern] = err
	}
	return err
}
