// Package route reads the parts of a route that outbound and inbound tables share:
// parents, hosts, matches and filters (spec/outbound.md §1.6, §6.1–6.3).
//
// It decides what one route says, not where the route applies.
package route

import (
	"strings"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
)

// An Error is why the controller cannot convert a route: the whole route is then unused.
type Error struct {
	Field   string // path in the object, such as "spec.rules[0].matches[1].path"
	Message string // the controller's own words where it has some
}

// Error returns the message alone; the field is the caller's to show.
func (e *Error) Error() string { return e.Message }

// Hosts converts hostnames: "*.example.com" is a suffix, anything else exact and verbatim.
func Hosts(names []gateway.Hostname) []ir.Host {
	var hosts []ir.Host
	for _, n := range names {
		suffix, wild := strings.CutPrefix(string(n), "*.")
		if !wild {
			suffix = string(n)
		}
		hosts = append(hosts, ir.Host{Suffix: wild, Name: suffix})
	}
	return hosts
}
