package inbound

import "testing"

const (
	saType = "\n---\napiVersion: policy.linkerd.io/v1beta1\nkind: ServerAuthorization\n"
	apType = "\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\n"
	mtType = "\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: MeshTLSAuthentication\n"
	naType = "\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: NetworkAuthentication\n"

	curlShop = "curl.shop.serviceaccount.identity.linkerd.cluster.local"
	curlOps  = "curl.ops.serviceaccount.identity.linkerd.cluster.local"
)

// authorized runs a case of which only the authorizations of 8080 matter.
func authorized(t *testing.T, name, text, want string) {
	t.Helper()
	w := build(t, text, chart(), nil)
	table, err := w.program.Inbound("shop", "web", 8080)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got := authorizationTexts(table.Authorizations); got != want {
		t.Errorf("%s:\n got  %s\n want %s", name, got, want)
	}
}

// spec/inbound.md §10.3.
func TestSpecServerAuthorizations(t *testing.T) {
	sa := func(server, client string) string {
		return ws + saType + "metadata: {name: a, namespace: shop}\nspec: {server: " + server + ", client: " + client + "}\n"
	}
	byName := func(client string) string { return sa("{name: web-http}", client) }
	a := " | serverauthorization/a: "

	authorized(t, "T58", byName("{unauthenticated: true}"), a+"any @ "+cnets)
	authorized(t, "T59", sa("{selector: {matchLabels: {tier: front}}}", `{networks: [{cidr: 0.0.0.0/0, except: [10.1.0.0/16, 10.2.3.4]}], meshTLS: {identities: ["*"]}}`),
		a+"* @ 0.0.0.0/0-10.1.0.0/16-10.2.3.4/32")
	authorized(t, "T60", byName(`{meshTLS: {identities: ["x.y", "*.shop.serviceaccount.identity.linkerd.cluster.local"], serviceAccounts: [{name: a}, {name: b, namespace: ops}]}}`),
		a+"x.y,a.shop.serviceaccount.identity.linkerd.cluster.local,b.ops.serviceaccount.identity.linkerd.cluster.local,*.shop.serviceaccount.identity.linkerd.cluster.local @ "+cnets)
	authorized(t, "T61", byName("{meshTLS: {unauthenticatedTLS: true}}"), a+"tls @ "+cnets)
	authorized(t, "unauthenticated first", byName("{unauthenticated: true, meshTLS: {unauthenticatedTLS: true}}"), a+"any @ "+cnets)
	for _, client := range []string{"{}", "{meshTLS: {}}", "{meshTLS: {identities: []}}"} {
		authorized(t, "T62 "+client, byName(client), "")
	}
	authorized(t, "T63", sa("{selector: {}}", "{unauthenticated: true}"), a+"any @ "+cnets)
	authorized(t, "no selector", sa("{}", "{unauthenticated: true}"), a+"any @ "+cnets)
	authorized(t, "T64", edit(t, byName("{unauthenticated: true}"), "name: a, namespace: shop", "name: a, namespace: other"), "")
	authorized(t, "bad CIDR", byName("{unauthenticated: true, networks: [{cidr: 10.0.0.0/33}]}"), "")

	w := build(t, edit(t, sa("{selector: {}}", "{unauthenticated: true}"), fixtureS, ""), chart(), nil)
	if table, _ := w.program.Inbound("shop", "web", 8080); authorizationTexts(table.Authorizations) != " | all-unauthenticated: any @ "+nets {
		t.Errorf("T65: a ServerAuthorization reached a default server: %s", fact(table))
	}
}

// spec/inbound.md §10.4.
func TestSpecAuthorizationPolicies(t *testing.T) {
	const (
		target = "{group: policy.linkerd.io, kind: Server, name: web-http}"
		refMT  = "{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ids}"
		refNA  = "{group: policy.linkerd.io, kind: NetworkAuthentication, name: nets}"
		refSA  = "{kind: ServiceAccount, name: curl}"
	)
	fixture := ws +
		naType + "metadata: {name: nets, namespace: shop}\nspec: {networks: [{cidr: 192.0.2.7}, {cidr: 10.0.0.0/8, except: [10.3.0.0/16]}]}" +
		mtType + "metadata: {name: ids, namespace: shop}\nspec: {identities: [\"spiffe://td/x\", \"*.example.com\"]}" +
		mtType + "metadata: {name: ids, namespace: auth}\nspec: {identities: [far]}"
	ap := func(target, refs string) string {
		return fixture + apType + "metadata: {name: p, namespace: shop}\nspec: {targetRef: " + target + ", requiredAuthenticationRefs: [" + refs + "]}\n"
	}
	const (
		p       = " | authorizationpolicy/p: "
		network = "192.0.2.7/32,10.0.0.0/8-10.3.0.0/16"
		ids     = "spiffe://td/x,*.example.com"
	)

	authorized(t, "T66", ap(target, refNA+", "+refMT), p+ids+" @ "+network)
	authorized(t, "T67", ap(target, refMT), p+ids+" @ "+nets)
	authorized(t, "T68", ap(target, refNA), p+"any @ "+network)
	authorized(t, "T69", ap(target, ""), p+"any @ "+nets)
	authorized(t, "T70", ap(target, refSA)+apType+"metadata: {name: q, namespace: shop}\nspec: {targetRef: "+target+", requiredAuthenticationRefs: [{kind: ServiceAccount, name: curl, namespace: ops}]}",
		p+curlShop+" @ "+nets+" | authorizationpolicy/q: "+curlOps+" @ "+nets)
	authorized(t, "T71", ap(target, "{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: nope}"), "")
	authorized(t, "T72 identities", ap(target, refMT+", "+refSA), "")
	authorized(t, "T72 networks", ap(target, refNA+", "+refNA), "")
	authorized(t, "T73", ap(target, "{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ids, namespace: auth}"), p+"far @ "+nets)
	authorized(t, "empty namespace", ap(target, `{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ids, namespace: ""}`), "")
	authorized(t, "empty namespace of an account", ap(target, `{kind: ServiceAccount, name: curl, namespace: ""}`),
		p+"curl..serviceaccount.identity.linkerd.cluster.local @ "+nets)

	refs := func(list string) string {
		return edit(t, ap(target, refMT), `{identities: ["spiffe://td/x", "*.example.com"]}`, "{identityRefs: ["+list+"]}")
	}
	authorized(t, "T74", refs("{kind: Namespace, name: ops}, {kind: serviceaccount, name: job}"),
		p+"job.shop.serviceaccount.identity.linkerd.cluster.local,*.ops.serviceaccount.identity.linkerd.cluster.local @ "+nets)
	authorized(t, "T75", refs("{kind: ServiceAccount, name: a}, {kind: Deployment, group: apps, name: b}"), "")
	authorized(t, "T77", ap("{kind: Server, name: web-http}", refSA), "")
	authorized(t, "T78", ap("{group: policy.linkerd.io, kind: server, name: web-http}", refSA), p+curlShop+" @ "+nets)
	authorized(t, "T78b", ap("{group: policy.linkerd.io, kind: Server, name: Web-Http}", refSA), "")
	authorized(t, "unsupported requirement", ap(target, "{kind: Pod, name: x}"), "")
	authorized(t, "T79", edit(t, ap(target, refSA), "proxyProtocol: HTTP/1", "proxyProtocol: HTTP/1, accessPolicy: audit"),
		p+curlShop+" @ "+nets+" | audit: any @ "+nets)
	authorized(t, "T80", edit(t, ap(target, refSA), "name: p,", "name: x,")+saType+"metadata: {name: x, namespace: shop}\nspec: {server: {name: web-http}, client: {unauthenticated: true}}",
		" | authorizationpolicy/x: "+curlShop+" @ "+nets+" | serverauthorization/x: any @ "+cnets)
}

// spec/inbound.md §10.4, T76: a Namespace target reaches Servers, never default servers.
func TestSpecNamespacePolicy(t *testing.T) {
	second := edit(t, fixtureS, "name: web-http", "name: rpc", "port: http, p", "port: rpc, p")
	policy := apType + "metadata: {name: p, namespace: shop}\nspec: {targetRef: {kind: Namespace, name: shop}, requiredAuthenticationRefs: [{kind: ServiceAccount, name: curl}]}"
	const p = " | authorizationpolicy/p: " + curlShop + " @ " + nets
	runSpec(t, []specCase{{name: "T76", text: ws + second + policy, ports: map[uint32]string{
		8080: "server web-http http1[default " + probe + "]" + p,
		9090: "server rpc http1[default]" + p,
		1:    "default all-unauthenticated detect[default] | all-unauthenticated: any @ " + nets,
	}}})
}
