package inbound

import (
	"testing"

	"routec.dev/routec/compile/manifest"
)

// spec/inbound.md §10.1: defaults, annotations, injection.
func TestSpecDefaults(t *testing.T) {
	const (
		open  = " | all-unauthenticated: any @ " + nets
		plain = "default all-unauthenticated detect[default]" + open
		ready = "default all-unauthenticated detect[default probe{GET exact /live or GET exact /ready | probe: any @ " + nets + "}]" + open
		w8080 = "default all-unauthenticated detect[default " + probe + "]" + open
		opq   = "default all-unauthenticated opaque" + open
	)
	ns := func(annotations string) string {
		return edit(t, fixtureW, "{linkerd.io/inject: enabled}", "{linkerd.io/inject: enabled, "+annotations+"}")
	}
	template := func(text, annotations string) string {
		return edit(t, text, "metadata: {labels: {app: web}}", "metadata: {labels: {app: web}, annotations: {"+annotations+"}}")
	}
	with3306 := edit(t, fixtureW, "{name: rpc, containerPort: 9090}", "{name: rpc, containerPort: 9090}, {containerPort: 3306}")
	deny := ns("config.linkerd.io/default-inbound-policy: deny")
	requires := template(fixtureW, `config.linkerd.io/proxy-require-identity-inbound-ports: "8080"`)
	premeshed := edit(t, fixtureW, "linkerd.io/inject: enabled", `config.linkerd.io/default-inbound-policy: deny, config.linkerd.io/opaque-ports: "8080"`,
		"{app: web}", "{app: web, linkerd.io/control-plane-ns: linkerd}",
		"      - name: web\n", "      - {name: linkerd-proxy, image: x}\n      - name: web\n")

	runSpec(t, []specCase{
		{name: "T1-T4", text: fixtureW, ports: map[uint32]string{8080: w8080, 9090: plain, 4191: ready, 31337: plain}},
		{name: "T7 namespace policy", text: deny, ports: map[uint32]string{8080: "default deny detect[default " + probe + "]"}},
		{name: "T8 template policy", text: template(deny, "config.linkerd.io/default-inbound-policy: cluster-authenticated"), ports: map[uint32]string{
			8080: "default cluster-authenticated detect[default " + probe + "] | cluster-authenticated: * @ " + cnets}},
		{name: "T9 bad template policy", text: template(deny, "config.linkerd.io/default-inbound-policy: bogus"), ports: map[uint32]string{8080: w8080}},
		{name: "T10 mesh policy", text: fixtureW, mesh: func(m *manifest.Mesh) { m.DefaultInboundPolicy = "cluster-unauthenticated" }, ports: map[uint32]string{
			9090: "default cluster-unauthenticated detect[default] | cluster-unauthenticated: any @ " + cnets}},
		{name: "T11 audit", text: fixtureW, mesh: func(m *manifest.Mesh) { m.DefaultInboundPolicy = "audit" }, ports: map[uint32]string{
			9090: "default audit detect[default] | audit: any @ " + nets}},
		{name: "T12 identity", text: requires, ports: map[uint32]string{
			8080: "default all-authenticated detect[default " + probe + "] | all-authenticated: * @ " + nets, 9090: plain}},
		{name: "T13 audit stays open", text: edit(t, requires, `inbound-ports: "8080"`, `inbound-ports: "8080", config.linkerd.io/default-inbound-policy: audit`),
			ports: map[uint32]string{8080: "default audit detect[default " + probe + "] | audit: any @ " + nets}},
		{name: "T14 opaque", text: template(fixtureW, `config.linkerd.io/opaque-ports: "8000-8100, 9090"`), ports: map[uint32]string{
			8080: opq, 9090: opq, 8050: opq, 8101: plain, 4191: ready}},
		{name: "T15 named opaque", text: template(fixtureW, `config.linkerd.io/opaque-ports: "8080,rpc"`), ports: map[uint32]string{8080: w8080, 9090: plain}},
		{name: "T16 backward range", text: template(fixtureW, `config.linkerd.io/opaque-ports: "9090,8100-8000"`), ports: map[uint32]string{9090: plain}},
		{name: "T17 default opaque", text: with3306, ports: map[uint32]string{3306: opq, 6379: plain}},
		{name: "T18 inherited opaque", text: edit(t, with3306, "enabled}", `enabled, config.linkerd.io/opaque-ports: "9090"}`), ports: map[uint32]string{9090: opq, 3306: plain}},
		{name: "T19 empty opaque", text: edit(t, with3306, "enabled}", `enabled, config.linkerd.io/opaque-ports: ""}`), ports: map[uint32]string{3306: plain}},
		{name: "T20 no probe networks", text: fixtureW, mesh: func(m *manifest.Mesh) { m.ProbeNetworks = nil }, ports: map[uint32]string{8080: plain}},
		{name: "T21 host bits", text: fixtureW, mesh: func(m *manifest.Mesh) { m.ProbeNetworks = []string{"10.9.8.7/24"} }, ports: map[uint32]string{
			8080: "default all-unauthenticated detect[default probe{GET exact /healthz | probe: any @ 10.9.8.7/24}]" + open}},
		{name: "T22 owner annotation", text: edit(t, fixtureW, ", annotations: {linkerd.io/inject: enabled}", "", "metadata: {name: web,", "metadata: {annotations: {linkerd.io/inject: enabled}, name: web,"),
			ports: map[uint32]string{8080: notFound}},
		{name: "T23 opted out", text: template(fixtureW, "linkerd.io/inject: disabled"), ports: map[uint32]string{8080: notFound}},
		{name: "T24 opted in", text: template(edit(t, fixtureW, "inject: enabled", "inject: disabled"), "linkerd.io/inject: ingress"), ports: map[uint32]string{8080: w8080}},
		{name: "T25 host network", text: edit(t, fixtureW, "      containers:", "      hostNetwork: true\n      containers:"), ports: map[uint32]string{8080: notFound}},
		{name: "T26 bad namespace value", text: template(edit(t, fixtureW, "inject: enabled", `inject: "yes"`), "linkerd.io/inject: enabled"), ports: map[uint32]string{8080: notFound}},
		{name: "T27 admin port", text: template(fixtureW, `config.linkerd.io/admin-port: "9999"`), ports: map[uint32]string{9999: ready, 4191: plain}},
		{name: "T27b +9991", text: template(fixtureW, `config.linkerd.io/admin-port: "+9999"`), ports: map[uint32]string{9999: ready, 4191: plain}},
		{name: "T27b 09999", text: template(fixtureW, `config.linkerd.io/admin-port: "09999"`), ports: map[uint32]string{9999: ready}},
		{name: "T27b blank", text: template(fixtureW, `config.linkerd.io/admin-port: " 9999"`), ports: map[uint32]string{4191: ready, 9999: plain}},
		{name: "T27b hex", text: template(fixtureW, `config.linkerd.io/admin-port: "0x270f"`), ports: map[uint32]string{4191: ready}},
		{name: "T27b fraction", text: template(fixtureW, `config.linkerd.io/admin-port: "9999.0"`), ports: map[uint32]string{4191: ready}},
		{name: "T27b zero", text: template(fixtureW, `config.linkerd.io/admin-port: "0"`), ports: map[uint32]string{8080: notFound}},
		{name: "T27b too big", text: template(fixtureW, `config.linkerd.io/admin-port: "70000"`), ports: map[uint32]string{8080: notFound}},
		{name: "T28 premeshed", text: premeshed, ports: map[uint32]string{8080: opq, 4191: plain}},
		{name: "T28b escaped", text: edit(t, premeshed, `"8080"`, `"+8080"`), ports: map[uint32]string{8080: w8080}},
		{name: "T28b injected", text: edit(t, fixtureW, "enabled}", `enabled, config.linkerd.io/opaque-ports: "+8080"}`), ports: map[uint32]string{8080: opq}},
		{name: "T28c broken patch", text: ns(`config.linkerd.io/proxy-additional-env: '[{"name":"A","value":"b"}]'`), ports: map[uint32]string{8080: notFound}},
		{name: "T28c on the template", text: template(fixtureW, `config.linkerd.io/proxy-additional-env: '[{"name":"A","value":"b"}]'`), ports: map[uint32]string{8080: w8080}},
		{name: "T29 probes", text: edit(t, fixtureW, `readinessProbe: {httpGet: {path: "/healthz?full=1", port: http}}`,
			"livenessProbe: {httpGet: {path: b, port: 8080}}\n        readinessProbe: {httpGet: {path: \"/z#f\", port: 8080}}\n        startupProbe: {httpGet: {port: 8080}}\n      - {name: two, image: x, livenessProbe: {httpGet: {port: http}}}"),
			ports: map[uint32]string{8080: "default all-unauthenticated detect[default probe{GET exact  or GET exact / or GET exact /z | probe: any @ " + nets + "}]" + open}},
		{name: "T30 cron job", text: edit(t, fixtureW, "apps/v1", "batch/v1", "Deployment", "CronJob", "spec:\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: x\n        ports:",
			"spec:\n jobTemplate:\n  spec:\n   template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: x\n        ports:"),
			ports: map[uint32]string{8080: w8080, 9090: plain, 4191: ready}},
	})
}

// spec/inbound.md §10.2: which Server owns a port.
func TestSpecServers(t *testing.T) {
	const (
		plain  = "default all-unauthenticated detect[default] | all-unauthenticated: any @ " + nets
		w8080  = "default all-unauthenticated detect[default " + probe + "] | all-unauthenticated: any @ " + nets
		owned  = "server web-http http1[default " + probe + "]"
		ownedP = "server web-http http1[default]"
		ready  = "probe{GET exact /live or GET exact /ready | probe: any @ " + nets + "}"
	)
	server := func(pairs ...string) string { return edit(t, ws, pairs...) }
	aaa := "\n---\napiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: aaa, namespace: shop}\nspec: {podSelector: {}, port: 8080, proxyProtocol: opaque}\n"
	second := edit(t, ws, "        readinessProbe", "      - {name: two, image: x, ports: [{name: http, containerPort: 8081}]}\n      - name: three\n        image: x\n        ports: [{name: http, containerPort: 8080}]\n        readinessProbe")
	expressions := func(list string) string {
		return server("{matchLabels: {app: web}}", "{matchExpressions: ["+list+"]}", "port: http, proxyProtocol: HTTP/1", "port: 9090")
	}
	times := func(a string) string {
		return edit(t, ws+aaa, "{name: web-http,", "{creationTimestamp: \"2024-01-01T00:00:00Z\", name: web-http,", "{name: aaa,", "{"+a+"name: aaa,")
	}
	access := func(mode string) string {
		return server("proxyProtocol: HTTP/1", "proxyProtocol: HTTP/1, accessPolicy: "+mode)
	}

	runSpec(t, []specCase{
		{name: "T31", text: ws, ports: map[uint32]string{8080: owned, 9090: plain}},
		{name: "T32 number", text: server("port: http, p", "port: 8080, p"), ports: map[uint32]string{8080: owned}},
		{name: "T33 digits as a name", text: server("port: http, p", `port: "8080", p`), ports: map[uint32]string{8080: w8080}},
		{name: "T34 case", text: server("port: http, p", "port: HTTP, p"), ports: map[uint32]string{8080: w8080}},
		{name: "T35 undeclared", text: server("port: http, p", "port: 7777, p"), ports: map[uint32]string{7777: ownedP}},
		{name: "T36 admin", text: server("{matchLabels: {app: web}}", "{}", "port: http, p", "port: 4191, p"), ports: map[uint32]string{4191: "server web-http http1[default " + ready + "]"}},
		{name: "T37 one name, two ports", text: second, ports: map[uint32]string{8080: owned, 8081: ownedP}},
		{name: "T38 UDP", text: server("{name: http, containerPort: 8080}", "{name: http, containerPort: 8080, protocol: UDP}"), ports: map[uint32]string{8080: plain}},
		{name: "T39 by name", text: ws + aaa, ports: map[uint32]string{8080: "server aaa opaque"}},
		{name: "T40 by age", text: times(`creationTimestamp: "2024-01-02T00:00:00Z", `), ports: map[uint32]string{8080: owned}},
		{name: "T41 absent first", text: times(""), ports: map[uint32]string{8080: "server aaa opaque"}},
		{name: "T42 port by port", text: second + aaa, ports: map[uint32]string{8080: "server aaa opaque", 8081: ownedP}},
		{name: "T43 expressions", text: expressions("{key: app, operator: NotIn, values: [api]}, {key: canary, operator: DoesNotExist}"), ports: map[uint32]string{9090: "server web-http detect[default]"}},
		{name: "T44 Exists with values", text: expressions("{key: app, operator: Exists, values: []}"), ports: map[uint32]string{9090: plain}},
		{name: "T45 injected label", text: server("{app: web}}, port: http, proxyProtocol: HTTP/1", "{linkerd.io/proxy-deployment: web}}, port: 9090"), ports: map[uint32]string{9090: "server web-http detect[default]"}},
		{name: "T46 other namespace", text: server("name: web-http, namespace: shop", "name: web-http, namespace: other", "{matchLabels: {app: web}}, port: http", "{}, port: 8080"), ports: map[uint32]string{8080: w8080}},
		{name: "T47", text: server("HTTP/1", "HTTP/2"), ports: map[uint32]string{8080: "server web-http http2[default " + probe + "]"}},
		{name: "T48", text: server("HTTP/1", "gRPC"), ports: map[uint32]string{8080: "server web-http grpc[default]"}},
		{name: "T49", text: server("HTTP/1", "TLS"), ports: map[uint32]string{8080: "server web-http tls"}},
		{name: "T50", text: server("HTTP/1", "http/1"), ports: map[uint32]string{8080: w8080}},
		{name: "T51 annotations are void", text: edit(t, ws, "metadata: {labels: {app: web}}", `metadata: {labels: {app: web}, annotations: {config.linkerd.io/opaque-ports: "8080", config.linkerd.io/proxy-require-identity-inbound-ports: "8080", config.linkerd.io/default-inbound-policy: cluster-authenticated}}`),
			ports: map[uint32]string{8080: owned}},
		{name: "T52", text: access("all-unauthenticated"), ports: map[uint32]string{8080: owned + " | all-unauthenticated: any @ " + nets}},
		{name: "T53", text: access("cluster-authenticated"), ports: map[uint32]string{8080: owned + " | cluster-authenticated: * @ " + cnets}},
		{name: "T54 deny", text: access("deny"), ports: map[uint32]string{8080: owned}},
		{name: "T54 null", text: access("null"), ports: map[uint32]string{8080: owned}},
		{name: "T55 older version", text: edit(t, access("all-unauthenticated"), "v1beta3", "v1beta1"), ports: map[uint32]string{8080: owned}},
		{name: "T56 bypassed", text: access("allow"), ports: map[uint32]string{8080: owned}},
	})
}

// spec/inbound.md §10.2, T57: ExternalWorkloads.
func TestSpecExternalWorkload(t *testing.T) {
	w := build(t, `
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {config.linkerd.io/default-inbound-policy: deny}}
---
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: {name: vm, namespace: shop, labels: {app: vm}}
spec: {meshTLS: {identity: a.b, serverName: a.b}, workloadIPs: [{ip: 192.0.2.1}], ports: [{name: http, port: 80}, {name: http, port: 81}]}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: vm-http, namespace: shop}
spec: {externalWorkloadSelector: {}, port: http, proxyProtocol: HTTP/1}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: pods, namespace: shop}
spec: {podSelector: {}, port: 80}
`, chart(), nil)
	for port, want := range map[uint32]string{
		81: "server vm-http http1[default]",
		80: "default all-unauthenticated detect[default] | all-unauthenticated: any @ " + nets,
	} {
		table, err := w.program.ExternalInbound("shop", "vm", port)
		if err != nil || fact(table) != want {
			t.Errorf("port %d: %s, %v; want %s", port, fact(table), err, want)
		}
	}
	if _, err := w.program.Inbound("shop", "vm", 80); err == nil {
		t.Error("an ExternalWorkload is no Pod")
	}
}
