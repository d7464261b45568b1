package outbound

import (
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/ir"
)

// A builder makes tables from settings and attached routes.
type builder struct {
	domain   string
	allowL5d bool
	existing map[ir.Ref]bool // Services and EgressNetworks that backendRefs can name
}

// detectTimeout is compiled into the controller.
var detectTimeout = ir.Duration{Seconds: 10}

// table builds the table of one port and client; port 0 makes a template. routes are those
// attached at the port, in table order.
func (b *builder) table(t *ir.Target, s *settings, port uint16, protocol appProtocol, client string, routes []attachedRoute) ir.Outbound {
	d := &decision{builder: b, target: t, settings: s, port: port, protocol: protocol}
	out := ir.Outbound{Meta: ir.Meta{Ref: t.Ref, Port: port}, Client: client}
	kind, chosen := choose(protocol, visible(t.Ref, client, routes))
	out.Protocol = kind
	switch kind {
	case ir.Detect:
		out.DetectTimeout = detectTimeout
		out.Routes = d.http(chosen)
		out.OpaqueRoutes = []ir.Route{d.defaultOpaque()}
	case ir.HTTP1, ir.HTTP2:
		out.Routes = d.http(chosen)
	case ir.GRPC:
		out.Routes = d.grpc(chosen)
	case ir.TLS:
		out.Routes = d.tls(chosen)
	case ir.Opaque:
		out.Routes = d.opaque(chosen)
	}
	if kind != ir.TLS && kind != ir.Opaque {
		out.Accrual = s.accrual
	}
	out.DecidedBy = d.deciders(chosen)
	return out
}

// visible returns the routes that clients of a namespace see: the producers, and their own.
func visible(target ir.Ref, client string, routes []attachedRoute) []attachedRoute {
	var out []attachedRoute
	for _, r := range routes {
		if !r.consumer(target) || r.meta.Namespace == client {
			out = append(out, r)
		}
	}
	return out
}

// choose picks the kind of table and the routes that go into it (spec/outbound.md §7.3).
// Kinds that are outranked are left out in silence, as the controller does.
func choose(protocol appProtocol, routes []attachedRoute) (ir.Protocol, []attachedRoute) {
	of := func(rank status.Rank) []attachedRoute {
		var out []attachedRoute
		for _, r := range routes {
			if r.rank == rank {
				out = append(out, r)
			}
		}
		return out
	}
	grpc, http, tls, tcp := of(status.GRPC), of(status.HTTP), of(status.TLS), of(status.TCP)
	switch {
	case protocol == http1:
		return ir.HTTP1, http
	case protocol == http2 && len(grpc) == 0:
		return ir.HTTP2, http
	case protocol == opaque:
		return ir.Opaque, first(tcp)
	case len(grpc) > 0:
		return ir.GRPC, grpc
	case len(http) > 0:
		return ir.Detect, http
	case len(tls) > 0:
		return ir.TLS, tls
	case len(tcp) > 0:
		return ir.Opaque, first(tcp)
	}
	return ir.Detect, nil
}

// first returns at most one route: of TCPRoutes, only the first is served.
func first(routes []attachedRoute) []attachedRoute { return routes[:min(len(routes), 1)] }

// A decision is one table in the making.
type decision struct {
	*builder
	target   *ir.Target
	settings *settings
	port     uint16
	protocol appProtocol
}

// deciders lists what had a say in the table: routes, and the target where it is a policy
// or says anything about its traffic.
func (d *decision) deciders(routes []attachedRoute) []ir.Origin {
	var out []ir.Origin
	spoken := d.settings.spoken || d.settings.egress != nil || d.settings.protocol[d.port] != noProtocol
	if spoken {
		out = append(out, d.target.Origin)
	}
	for _, r := range routes {
		out = append(out, r.origin())
	}
	return out
}

func (d *draft) origin() ir.Origin {
	return ir.Origin{Object: d.meta.Ref(), Place: d.meta.Place, Created: d.meta.Created}
}
