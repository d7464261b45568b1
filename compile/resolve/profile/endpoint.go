package profile

import (
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

// endpoints decides the endpoint profiles of the addresses of ExternalWorkloads, by address
// and port, each once (spec/profiles.md §2.10). Each of its addresses has each of its ports. Addresses
// of Pods are in no manifest.
func endpoints(set *manifest.Set, defaults ir.PortSet) []ir.Profile {
	var out []ir.Profile
	servers := opaqueServers(set)
	for i := range set.ExternalWorkloads {
		w := &set.ExternalWorkloads[i]
		opaque := workloadOpaquePorts(w, defaults)
		for _, ip := range w.Spec.WorkloadIPs {
			addr, ok := address(ip)
			if !ok {
				continue
			}
			for _, port := range w.Spec.Ports {
				if 1 <= port.Port && port.Port <= 65535 {
					isOpaque := opaque.Has(uint16(port.Port)) || servers.say(w, port)
					out = append(out, endpoint(w, netip.AddrPortFrom(addr, uint16(port.Port)), isOpaque))
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ir.Profile) int { return a.Endpoint.Addr.Compare(b.Endpoint.Addr) })
	return distinct(out)
}

// distinct leaves one profile for each address. An address or port that a workload has twice
// is one; one that several have is a conflict.
func distinct(sorted []ir.Profile) []ir.Profile {
	var out []ir.Profile
	for _, p := range sorted {
		last := len(out) - 1
		if last < 0 || out[last].Endpoint.Addr != p.Endpoint.Addr {
			out = append(out, p)
			continue
		}
		if o := &out[last]; !slices.Contains(o.DecidedBy, p.DecidedBy[0]) {
			*o = ir.Profile{
				Answer:    ir.Conflict,
				Endpoint:  ir.Endpoint{Addr: p.Endpoint.Addr},
				DecidedBy: append(slices.Clone(o.DecidedBy), p.DecidedBy...),
			}
		}
	}
	return out
}

func address(ip manifest.WorkloadIP) (netip.Addr, bool) {
	if ip.IP == nil {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(*ip.IP)
	return addr, err == nil && addr.String() == *ip.IP // the index compares texts
}

const defaultProxyPort = 4143

func endpoint(w *manifest.Object[manifest.ExternalWorkloadSpec], addr netip.AddrPort, opaque bool) ir.Profile {
	origin := ir.Origin{
		Object: ir.Ref{Group: manifest.WorkloadGroup, Kind: "ExternalWorkload", Namespace: w.Namespace, Name: w.Name},
		Place:  w.Place,
	}
	mesh := ir.EndpointMesh{Present: true, Opaque: opaque}
	if opaque {
		mesh.InboundPort = proxyPort(w)
	}
	if tls := w.Spec.MeshTLS; tls != nil {
		mesh.Identity, mesh.ServerName = text(tls.Identity), text(tls.ServerName)
	}
	return ir.Profile{
		Opaque: opaque,
		Budget: ir.DefaultBudget(),
		Endpoint: ir.Endpoint{
			Addr: addr, Weight: ir.EndpointWeight, Mesh: mesh, Origin: origin,
			Labels: []ir.Label{
				{Key: "external_workload", Value: w.Name},
				{Key: "namespace", Value: w.Namespace},
				{Key: "zone"},
			},
		},
		DecidedBy: []ir.Origin{origin},
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// proxyPort is the port of the workload's proxy: the one it declares under that name.
func proxyPort(w *manifest.Object[manifest.ExternalWorkloadSpec]) uint16 {
	for _, p := range w.Spec.Ports {
		if p.Name == "linkerd-proxy" {
			return uint16(p.Port)
		}
	}
	return defaultProxyPort
}

func workloadOpaquePorts(w *manifest.Object[manifest.ExternalWorkloadSpec], defaults ir.PortSet) ir.PortSet {
	list, set := w.Annotations[annotation.OpaquePorts]
	if !set {
		return defaults
	}
	ports, _ := portList(list, func(name string) (uint16, bool) {
		for _, p := range w.Spec.Ports {
			if p.Name == name {
				return uint16(p.Port), true
			}
		}
		return 0, false
	})
	return ports
}

// servers are the Servers with an opaque protocol, by namespace, with their selectors.
type servers map[string][]opaqueServer

type opaqueServer struct {
	selector labels.Selector
	port     manifest.Port
}

func opaqueServers(set *manifest.Set) servers {
	out := servers{}
	broken := map[string]bool{} // a selector that cannot be read ends the search in its namespace
	for i := range set.Servers {
		s := &set.Servers[i]
		selector, err := metav1.LabelSelectorAsSelector(labelSelector(s.Spec.ExternalWorkloadSelector))
		if err != nil {
			broken[s.Namespace] = true
		}
		if p := s.Spec.ProxyProtocol; p != nil && *p == "opaque" && s.Spec.Port != nil && !broken[s.Namespace] {
			out[s.Namespace] = append(out[s.Namespace], opaqueServer{selector, *s.Spec.Port})
		}
	}
	return out
}

func labelSelector(s *manifest.LabelSelector) *metav1.LabelSelector {
	if s == nil {
		return nil
	}
	out := &metav1.LabelSelector{MatchLabels: s.MatchLabels}
	for _, e := range s.MatchExpressions {
		out.MatchExpressions = append(out.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: e.Key, Operator: metav1.LabelSelectorOperator(e.Operator), Values: e.Values,
		})
	}
	return out
}

// say reports whether a Server calls the port of a workload opaque.
func (s servers) say(w *manifest.Object[manifest.ExternalWorkloadSpec], port manifest.ExternalWorkloadPort) bool {
	return slices.ContainsFunc(s[w.Namespace], func(server opaqueServer) bool {
		if !server.selector.Matches(labels.Set(w.Labels)) {
			return false
		}
		if server.port.Named {
			return server.port.Name == port.Name
		}
		return server.port.Number == port.Port
	})
}
