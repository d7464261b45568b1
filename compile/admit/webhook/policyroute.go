package webhook

import (
	"errors"
	"math/big"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

// policyHTTPRoute reviews an HTTPRoute of policy.linkerd.io (section 8).
func (r *Reviewer) policyHTTPRoute(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	d, panics := decodePolicyRoute(spec)
	if d != nil || panics {
		return d // a webhook that dies admits: the chart's failurePolicy is Ignore (LHR-20)
	}
	if d := parents(content, spec, httpRetry); d != nil {
		return d
	}
	rules := tree.List(spec, "rules")
	for i := range rules {
		rule := tree.Item(rules, i)
		d := first(
			func() *denial { return r.httpMatches(rule) },
			func() *denial { return policyFilters(rule) },
			func() *denial { return timeouts(rule) },
		)
		if d != nil {
			return d.under(tree.Index("spec.rules", i))
		}
	}
	return nil
}

// decodePolicyRoute finds what the controller's type does not take, which the schema does.
func decodePolicyRoute(spec object) (d *denial, panics bool) {
	refs := tree.List(spec, "parentRefs")
	for i := range refs {
		if !fitsInt32(tree.Item(refs, i), "port") {
			return deny(diag.ParentRefMalformed, "invalid value: integer in parentRefs[%d].port, expected i32", i).at(tree.Index("spec.parentRefs", i) + ".port"), false
		}
	}
	rules := tree.List(spec, "rules")
	for i := range rules {
		rule := tree.Item(rules, i)
		at := tree.Index("spec.rules", i)
		if d := decodeFilters(tree.List(rule, "filters")); d != nil {
			return d.under(at + ".filters"), false
		}
		if d := decodeBackends(tree.List(rule, "backendRefs")); d != nil {
			return d.under(at + ".backendRefs"), false
		}
		d, dies := decodeTimeouts(rule)
		if d != nil || dies {
			return d.under(at + ".timeouts"), dies
		}
	}
	return nil, false
}

func fitsInt32(o object, field string) bool {
	n := tree.Int(o, field)
	_, isFloat := o[field].(float64)
	return int64(int32(n)) == n && !isFloat
}

// bodies are the fields that the types of filters name.
var bodies = map[string]string{
	"RequestHeaderModifier":  "requestHeaderModifier",
	"ResponseHeaderModifier": "responseHeaderModifier",
	"RequestRedirect":        "requestRedirect",
}

// decodeFilters reviews LHR-05.
func decodeFilters(filters []any) *denial {
	for i := range filters {
		f := tree.Item(filters, i)
		if body := bodies[tree.Text(f, "type")]; !tree.Has(f, body) {
			return deny(diag.PolicyFilterUndecodable, "missing field `%s`", body).at(tree.Index("", i))
		}
	}
	return nil
}

// decodeBackends finds what the old versions' schema lets through.
func decodeBackends(refs []any) *denial {
	for i := range refs {
		ref := tree.Item(refs, i)
		if !tree.Has(ref, "name") {
			return deny(diag.BackendRefMalformed, "missing field `name`").at(tree.Index("", i))
		}
		if !fitsInt32(ref, "port") {
			return deny(diag.BackendRefMalformed, "invalid value: integer in backendRefs[%d].port, expected i32", i).at(tree.Index("", i) + ".port")
		}
	}
	return nil
}

// decodeTimeouts reviews LHR-07; dies is true where decoding panics (LHR-20).
func decodeTimeouts(rule object) (d *denial, dies bool) {
	t := tree.Child(rule, "timeouts")
	for _, field := range []string{"backendRequest", "request"} {
		v, there := t[field]
		if !there {
			continue
		}
		text, ok := v.(string)
		if !ok {
			return deny(diag.PolicyTimeoutUnknown, "invalid type in timeouts.%s, expected a string in Go `time.Duration.String()` format", field).at(field), false
		}
		_, err := annotation.PolicyDuration(text)
		if errors.Is(err, annotation.ErrPanics) {
			return nil, true
		}
		if err != nil {
			return deny(diag.PolicyTimeoutUnknown, "timeouts.%s: %v", field, err).at(field), false
		}
	}
	return nil, false
}

// policyFilters reviews the body that each filter's type names.
func policyFilters(rule object) *denial {
	filters := tree.List(rule, "filters")
	for i := range filters {
		f := tree.Item(filters, i)
		name := tree.Text(f, "type")
		body := tree.Child(f, bodies[name])
		d := headerFilter(body)
		if name == "RequestRedirect" {
			d = redirect(body)
		}
		if d != nil {
			return d.under(tree.Index("filters", i) + "." + bodies[name])
		}
	}
	return nil
}

// timeouts reviews LHR-08 and LHR-09.
func timeouts(rule object) *denial {
	t := tree.Child(rule, "timeouts")
	for _, field := range []string{"backendRequest", "request"} {
		if strings.HasPrefix(tree.Text(t, field), "-") {
			return deny(diag.PolicyTimeoutNegative, "%s timeout must not be negative", field).at("timeouts." + field)
		}
	}
	if !tree.Has(t, "request") || !tree.Has(t, "backendRequest") {
		return nil
	}
	request, _ := annotation.PolicyDuration(tree.Text(t, "request"))
	backend, _ := annotation.PolicyDuration(tree.Text(t, "backendRequest"))
	if nanoseconds(request).Cmp(nanoseconds(backend)) < 0 {
		return deny(diag.PolicyTimeoutOrder, "backendRequest timeout (%s) must not be greater than request timeout (%s)",
			tree.Text(t, "backendRequest"), tree.Text(t, "request")).at("timeouts.backendRequest")
	}
	return nil
}

func nanoseconds(d ir.Duration) *big.Int {
	n := new(big.Int).Mul(big.NewInt(d.Seconds), big.NewInt(1e9))
	return n.Add(n, big.NewInt(int64(d.Nanos)))
}
