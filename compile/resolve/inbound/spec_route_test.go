package inbound

import "testing"

const (
	hrType = "\n---\napiVersion: policy.linkerd.io/v1beta3\nkind: HTTPRoute\n"
	ghType = "\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
	grType = "\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\n"

	toServer  = "[{kind: Server, name: web-http}]"
	toServerG = "[{group: policy.linkerd.io, kind: Server, name: web-http}]"
)

// routed runs a case of which only the routes of 8080 matter.
func routed(t *testing.T, name, text, want string) {
	t.Helper()
	w := build(t, text, chart(), nil)
	table, err := w.program.Inbound("shop", "web", 8080)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got := ""
	for _, r := range table.Routes {
		got += " " + routeText(r)
	}
	if got != want {
		t.Errorf("%s:\n got  %s\n want %s", name, got, want)
	}
}

// spec/inbound.md §10.5.
func TestSpecRoutes(t *testing.T) {
	route := func(kind, name, parents, rest string) string {
		return kind + "metadata: {name: " + name + ", namespace: shop}\nspec: {parentRefs: " + parents + rest + "}\n"
	}
	hr := func(rest string) string { return ws + route(hrType, "api", toServer, rest) }
	ghr := func(rest string) string { return ws + route(ghType, "api", toServerG, rest) }
	const (
		def  = " default " + probe
		all  = "p/HTTPRoute/api{prefix /}"
		api  = " p/HTTPRoute/api{prefix /}"
		rich = `, hostnames: ["*.shop.example", "x.example"], rules: [{matches: [{path: {type: Exact, value: /a}, method: POST, headers: [{name: X-A, value: "1"}], queryParams: [{name: q, type: RegularExpression, value: "[0-9]+"}]}]}]`
	)
	rule := func(match string) string { return ", rules: [{matches: [" + match + "]}]" }
	filter := func(list string) string { return ", rules: [{filters: [" + list + "]}]" }

	routed(t, "T81", hr(rich), " p/HTTPRoute/api{host *.shop.example; host x.example; POST exact /a header x-a=1 query q=[0-9]+}")
	routed(t, "T82", ws+route(ghType, "api", toServer, ""), def)
	routed(t, "T83", ghr(""), " g/HTTPRoute/api{prefix /}")
	routed(t, "T84", ws+route(hrType, "api", "[{name: web-http}]", ""), def)
	routed(t, "T85", hr(rule("{method: GET}")), " p/HTTPRoute/api{GET prefix /}")
	routed(t, "T86", hr(", rules: [{matches: []}]"), " p/HTTPRoute/api{}")
	routed(t, "T87", ws+route(hrType, "api", "[{kind: Server, name: web-http}, {kind: Server, name: other, sectionName: s}]", ""), def)
	routed(t, "T88", edit(t, ws+route(hrType, "api", "[{kind: Server, name: web-http, namespace: shop}]", ""), "name: api, namespace: shop", "name: api, namespace: ops"), def)
	routed(t, "own namespace", ws+route(hrType, "api", "[{kind: Server, name: web-http, namespace: shop}]", ""), api)
	three := ws + route(hrType, "b", toServer, "") + route(hrType, "a", toServer, "") + route(ghType, "b", toServerG, "")
	routed(t, "T89", three, " p/HTTPRoute/a{prefix /} g/HTTPRoute/b{prefix /} p/HTTPRoute/b{prefix /}")
	aged := edit(t, three, "{name: b,", `{creationTimestamp: "2024-01-02T00:00:00Z", name: b,`, "gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: b,",
		"gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {creationTimestamp: \"2024-01-01T00:00:00Z\", name: b,")
	routed(t, "T90", aged, " g/HTTPRoute/b{prefix /} p/HTTPRoute/b{prefix /} p/HTTPRoute/a{prefix /}")
	ap := apType + "metadata: {name: p, namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: API}, requiredAuthenticationRefs: [{kind: ServiceAccount, name: curl}]}"
	routed(t, "T91", hr("")+ap, " p/HTTPRoute/api{prefix / | authorizationpolicy/p: "+curlShop+" @ "+nets+"}")
	routed(t, "T92", edit(t, hr("")+ap, "{group: policy.linkerd.io, kind: HTTPRoute", "{group: gateway.networking.k8s.io, kind: HTTPRoute"), api)
	routed(t, "T93", hr("")+route(grType, "g", toServerG, ", rules: []"), def)
	routed(t, "T94", hr("")+edit(t, route(grType, "g", "[{group: policy.linkerd.io, kind: Server, name: web-http, namespace: shop}]", ""), "name: g, namespace: shop", "name: g, namespace: ops"), def)
	routed(t, "T94 section", hr("")+route(grType, "g", "[{group: policy.linkerd.io, kind: Server, name: web-http, sectionName: s}]", ""), def)
	routed(t, "T94b bypassed", hr("")+route(grType, "g", toServerG, ", rules: [{matches: [{method: {type: RegularExpression, service: x}}]}]"), def)
	for _, kind := range []string{"TLSRoute", "TCPRoute"} {
		routed(t, "T95 "+kind, hr("")+"\n---\napiVersion: gateway.networking.k8s.io/v1alpha2\nkind: "+kind+"\nmetadata: {name: l4, namespace: shop}\nspec: {parentRefs: "+toServerG+", hostnames: [x.example], rules: [{backendRefs: [{name: x, port: 1}]}]}\n", api)
	}
	routed(t, "T96", ghr(filter("{type: URLRewrite, urlRewrite: {hostname: x.example}}")), def)
	routed(t, "T97", ghr(filter("{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [X]}}, {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-B, value: v}]}}")),
		" g/HTTPRoute/api{prefix / modify x-b=v}")
	routed(t, "T98", hr(filter("{type: RequestRedirect, requestRedirect: {scheme: https, path: {type: ReplaceFullPath, replaceFullPath: /n}}}")),
		" p/HTTPRoute/api{prefix / redirect https /n 302}")
	routed(t, "T99", hr(rule(`{path: {type: RegularExpression, value: "/items/{id}"}}`)), def)
	routed(t, "T100", hr(rule(`{path: {type: RegularExpression, value: "/items/[^/]+"}}`)), " p/HTTPRoute/api{regex /items/[^/]+}")
	grpc := edit(t, hr(""), "proxyProtocol: HTTP/1", "proxyProtocol: gRPC")
	routed(t, "T101", grpc+route(grType, "g", toServerG, ", rules: [{matches: [{method: {service: pkg.S}}]}, {matches: [{headers: [{name: H, value: v}]}]}]"),
		" g/GRPCRoute/g{rpc pkg.S/; header h=v}")
	routed(t, "T102", grpc+route(grType, "g", toServerG, ""), " g/GRPCRoute/g{}")
	routed(t, "T103", edit(t, hr(""), "proxyProtocol: HTTP/1", "proxyProtocol: opaque"), "")
	routed(t, "T104", hr("")+route(ghType, "api", toServerG, ""), " g/HTTPRoute/api{prefix /} "+all)
}

// spec/inbound.md §10.6.
func TestSpecRateLimits(t *testing.T) {
	limit := func(name, rest string) string {
		return "\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: HTTPLocalRateLimitPolicy\nmetadata: {name: " + name + ", namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web-http}" + rest + "}\n"
	}
	total := func(name, n string) string { return limit(name, ", total: {requestsPerSecond: "+n+"}") }
	rl := limit("rl", ", total: {requestsPerSecond: 100}, identity: {requestsPerSecond: 20}, overrides: [{requestsPerSecond: 50, clientRefs: [{kind: ServiceAccount, name: curl}, {kind: ServiceAccount, name: curl, namespace: ops}]}]")
	const (
		owned = "server web-http http1[default " + probe + "]"
		full  = " limit rl total 100 identity 20 50 for " + curlShop + "," + curlOps
	)
	runSpec(t, []specCase{
		{name: "T105", text: ws + rl, ports: map[uint32]string{8080: owned + full, 9090: "default all-unauthenticated detect[default] | all-unauthenticated: any @ " + nets}},
		{name: "T106", text: ws + total("z", "1") + total("w", "2"), ports: map[uint32]string{8080: owned + " limit w total 2"}},
		{name: "T107", text: edit(t, ws+total("z", "1")+total("w", "2"), "{name: z,", `{creationTimestamp: "2024-01-01T00:00:00Z", name: z,`), ports: map[uint32]string{8080: owned + " limit z total 1"}},
		{name: "T108 unknown", text: edit(t, ws+rl, "HTTP/1", "unknown"), ports: map[uint32]string{8080: "server web-http detect[default " + probe + "]" + full}},
		{name: "T108 gRPC", text: edit(t, ws+rl, "HTTP/1", "gRPC"), ports: map[uint32]string{8080: "server web-http grpc[default]"}},
		{name: "T109", text: edit(t, ws+rl, "{group: policy.linkerd.io, kind: Server, name: web-http}", "{kind: Server, name: web-http}"), ports: map[uint32]string{8080: owned}},
		{name: "T110", text: ws + limit("a", ", overrides: [{requestsPerSecond: 1, clientRefs: [{kind: Group, name: x}]}]") + total("b", "1"), ports: map[uint32]string{8080: owned}},
		{name: "no clients", text: ws + limit("a", ", overrides: [{requestsPerSecond: 1, clientRefs: []}]"), ports: map[uint32]string{8080: owned + " limit a 1 for "}},
	})
}

// Statuses of rate limits: the first of a target is accepted, whether or not it converts.
func TestRateLimitStatuses(t *testing.T) {
	limit := func(name, target string) string {
		return "\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: HTTPLocalRateLimitPolicy\nmetadata: {name: " + name + ", namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: " + target + "}}\n"
	}
	w := build(t, ws+limit("b", "server, name: web-http")+limit("a", "Server, name: web-http")+limit("c", "Server, name: nope")+limit("d", "HTTPRoute, name: web-http"), chart(), nil)
	want := map[string]string{"a": "Accepted", "b": "RateLimitReasonAlreadyExists", "c": "NoMatchingTarget", "d": ""}
	for _, s := range w.program.Statuses {
		reason := ""
		if len(s.Conditions) > 0 {
			reason = s.Conditions[0].Reason
			if s.Target == nil || s.Target.Kind != "Server" || s.Target.Group != "policy.linkerd.io" {
				t.Errorf("%s: target %v", s.Object.Name, s.Target)
			}
		}
		if reason != want[s.Object.Name] {
			t.Errorf("%s: %q, want %q", s.Object.Name, reason, want[s.Object.Name])
		}
	}
}
