package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/check"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
)

// lint compiles manifests and returns what is said, as "CODE FIELD".
func lint(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, d := range findings(t, text) {
		out = append(out, fmt.Sprintf("%s %s", d.Code, d.At.Field))
	}
	return out
}

func findings(t *testing.T, text string) []diag.Diagnostic {
	t.Helper()
	file := filepath.Join(t.TempDir(), "m.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	sources, err := source.OpenAll(t.Context(), []string{file}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	result, err := compile.Decide(t.Context(), sources, compile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Clusters[0].Report.Sorted()
}

func network(namespace, name, created, cidr string) string {
	if created != "" {
		created = ", creationTimestamp: \"" + created + "\""
	}
	return "---\napiVersion: policy.linkerd.io/v1alpha1\nkind: EgressNetwork\nmetadata: {name: " + name + ", namespace: " + namespace + created + "}\nspec: {trafficPolicy: Allow, networks: [{cidr: " + cidr + "}]}\n"
}

func service(name string, annotations string, ports ...string) string {
	out := "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: ns, annotations: {" + annotations + "}}\nspec:\n  ports:\n"
	for _, p := range ports {
		out += "  - {" + p + "}\n"
	}
	return out
}

// route writes a route whose parent and rules are in flow style.
func route(kind, name, annotations, parent, rules string) string {
	return "---\napiVersion: gateway.networking.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: ns, annotations: {" + annotations + "}}\n" +
		"spec:\n  parentRefs: [{group: core, kind: Service, " + parent + "}]\n  rules: " + rules + "\n"
}

const toA = "[{backendRefs: [{name: a, port: 80}]}]"

var a, b = service("a", "", "port: 80"), service("b", "", "port: 80")

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", a + route("HTTPRoute", "r", "", "name: a, port: 80", toA), nil},

		{"parent in another namespace", a + route("HTTPRoute", "r", "", "name: a, namespace: other", "[{backendRefs: [{name: a, namespace: ns, port: 80}]}]"),
			[]string{"RC5001 spec.parentRefs[0].name"}},
		{"a Gateway is another controller's", "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: ns, annotations: {retry.linkerd.io/grpc: cancelled}}\nspec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: nowhere, port: 1}]}]}\n", nil},
		{"a parent of a group that is not known here", "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: ns}\nspec: {parentRefs: [{name: gw, kind: ServiceEntry, group: networking.example.org}]}\n", nil},
		{"a Server in the core group", "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: ns}\nspec: {parentRefs: [{name: s, kind: Server, group: core}]}\n",
			[]string{"RC5004 spec.parentRefs[0]"}},
		{"a Server that is not there", "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: ns}\nspec: {parentRefs: [{name: s, kind: Server, group: policy.linkerd.io}]}\n",
			[]string{"RC5001 spec.parentRefs[0].name"}},
		{"every port, one of them opaque by default", service("a", "", "port: 80, name: a", "port: 3306, name: b") + route("HTTPRoute", "r", "", "name: a", toA), nil},
		{"an opaque port by name of it", service("a", "", "port: 80, name: a", "port: 3306, name: b") + route("HTTPRoute", "r", "", "name: a, port: 3306", toA),
			[]string{"RC5012 spec.parentRefs[0]"}},
		{"gRPC and HTTP on one h2c port", service("a", "", "port: 80, appProtocol: kubernetes.io/h2c") + route("HTTPRoute", "r", "", "name: a", toA) + route("GRPCRoute", "g", "", "name: a, port: 80", toA),
			[]string{"RC5011 spec.parentRefs[0]"}},
		{"unused because it cannot be converted", a + route("HTTPRoute", "r", "", "name: a", "[{filters: [{type: URLRewrite, urlRewrite: {hostname: x.org}}], backendRefs: [{name: a, port: 80}]}]"),
			[]string{"RC2002 spec.rules[0].filters[0]"}},

		{"headless backend", a + "---\napiVersion: v1\nkind: Service\nmetadata: {name: h, namespace: ns}\nspec: {clusterIP: None, ports: [{port: 80}]}\n" + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: h, port: 80}]}]"), nil},
		{"ExternalName backend", a + "---\napiVersion: v1\nkind: Service\nmetadata: {name: h, namespace: ns}\nspec: {type: ExternalName, externalName: example.org}\n" + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: h, port: 80}]}]"), nil},
		{"a backend of a route that nobody accepts", route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: h, port: 80}]}]"),
			[]string{"RC5001 spec.parentRefs[0].name"}},
		{"one backend twice with other filters", a + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: a, port: 80}, {name: a, port: 80, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]}]}]"), nil},
		{"TCP and UDP on one number", service("a", "", "port: 80, name: t", "port: 80, name: u, protocol: UDP") + route("HTTPRoute", "r", "", "name: a, port: 80", toA), nil},

		{"percentages on a port", service("a", "", "port: 80") + b + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: a, port: 80, weight: 80}, {name: b, port: 80, weight: 20}]}]"), nil},
		{"a port for a weight", a + service("b", "", "port: 8080") + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: a, port: 80, weight: 1}, {name: b, port: 8080, weight: 8080}]}]"),
			[]string{"RC2006 spec.rules[0].backendRefs[1].weight"}},
		{"a weight of 0 beside another", a + b + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: a, port: 80, weight: 0}, {name: b, port: 80, weight: 7}]}]"), nil},
		{"one percent", a + b + route("HTTPRoute", "r", "", "name: a", "[{backendRefs: [{name: a, port: 80, weight: 99}, {name: b, port: 80, weight: 1}]}]"), nil},

		{"known annotations", service("a", "timeout.linkerd.io/request: 1s, config.linkerd.io/proxy-log-level: debug, viz.linkerd.io/x: z, linkerd.io/inject: enabled", "port: 80"), nil},
		{"an annotation of another group", service("a", "timeouts.linkerd.io/idle: 1s, example.org/timeout.linkerd.io: x", "port: 80"),
			[]string{"RC5040 metadata.annotations[timeouts.linkerd.io/idle]"}},
		{"a breaker in unified mode", service("a", "balancer.linkerd.io/failure-accrual: unified, balancer.alpha.linkerd.io/failure-accrual-success-rate-threshold: \"0.9\", balancer.linkerd.io/failure-accrual-consecutive-max-failures: \"3\"", "port: 80"), nil},
		{"a breaker that never trips", service("a", "balancer.linkerd.io/failure-accrual: consecutive, balancer.linkerd.io/failure-accrual-consecutive-max-failures: \"0\"", "port: 80"),
			[]string{"RC5042 metadata.annotations[balancer.linkerd.io/failure-accrual]"}},
		{"a biaser that is off", service("a", "balancer.alpha.linkerd.io/penalize-failures: \"false\", balancer.alpha.linkerd.io/load-biaser-penalty: 1s", "port: 80"),
			[]string{"RC5042 metadata.annotations[balancer.alpha.linkerd.io/load-biaser-penalty]"}},
		{"a limit of 0 below a Service that retries", service("a", "retry.linkerd.io/http: 5xx", "port: 80") + route("HTTPRoute", "r", "retry.linkerd.io/limit: \"0\"", "name: a", toA),
			[]string{"RC5044 metadata.annotations[retry.linkerd.io/limit]"}},
		{"a limit of 0 where nothing retries", a + route("HTTPRoute", "r", "retry.linkerd.io/limit: \"0\"", "name: a", toA), nil},
		{"a retry timeout of the Service", service("a", "\"retry.linkerd.io/http\": 5xx, retry.linkerd.io/timeout: 2s", "port: 80") + route("HTTPRoute", "r", "timeout.linkerd.io/request: 1s", "name: a", toA),
			[]string{"RC5046 metadata.annotations[retry.linkerd.io/timeout]"}},
		{"a compound timeout that an annotation replaces", a + route("HTTPRoute", "r", "timeout.linkerd.io/request: 1s", "name: a", "[{timeouts: {request: 1m30s}, backendRefs: [{name: a, port: 80}]}]"),
			[]string{"RC5051 spec.rules[0].timeouts.request"}},
		{"a field that a Gateway may read", a + strings.Replace(route("HTTPRoute", "r", "", "name: a", "[{timeouts: {request: 2s, backendRequest: 1s}, backendRefs: [{name: a, port: 80}]}]"), "parentRefs: [", "parentRefs: [{name: gw}, ", 1), nil},
		{"a field that nobody reads", a + route("HTTPRoute", "r", "", "name: a", "[{timeouts: {request: 2s, backendRequest: 1s}, backendRefs: [{name: a, port: 80}]}]"),
			[]string{"RC5051 spec.rules[0].timeouts.backendRequest"}},
		{"a Namespace without webhooks", "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {config.linkerd.io/admission-webhooks: disabled}, annotations: {config.linkerd.io/proxy-log-http-headers: all}}\n", nil},
		{"a zero rule timeout is none", a + route("HTTPRoute", "r", "", "name: a", "[{timeouts: {request: 0s}, backendRefs: [{name: a, port: 80}]}]"), nil},

		{"settings of the injector", "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: ns}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}, annotations: {config.linkerd.io/skip-inbound-ports: \"25,a\", config.linkerd.io/skip-outbound-ports: \"25, 4000-4010\", config.linkerd.io/proxy-cpu-limit: one, config.linkerd.io/proxy-memory-limit: 64Mi, config.linkerd.io/proxy-await: \"yes\", config.linkerd.io/proxy-inbound-connect-timeout: 1s}}, spec: {containers: [{name: c, image: i}]}}}\n",
			[]string{
				"RC5047 spec.template.metadata.annotations[config.linkerd.io/proxy-await]",
				"RC5047 spec.template.metadata.annotations[config.linkerd.io/proxy-cpu-limit]",
				"RC5047 spec.template.metadata.annotations[config.linkerd.io/skip-inbound-ports]",
			}},
		{"traffic annotations on a workload", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ns, annotations: {timeout.linkerd.io/request: 1s}}\nspec: {containers: [{name: c, image: i}]}\n",
			[]string{"RC5041 metadata.annotations[timeout.linkerd.io/request]"}},

		{"networks of one block", network("ns", "x", "", "203.0.113.0/24") + network("ns", "y1", "", "203.0.113.0/24"), []string{"RC5071 spec"}},
		{"networks of one block, of known age", network("ns", "x", "2026-01-01T00:00:00Z", "203.0.113.0/24") + network("ns", "y1", "2026-01-02T00:00:00Z", "203.0.113.0/24"), nil},
		{"networks of one block in two namespaces", network("ns", "x", "", "203.0.113.0/24") + network("other", "x", "", "203.0.113.0/24"), nil},
		{"a network inside another", network("ns", "x", "", "203.0.113.0/24") + network("ns", "y1", "", "203.0.113.0/25"), nil},
		{"a global network that is hidden", network("ns", "x", "", "203.0.113.0/24") + network("linkerd-egress", "x", "", "198.51.100.0/24"), []string{"RC5073 spec"}},
		{"a global network that is repeated", network("ns", "x", "", "198.51.100.0/24") + network("linkerd-egress", "x", "", "198.51.100.0/24"), nil},

		{"one value of a header in two cases", a + route("HTTPRoute", "r", "", "name: a", "[{matches: [{headers: [{name: x, value: a}, {name: X, value: a}]}], backendRefs: [{name: a, port: 80}]}]"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lint(t, c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"/a":             "RC5064",
		"/a/":            "RC5064",
		"^/a":            "RC5064",
		"/a$":            "RC5064",
		"^/a$":           "",
		"^a":             "RC5062",
		"/a.*":           "",
		"^/a.*$":         "",
		".*/a":           "",
		"/(a|b)":         "",
		"/(a|ab)/c":      "", // what follows decides between the alternatives
		"/a|/b":          "",
		"/ab|/a":         "",
		"/a|/ab":         "RC5063",
		"/(a|ab)":        "RC5063",
		"/a(b|bc)?":      "RC5063",
		"/a??":           "RC5063",
		"/a+?b":          "",
		"^/a$|^/ab$":     "",
		"^/a|/ab$":       "RC5063",
		"a/.*":           "RC5062",
		"a":              "RC5062",
		"/search[?]q=.*": "RC5062",
		"/a b.*":         "RC5062",
		"/a#.*":          "RC5062",
		"/a/?":           "",
		"[*]":            "", // OPTIONS *
	} {
		text := a + route("HTTPRoute", "r", "", "name: a", "[{matches: [{path: {type: RegularExpression, value: '"+pattern+"'}}], backendRefs: [{name: a, port: 80}]}]")
		got := lint(t, text)
		if want != "" {
			want += " spec.rules[0].matches[0].path.value"
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

func TestTies(t *testing.T) {
	rule := func(match, to string) string {
		return "[{matches: [" + match + "], backendRefs: [{name: " + to + ", port: 80}]}]"
	}
	for _, c := range []struct {
		name, kind, x, y string
		want             string // part of the message; "" for none
	}{
		{"one prefix", "HTTPRoute", "{path: {value: /a}}", "{path: {value: /a}}", "GET http://a.ns/a "},
		{"prefix and exact of one text", "HTTPRoute", "{path: {value: /a}}", "{path: {type: Exact, value: /a}}", "GET http://a.ns/a "},
		{"two prefixes", "HTTPRoute", "{path: {value: /a}}", "{path: {value: /a/b}}", ""},
		{"pattern and exact", "HTTPRoute", "{path: {type: RegularExpression, value: '/[a-z]+'}}", "{path: {type: Exact, value: /abc}}", "GET http://a.ns/abc "},
		{"pattern and prefix", "HTTPRoute", "{path: {type: RegularExpression, value: '/[a-z]+'}}", "{path: {value: /abc}}", "GET http://a.ns/abc "},
		{"pattern elsewhere", "HTTPRoute", "{path: {type: RegularExpression, value: '/[a-z]+'}}", "{path: {value: /ABC}}", ""},
		{"methods", "HTTPRoute", "{method: GET}", "{method: POST}", ""},
		{"one method", "HTTPRoute", "{method: POST}", "{method: POST}", "POST http://a.ns/a "},
		{"method and none", "HTTPRoute", "{method: POST}", "{}", ""},
		{"two headers", "HTTPRoute", "{headers: [{name: x, value: a}]}", "{headers: [{name: z, value: b}]}", "with x: a, z: b"},
		{"a header and a pattern", "HTTPRoute", "{headers: [{name: x, value: a}]}", "{headers: [{name: x, type: RegularExpression, value: 'b+'}]}", "with x: a, x: b"},
		{"header and none", "HTTPRoute", "{headers: [{name: x, value: a}]}", "{}", ""},
		{"query", "HTTPRoute", "{queryParams: [{name: x, value: 'a&b'}]}", "{queryParams: [{name: z, value: b}]}", "?x=a%26b&z=b"},
		{"one service", "GRPCRoute", "{method: {service: a.B}}", "{method: {service: a.B}}", "the gRPC call /a.B/Any"},
		{"service and method", "GRPCRoute", "{method: {service: a.B}}", "{method: {service: a.B, method: Get}}", ""},
		{"one method of any service", "GRPCRoute", "{method: {method: Get}}", "{method: {method: Get}}", "the gRPC call /any.Service/Get"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, y := route(c.kind, "r1", "", "name: a, port: 80", rule(c.x, "a")), route(c.kind, "r2", "", "name: a, port: 80", rule(c.y, "b"))
			var got []string
			for _, d := range findings(t, a+b+x+y) {
				got = append(got, string(d.Code)+" "+d.Message)
			}
			switch {
			case c.want == "" && len(got) > 0, c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], "RC5070") || !strings.Contains(got[0], c.want)):
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := lint(t, a+b+x+strings.Replace(y, "{name: b,", "{name: a,", 1)); len(got) > 0 {
				t.Errorf("both rules do the same: %q", got)
			}
			known := func(s, time string) string {
				return strings.Replace(s, "namespace: ns", "namespace: ns, creationTimestamp: \""+time+"\"", 1)
			}
			if got := lint(t, a+b+known(x, "2026-01-01T00:00:00Z")+known(y, "2026-01-02T00:00:00Z")); len(got) > 0 {
				t.Errorf("with creation times: %q", got)
			}
		})
	}
}

// Every check is in the list once, with codes that are its own, and the list has every code
// of this package.
func TestAll(t *testing.T) {
	named := map[diag.Code]int{}
	for _, c := range check.All {
		if c.Run == nil || len(c.Codes) == 0 {
			t.Errorf("%v: incomplete", c.Codes)
		}
		for _, code := range c.Codes {
			named[code]++
		}
	}
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		ours := e.Code >= "RC5000" && e.Code < "RC5080" && e.Code != diag.KindUnwatched || e.Code >= "RC5090"
		if ours && named[e.Code] == 0 {
			t.Errorf("no check reports %s", e.Code)
		}
	}
}

// Many routes on one Service, all of them alike and of the largest size, stay bounded.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	var text strings.Builder
	text.WriteString(a + b)
	for i := range 200 {
		rules := make([]string, 16)
		for j := range rules {
			rules[j] = fmt.Sprintf("{matches: [{path: {type: RegularExpression, value: '/(a|b)*%d?.{0,%d}'}}, {path: {value: /x%d}}], backendRefs: [{name: a, port: 80, weight: %d}, {name: b, port: 80}]}", j, i+1, j, i+1)
		}
		text.WriteString(route("HTTPRoute", fmt.Sprintf("r%03d", i), "", "name: a, port: 80", "["+strings.Join(rules, ", ")+"]"))
	}
	begin := time.Now()
	got := lint(t, text.String())
	if !slices.Contains(got, "RC5070 ") {
		t.Error("nothing says that not all was compared")
	}
	if spent := time.Since(begin); spent > 60*time.Second {
		t.Errorf("%d findings took %v", len(got), spent)
	}
}
