package crd

import (
	. "routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// matchesPerRule is how many matches a rule may have.
func (b Bundle) matchesPerRule(http bool) int {
	if b.Minor >= 3 || http && b.Minor >= 2 {
		return 64
	}
	return 8
}

// headerValue is the text of a header in a filter; printable tells whether the kind's
// newest experimental schema narrows it.
func (b Bundle) headerValue() *Schema {
	v := Text(1, 4096)
	if b.from(0, 5) {
		v.Matching(Printable)
	}
	return v
}

// routeSpec is what the specs of all Gateway API routes have in common.
func (b Bundle) routeSpec(fields ...Field) *Schema {
	spec := []Field{Optional("parentRefs", parents(manifest.GatewayGroup, port()))}
	if b.from(0, 4) {
		spec = append(spec, Optional("useDefaultGateways", OneOf("All", "None")))
	}
	return Fields(append(spec, fields...)...)
}

// ruleName is the field "name" of a rule, where the bundle has it.
func (b Bundle) ruleName() []Field {
	if !b.from(4, 2) {
		return nil
	}
	return []Field{Optional("name", Text(1, 253).Matching(DNS).Coded(diag.RuleNameRefused))}
}

// sessionPersistence is SESS, where the bundle has it. Bundle 1.7 named its parts anew.
func (b Bundle) sessionPersistence() []Field {
	if !b.Experimental {
		return nil
	}
	lifetime := Defaulted("lifetimeType", OneOf("Permanent", "Session"), "Session")
	session := []Field{
		Optional("absoluteTimeout", duration()),
		Defaulted("type", OneOf("Cookie", "Header"), "Cookie"),
	}
	if b.Minor < 7 {
		session = append(session, Optional("sessionName", Text(0, 128)), Optional("cookieConfig", Fields(lifetime)))
	} else {
		name := Text(1, 256).Matching(Token)
		session = append(session,
			Optional("cookie", Fields(Optional("name", name), Defaulted("path", Text(0, 1024), "/"), lifetime)),
			Optional("header", Fields(Required("name", name))))
	}
	if b.Minor < 6 {
		session = append(session, Optional("idleTimeout", duration()))
	}
	return []Field{Optional("sessionPersistence", Fields(session...).Coded(diag.SessionRefused))}
}

func (b Bundle) mirror() *Schema {
	fields := []Field{Required("backendRef", Fields(ref()...))}
	if b.from(3, 2) {
		fields = append(fields,
			Optional("percent", Int(Int32).Between(0, 100)),
			Optional("fraction", Fields(
				Required("numerator", Int(Int32).NoLess(0)),
				Defaulted("denominator", Int(Int32).NoLess(1), int64(100)),
			)))
	}
	return Fields(fields...).Coded(diag.MirrorRefused)
}

// grpcFilters is F of GRPCRoute.
func (b Bundle) grpcFilters() *Schema {
	return List(16, Fields(
		Required("type", OneOf("ResponseHeaderModifier", "RequestHeaderModifier", "RequestMirror", "ExtensionRef")),
		Optional("requestHeaderModifier", headerFilter(b.headerValue(), true)),
		Optional("responseHeaderModifier", headerFilter(b.headerValue(), true)),
		Optional("requestMirror", b.mirror()),
		Optional("extensionRef", extension()),
	)).Coded(diag.FilterTypeRefused)
}

func (b Bundle) grpcRoute() *Schema {
	rule := []Field{
		Optional("matches", List(b.matchesPerRule(false), Fields(
			Optional("method", Fields(
				Defaulted("type", OneOf("Exact", "RegularExpression"), "Exact"),
				Optional("service", Text(0, 1024)),
				Optional("method", Text(0, 1024)),
			).Coded(diag.MethodMatchMalformed)),
			Optional("headers", valueMatches(Text(1, 256).Matching(Token), Text(1, 4096))),
		)).Coded(diag.RouteTooLarge)),
		Optional("filters", b.grpcFilters()),
		Optional("backendRefs", backends(b.grpcFilters())),
	}
	rule = append(rule, b.ruleName()...)
	rule = append(rule, b.sessionPersistence()...)
	return b.routeSpec(
		Optional("hostnames", hostnames(16)),
		Optional("rules", List(16, Fields(rule...)).Coded(diag.RouteTooLarge)),
	)
}

// httpFilters is F of HTTPRoute.
func (b Bundle) httpFilters() *Schema {
	codes := []int64{301, 302}
	if b.Minor >= 5 {
		codes = []int64{301, 302, 303, 307, 308}
	}
	types := []string{"RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite", "ExtensionRef"}
	bodies := []Field{
		Optional("requestHeaderModifier", headerFilter(b.headerValue(), true)),
		Optional("responseHeaderModifier", headerFilter(b.headerValue(), true)),
		Optional("requestMirror", b.mirror()),
		Optional("requestRedirect", redirect(codes...)),
		Optional("urlRewrite", Fields(
			Optional("hostname", Text(1, 253).Matching(DNS)),
			Optional("path", replacePath()),
		).Coded(diag.RedirectMalformed)),
		Optional("extensionRef", extension()),
	}
	if b.from(5, 3) {
		types = append(types, "CORS")
		bodies = append(bodies, Optional("cors", b.cors()))
	}
	if b.from(0, 4) {
		types = append(types, "ExternalAuth")
		bodies = append(bodies, Optional("externalAuth", b.externalAuth()))
	}
	fields := append([]Field{Required("type", OneOf(types...))}, bodies...)
	return List(16, Fields(fields...)).Coded(diag.FilterTypeRefused)
}

func (b Bundle) httpRoute() *Schema {
	headerMatch := Text(1, 4096)
	if b.from(0, 5) {
		headerMatch.Matching(Printable)
	}
	rule := []Field{
		Defaulted("matches", httpMatches(b.matchesPerRule(true), headerMatch, Text(1, 256).Matching(Token)), anyMatch()),
		Optional("filters", b.httpFilters()),
		Optional("backendRefs", backends(b.httpFilters())),
	}
	if b.from(2, 1) {
		rule = append(rule, Optional("timeouts", Fields(
			Optional("request", duration()),
			Optional("backendRequest", duration()),
		).Coded(diag.TimeoutMalformed)))
	}
	if b.from(7, 2) {
		rule = append(rule, Optional("retry", b.retry()))
	}
	rule = append(rule, b.ruleName()...)
	rule = append(rule, b.sessionPersistence()...)
	rules := List(16, Fields(rule...)).Coded(diag.RouteTooLarge)
	if b.Minor >= 5 {
		rules.AtLeast(1)
	}
	return b.routeSpec(
		Optional("hostnames", hostnames(16)),
		Defaulted("rules", rules, anyRule()),
	)
}

func (b Bundle) retry() *Schema {
	attempts, codes := Optional("attempts", Int(NoFormat)), List(0, Int(NoFormat).Between(400, 599))
	if b.Minor >= 6 {
		attempts.Schema.NoLess(1)
		codes.Set()
	}
	if b.Minor >= 7 {
		attempts = Defaulted("attempts", Int(NoFormat).NoLess(0), int64(1))
	}
	return Fields(
		attempts,
		Optional("backoff", duration()),
		Optional("codes", codes),
	).Coded(diag.RetryMalformed)
}

// l4Route is TLSRoute, with hostnames, and TCPRoute; version is the one of the request.
func (b Bundle) l4Route(tls bool, version string) *Schema {
	backendRefs := Optional("backendRefs", backends(nil).AtLeast(1))
	backendRefs.Required = b.Minor >= 4
	rules := List(16, Fields(append([]Field{backendRefs}, b.l4RuleName()...)...)).AtLeast(1).Coded(diag.L4RulesRefused)
	if version != "v1alpha2" {
		rules.MaxItems = 1
	}
	fields := []Field{Required("rules", rules)}
	if tls {
		most := 16
		if b.Minor >= 6 {
			most = 1024
		}
		hosts := Optional("hostnames", hostnames(most).Coded(diag.TLSHostnames))
		if version != "v1alpha2" {
			hosts.Required = true
			hosts.Schema.AtLeast(1)
		}
		fields = append(fields, hosts)
	}
	return b.routeSpec(fields...)
}

// l4RuleName is the name of a rule of a TLSRoute or TCPRoute: it came to both channels
// with the experimental one.
func (b Bundle) l4RuleName() []Field {
	if b.Minor < 2 {
		return nil
	}
	return []Field{Optional("name", Text(1, 253).Matching(DNS).Coded(diag.RuleNameRefused))}
}
