package outbound

import (
	"slices"

	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

const (
	forbiddenStatus = 403
	forbiddenCode   = 7 // PERMISSION_DENIED
	failedStatus    = 500
	notAllowed      = "traffic not allowed"
)

// http returns the HTTP routes of the table: the user's, else the default; an EgressNetwork
// always has its default behind them.
func (d *decision) http(routes []attachedRoute) []ir.Route {
	fail := func(message string) ir.Filter { return ir.FailHTTP{Status: failedStatus, Message: message} }
	out := d.routes(routes, d.settings.http, fail)
	prefix := []ir.Match{{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/"}}}
	switch {
	case d.settings.egress != nil:
		deny := ir.FailHTTP{Status: forbiddenStatus, Message: notAllowed}
		out = append(out, d.egressRoute("http-egress", prefix, d.settings.http, deny))
	case len(out) == 0:
		out = append(out, d.defaultRoute("http", prefix, d.settings.http))
	}
	return out
}

// grpc returns the gRPC routes of the table.
func (d *decision) grpc(routes []attachedRoute) []ir.Route {
	fail := func(message string) ir.Filter { return ir.FailGRPC{Code: failedStatus, Message: message} }
	out := d.routes(routes, d.settings.grpc, fail)
	if d.settings.egress != nil {
		deny := ir.FailGRPC{Code: forbiddenCode, Message: notAllowed}
		out = append(out, d.egressRoute("grpc-egress", nil, d.settings.grpc, deny))
	}
	return out
}

// routes completes user routes with what they inherit from the target.
func (d *decision) routes(routes []attachedRoute, retry ir.Retry, fail func(string) ir.Filter) []ir.Route {
	out := slices.Grow([]ir.Route(nil), len(routes))
	for _, r := range routes {
		c := ir.Route{Meta: ir.Meta{Ref: r.meta.Ref()}, Hosts: r.hosts, Origin: r.origin()}
		c.Rules = slices.Grow(c.Rules, len(r.rules))
		for _, rule := range r.rules {
			c.Rules = append(c.Rules, ir.Rule{
				Matches:  rule.matches,
				Filters:  rule.filters,
				Backends: d.distribution(rule.backends, d.settings.load, fail),
				Timeouts: d.timeouts(rule.timeouts),
				Retry:    inherit(r.retry, retry),
				AllowL5d: d.allowL5d,
			})
		}
		out = append(out, c)
	}
	return out
}

// timeouts lets the target's timeouts stand in, all three together, where neither the route
// nor the rule sets any (spec/outbound.md §5.7).
func (d *decision) timeouts(own ir.Timeouts) ir.Timeouts {
	if !own.Present {
		own = d.settings.timeouts
	}
	own.Present = true
	return own
}

func inherit(own, parent ir.Retry) ir.Retry {
	if own.Present {
		return own
	}
	return parent
}

// defaultRoute is a route that the controller adds by itself.
func (d *decision) defaultRoute(name string, matches []ir.Match, retry ir.Retry, filters ...ir.Filter) ir.Route {
	return ir.Route{
		Meta: ir.Meta{Default: name},
		Rules: []ir.Rule{{
			Matches:  matches,
			Filters:  filters,
			Backends: d.onlyDefault(),
			Timeouts: d.timeouts(ir.Timeouts{}),
			Retry:    retry,
		}},
	}
}

// egressRoute is the route behind all others of an EgressNetwork: it allows, or denies.
func (d *decision) egressRoute(name string, matches []ir.Match, retry ir.Retry, deny ir.Filter) ir.Route {
	if d.settings.egress.allow {
		return d.defaultRoute(name+"-allow", matches, retry)
	}
	return d.defaultRoute(name+"-deny", matches, retry, deny)
}

// tls returns the TLS routes of the table.
func (d *decision) tls(routes []attachedRoute) []ir.Route {
	out := d.connections(routes)
	if d.settings.egress != nil {
		out = append(out, d.egressConnection("tls-egress"))
	}
	return out
}

// opaque returns the one opaque route of the table: the first TCPRoute, else the default.
func (d *decision) opaque(routes []attachedRoute) []ir.Route {
	if len(routes) > 0 {
		return d.connections(routes)
	}
	return []ir.Route{d.defaultOpaque()}
}

// connections completes TLSRoutes and TCPRoutes, which inherit nothing and always use the
// plain load estimator.
func (d *decision) connections(routes []attachedRoute) []ir.Route {
	fail := func(message string) ir.Filter { return ir.Invalid{Message: message} }
	var out []ir.Route
	for _, r := range routes {
		out = append(out, ir.Route{
			Meta:   ir.Meta{Ref: r.meta.Ref()},
			Hosts:  r.hosts,
			Rules:  []ir.Rule{{Backends: d.distribution(r.rules[0].backends, plain, fail)}},
			Origin: r.origin(),
		})
	}
	return out
}

func (d *decision) defaultOpaque() ir.Route {
	if d.settings.egress != nil {
		return d.egressConnection("tcp-egress")
	}
	return ir.Route{Meta: ir.Meta{Default: "opaq"}, Rules: []ir.Rule{{Backends: d.onlyDefault()}}}
}

func (d *decision) egressConnection(name string) ir.Route {
	rule := ir.Rule{Backends: d.onlyDefault()}
	if d.settings.egress.allow {
		name += "-allow"
	} else {
		name += "-deny"
		rule.Filters = []ir.Filter{ir.Forbidden{}}
	}
	return ir.Route{Meta: ir.Meta{Default: name}, Rules: []ir.Rule{rule}}
}

// onlyDefault sends everything to the target itself.
func (d *decision) onlyDefault() ir.Distribution {
	return ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{{Backend: d.self()}}}
}

// distribution converts backendRefs; without any, the target itself is the backend.
func (d *decision) distribution(refs []draftBackend, load ir.Load, fail func(string) ir.Filter) ir.Distribution {
	if len(refs) == 0 {
		return d.onlyDefault()
	}
	out := ir.Distribution{Kind: ir.RandomAvailable, Backends: make([]ir.Weighted, 0, len(refs))}
	for _, r := range refs {
		out.Backends = append(out.Backends, ir.Weighted{Weight: uint32(r.Weight), Backend: d.backend(r, load, fail)})
	}
	return out
}

// isEgress reports whether a target is an EgressNetwork.
func isEgress(r ir.Ref) bool { return r.Kind == route.EgressNetwork }
