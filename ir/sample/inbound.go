package sample

import (
	"cmp"
	"net/netip"

	"routec.dev/routec/ir"
)

func (m Maker) workload() ir.Workload {
	w := ir.Workload{Ref: m.ref(pick(m, "Pod", "Deployment", "ExternalWorkload"))}
	w.Origin = m.origin(w.Ref)
	for i := range m.IntN(3) {
		w.Labels = append(w.Labels, label(i))
	}
	w.Ports = sorted(list(m, 2, func() ir.NamedPort { return ir.NamedPort{Port: m.port(), Name: pick(m, "", "http")} }),
		func(a, b ir.NamedPort) int { return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Name, b.Name)) })
	w.Tables = sorted(list(m, 3, func() ir.Inbound { t := m.Inbound(); t.Port = m.port(); return t }),
		func(a, b ir.Inbound) int { return cmp.Compare(a.Port, b.Port) })
	if m.once(2) {
		w.Others = append(w.Others, ir.InboundOthers{Ports: ir.PortSet{{First: 25, Last: 25}, {First: 30, Last: 40}}, Table: m.Inbound()})
	}
	w.Others = append(w.Others, ir.InboundOthers{Ports: ir.PortSet{{First: 1, Last: 65535}}, Table: m.Inbound()})
	return w
}

// Inbound draws an inbound table.
func (m Maker) Inbound() ir.Inbound {
	t := ir.Inbound{
		Meta:           m.serverMeta("server"),
		Protocol:       pick(m, ir.Detect, ir.Detect, ir.HTTP1, ir.HTTP2, ir.GRPC, ir.TLS, ir.Opaque),
		Authorizations: list(m, 2, m.authorization),
	}
	switch t.Protocol {
	case ir.TLS, ir.Opaque:
		return t
	case ir.GRPC:
		t.Routes = list(m, 2, func() ir.Route { return m.serverRoute(serverGRPC) })
		return t
	case ir.Detect:
		t.DetectTimeout = m.duration()
	}
	t.Routes = list(m, 2, func() ir.Route { return m.serverRoute(serverHTTP) })
	t.RateLimit = m.rateLimit()
	for _, r := range t.Routes {
		if r.Meta.Default == "" {
			t.DecidedBy = append(t.DecidedBy, m.origin(r.Meta.Ref))
		}
	}
	return t
}

func (m Maker) serverMeta(kind string) ir.Meta {
	return pick(m, ir.Meta{Default: "all-unauthenticated"}, ir.Meta{Ref: ir.Ref{Group: "policy.linkerd.io", Kind: kind, Name: m.name()}})
}

func (m Maker) serverRoute(k kind) ir.Route {
	r := m.route(k)
	r.Authorizations = list(m, 2, m.authorization)
	return r
}

func (m Maker) authorization() ir.Authorization {
	a := ir.Authorization{Meta: m.serverMeta("authorizationpolicy"), Networks: list(m, 2, func() ir.NetworkMatch {
		return ir.NetworkMatch{Net: m.prefix(), Except: list(m, 1, func() netip.Prefix { return m.prefix() })}
	})}
	a.Clients.Kind = ir.ClientsKind(m.IntN(3))
	if a.Clients.Kind == ir.Identified {
		a.Clients.Identities = list(m, 2, m.name)
		a.Clients.Suffixes = list(m, 2, func() string { return pick(m, "", ".example.com", ".") })
	}
	return a
}

func (m Maker) rateLimit() ir.RateLimit {
	if m.once(2) {
		return ir.RateLimit{}
	}
	limit := func() ir.Limit { return pick(m, ir.Limit{}, ir.Limit{Set: true}, ir.Limit{Set: true, RPS: 100}) }
	return ir.RateLimit{
		Present: true, Meta: m.serverMeta("httplocalratelimitpolicy"), Total: limit(), Identity: limit(),
		Overrides: list(m, 2, func() ir.Override { return ir.Override{RPS: uint32(m.IntN(3)), Identities: list(m, 2, m.name)} }),
	}
}
