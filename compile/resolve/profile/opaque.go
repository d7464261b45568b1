package profile

import (
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

// opaquePorts returns the ports of a Service that its profiles call opaque
// (spec/profiles.md §1.5). The grammar is not the policy controller's: port names count, and
// a bad token is skipped alone.
func opaquePorts(svc *manifest.Object[manifest.ServiceSpec], defaults ir.PortSet) ir.PortSet {
	text, set := svc.Annotations[annotation.OpaquePorts]
	if !set {
		return defaults
	}
	ports, _ := portList(text, func(name string) (uint16, bool) {
		// An unnamed port has the empty name, which an empty token matches.
		i := slices.IndexFunc(svc.Spec.Ports, func(p manifest.ServicePort) bool { return p.Name == name })
		if i < 0 {
			return 0, false
		}
		return uint16(svc.Spec.Ports[i].Port), true
	})
	return ports
}

// portList reads a comma-separated list of port names, ports and inclusive ranges as the
// destination controller does. It skips what is none of these; bad lists such tokens.
func portList(list string, named func(string) (uint16, bool)) (ports ir.PortSet, bad []string) {
	if list == "" {
		return nil, nil
	}
	for token := range strings.SplitSeq(strings.TrimSuffix(list, ","), ",") {
		token = strings.TrimSpace(token)
		if port, ok := named(token); ok {
			ports = append(ports, ir.PortRange{First: port, Last: port})
		} else if r, ok := portRange(token); ok {
			ports = append(ports, r)
		} else {
			bad = append(bad, token)
		}
	}
	return ir.NewPortSet(ports), bad
}

// portRange reads N or N-M with 0 ≤ N ≤ M ≤ 65535, each with at most one leading "+".
func portRange(s string) (ir.PortRange, bool) {
	low, high, isRange := strings.Cut(s, "-")
	if !isRange {
		high = low
	}
	first, ok := portNumber(low)
	if !ok {
		return ir.PortRange{}, false
	}
	last, ok := portNumber(high)
	return ir.PortRange{First: first, Last: last}, ok && first <= last
}

func portNumber(s string) (uint16, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 65535 {
		return 0, false
	}
	return uint16(n), true
}
