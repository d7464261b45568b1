package core

import (
	"net/netip"
	"strings"

	"routec.dev/routec/compile/admit/tree"
)

// ServiceDefaults fills in what the API server's defaulting fills in (spec/admission.md §1.3).
func ServiceDefaults(content map[string]any) {
	spec := tree.Child(content, "spec")
	if spec == nil {
		spec = object{}
		content["spec"] = spec
	}
	setDefault(spec, "sessionAffinity", "None")
	switch spec["sessionAffinity"] {
	case "None":
		delete(spec, "sessionAffinityConfig")
	case "ClientIP":
		client := tree.Child(tree.Child(spec, "sessionAffinityConfig"), "clientIP")
		if !tree.Has(client, "timeoutSeconds") {
			spec["sessionAffinityConfig"] = object{"clientIP": object{"timeoutSeconds": int64(10800)}}
		}
	}
	setDefault(spec, "type", "ClusterIP")
	ports := tree.List(spec, "ports")
	for i := range ports {
		port := tree.Item(ports, i)
		setDefault(port, "protocol", "TCP")
		if target := port["targetPort"]; target == nil || target == int64(0) || target == "" {
			port["targetPort"] = tree.Int(port, "port")
		}
		setDefault(port, "port", int64(0))
	}
	if externallyAccessible(spec) {
		setDefault(spec, "externalTrafficPolicy", "Cluster")
	}
	switch spec["type"] {
	case "NodePort", "LoadBalancer", "ClusterIP":
		setDefault(spec, "internalTrafficPolicy", "Cluster")
	}
	if spec["type"] == "LoadBalancer" {
		setDefault(spec, "allocateLoadBalancerNodePorts", true)
	}
}

func externallyAccessible(spec object) bool {
	switch tree.Text(spec, "type") {
	case "LoadBalancer", "NodePort":
		return true
	case "ClusterIP":
		return len(tree.List(spec, "externalIPs")) > 0
	}
	return false
}

func isHeadless(spec object) bool {
	ips := tree.List(spec, "clusterIPs")
	return len(ips) == 1 && ips[0] == "None"
}

func needsHealthCheck(spec object) bool {
	return tree.Text(spec, "type") == "LoadBalancer" && tree.Text(spec, "externalTrafficPolicy") == "Local"
}

// StandInIP is the address that a server-side dry run shows for the one that the
// cluster would choose: the base of its Service network, which no Service ever gets.
const StandInIP = "10.43.0.0"

// standInNodePort is the first node port that a dry run shows.
const standInNodePort = 32769

// allocate fills in what a dry run fills in for addresses and node ports that the
// cluster would choose. It runs after the rules on addresses and before all others.
// A node port that is asked for twice is refused here, and told alone.
func (f *findings) allocate(spec object) {
	kind := tree.Text(spec, "type")
	if kind != "ExternalName" && tree.Text(spec, "clusterIP") == "" {
		spec["clusterIP"] = StandInIP
		ips := []any{}
		for _, family := range tree.List(spec, "ipFamilies") {
			if family == ipv6 {
				ips = append(ips, "fd00::")
			} else {
				ips = append(ips, StandInIP)
			}
		}
		if len(ips) > 0 {
			spec["clusterIP"] = ips[0]
		}
		spec["clusterIPs"] = ips
	}
	f.allocateNodePorts(spec)
}

// A portBook remembers the node ports that one Service takes.
type portBook struct {
	taken map[int64]bool
	last  int64
}

// take reserves a port; it is false for one that is taken.
func (b *portBook) take(port int64) bool {
	if b.taken[port] {
		return false
	}
	b.taken[port] = true
	b.last = max(b.last, port)
	return true
}

func (b *portBook) next() int64 {
	port := b.last + 1
	if len(b.taken) == 0 {
		port = standInNodePort
	}
	b.take(port)
	return port
}

// familyOf returns the family of an address that is known to be one.
func familyOf(ip string) string {
	if addr, err := netip.ParseAddr(ip); err == nil && addr.Is6() || strings.Contains(ip, ":") {
		return ipv6
	}
	return ipv4
}
