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
func (r *reviewer) grpcRules(spec object, _ string) {
	r.parentRefs(spec)
	rules, above := tree.List(spec, "rules"), at("spec")
	p := above.sub("rules")
	r.matchTotal(rules, &p)
	r.ruleNames(rules, &p)
	for i := range rules {
		rule, here := tree.Item(rules, i), p.item(i)
		r.methodMatches(rule, &here)
		r.ruleParts(rule, &here, grpcFilterKinds)
		r.session(rule, &here)
	}
}

// methodMatches reviews GRPC-03 to GRPC-05.
func (r *reviewer) methodMatches(rule object, p *path) {
	matches := tree.List(rule, "matches")
	for i := range matches {
		method, ok := tree.Item(matches, i)["method"].(object)
		if !ok {
			continue
		}
		service, hasService := method["service"].(string)
		name, hasMethod := method["method"].(string)
		exact := tree.Text(method, "type") == "Exact"
		var wrong []finding
		if !hasService && !hasMethod {
			wrong = append(wrong, finding{diag.MethodMatchEmpty, "One or both of 'service' or 'method' must be specified"})
		}
		if exact && hasService && !isServiceName(service) {
			wrong = append(wrong, finding{diag.MethodMatchText,
				`service must only contain valid characters (matching ^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$)`})
		}
		if exact && hasMethod && !isMethodName(name) {
			wrong = append(wrong, finding{diag.MethodMatchText,
				"method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)"})
		}
		if wrong != nil {
			list := p.sub("matches")
			match := list.item(i)
			here := match.sub("method")
			r.refuseAll(wrong, &here)
		}
	}
}

type finding struct {
	code    diag.Code
	message string
}

func (r *reviewer) refuseAll(findings []finding, p *path) {
	for _, f := range findings {
		r.refuse(f.code, p.String(), f.message)
	}
}

func isServiceName(s string) bool {
	for _, part := range strings.Split(strings.TrimPrefix(s, "."), ".") {
		if !isMethodName(fold(part)) {
			return false
		}
	}
	return true
}

// fold replaces the two letters beyond ASCII that a case-insensitive [a-z] takes.
func fold(s string) string { return strings.NewReplacer("ſ", "s", "K", "k").Replace(s) }

func isMethodName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isAlphanumeric(c) && c != '_' || i == 0 && '0' <= c && c <= '9' {
			return false
		}
	}
	return s != ""
}

// ruleParts reviews the filters and backends of a rule of a GRPCRoute or HTTPRoute.
func (r *reviewer) ruleParts(rule object, p *path, kinds []filterKind) {
	here := p.sub("filters")
	r.filters(tree.List(rule, "filters"), &here, kinds)
	refs := tree.List(rule, "backendRefs")
	for i := range refs {
		ref, below := tree.Item(refs, i), p.sub("backendRefs")
		backend := below.item(i)
		r.servicePort(ref, &backend, diag.BackendPortMissing)
		if filters := tree.List(ref, "filters"); len(filters) > 0 {
			here := backend.sub("filters")
			r.filters(filters, &here, kinds)
		}
	}
}

// httpRules reviews a gateway HTTPRoute.
func (r *reviewer) httpRules(spec object, _ string) {
	r.parentRefs(spec)
	rules, above := tree.List(spec, "rules"), at("spec")
	p := above.sub("rules")
	r.matchTotal(rules, &p)
	r.ruleNames(rules, &p)
	for i := range rules {
		rule, here := tree.Item(rules, i), p.item(i)
		r.redirects(rule, &here)
		r.paths(rule, &here)
		r.ruleParts(rule, &here, httpFilterKinds)
		r.timeouts(rule, &here)
		r.session(rule, &here)
	}
}

// redirects reviews HTTP-06 and HTTP-09.
func (r *reviewer) redirects(rule object, p *path) {
	filters, refs := tree.List(rule, "filters"), tree.List(rule, "backendRefs")
	if len(refs) > 0 && withBody(filters, "requestRedirect") {
		r.refuse(diag.RedirectAndBackends, p.String(), "RequestRedirect filter must not be used together with backendRefs")
	}
	matches := tree.List(rule, "matches")
	if len(matches) == 1 && tree.Text(tree.Child(tree.Item(matches, 0), "path"), "type") == "PathPrefix" {
		return
	}
	const needs = " filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"
	for _, k := range []struct{ name, body string }{{"RequestRedirect", "requestRedirect"}, {"URLRewrite", "urlRewrite"}} {
		if prefixReplacements(filters, k.body) == 1 {
			r.refuse(diag.ReplacePrefixNeeds, p.String(), "When using "+k.name+needs)
		}
		if r.inOneBackend(refs, k.body) {
			r.refuse(diag.ReplacePrefixNeeds, p.String(), "Within backendRefs, when using "+k.name+needs)
		}
	}
}

func withBody(filters []any, body string) bool {
	for i := range filters {
		if tree.Has(tree.Item(filters, i), body) {
			return true
		}
	}
	return false
}

// inOneBackend reports whether exactly one backend replaces a prefix exactly once: the
// rule does not see two.
func (r *reviewer) inOneBackend(refs []any, body string) bool {
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

// forbiddenInPaths are texts that no path may contain.
var forbiddenInPaths = []string{"//", "/./", "/../", "%2f", "%2F", "#"}

// paths reviews HTTP-01.
func (r *reviewer) paths(rule object, p *path) {
	matches := tree.List(rule, "matches")
	for i := range matches {
		match := tree.Child(tree.Item(matches, i), "path")
		value := tree.Text(match, "value")
		if tree.Text(match, "type") == "RegularExpression" || plainPath(value) {
			continue
		}
		list := p.sub("matches")
		entry := list.item(i)
		here := entry.sub("path")
		r.refuseAll(pathFindings(value), &here)
	}
}

// plainPath accepts most good paths in one go.
func plainPath(s string) bool {
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

func pathFindings(s string) []finding {
	const kinds = " when type one of ['Exact', 'PathPrefix']"
	var wrong []finding
	if !strings.HasPrefix(s, "/") {
		wrong = append(wrong, finding{diag.PathRefused, "value must be an absolute path and start with '/'" + kinds})
	}
	for _, part := range forbiddenInPaths {
		if strings.Contains(s, part) {
			wrong = append(wrong, finding{diag.PathRefused, "must not contain '" + part + "'" + kinds})
		}
	}
	for _, end := range []string{"/..", "/."} {
		if strings.HasSuffix(s, end) {
			wrong = append(wrong, finding{diag.PathRefused, "must not end with '" + end + "'" + kinds})
		}
	}
	if !isURLPath(s) {
		wrong = append(wrong, finding{diag.PathRefused, "must only contain valid characters (matching " + urlPath.Text + ") for types ['Exact', 'PathPrefix']"})
	}
	return wrong
}

// timeouts reviews HTTP-13.
func (r *reviewer) timeouts(rule object, p *path) {
	timeouts := tree.Child(rule, "timeouts")
	if len(timeouts) < 2 {
		return
	}
	request, err := time.ParseDuration(tree.Text(timeouts, "request"))
	backend, err2 := time.ParseDuration(tree.Text(timeouts, "backendRequest"))
	if err == nil && err2 == nil && request != 0 && backend > request {
		here := p.sub("timeouts")
		r.refuse(diag.TimeoutOrder, here.String(), "backendRequest timeout cannot be longer than request timeout")
	}
}

// l4Rules reviews a TLSRoute or TCPRoute.
func (r *reviewer) l4Rules(spec object, version string) {
	r.parentRefs(spec)
	if version != "v1alpha2" && r.bundle.Minor >= 5 {
		r.tlsHostnames(spec)
	}
	rules, above := tree.List(spec, "rules"), at("spec")
	p := above.sub("rules")
	r.ruleNames(rules, &p)
	for i := range rules {
		here := p.item(i)
		refs := tree.List(tree.Item(rules, i), "backendRefs")
		for j := range refs {
			list := here.sub("backendRefs")
			backend := list.item(j)
			r.servicePort(tree.Item(refs, j), &backend, diag.BackendPortMissing)
		}
	}
}

// tlsHostnames reviews L4-01.
func (r *reviewer) tlsHostnames(spec object) {
	var ip, name, wildcard bool
	for _, h := range tree.List(spec, "hostnames") {
		host, _ := h.(string)
		if _, err := netip.ParseAddr(host); err == nil {
			ip = true
		}
		if strings.Contains(host, "*") {
			rest, ok := strings.CutPrefix(host, "*.")
			wildcard = wildcard || !ok || !schema.DNS.Match(rest)
		} else {
			name = name || !schema.DNS.Match(host)
		}
	}
	if ip {
		r.refuse(diag.TLSHostnames, "spec.hostnames", "Hostnames cannot contain an IP")
	}
	if name {
		r.refuse(diag.TLSHostnames, "spec.hostnames", "Hostnames must be valid based on RFC-1123")
	}
	if wildcard {
		r.refuse(diag.TLSHostnames, "spec.hostnames", "Wildcards on hostnames must be the first label, and the rest of hostname must be valid based on RFC-1123")
	}
}
