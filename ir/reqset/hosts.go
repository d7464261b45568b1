package reqset

import (
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// Hosts returns hosts such that every other host meets just the same conditions of the
// routes as one of these: hosts that one route names come first.
//
// Conditions are names and their subdomains, so that a name, a subdomain that nobody
// mentions, and both with a trailing dot stand for all that they can tell apart.
func Hosts(routes []ir.Route, first int) []string {
	label := "any"
	mentions := func(l string) bool {
		return slices.ContainsFunc(routes, func(r ir.Route) bool {
			return slices.ContainsFunc(r.Hosts, func(h ir.Host) bool { return slices.Contains(strings.Split(strings.ToLower(h.Name), "."), l) })
		})
	}
	for n := 2; mentions(label); n++ {
		label = "any" + strconv.Itoa(n)
	}
	var out, dotted []string
	seen := map[string]bool{}
	add := func(name string) {
		if name = strings.TrimSuffix(strings.ToLower(name), "."); !seen[name] {
			seen[name] = true
			out, dotted = append(out, name), append(dotted, name+".")
		}
	}
	hosts := func(r *ir.Route) {
		for _, h := range r.Hosts {
			if h.Suffix {
				add(label + "." + h.Name)
			} else {
				add(h.Name)
			}
		}
	}
	if first >= 0 {
		hosts(&routes[first])
	}
	for i := range routes {
		hosts(&routes[i])
	}
	add(label + ".example")
	return append(out, dotted...)
}
