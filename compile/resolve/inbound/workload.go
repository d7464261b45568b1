package inbound

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// Annotations of a workload that shape the ports no Server owns.
const (
	defaultPolicyKey   = "config.linkerd.io/default-inbound-policy"
	requireIdentityKey = "config.linkerd.io/proxy-require-identity-inbound-ports"
)

// A workloadState is a Pod or ExternalWorkload as the index sees it.
type workloadState struct {
	ref         ir.Ref
	meta        *manifest.Meta // the workload
	external    bool
	labels      map[string]string
	annotations map[string]string
	place       func(key string) ir.Origin // where an annotation was written

	ports  []ir.NamedPort
	named  map[string][]uint16
	probes map[uint16][]string // sorted paths

	mode     string // default policy, before identities are required
	opaque   ir.PortSet
	identity ir.PortSet // ports that require an identity

	servers []int // that select it, by precedence
}

// podState reads a Pod (spec/inbound.md §2.1, §2.7).
func (c *Cluster) podState(pod *manifest.Pod) *workloadState {
	w := &workloadState{
		ref: pod.Owner.Ref(), meta: &pod.Owner,
		labels: pod.Metadata.Labels, annotations: pod.Metadata.Annotations,
		named: map[string][]uint16{}, probes: map[uint16][]string{},
		place: func(key string) ir.Origin { return c.annotationOrigin(pod, key) },
	}
	containers := slices.Concat(pod.Spec.Containers, pod.Spec.InitContainers)
	for _, container := range containers {
		for _, p := range container.Ports {
			w.declare(p.Name, int64(p.ContainerPort), p.Protocol)
		}
	}
	w.settlePorts()
	for _, p := range w.ports {
		if p.Name != "" {
			w.named[p.Name] = append(w.named[p.Name], p.Port)
		}
	}
	if !pod.Foreign(c.mesh) { // the recorded tables of another control plane's Pods let no probe in
		c.readProbes(w, pod)
	}
	c.readSettings(w)
	return w
}

// externalState reads an ExternalWorkload: one number for a name, the last one written.
func (c *Cluster) externalState(o *manifest.Object[manifest.ExternalWorkloadSpec]) *workloadState {
	w := &workloadState{
		ref: o.Ref(), meta: &o.Meta, external: true,
		labels: o.Labels, annotations: o.Annotations, named: map[string][]uint16{},
		place: func(key string) ir.Origin { return origin(&o.Meta, "metadata.annotations["+key+"]") },
	}
	for _, p := range o.Spec.Ports {
		if w.declare(p.Name, p.Port, p.Protocol) && p.Name != "" {
			w.named[p.Name] = []uint16{uint16(p.Port)}
		}
	}
	w.settlePorts()
	c.readSettings(w)
	return w
}

// declare takes in a declared port, if it is a TCP port.
func (w *workloadState) declare(name string, port int64, protocol string) bool {
	if port < 1 || port > 65535 || protocol != "" && !route.EqualFold(protocol, "TCP") {
		return false
	}
	w.ports = append(w.ports, ir.NamedPort{Port: uint16(port), Name: name})
	return true
}

// settlePorts orders the declared ports, once each.
func (w *workloadState) settlePorts() {
	slices.SortFunc(w.ports, func(a, b ir.NamedPort) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Name, b.Name))
	})
	w.ports = slices.Compact(w.ports)
}

// annotationOrigin returns where an annotation of a Pod was written. One that the webhook
// made up, of the mesh's default opaque ports, was written nowhere.
func (c *Cluster) annotationOrigin(pod *manifest.Pod, key string) ir.Origin {
	if _, own := pod.Written[key]; own {
		return origin(&pod.Owner, source.Join(pod.Field, "metadata.annotations["+key+"]"))
	}
	i, found := slices.BinarySearchFunc(c.set.Namespaces, pod.Owner.Namespace, func(m manifest.Meta, name string) int { return cmp.Compare(m.Name, name) })
	if !found {
		return ir.Origin{}
	}
	ns := &c.set.Namespaces[i]
	if _, ok := ns.Annotations[key]; !ok {
		return ir.Origin{}
	}
	return origin(ns, "metadata.annotations["+key+"]")
}

// readSettings reads the three annotations that shape default servers. One bad item makes a
// whole list of ports empty; a bad policy is none (spec/inbound.md §2.4).
func (c *Cluster) readSettings(w *workloadState) {
	w.mode = c.mesh.DefaultInboundPolicy
	if policy, ok := w.annotations[defaultPolicyKey]; ok {
		if slices.Contains(modes, policy) {
			w.mode = policy
		} else {
			c.badAnnotation(w, diag.DefaultUnknown, defaultPolicyKey,
				fmt.Sprintf("%s is not a default policy; the mesh's %s applies, whatever the Namespace says", quote(policy), c.mesh.DefaultInboundPolicy),
				"write one of "+strings.Join(modes, ", "))
		}
	}
	w.opaque = c.ports(w, annotation.OpaquePorts)
	w.identity = c.ports(w, requireIdentityKey)
}

func (c *Cluster) ports(w *workloadState, key string) ir.PortSet {
	set, err := annotation.Ports(w.annotations[key])
	if err != nil {
		c.badAnnotation(w, diag.PortListUnreadable, key,
			err.Error()+"; the policy controller takes the whole list of "+key+" as empty", "write numbers and ranges only; it does not resolve names")
	}
	return set
}

func (c *Cluster) badAnnotation(w *workloadState, code diag.Code, key, message, help string) {
	at := w.place(key)
	object := w.meta.Identity.String()
	place := at.Place
	if at.Object == (ir.Ref{}) {
		place = w.meta.Place
	}
	c.report.Add(diag.Diagnostic{Code: code, Severity: diag.Warning, Object: object, At: place, Message: message, Help: help})
}

// readProbes collects the paths of HTTP probes, by port.
func (c *Cluster) readProbes(w *workloadState, pod *manifest.Pod) {
	lists := []struct {
		field string
		list  []manifest.Container
	}{{"containers", pod.Spec.Containers}, {"initContainers", pod.Spec.InitContainers}}
	for _, l := range lists {
		for i := range l.list {
			container := &l.list[i]
			for _, p := range []struct {
				field string
				probe *manifest.Probe
			}{{"livenessProbe", container.LivenessProbe}, {"readinessProbe", container.ReadinessProbe}, {"startupProbe", container.StartupProbe}} {
				if p.probe != nil && p.probe.HTTPGet != nil {
					field := index(source.Join(pod.Field, "spec."+l.field), i) + "." + p.field + ".httpGet"
					c.readProbe(w, container, p.probe.HTTPGet, field)
				}
			}
		}
	}
	for port, paths := range w.probes {
		slices.Sort(paths)
		w.probes[port] = slices.Compact(paths)
	}
}

func (c *Cluster) readProbe(w *workloadState, container *manifest.Container, get *manifest.HTTPGet, field string) {
	port, ok := probePort(container, get.Port)
	if !ok {
		c.unusableProbe(w, field+".port", "the container declares no such TCP port")
		return
	}
	path, ok := probePath(get.Path)
	if !ok {
		c.unusableProbe(w, field+".path", quote(get.Path)+" is not a path that the policy controller can read")
		return
	}
	w.probes[port] = append(w.probes[port], path)
}

func (c *Cluster) unusableProbe(w *workloadState, field, why string) {
	if len(c.probeNetworks) == 0 {
		return // no probe has a route
	}
	c.complain(diag.ProbeUnusable, diag.Warning, w.meta, field, why+", so no route lets this probe in where clients must authenticate", "mend the probe, or allow it with a route and a policy")
}

// probePort resolves a probe's port: a number, or a name among the same container's TCP
// ports, without regard to case.
func probePort(container *manifest.Container, port manifest.Port) (uint16, bool) {
	if !port.Named {
		return uint16(port.Number), port.Number >= 1 && port.Number <= 65535
	}
	for _, p := range container.Ports {
		tcp := p.Protocol == "" || route.EqualFold(p.Protocol, "TCP")
		if tcp && p.Name != "" && route.EqualFold(p.Name, port.Name) && p.ContainerPort >= 1 && p.ContainerPort <= 65535 {
			return uint16(p.ContainerPort), true
		}
	}
	return 0, false
}

// sortedLabels returns labels by key.
func sortedLabels(labels map[string]string) []ir.Label {
	out := make([]ir.Label, 0, len(labels))
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, ir.Label{Key: k, Value: labels[k]})
	}
	return out
}
