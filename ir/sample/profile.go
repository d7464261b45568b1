package sample

import (
	"net/netip"
	"time"

	"routec.dev/routec/ir"
)

func (m Maker) serviceProfile(service ir.Ref) ir.Profile {
	p := m.Profile()
	p.Port = m.port()
	p.Parent = ir.Meta{Ref: service, Port: p.Port}
	p.Client = pick(m, "", "books")
	p.Answer = pick(m, ir.Message, ir.Message, ir.Silence, ir.Refusal, ir.Conflict)
	if m.once(2) {
		p.DecidedBy = []ir.Origin{m.origin(p.Source.Ref)}
	}
	return p
}

func (m Maker) endpointProfile() ir.Profile {
	p := m.Profile()
	p.Source = ir.Meta{}
	p.Endpoint = ir.Endpoint{Addr: netip.AddrPortFrom(m.addr(), m.port()), Weight: 10000}
	for i := range m.IntN(3) {
		p.Endpoint.Labels = append(p.Endpoint.Labels, label(i))
	}
	if m.once(2) {
		p.Endpoint.Mesh = ir.EndpointMesh{
			Present: true, Opaque: m.once(2), InboundPort: pick[uint16](m, 0, 4143), Identity: "spiffe://a/b", ServerName: m.name(),
		}
	}
	p.DecidedBy = []ir.Origin{m.origin(m.ref("ExternalWorkload"))}
	return p
}

// Profile draws a profile without its key and parent.
func (m Maker) Profile() ir.Profile {
	p := ir.Profile{
		Name: m.text(), Opaque: m.once(4), Routes: list(m, 3, m.profileRoute),
		Overrides: list(m, 2, func() ir.DstOverride { return ir.DstOverride{Authority: m.text(), Weight: m.Uint32N(5)} }),
		Source:    ir.Meta{Ref: ir.Ref{Group: "linkerd.io", Kind: "ServiceProfile", Namespace: m.namespace(), Name: m.name()}},
	}
	if !m.once(5) {
		p.Budget = ir.RetryBudget{Present: true, Ratio: pick[float32](m, 0, 0.2), MinRetries: m.Uint32N(20), TTL: m.span()}
	}
	return p
}

func (m Maker) span() time.Duration {
	return pick(m, 0, time.Second, -1500*time.Millisecond, 1<<63-1)
}

func (m Maker) profileRoute() ir.ProfileRoute {
	return ir.ProfileRoute{
		Name: m.text(), Condition: m.request(0), Retryable: m.once(2), Timeout: m.span(),
		Classes: list(m, 2, func() ir.ResponseClass { return ir.ResponseClass{Condition: m.response(0), Failure: m.once(2)} }),
	}
}

func (m Maker) request(depth int) ir.RequestMatch {
	c := ir.RequestMatch{Kind: ir.ConditionKind(m.IntN(5))}
	if depth > 3 {
		c.Kind = ir.OnPath
	}
	switch c.Kind {
	case ir.OnPath:
		c.Text = m.text()
	case ir.OnMethod:
		c.Text = pick(m, "GET", "BREW")
	case ir.NotOf:
		c.Parts = []ir.RequestMatch{m.request(depth + 1)}
	default:
		c.Parts = list(m, 2, func() ir.RequestMatch { return m.request(depth + 1) })
	}
	return c
}

func (m Maker) response(depth int) ir.ResponseMatch {
	c := ir.ResponseMatch{Kind: pick(m, ir.AllOf, ir.AnyOf, ir.NotOf, ir.OnStatus)}
	if depth > 3 {
		c.Kind = ir.OnStatus
	}
	switch c.Kind {
	case ir.OnStatus:
		c.Min, c.Max = m.Uint32N(600), m.Uint32N(600)
	case ir.NotOf:
		c.Parts = []ir.ResponseMatch{m.response(depth + 1)}
	default:
		c.Parts = list(m, 2, func() ir.ResponseMatch { return m.response(depth + 1) })
	}
	return c
}
