package inbound

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
)

// workloads decides the tables of every workload.
func (c *Cluster) workloads() []ir.Workload {
	var all []*workloadState
	for i := range c.set.Pods {
		all = append(all, c.podState(&c.set.Pods[i]))
	}
	for i := range c.external {
		all = append(all, c.externalState(&c.external[i]))
	}
	c.selectWorkloads(all)
	overlaps := map[[2]int]bool{}
	out := make([]ir.Workload, 0, len(all))
	for _, w := range all {
		out = append(out, c.workload(w, overlaps))
	}
	slices.SortFunc(out, func(a, b ir.Workload) int { return ir.CompareWorkloads(a.Ref, b.Ref) })
	return out
}

// selectWorkloads finds, for each workload, the Servers that select it.
func (c *Cluster) selectWorkloads(all []*workloadState) {
	type group struct {
		namespace string
		external  bool
	}
	groups := map[group][]*workloadState{}
	for _, w := range all {
		g := group{w.ref.Namespace, w.external}
		groups[g] = append(groups[g], w)
	}
	for g, list := range groups {
		labels := make([]map[string]string, len(list))
		for i, w := range list {
			labels[i] = w.labels
		}
		x := newLabelIndex(labels)
		for _, s := range c.space(g.namespace).servers {
			if c.servers[s].external != g.external {
				continue
			}
			for _, i := range x.selected(c.servers[s].selector) {
				list[i].servers = append(list[i].servers, s)
			}
		}
	}
	c.lintSelection(all)
}

// lintSelection reports Servers that select no workload, or none with the port they name.
func (c *Cluster) lintSelection(all []*workloadState) {
	selected := make([]bool, len(c.servers))
	resolved := make([]bool, len(c.servers))
	for _, w := range all {
		for _, s := range w.servers {
			selected[s] = true
			port := c.servers[s].port
			resolved[s] = resolved[s] || !port.Named || len(w.named[port.Name]) > 0
		}
	}
	for i := range c.servers {
		s := &c.servers[i]
		switch {
		case !selected[i] && s.excused:
		case !selected[i]:
			c.complain(diag.SelectsNothing, diag.Info, s.meta, "spec", "this Server selects no meshed workload among the manifests", "check the selector and the labels of the workloads' templates")
		case !resolved[i]:
			c.complain(diag.PortNameUnknown, diag.Warning, s.meta, "spec.port",
				"no workload that this Server selects declares a TCP port named "+quote(s.port.Name)+", so it owns no port", "name the port on a container, spelled the same, or write its number")
		}
	}
}

// claim returns the Server of each port of a workload: in order of precedence, each takes
// the ports that it selects and nobody before it took (spec/inbound.md §2.3).
func (c *Cluster) claim(w *workloadState, overlaps map[[2]int]bool) map[uint16]int {
	owners := map[uint16]int{}
	for _, s := range w.servers {
		port := c.servers[s].port
		ports := w.named[port.Name]
		if !port.Named {
			ports = []uint16{uint16(port.Number)}
		}
		for _, p := range ports {
			first, taken := owners[p]
			if !taken {
				owners[p] = s
			} else if key := [2]int{first, s}; !overlaps[key] {
				overlaps[key] = true
				c.overlap(w, p, first, s)
			}
		}
	}
	return owners
}

// overlap reports that two Servers want one port, and what gave it to the first.
func (c *Cluster) overlap(w *workloadState, port uint16, first, second int) {
	a, b := c.servers[first].meta, c.servers[second].meta
	why := "it is older"
	switch {
	case a.Created.IsZero() && b.Created.IsZero():
		why = "its name comes first; on a cluster the older one would, and no manifest says which that is"
	case a.Created.IsZero():
		why = "it has no creation time, and the controller takes that for older than any"
	case a.Created.Equal(b.Created):
		why = "both are of the same second and its name comes first"
	}
	c.complain(diag.ServersOverlap, diag.Warning, b, "spec.port",
		fmt.Sprintf("port %d of %s belongs to Server %s: %s", port, w.ref, a.Name, why), "let one Server select the port",
		diag.Related{At: a.At("spec.port"), Message: "the Server that owns the port"})
}

// workload decides the tables of one workload.
func (c *Cluster) workload(w *workloadState, overlaps map[[2]int]bool) ir.Workload {
	owners := c.claim(w, overlaps)
	wanted := map[uint16]bool{}
	for _, p := range w.ports {
		wanted[p.Port] = true
	}
	for p := range w.probes {
		wanted[p] = true
	}
	for p := range owners {
		wanted[p] = true
	}
	out := ir.Workload{Ref: w.ref, Labels: sortedLabels(w.labels), Ports: w.ports, Origin: origin(w.meta, "")}
	out.Tables = make([]ir.Inbound, 0, len(wanted))
	for _, p := range slices.Sorted(maps.Keys(wanted)) {
		var t ir.Inbound
		if s, owned := owners[p]; owned {
			t = c.serverTable(&c.servers[s], w.probes[p])
			c.lintProbes(w, p, &c.servers[s])
		} else {
			t = c.defaultTable(w, w.opaque.Has(p), w.identity.Has(p), w.probes[p])
		}
		t.Port = p
		out.Tables = append(out.Tables, t)
	}
	out.Others = c.others(w)
	return out
}

// lintProbes reports, once a Server, that its routes took the place of the probe route that
// the ports would have had without them.
func (c *Cluster) lintProbes(w *workloadState, port uint16, s *serverState) {
	if len(s.routes) == 0 || s.protocol == ir.GRPC || len(w.probes[port]) == 0 || len(c.probeNetworks) == 0 || s.uncovered {
		return
	}
	s.uncovered = true
	c.complain(diag.ProbesUncovered, diag.Info, s.meta, "spec",
		fmt.Sprintf("%s probes port %d, but routes of this Server replace the one that lets probes in: they need routes and policies of their own", w.ref, port),
		"let a route match "+strings.Join(w.probes[port], " and ")+", with an AuthorizationPolicy for the probe networks")
}
