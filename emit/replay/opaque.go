package replay

import (
	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

// A connection filter lets a connection fail; there is no other kind.
type connectionFilter interface {
	GetInvalid() *opaque_route.Invalid
	GetForbidden() *opaque_route.Forbidden
}

// Opaque says what happens to a connection whose bytes are forwarded unread: on
// a Detect table one that is not HTTP, on an Opaque table any. Without a route
// it is closed.
func (t *Table) Opaque() Outbound {
	p := t.policy.GetProtocol()
	routes := p.GetOpaque().GetRoutes()
	if d := p.GetDetect(); d != nil {
		routes = d.GetOpaque().GetRoutes()
	}
	if len(routes) == 0 {
		return Outbound{Reply: closed(NoRoute, "")}
	}
	rule := routes[0].GetRules()[0]
	o := Outbound{Found: true, Winner: Winner{Match: -1}, Filters: connectionFilters(rule.GetFilters())}
	switch kind := rule.GetBackends().GetKind().(type) {
	case *outbound.OpaqueRoute_Distribution_FirstAvailable_:
		first(&o, kind.FirstAvailable.GetBackends(), connectionBackend[*outbound.OpaqueRoute_Filter])
	case *outbound.OpaqueRoute_Distribution_RandomAvailable_:
		random(&o, kind.RandomAvailable.GetBackends(), connectionBackend[*outbound.OpaqueRoute_Filter])
	default:
		o.Reply = closed(NoBackend, "")
	}
	return o
}

// TLSConnection says what happens to a TLS connection on a Tls table; for the
// server name, see [Table.TLS].
func (t *Table) TLSConnection(sni string) Outbound {
	winner, found := t.TLS(sni)
	if !found {
		return Outbound{Reply: closed(NoRoute, "")}
	}
	rule := t.policy.GetProtocol().GetTls().GetRoutes()[winner.Route].GetRules()[0]
	o := Outbound{Found: true, Winner: winner, Filters: connectionFilters(rule.GetFilters())}
	switch kind := rule.GetBackends().GetKind().(type) {
	case *outbound.TlsRoute_Distribution_FirstAvailable_:
		first(&o, kind.FirstAvailable.GetBackends(), connectionBackend[*outbound.TlsRoute_Filter])
	case *outbound.TlsRoute_Distribution_RandomAvailable_:
		random(&o, kind.RandomAvailable.GetBackends(), connectionBackend[*outbound.TlsRoute_Filter])
	default:
		o.Reply = closed(NoBackend, "")
	}
	return o
}

func connectionBackend[F connectionFilter](b *outbound.Backend, filters []F) Backend {
	out := dispatch(b)
	out.Filters = connectionFilters(filters)
	if !out.dispatches() {
		out.Failing = closed(FailingBackend, "")
	}
	return out
}

// connectionFilters looks at the first filter alone (§5.1).
func connectionFilters[F connectionFilter](filters []F) Passage {
	passage := Passage{Passed: one()}
	for i, f := range filters {
		step := Step{Filter: i, Ignored: "only the first filter is looked at"}
		if i == 0 {
			step = Step{Reply: closed(Refused, f.GetInvalid().GetMessage())}
			passage.Passed.SetInt64(0)
		}
		passage.Steps = append(passage.Steps, step)
	}
	return passage
}

func closed(cause Cause, detail string) *Reply {
	return &Reply{Cause: cause, Probability: one(), GRPC: -1, Detail: detail}
}
