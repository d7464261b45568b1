package outbound

import (
	"slices"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A draft is a route converted as far as its own manifest goes: what depends on the
// target (default backends, inherited timeouts and retries) is added per table.
type draft struct {
	meta    *manifest.Meta
	rank    status.Rank
	parents []route.Parent
	hosts   []ir.Host
	rules   []draftRule
	retry   ir.Retry
}

// A draftRule is a rule with its backendRefs unresolved.
type draftRule struct {
	matches  []ir.Match
	filters  []ir.Filter
	timeouts ir.Timeouts // of the route and rule; not Present when neither sets any
	backends []draftBackend
}

// A draftBackend is a backendRef with its filters.
type draftBackend struct {
	route.BackendRef
	filters []ir.Filter
	invalid string // why the controller replaces it by a failure, apart from its absence
}

// convertHTTP converts an HTTPRoute of either group; an error makes the route unused.
func convertHTTP(r *manifest.Object[manifest.HTTPRouteSpec]) (*draft, error) {
	policy := r.Group == manifest.PolicyGroup
	ruleFilter := route.HTTPFilter
	if policy {
		ruleFilter = route.PolicyFilter
	}
	timeouts, err := annotation.Timeouts(r.Annotations)
	if err != nil {
		return nil, atAnnotation(err)
	}
	retry, err := annotation.HTTPRetry(r.Annotations)
	if err != nil {
		return nil, atAnnotation(err)
	}
	d := &draft{hosts: route.Hosts(r.Spec.Hostnames), retry: retry, rules: slices.Grow([]draftRule(nil), len(r.Spec.Rules))}
	for i, rule := range r.Spec.Rules {
		at := source.Index("spec.rules", i)
		out := draftRule{timeouts: withRuleTimeout(timeouts, rule.Timeouts, policy)}
		if out.matches, err = route.HTTPMatches(rule.Matches, at); err != nil {
			return nil, err
		}
		if out.filters, err = route.Filters(rule.Filters, at, ruleFilter); err != nil {
			return nil, err
		}
		out.backends = slices.Grow(out.backends, len(rule.BackendRefs))
		for _, b := range rule.BackendRefs {
			out.backends = append(out.backends, convertBackend(b.BackendRef, b.Filters, route.HTTPFilter))
		}
		d.rules = append(d.rules, out)
	}
	return d, nil
}

// withRuleTimeout lets a rule's request timeout stand in where no annotation sets one.
func withRuleTimeout(t ir.Timeouts, rule *gateway.HTTPRouteTimeouts, policy bool) ir.Timeouts {
	if t.Request.Set || rule == nil || rule.Request == nil {
		return t
	}
	parse := annotation.Duration
	if policy {
		parse = annotation.PolicyDuration
	}
	d, err := parse(string(*rule.Request))
	if err != nil || d == (ir.Duration{}) {
		return t // unparsable and zero alike count as absent
	}
	t.Present = true
	t.Request = ir.Timeout{Set: true, Duration: d}
	return t
}

// convertGRPC converts a GRPCRoute; an error makes the route unused.
func convertGRPC(r *manifest.Object[manifest.GRPCRouteSpec]) (*draft, error) {
	timeouts, err := annotation.Timeouts(r.Annotations)
	if err != nil {
		return nil, atAnnotation(err)
	}
	retry, err := annotation.GRPCRetry(r.Annotations)
	if err != nil {
		return nil, atAnnotation(err)
	}
	d := &draft{hosts: route.Hosts(r.Spec.Hostnames), retry: retry, rules: slices.Grow([]draftRule(nil), len(r.Spec.Rules))}
	for i, rule := range r.Spec.Rules {
		at := source.Index("spec.rules", i)
		out := draftRule{timeouts: timeouts}
		if out.matches, err = route.GRPCMatches(rule.Matches, at); err != nil {
			return nil, err
		}
		if out.filters, err = route.Filters(rule.Filters, at, route.GRPCFilter); err != nil {
			return nil, err
		}
		out.backends = slices.Grow(out.backends, len(rule.BackendRefs))
		for _, b := range rule.BackendRefs {
			out.backends = append(out.backends, convertBackend(b.BackendRef, b.Filters, route.GRPCFilter))
		}
		d.rules = append(d.rules, out)
	}
	return d, nil
}

// convertL4 converts a TLSRoute or TCPRoute, which must have exactly one rule.
func convertL4(hosts []gateway.Hostname, rules []manifest.L4RouteRule) (*draft, error) {
	if len(rules) != 1 {
		return nil, &route.Error{Field: "spec.rules", Message: "exactly one rule is supported"}
	}
	d := &draft{hosts: route.Hosts(hosts), rules: make([]draftRule, 1)}
	for _, b := range rules[0].BackendRefs {
		d.rules[0].backends = append(d.rules[0].backends, convertBackend[struct{}](b, nil, nil))
	}
	return d, nil
}

// convertBackend reads a backendRef in the controller's order of checks: kind, filters, port.
func convertBackend[F any](b gateway.BackendRef, filters []F, convert func(F, string) (ir.Filter, error)) draftBackend {
	out := draftBackend{BackendRef: route.Backend(b)}
	if out.invalid = out.Unsupported; out.invalid != "" {
		return out
	}
	var err error
	if out.filters, err = route.Filters(filters, "", convert); err != nil {
		out.invalid = "unsupported backend filter: " + err.Error()
	} else if out.Ref.Kind == route.Service && (out.Port < 1 || out.Port > 65535) {
		out.invalid = "missing port for backend Service " + out.Ref.Name
	}
	return out
}

// atAnnotation names the annotation that an error is about.
func atAnnotation(err error) error {
	if invalid, ok := err.(*annotation.Invalid); ok {
		return &route.Error{Field: "metadata.annotations[" + invalid.Key + "]", Message: invalid.Err.Error()}
	}
	return err
}
