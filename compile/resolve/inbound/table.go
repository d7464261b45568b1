package inbound

import (
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"slices"
)

// serverTable is what a Server gives to a port that it owns.
func (c *Cluster) serverTable(s *serverState, probes []string) ir.Inbound {
	t := ir.Inbound{
		Meta: resourceMeta("server", s.meta.Name), Protocol: s.protocol,
		Authorizations: s.authorizations, Routes: s.routes, RateLimit: s.rateLimit, DecidedBy: s.decidedBy,
	}
	if t.Protocol == ir.Detect {
		t.DetectTimeout = detectTimeout
	}
	if len(t.Routes) > 0 {
		return t
	}
	switch t.Protocol {
	case ir.GRPC:
		t.Routes = []ir.Route{defaultGRPC}
	case ir.Detect, ir.HTTP1, ir.HTTP2:
		t.Routes = c.defaultRoutes(probes)
	}
	return t
}

// defaultTable is what a port without a Server is given (spec/inbound.md §2.5).
func (c *Cluster) defaultTable(w *workloadState, opaque, identity bool, probes []string) ir.Inbound {
	mode := w.mode
	stricter, required := authenticated[mode]
	if required = required && identity; required {
		mode = stricter
	}
	t := ir.Inbound{
		Meta:           ir.Meta{Default: mode},
		Authorizations: c.byMode[mode],
		DecidedBy:      decidedBy(w, opaque, required),
	}
	if opaque {
		t.Protocol = ir.Opaque
		return t
	}
	t.Protocol, t.DetectTimeout, t.Routes = ir.Detect, detectTimeout, c.defaultRoutes(probes)
	return t
}

// decidedBy lists the annotations that made a default table differ from the mesh's own.
func decidedBy(w *workloadState, opaque, required bool) []ir.Origin {
	var out []ir.Origin
	add := func(key string, counts bool) {
		if o := w.place(key); counts && o.Object != (ir.Ref{}) {
			out = append(out, o)
		}
	}
	policy, written := w.annotations[defaultPolicyKey]
	add(defaultPolicyKey, written && slices.Contains(modes, policy))
	add(requireIdentityKey, required)
	add(annotation.OpaquePorts, opaque)
	return out
}

// others are the templates of the ports that have no table of their own. They differ in
// what annotations say, so that at most four are needed.
func (c *Cluster) others(w *workloadState) []ir.InboundOthers {
	identity := w.identity
	if _, counts := authenticated[w.mode]; !counts {
		identity = nil
	}
	var out []ir.InboundOthers
	add := func(ports ir.PortSet, opaque, required bool) {
		hidden := slices.ContainsFunc(out, func(o ir.InboundOthers) bool { return slices.Equal(intersect(ports, o.Ports), ports) })
		if len(ports) > 0 && !hidden {
			out = append(out, ir.InboundOthers{Ports: ports, Table: c.defaultTable(w, opaque, required, nil)})
		}
	}
	add(intersect(w.opaque, identity), true, true)
	add(w.opaque, true, false)
	add(identity, false, true)
	add(ir.PortSet{{First: 1, Last: 65535}}, false, false)
	return out
}

// intersect returns the ports of both sets.
func intersect(a, b ir.PortSet) ir.PortSet {
	var out ir.PortSet
	for i, j := 0, 0; i < len(a) && j < len(b); {
		first, last := max(a[i].First, b[j].First), min(a[i].Last, b[j].Last)
		if first <= last {
			out = append(out, ir.PortRange{First: first, Last: last})
		}
		if a[i].Last < b[j].Last {
			i++
		} else {
			j++
		}
	}
	return out
}
