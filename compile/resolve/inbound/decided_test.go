package inbound

import (
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	emit "routec.dev/routec/emit/inbound"
	"routec.dev/routec/ir"
)

func originsText(list []ir.Origin) string {
	var out []string
	for _, o := range list {
		s := o.Object.Kind + "/" + o.Object.Name
		if o.Place.Field != "" {
			s += ":" + o.Place.Field
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// Every table names what decided it; one that only repeats the mesh's defaults names nothing.
func TestDecidedBy(t *testing.T) {
	annotated := edit(t, fixtureW, "{labels: {app: web}}", `{labels: {app: web}, annotations: {config.linkerd.io/opaque-ports: "9090", config.linkerd.io/proxy-require-identity-inbound-ports: "8080"}}`,
		"enabled}", "enabled, config.linkerd.io/default-inbound-policy: cluster-unauthenticated}")
	governed := ws +
		naType + "metadata: {name: nets, namespace: shop}\nspec: {networks: [{cidr: 192.0.2.7}]}" +
		apType + "metadata: {name: p, namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web-http}, requiredAuthenticationRefs: [{group: policy.linkerd.io, kind: NetworkAuthentication, name: nets}]}" +
		apType + "metadata: {name: q, namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: api}, requiredAuthenticationRefs: []}" +
		saType + "metadata: {name: a, namespace: shop}\nspec: {server: {name: web-http}, client: {unauthenticated: true}}" +
		hrType + "metadata: {name: api, namespace: shop}\nspec: {parentRefs: " + toServer + "}" +
		"\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: HTTPLocalRateLimitPolicy\nmetadata: {name: rl, namespace: shop}\nspec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web-http}}"
	const template = "Deployment/web:spec.template.metadata.annotations"
	for _, c := range []struct {
		name, text string
		port       uint32
		want       string
	}{
		{"defaults", fixtureW, 8080, ""},
		{"default opaque port", edit(t, fixtureW, "9090}", "3306}"), 3306, ""},
		{"policy of the Namespace", annotated, 4191, "Namespace/shop:metadata.annotations[config.linkerd.io/default-inbound-policy]"},
		{"identity", annotated, 8080, "Namespace/shop:metadata.annotations[config.linkerd.io/default-inbound-policy] " + template + "[config.linkerd.io/proxy-require-identity-inbound-ports]"},
		{"opaque", annotated, 9090, "Namespace/shop:metadata.annotations[config.linkerd.io/default-inbound-policy] " + template + "[config.linkerd.io/opaque-ports]"},
		{"bad policy", edit(t, fixtureW, "enabled}", "enabled, config.linkerd.io/default-inbound-policy: x}"), 1, ""},
		{"a Server", ws, 8080, "Server/web-http"},
		{"all at once", governed, 8080, "Server/web-http AuthorizationPolicy/p NetworkAuthentication/nets ServerAuthorization/a HTTPRoute/api AuthorizationPolicy/q HTTPLocalRateLimitPolicy/rl"},
	} {
		w := build(t, c.text, chart(), nil)
		table, err := w.program.Inbound("shop", "web", c.port)
		if got := originsText(table.DecidedBy); err != nil || got != c.want {
			t.Errorf("%s:\n got  %s\n want %s", c.name, got, c.want)
		}
	}
}

// The order of documents decides nothing: neither tables, nor their order, nor findings.
func TestOrderOfDocuments(t *testing.T) {
	docs := strings.Split(ws, "\n---\n")
	for _, name := range []string{"c", "a", "b"} {
		docs = append(docs,
			strings.TrimPrefix(edit(t, fixtureS, "name: web-http", "name: "+name), "\n---\n"),
			strings.TrimPrefix(apType, "\n---\n")+"metadata: {name: "+name+", namespace: shop}\nspec: {targetRef: {kind: Namespace, name: shop}, requiredAuthenticationRefs: [{kind: ServiceAccount, name: "+name+"}]}",
			strings.TrimPrefix(saType, "\n---\n")+"metadata: {name: "+name+", namespace: shop}\nspec: {server: {selector: {}}, client: {unauthenticated: true}}",
			strings.TrimPrefix(hrType, "\n---\n")+"metadata: {name: "+name+", namespace: shop}\nspec: {parentRefs: [{kind: Server, name: a}]}",
			"apiVersion: v1\nkind: Pod\nmetadata: {name: pod-"+name+", namespace: shop, labels: {app: web}}\nspec: {containers: [{name: x, image: x, ports: [{name: http, containerPort: 80}]}]}",
		)
	}
	join := func() string { return strings.Join(docs, "\n---\n") }
	want := build(t, join(), chart(), nil)
	for seed := range uint64(20) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		got := build(t, join(), chart(), nil)
		if a, b := strings.Fields(got.codes()), strings.Fields(want.codes()); len(a) != len(b) {
			t.Fatalf("seed %d: %v, first %v", seed, a, b)
		}
		for i, w := range want.program.Workloads {
			g := got.program.Workloads[i]
			if g.Ref != w.Ref || len(g.Tables) != len(w.Tables) {
				t.Fatalf("seed %d: %v has %d tables, %v %d", seed, g.Ref, len(g.Tables), w.Ref, len(w.Tables))
			}
			for j := range w.Tables {
				if !proto.Equal(emit.Server(g.Tables[j]), emit.Server(w.Tables[j])) || originsText(g.Tables[j].DecidedBy) != originsText(w.Tables[j].DecidedBy) {
					t.Errorf("seed %d: %v port %d differs", seed, w.Ref, w.Tables[j].Port)
				}
			}
		}
	}
}
