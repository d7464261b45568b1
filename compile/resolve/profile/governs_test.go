package profile_test

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

// T38–T65 of spec/profiles.md §9: from manifests to who governs, and what is said of it.
func TestGovernance(t *testing.T) {
	const hosts = `  hostnames: []`
	withProtocol := func(p string) string { return service("", ports("{port: 80, appProtocol: "+p+"}")) }
	annotated := func(value string) string {
		return service(fmt.Sprintf("annotations: {config.linkerd.io/opaque-ports: %q}", value), "")
	}
	http := route("HTTPRoute", "ns", "")
	for _, c := range []struct {
		name      string
		manifests []string
		port      uint16
		client    string
		want      string // wire: HTTP, opaque, TLS
		findings  string
	}{
		{"T48", []string{service("", ""), sp("ns", routeA), http}, 80, "cli", "detect: ServiceProfile OutboundPolicy -", "RC4201 "},
		{"T49", []string{service("", ""), sp("ns", "retryBudget: {retryRatio: 1, minRetriesPerSecond: 1, ttl: 10s}"), http}, 80, "cli", "detect: OutboundPolicy OutboundPolicy -", "RC4104 spec"},
		{"T50", []string{service("", ""), sp("ns", "routes: [{name: a, condition: {pathRegex: '(('}}]"), http}, 80, "cli", "detect: OutboundPolicy OutboundPolicy -", "RC4104 spec; RC4004 spec.routes[0].condition.pathRegex"},
		{"T51", []string{service("", ""), sp("ns", "routes: [{name: a, condition: {any: [{pathRegex: '(('}]}}]"), http}, 80, "cli", "detect: ServiceProfile OutboundPolicy -", "RC4004 spec.routes[0].condition.any[0].pathRegex; RC4201 "},
		{"T53", []string{service("", ""), sp("ns", "dstOverrides: [{authority: 'web.ns.svc.cluster.local:80', weight: 1}]"), http}, 80, "cli", "detect: ServiceProfile ServiceProfile -", "RC4201 "},
		{"T54", []string{service("", ""), sp("ns", routeA), route("GRPCRoute", "ns", "")}, 80, "cli", "http2: ServiceProfile - -", "RC4201 ; RC4204 "},
		{"T55", []string{service("", ""), sp("ns", routeA), route("TLSRoute", "ns", hosts)}, 80, "cli", "tls: - - OutboundPolicy", "RC4203 spec"},
		{"T56", []string{service("", ""), sp("ns", "dstOverrides: [{authority: 'web.ns.svc.cluster.local:80', weight: 1}]"), route("TCPRoute", "ns", "")}, 80, "cli", "opaque: - ServiceProfile -", "RC4201 "},
		{"T57", []string{service("", ""), sp("ns", routeA), route("TCPRoute", "ns", "")}, 80, "cli", "opaque: - OutboundPolicy -", "RC4203 spec"},
		{"T58", []string{withProtocol("grpc"), sp("ns", routeA)}, 80, "cli", "opaque: - OutboundPolicy -", "RC4203 spec"},
		{"T59", []string{withProtocol("kubernetes.io/h2c"), sp("ns", routeA)}, 80, "cli", "http2: ServiceProfile - -", ""},
		{"T59 with a GRPCRoute", []string{withProtocol("kubernetes.io/h2c"), sp("ns", routeA), route("GRPCRoute", "ns", "")}, 80, "cli", "http2: ServiceProfile - -", "RC4201 "},
		{"T60", []string{service("", ""), sp("ns", routeA), http, route("HTTPRoute", "cli", "")}, 80, "cli", "detect: ServiceProfile OutboundPolicy -", "RC4201 ; RC4201 "},
		{"T61 opt-out", []string{service("", ""), sp("ns", routeA), sp("cli", ""), http, route("HTTPRoute", "cli", "")}, 80, "cli", "detect: OutboundPolicy OutboundPolicy -", "RC4103 metadata.namespace; RC4201 "},
		{"T61 others", []string{service("", ""), sp("ns", routeA), sp("cli", ""), http, route("HTTPRoute", "cli", "")}, 80, "other", "detect: ServiceProfile OutboundPolicy -", "RC4103 metadata.namespace; RC4201 "},
		{"T62 client", []string{service("", ""), sp("cli", routeA), http}, 80, "cli", "detect: ServiceProfile OutboundPolicy -", "RC4201 "},
		{"T62 others", []string{service("", ""), sp("cli", routeA), http}, 80, "other", "detect: OutboundPolicy OutboundPolicy -", "RC4201 "},
		{"T63", []string{service("annotations: {retry.linkerd.io/http: 5xx, balancer.linkerd.io/failure-accrual: consecutive}", ""), sp("ns", routeA)}, 80, "cli",
			"detect: ServiceProfile OutboundPolicy -", "RC4202 metadata.annotations[balancer.linkerd.io/failure-accrual]"},
		{"T64", []string{service("", "clusterIP: 192.0.2.1, clusterIPs: [192.0.2.1], ports: [{port: 80}]"), sp("ns", routeA), http}, 80, "cli", "detect: OutboundPolicy OutboundPolicy -", "RC4105 metadata.name"},

		{"T38", []string{annotated("80,90-92"), sp("ns", routeA)}, 80, "cli", "opaque: - OutboundPolicy -", "RC4203 spec"},
		{"T40", []string{service("annotations: {config.linkerd.io/opaque-ports: db}", ports("{name: db, port: 90}, {name: http, port: 80}"))}, 90, "cli", "opaque: - OutboundPolicy -",
			"RC4205 metadata.annotations[config.linkerd.io/opaque-ports]"},
		{"T40 with a GRPCRoute", []string{annotated(" "), route("GRPCRoute", "ns", "")}, 80, "cli", "opaque: - nothing -",
			"RC4206 metadata.annotations[config.linkerd.io/opaque-ports]"},
		{"T41", []string{annotated(" ")}, 80, "cli", "opaque: - OutboundPolicy -", "RC4205 metadata.annotations[config.linkerd.io/opaque-ports]"},
		{"T43", []string{annotated("foo, 90-80, 80 , 5-")}, 80, "cli", "opaque: - OutboundPolicy -", "RC4205 metadata.annotations[config.linkerd.io/opaque-ports]"},
		{"spaces in a range", []string{annotated("80 - 90")}, 80, "cli", "opaque: - OutboundPolicy -", "RC4205 metadata.annotations[config.linkerd.io/opaque-ports]"},
		{"T47", []string{service("", ports("{port: 3306, appProtocol: http}"))}, 3306, "cli", "opaque: - nothing -", "RC4206 spec.ports[0]"},
		{"T47 with targets", []string{service("", ports("{port: 3306, appProtocol: http}")), sp("ns", "dstOverrides: [{authority: 'web.ns.svc.cluster.local:3306', weight: 1}]")}, 3306, "cli",
			"opaque: - ServiceProfile -", "RC4205 spec.ports[0]"},
		{"opaque to both", []string{annotated("80")}, 80, "cli", "opaque: - OutboundPolicy -", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := build(t, c.manifests...)
			g := cluster.governs(t, c.port, c.client)
			if got := fmt.Sprintf("%v: %v %v %v", g.Wire, g.HTTP, g.Opaque, g.TLS); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := strings.Join(cluster.codes(), "; "); got != c.findings {
				t.Errorf("findings: got  %s\nwant %s", got, c.findings)
			}
		})
	}
}

// A masked route names the ServiceProfile, what becomes of its traffic, and the way out.
func TestMaskedRoute(t *testing.T) {
	c := build(t, service("", ports("{name: a, port: 80}, {name: b, port: 81}")), sp("ns", routeA), sp("cli", "dstOverrides: [{authority: 'web.ns.svc.cluster.local:80', weight: 1}]"), route("HTTPRoute", "ns", ""))
	var got []string
	for _, d := range c.findings {
		if d.Code == "RC4201" {
			got = append(got, d.Object+": "+d.Message+" | "+d.Help)
			if len(d.Related) != 1 || d.Related[0].At.Doc == nil {
				t.Errorf("related places: %v", d.Related)
			}
		}
	}
	want := []string{
		"HTTPRoute.gateway.networking.k8s.io/ns/r: ServiceProfile cli/web.ns.svc.cluster.local governs ns/web on ports 80 and 81 for clients in cli, so this route has no say there: requests go to the ServiceProfile's dstOverrides, by the ServiceProfile's routes, timeouts and retries | remove the ServiceProfile (one in the Service's namespace would then apply) or empty its spec",
		"HTTPRoute.gateway.networking.k8s.io/ns/r: ServiceProfile ns/web.ns.svc.cluster.local governs ns/web on ports 80 and 81 for clients in all other namespaces, so this route has no say there: requests go to the Service itself, by the ServiceProfile's routes, timeouts and retries | remove the ServiceProfile or empty its spec; to begin with one client namespace, put an empty ServiceProfile (spec: {}) of the same name there",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if g := c.governs(t, 80, "cli"); len(g.Masked) != 1 || g.Masked[0] != (ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "ns", Name: "r"}) {
		t.Errorf("masked = %v", g.Masked)
	}
}
