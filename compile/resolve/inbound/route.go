package inbound

import (
	"errors"
	"fmt"
	"slices"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// A candidate is a route with Server parents.
type candidate struct {
	meta     *manifest.Meta
	servers  []int // in Cluster.servers: each accepting one once
	outbound bool  // it has Services or EgressNetworks for parents, too
	grpc     bool
	convert  func() ([]ir.Rule, error)
	hosts    []gateway.Hostname
}

// attach gives each Server the routes that it accepts and serves, in table order
// (spec/inbound.md §5).
func (c *Cluster) attach(statuses []ir.Status, authorizations map[routeKey][]ir.Authorization) {
	accepted := acceptance(statuses)
	byServer := make([][]served, len(c.servers))
	for _, r := range c.candidates(accepted) {
		converted, ok := c.served(r, authorizations)
		for _, i := range r.servers {
			s := &c.servers[i]
			switch {
			case r.grpc != (s.protocol == ir.GRPC) || s.protocol == ir.Opaque || s.protocol == ir.TLS:
				c.unusedKind(r, s)
			case ok:
				byServer[i] = append(byServer[i], converted)
			}
		}
	}
	for i, list := range byServer {
		slices.SortFunc(list, func(a, b served) int { return route.CompareAge(a.meta, b.meta) })
		for _, r := range list {
			c.servers[i].routes = append(c.servers[i].routes, r.route)
			c.servers[i].decidedBy = append(c.servers[i].decidedBy, r.route.Origin)
			c.servers[i].decidedBy = append(c.servers[i].decidedBy, c.origins(r.route.Authorizations)...)
		}
	}
}

// A served route is a converted one.
type served struct {
	meta  *manifest.Meta
	route ir.Route
}

// served converts a route. One that cannot be converted is accepted and unused.
func (c *Cluster) served(r candidate, authorizations map[routeKey][]ir.Authorization) (served, bool) {
	rules, err := r.convert()
	if err != nil && r.outbound {
		return served{}, false // compile/resolve/outbound has said so
	}
	if err != nil {
		field := ""
		var at *route.Error
		if errors.As(err, &at) {
			field = at.Field
		}
		c.complain(diag.InboundUnconvertible, diag.Error, r.meta, field,
			fmt.Sprintf("%v; Servers accept this route, and then the policy controller serves none of it", err), "mend or remove what it cannot convert")
		return served{}, false
	}
	return served{r.meta, ir.Route{
		Meta:           ir.Meta{Ref: ir.Ref{Group: r.meta.Group, Kind: r.meta.Kind, Name: r.meta.Name}},
		Hosts:          route.Hosts(r.hosts),
		Rules:          rules,
		Authorizations: authorizations[keyOf(r.meta)],
		Origin:         origin(r.meta, ""),
	}}, true
}

// acceptedAt is a route at a Server.
type acceptedAt struct{ route, server ir.Ref }

func acceptance(statuses []ir.Status) map[acceptedAt]ir.Condition {
	out := map[acceptedAt]ir.Condition{}
	for _, s := range statuses {
		for _, p := range s.Parents {
			if p.Parent.Kind == route.Server && len(p.Conditions) > 0 {
				out[acceptedAt{s.Object, p.Parent}] = p.Conditions[0]
			}
		}
	}
	return out
}

// candidates lists the routes whose Server parents the inbound index can read.
func (c *Cluster) candidates(accepted map[acceptedAt]ir.Condition) []candidate {
	var out []candidate
	for i := range c.set.HTTPRoutes {
		r := &c.set.HTTPRoutes[i]
		if at, ok := c.parents(&r.Meta, r.Spec.ParentRefs, accepted); ok {
			at.hosts, at.convert = r.Spec.Hostnames, func() ([]ir.Rule, error) { return httpRules(r) }
			out = append(out, at)
		}
	}
	for i := range c.set.GRPCRoutes {
		r := &c.set.GRPCRoutes[i]
		if at, ok := c.parents(&r.Meta, r.Spec.ParentRefs, accepted); ok {
			at.hosts, at.grpc, at.convert = r.Spec.Hostnames, true, func() ([]ir.Rule, error) { return grpcRules(r) }
			out = append(out, at)
		}
	}
	return out
}

// parents reads the parents of a route: the Servers that accept it. ok is false for a route without Server
// parents, and for one with a Server parent that spoils it as a whole: one in another
// namespace, with a port, or with a sectionName (spec/inbound.md §5.1).
func (c *Cluster) parents(m *manifest.Meta, refs []gateway.ParentReference, accepted map[acceptedAt]ir.Condition) (out candidate, ok bool) {
	out.meta = m
	for _, p := range route.Parents(m.Namespace, refs) {
		if p.Ref.Kind != route.Server {
			out.outbound = true
		}
		if p.Ref.Kind != route.Server || p.Ref.Name == "" {
			continue
		}
		if field := spoiled(p, m.Namespace); field != "" {
			c.complain(diag.ServerParentRefused, diag.Error, m, index("spec.parentRefs", p.Index)+"."+field,
				"a Server parentRef takes no "+field+" that differs from the route's: no Server serves any of this route, and its kind still conflicts with others at its Servers",
				"remove "+field+", and write the route in the namespace of the Server")
			return out, false
		}
		ok = true
		i, exists := c.byName[name{p.Ref.Namespace, p.Ref.Name}]
		switch condition := accepted[acceptedAt{m.Ref(), p.Ref}]; {
		case condition.Status && exists:
			out.servers = append(out.servers, i)
		case condition.Reason == "RouteReasonConflicted":
			c.disabled(m, p)
		}
	}
	slices.Sort(out.servers)
	out.servers = slices.Compact(out.servers)
	return out, ok
}

func spoiled(p route.Parent, namespace string) string {
	switch {
	case p.Ref.Namespace != namespace:
		return "namespace"
	case p.HasPort:
		return "port"
	case p.Section:
		return "sectionName"
	}
	return ""
}

// disabled reports a route that an existing Server does not accept: a GRPCRoute is in the way.
func (c *Cluster) disabled(m *manifest.Meta, p route.Parent) {
	c.complain(diag.RoutesDisabled, diag.Error, m, index("spec.parentRefs", p.Index),
		"a GRPCRoute names Server "+p.Ref.Name+" too, which disables every HTTPRoute there, whatever the Server's protocol", "attach one kind of route to a Server")
}

func (c *Cluster) unusedKind(r candidate, s *serverState) {
	serves := "HTTPRoutes only"
	switch s.protocol {
	case ir.GRPC:
		serves = "GRPCRoutes only"
	case ir.Opaque, ir.TLS:
		serves = "no routes"
	}
	c.complain(diag.RouteKindUnused, diag.Warning, r.meta, "spec.parentRefs",
		fmt.Sprintf("Server %s serves %s, so this %s has no effect there", s.meta.Name, serves, r.meta.Kind), "change the Server's proxyProtocol, or the kind of the route",
		diag.Related{At: s.meta.At("spec.proxyProtocol"), Message: "the Server's protocol"})
}

// httpRules converts the rules of an HTTPRoute of either group.
func httpRules(r *manifest.Object[manifest.HTTPRouteSpec]) ([]ir.Rule, error) {
	convert := route.HTTPFilter
	if r.Group == manifest.PolicyGroup {
		convert = route.PolicyFilter
	}
	var rules []ir.Rule
	for i, rule := range r.Spec.Rules {
		at := index("spec.rules", i)
		matches, err := route.HTTPMatches(rule.Matches, at)
		if err != nil {
			return nil, err
		}
		filters, err := route.Filters(rule.Filters, at, convert)
		if err != nil {
			return nil, err
		}
		rules = append(rules, ir.Rule{Matches: matches, Filters: onRequests(filters)})
	}
	return rules, nil
}

func grpcRules(r *manifest.Object[manifest.GRPCRouteSpec]) ([]ir.Rule, error) {
	var rules []ir.Rule
	for i, rule := range r.Spec.Rules {
		at := index("spec.rules", i)
		matches, err := route.GRPCMatches(rule.Matches, at)
		if err != nil {
			return nil, err
		}
		filters, err := route.Filters(rule.Filters, at, route.GRPCFilter)
		if err != nil {
			return nil, err
		}
		rules = append(rules, ir.Rule{Matches: matches, Filters: onRequests(filters)})
	}
	return rules, nil
}

// onRequests leaves out what inbound tables cannot say: filters of responses
// (spec/inbound.md §3.8).
func onRequests(filters []ir.Filter) []ir.Filter {
	var out []ir.Filter
	for _, f := range filters {
		if m, ok := f.(ir.ModifyHeaders); ok && m.Response {
			continue
		}
		if _, ok := f.(ir.Empty); !ok {
			out = append(out, f)
		}
	}
	return out
}
