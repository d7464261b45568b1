package outbound

import (
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// queue bounds the requests that wait for any backend.
var queue = ir.Queue{Capacity: 100, Failfast: ir.Duration{Seconds: 3}}

// self is the target itself as a backend (spec/outbound.md §7.4). In a template its port
// and address are those that will be asked for.
func (d *decision) self() ir.Backend {
	meta := ir.Meta{Ref: d.target.Ref, Port: d.port}
	if isEgress(d.target.Ref) {
		return ir.Backend{Meta: meta, Kind: ir.Forward, Weight: 1, Queue: queue}
	}
	load := d.settings.load
	if d.protocol == opaque {
		load = plain
	}
	return d.balancer(d.target.Ref, d.port, load)
}

func (d *decision) balancer(service ir.Ref, port uint16, load ir.Load) ir.Backend {
	return ir.Backend{
		Meta:      ir.Meta{Ref: service, Port: port},
		Kind:      ir.Balancer,
		Authority: ir.Authority(service, port, d.domain),
		Load:      load,
		Queue:     queue,
	}
}

// backend converts a backendRef. What cannot be reached becomes a backend that fails with a
// message, keeps its weight and loses its own filters (spec/outbound.md §7.5).
func (d *decision) backend(r draftBackend, load ir.Load, fail func(string) ir.Filter) ir.Backend {
	broken := func(meta ir.Meta, message string) ir.Backend {
		return ir.Backend{Meta: meta, Queue: queue, Filters: []ir.Filter{fail(message)}}
	}
	if r.invalid != "" {
		return broken(ir.Meta{Default: "invalid"}, r.invalid)
	}
	ref := r.In(d.target.Ref.Namespace) // the parent's namespace, contrary to what status does
	var out ir.Backend
	switch exists := d.existing[ref]; {
	case isEgress(ref):
		meta := ir.Meta{Ref: ref, Port: d.egressPort(r)}
		switch {
		case !exists:
			return broken(meta, "EgressNetwork not found "+ref.Name)
		case !isEgress(d.target.Ref):
			return broken(meta, "EgressNetwork backends attach to EgressNetwork parents only")
		case ref != d.target.Ref:
			return broken(meta, "Route with EgressNetwork backend needs to have the same EgressNetwork as a parent")
		}
		out = ir.Backend{Meta: meta, Kind: ir.Forward, Weight: uint32(r.Weight), Queue: queue}
	case !exists:
		return broken(ir.Meta{Ref: ref, Port: uint16(r.Port)}, "Service not found "+ref.Name)
	default:
		out = d.balancer(ref, uint16(r.Port), load)
	}
	out.Filters = r.filters
	return out
}

// egressPort is the port of an EgressNetwork backend: its own, else that of the destination
// where the table is for an EgressNetwork.
func (d *decision) egressPort(r draftBackend) uint16 {
	if r.Port < 1 || r.Port > 65535 {
		if isEgress(d.target.Ref) {
			return d.port
		}
		return 0
	}
	return uint16(r.Port)
}

// absent is the template of a Service that does not exist, or of the ports on which it and
// its routes are silent: nothing but defaults.
func (b *builder) absent(protocol appProtocol) ir.Outbound {
	t := &ir.Target{Ref: ir.Ref{Group: route.Core, Kind: route.Service}}
	return b.table(t, &settings{load: plain}, 0, protocol, "", nil)
}

// undefinedPort is the template of a Service's address with a port that it does not declare
// (spec/outbound.md §7.8).
func undefinedPort() ir.Outbound {
	return ir.Outbound{
		Meta:     ir.Meta{Ref: ir.Ref{Group: route.Core, Kind: route.Service}},
		Protocol: ir.Opaque,
		Routes: []ir.Route{{
			Meta:  ir.Meta{Default: "undefined-port"},
			Rules: []ir.Rule{{Filters: []ir.Filter{ir.Forbidden{}}}},
		}},
	}
}

// fallback is the template of an address outside of the cluster that no EgressNetwork holds.
func fallback() ir.Outbound {
	meta := ir.Meta{Default: "egress-fallback"}
	to := ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{{
		Backend: ir.Backend{Meta: meta, Kind: ir.Forward, Weight: 1, Queue: queue},
	}}}
	return ir.Outbound{
		Meta:          meta,
		Protocol:      ir.Detect,
		DetectTimeout: detectTimeout,
		Routes:        []ir.Route{{Meta: meta, Rules: []ir.Rule{{Matches: []ir.Match{{}}, Backends: to}}}},
		OpaqueRoutes:  []ir.Route{{Meta: meta, Rules: []ir.Rule{{Backends: to}}}},
	}
}
