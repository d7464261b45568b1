package crd

import (
	"net/netip"
	"strings"
	"time"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// grpcRules reviews a GRPCRoute.
func (r *reviewer) grpcRules(content object, _ string) {
	r.into(content, "spec", func(spec object) {
		r.list(spec, "parentRefs", r.parentRefs)
		r.list(spec, "rules", r.matchTotal)
		r.list(spec, "rules", r.ruleNames)
		r.each(spec, "rules", func(rule object) {
			r.each(rule, "matches", func(match object) { r.into(match, "method", r.methodMatch) })
			r.ruleParts(rule, grpcFilterKinds)
			r.into(rule, "sessionPersistence", r.session)
		})
	})
}

// httpRules reviews a gateway HTTPRoute.
func (r *reviewer) httpRules(content object, _ string) {
	r.into(content, "spec", func(spec object) {
		r.list(spec, "parentRefs", r.parentRefs)
		r.list(spec, "rules", r.matchTotal)
		r.list(spec, "rules", r.ruleNames)
		r.each(spec, "rules", func(rule object) {
			r.redirects(rule)
			r.each(rule, "matches", func(match object) { r.into(match, "path", r.pathMatch) })
			r.ruleParts(rule, httpFilterKinds)
			r.into(rule, "timeouts", r.timeouts)
			r.into(rule, "sessionPersistence", r.session)
		})
	})
}

// l4Rules reviews a TLSRoute or TCPRoute.
func (r *reviewer) l4Rules(content object, version string) {
	r.into(content, "spec", func(spec object) {
		r.list(spec, "parentRefs", r.parentRefs)
		if version != "v1alpha2" && r.bundle.Minor >= 5 {
			r.list(spec, "hostnames", r.tlsHostnames)
		}
		r.list(spec, "rules", r.ruleNames)
		r.each(spec, "rules", func(rule object) {
			r.each(rule, "backendRefs", func(ref object) { r.servicePort(ref, diag.BackendPortMissing) })
		})
	})
}

// ruleParts reviews the filters and backends of a rule of a GRPCRoute or HTTPRoute.
func (r *reviewer) ruleParts(rule object, kinds []filterKind) {
	r.filters(rule, kinds, false)
	r.each(rule, "backendRefs", func(ref object) {
		r.servicePort(ref, diag.BackendPortMissing)
		r.filters(ref, kinds, true)
	})
}

// methodMatch reviews GRPC-03 to GRPC-05.
func (r *reviewer) methodMatch(method object) {
	service, hasService := method["service"].(string)
	name, hasMethod := method["method"].(string)
	exact := tree.Text(method, "type") == "Exact"
	if !hasService && !hasMethod {
		r.refuse(diag.MethodMatchEmpty, "One or both of 'service' or 'method' must be specified")
	}
	if exact && hasService && !isServiceName(service) {
		r.refuseAt("service", diag.MethodMatchText, `service must only contain valid characters (matching ^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$)`)
	}
	if exact && hasMethod && !isIdentifier(name) {
		r.refuseAt("method", diag.MethodMatchText, "method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)")
	}
}

func isServiceName(s string) bool {
	if strings.ContainsAny(s, "ſK") { // the two letters beyond ASCII that a case-insensitive [a-z] takes
		s = strings.NewReplacer("ſ", "s", "K", "k").Replace(s)
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "."), ".") {
		if !isIdentifier(part) {
			return false
		}
	}
	return true
}

func isIdentifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isAlphanumeric(c) && c != '_' || i == 0 && '0' <= c && c <= '9' {
			return false
		}
	}
	return s != ""
}

// redirects reviews HTTP-06 and HTTP-09.
func (r *reviewer) redirects(rule object) {
	filters, refs := tree.List(rule, "filters"), tree.List(rule, "backendRefs")
	if i := withBody(filters, "requestRedirect"); len(refs) > 0 && i >= 0 {
		r.refuseAt(tree.Index("filters", i), diag.RedirectAndBackends, "RequestRedirect filter must not be used together with backendRefs")
	}
	matches := tree.List(rule, "matches")
	if len(matches) == 1 && tree.Text(tree.Child(tree.Item(matches, 0), "path"), "type") == "PathPrefix" {
		return
	}
	const needs = " filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"
	for _, k := range []struct{ name, body string }{{"RequestRedirect", "requestRedirect"}, {"URLRewrite", "urlRewrite"}} {
		if prefixReplacements(filters, k.body) == 1 {
			r.refuseAt(tree.Index("filters", withBody(filters, k.body)), diag.ReplacePrefixNeeds, "When using "+k.name+needs)
		}
		if inOneBackend(refs, k.body) {
			r.refuse(diag.ReplacePrefixNeeds, "Within backendRefs, when using "+k.name+needs)
		}
	}
}

// withBody returns the first filter that has a body, or -1.
func withBody(filters []any, body string) int {
	for i := range filters {
		if tree.Has(tree.Item(filters, i), body) {
			return i
		}
	}
	return -1
}

// inOneBackend reports whether exactly one backend replaces a prefix exactly once: the
// rule does not see two.
func inOneBackend(refs []any, body string) bool {
	n := 0
	for i := range refs {
		if prefixReplacements(tree.List(tree.Item(refs, i), "filters"), body) == 1 {
			n++
		}
	}
	return n == 1
}

func prefixReplacements(filters []any, body string) int {
	n := 0
	for i := range filters {
		replacement := tree.Child(tree.Child(tree.Item(filters, i), body), "path")
		if tree.Text(replacement, "type") == "ReplacePrefixMatch" && tree.Has(replacement, "replacePrefixMatch") {
			n++
		}
	}
	return n
}

// pathMatch reviews HTTP-01.
func (r *reviewer) pathMatch(match object) {
	value := tree.Text(match, "value")
	if tree.Text(match, "type") == "RegularExpression" || isPlainPath(value) {
		return
	}
	const kinds = " when type one of ['Exact', 'PathPrefix']"
	if !strings.HasPrefix(value, "/") {
		r.refuseAt("value", diag.PathRefused, "value must be an absolute path and start with '/'"+kinds)
	}
	for _, part := range []string{"//", "/./", "/../", "%2f", "%2F", "#"} {
		if strings.Contains(value, part) {
			r.refuseAt("value", diag.PathRefused, "must not contain '"+part+"'"+kinds)
		}
	}
	for _, end := range []string{"/..", "/."} {
		if strings.HasSuffix(value, end) {
			r.refuseAt("value", diag.PathRefused, "must not end with '"+end+"'"+kinds)
		}
	}
	if !isURLPath(value) {
		r.refuseAt("value", diag.PathRefused, "must only contain valid characters (matching "+urlPath.Text+") for types ['Exact', 'PathPrefix']")
	}
}

// isPlainPath accepts most good paths in one go.
func isPlainPath(s string) bool {
	if s == "" || s[0] != '/' {
		return false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case isAlphanumeric(c) || c == '-' || c == '_':
		case c == '/' && s[i-1] != '/':
		default:
			return false
		}
	}
	return true
}

// timeouts reviews HTTP-13. A text that the pattern has refused already fails here once
// more, unless the rule does not come to read it.
func (r *reviewer) timeouts(timeouts object) {
	if !tree.Has(timeouts, "request") || !tree.Has(timeouts, "backendRequest") {
		return
	}
	request, err := time.ParseDuration(tree.Text(timeouts, "request"))
	if err == nil && request == 0 {
		return
	}
	backend, backendErr := time.ParseDuration(tree.Text(timeouts, "backendRequest"))
	switch {
	case err != nil || backendErr != nil:
		r.refuse(diag.TimeoutMalformed, "a timeout is no duration, so the two cannot be compared")
	case backend > request:
		r.refuseAt("backendRequest", diag.TimeoutOrder, "backendRequest timeout cannot be longer than request timeout")
	}
}

// tlsHostnames reviews L4-01.
func (r *reviewer) tlsHostnames(hostnames []any) {
	ip, name, wildcard := -1, -1, -1 // the first that is refused
	mark := func(first *int, i int, bad bool) {
		if bad && *first < 0 {
			*first = i
		}
	}
	for i, h := range hostnames {
		host, _ := h.(string)
		_, err := netip.ParseAddr(host)
		mark(&ip, i, err == nil)
		if rest, ok := strings.CutPrefix(host, "*."); strings.Contains(host, "*") {
			mark(&wildcard, i, !ok || !schema.DNS.Match(rest))
		} else {
			mark(&name, i, !schema.DNS.Match(host))
		}
	}
	if ip >= 0 {
		r.refuseAt(tree.Index("", ip), diag.TLSHostnames, "Hostnames cannot contain an IP")
	}
	if name >= 0 {
		r.refuseAt(tree.Index("", name), diag.TLSHostnames, "Hostnames must be valid based on RFC-1123")
	}
	if wildcard >= 0 {
		r.refuseAt(tree.Index("", wildcard), diag.TLSHostnames, "Wildcards on hostnames must be the first label, and the rest of hostname must be valid based on RFC-1123")
	}
}
