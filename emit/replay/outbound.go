package replay

import (
	"math/big"
	"net/netip"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

// An Outbound is what an outbound proxy does with a request.
type Outbound struct {
	Found  bool
	Winner Winner
	Reply  *Reply // the proxy's own, if no rule was found or the distribution is empty

	Filters  Passage // the rule's, after the l5d-* headers were taken off
	Kind     Kind
	Backends []Backend // in the message's order

	Timeouts Timeouts
	Retry    *Retry                   // nil: one attempt
	Accrual  *outbound.FailureAccrual // as written; nil: none

	Response []*http_route.ResponseHeaderModifier // the rule's, applied after the backend's
}

// A Backend is one entry of a distribution, and what happens to the requests
// that it is picked for.
type Backend struct {
	Meta     *meta.Metadata
	Weight   uint32         // 1 where the message has no weights
	Share    *big.Rat       // of the requests that reach the distribution, if every backend is available
	Balancer string         // the authority that is resolved; or
	Forward  netip.AddrPort // where everything goes; or neither: the backend answers 502

	Filters  Passage
	Failing  *Reply // of a backend without dispatcher
	Response []*http_route.ResponseHeaderModifier
}

// Outbound says what happens to a request on a connection of this version. It
// is for tables of an OutboundPolicy.
func (t *Table) Outbound(v Version, r *Request) Outbound {
	client := clientOf(v, r)
	winner, found := t.Find(v, r)
	if !found {
		return Outbound{Reply: t.noRoute(client)}
	}
	p := pass{request: r, winner: winner, client: client}
	if t.grpc != nil {
		return grpcOutbound(p, t.policy.GetProtocol().GetGrpc())
	}
	routes, accrual := httpList(t.policy.GetProtocol(), v)
	return httpOutbound(p, routes[winner.Route].GetRules()[winner.Rule], accrual)
}

func httpList(p *outbound.ProxyProtocol, v Version) ([]*outbound.HttpRoute, *outbound.FailureAccrual) {
	http1, http2 := p.GetHttp1(), p.GetHttp2()
	if d := p.GetDetect(); d != nil {
		http1, http2 = d.GetHttp1(), d.GetHttp2()
	}
	if v == HTTP1 {
		return http1.GetRoutes(), http1.GetFailureAccrual()
	}
	return http2.GetRoutes(), http2.GetFailureAccrual()
}

func httpOutbound(p pass, rule *outbound.HttpRoute_Rule, accrual *outbound.FailureAccrual) Outbound {
	o := Outbound{Found: true, Winner: p.winner, Accrual: accrual}
	headers, overrides := takeOverrides(p.request.Headers, rule.GetAllowL5DRequestHeaders())
	o.Retry = httpRetry(rule.GetRetry()).overridden(overrides)
	o.Timeouts = timeouts(rule.GetTimeouts(), rule.GetRequestTimeout(), overrides, o.Retry)
	o.Filters = runFilters(p, rule.GetFilters(), headers)
	o.Response = responses(rule.GetFilters())
	switch kind := rule.GetBackends().GetKind().(type) {
	case *outbound.HttpRoute_Distribution_FirstAvailable_:
		first(&o, kind.FirstAvailable.GetBackends(), httpBackend[*outbound.HttpRoute_Filter](p, o.Filters.Headers))
	case *outbound.HttpRoute_Distribution_RandomAvailable_:
		random(&o, kind.RandomAvailable.GetBackends(), httpBackend[*outbound.HttpRoute_Filter](p, o.Filters.Headers))
	default:
		o.Kind, o.Reply = Empty, p.client.reply(NoBackend, 503, 14, "")
	}
	return o
}

func grpcOutbound(p pass, g *outbound.ProxyProtocol_Grpc) Outbound {
	rule := g.GetRoutes()[p.winner.Route].GetRules()[p.winner.Rule]
	o := Outbound{Found: true, Winner: p.winner, Accrual: g.GetFailureAccrual()}
	headers, overrides := takeOverrides(p.request.Headers, rule.GetAllowL5DRequestHeaders())
	o.Retry = grpcRetry(rule.GetRetry()).overridden(overrides)
	o.Timeouts = timeouts(rule.GetTimeouts(), rule.GetRequestTimeout(), overrides, o.Retry)
	o.Filters = runFilters(p, rule.GetFilters(), headers)
	switch kind := rule.GetBackends().GetKind().(type) {
	case *outbound.GrpcRoute_Distribution_FirstAvailable_:
		first(&o, kind.FirstAvailable.GetBackends(), httpBackend[*outbound.GrpcRoute_Filter](p, o.Filters.Headers))
	case *outbound.GrpcRoute_Distribution_RandomAvailable_:
		random(&o, kind.RandomAvailable.GetBackends(), httpBackend[*outbound.GrpcRoute_Filter](p, o.Filters.Headers))
	default:
		o.Kind, o.Reply = Empty, p.client.reply(NoBackend, 503, 14, "")
	}
	return o
}

// httpBackend says what becomes of a request that a backend is picked for,
// after the rule's filters have left it with these headers.
func httpBackend[F anyFilter](p pass, headers []Header) func(*outbound.Backend, []F) Backend {
	return func(b *outbound.Backend, filters []F) Backend {
		out := dispatch(b)
		out.Filters, out.Response = runFilters(p, filters, headers), responses(filters)
		if !out.dispatches() {
			out.Failing = p.client.reply(FailingBackend, 502, 14, "")
		}
		return out
	}
}

// responses picks the filters that apply to what comes back.
func responses[F anyFilter](filters []F) []*http_route.ResponseHeaderModifier {
	var list []*http_route.ResponseHeaderModifier
	for _, f := range filters {
		if r, ok := any(f).(responder); ok && r.GetResponseHeaderModifier() != nil {
			list = append(list, r.GetResponseHeaderModifier())
		}
	}
	return list
}
