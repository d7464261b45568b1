package admit_test

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
)

// undecoded reads one manifest of whatever kind.
func undecoded(t testing.TB, text string) []manifest.Unstructured {
	t.Helper()
	docs := load.Parse("example.yaml", []byte(text), load.DefaultLimits(), &diag.Report{})
	content, _ := docs[0].Content(load.DefaultLimits(), &diag.Report{})
	api, _ := content["apiVersion"].(string)
	group, version, ok := strings.Cut(api, "/")
	if !ok {
		group, version = "", api
	}
	kind, _ := content["kind"].(string)
	return []manifest.Unstructured{{
		Identity: manifest.Identity{Group: group, Version: version, Kind: kind, Namespace: "demo", Name: "r"},
		Content:  content,
	}}
}

// The clusters of spec/admission.md §17.
var clusters = map[string]manifest.GatewayAPI{
	"S12": {Bundle: "1.2.1", Channel: "standard"},
	"S17": {Bundle: "1.7.0", Channel: "standard"},
	"X17": {Bundle: "1.7.0", Channel: "experimental"},
	"L11": {Bundle: "1.1.1", Channel: "experimental"},
}

// A manifest is what §17 leaves out of its rows.
func manifestOf(api, kind, spec string) string {
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: r, namespace: demo}\nspec:\n%s", api, kind, indent(spec))
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n"
}

const (
	echoParent  = "parentRefs: [{group: core, kind: Service, name: echo, port: 80}]\n"
	echoBackend = "backendRefs: [{name: echo, port: 80}]"
	gateway     = "gateway.networking.k8s.io/"
	policy      = "policy.linkerd.io/"
)

func grpc(rules string) string {
	return manifestOf(gateway+"v1", "GRPCRoute", echoParent+"rules: "+rules)
}

func http(rules string) string {
	return manifestOf(gateway+"v1", "HTTPRoute", echoParent+"rules: "+rules)
}

func policyHTTP(rules string) string {
	return manifestOf(policy+"v1beta3", "HTTPRoute", echoParent+"rules: "+rules)
}

func parents(refs string) string {
	return manifestOf(gateway+"v1", "GRPCRoute", "parentRefs: "+refs+"\nrules: [{"+echoBackend+"}]")
}

func profile(spec string) string { return manifestOf("linkerd.io/v1alpha2", "ServiceProfile", spec) }

func matches(n int) string {
	return strings.Repeat("{method: {service: a.B}}, ", n)
}

// gate says who answers: ok, VER, DEC, API (with fields), WH.
func gate(v admit.Verdict) string {
	switch r := v.Refusal; {
	case r == nil:
		return "ok"
	case r.Status == 404:
		return "VER"
	case r.Reason == "BadRequest":
		return "DEC"
	case r.Status == 422:
		return "API"
	}
	return "WH"
}

// TestRules has the rows of spec/admission.md §17 by their numbers. A verdict is for all
// clusters, or for those it names.
func TestRules(t *testing.T) {
	judges := map[string]*admit.Judge{}
	for name, api := range clusters {
		judges[name] = newJudge(t, admit.Options{GatewayAPI: api})
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for cluster, want := range row.verdicts() {
				list := undecoded(t, row.text)
				_, verdicts := judge(judges[cluster], list)
				if got := gate(verdicts[0]); got != want {
					t.Errorf("%s: %s, want %s (%+v)\n%s", cluster, got, want, verdicts[0].Refusal, row.text)
				}
			}
		})
	}
}

type row struct{ name, want, text string }

// verdicts reads "WH" or "S12,L11: API; S17,X17: ok".
func (r row) verdicts() map[string]string {
	out := map[string]string{}
	if !strings.Contains(r.want, ":") {
		for name := range clusters {
			out[name] = r.want
		}
		return out
	}
	for _, part := range strings.Split(r.want, "; ") {
		names, want, _ := strings.Cut(part, ": ")
		for _, name := range strings.Split(names, ",") {
			out[name] = want
		}
	}
	return out
}

var rows = []row{
	{"1 version not served", "S12,S17,X17: VER; L11: ok", manifestOf(gateway+"v1alpha2", "GRPCRoute", echoParent)},
	{"2 version never served", "VER", manifestOf(gateway+"v1beta1", "GRPCRoute", echoParent)},
	{"3 HTTPRoute v1alpha2", "VER", manifestOf(gateway+"v1alpha2", "HTTPRoute", echoParent)},
	{"4 HTTPRoute v1beta1", "ok", manifestOf(gateway+"v1beta1", "HTTPRoute", echoParent)},
	{"5 TCPRoute v1alpha2", "S12,S17: VER; X17,L11: ok", manifestOf(gateway+"v1alpha2", "TCPRoute", echoParent+"rules: [{"+echoBackend+"}]")},
	{"6 TCPRoute v1", "S17: ok; L11: VER", manifestOf(gateway+"v1", "TCPRoute", echoParent+"rules: [{"+echoBackend+"}]")},
	{"7 TLSRoute v1", "S17,X17: ok; L11: VER", manifestOf(gateway+"v1", "TLSRoute", "hostnames: [a.b]\n"+echoParent+"rules: [{"+echoBackend+"}]")},
	{"8 name", "API", strings.Replace(grpc("[]"), "name: r,", "name: Bad_Name,", 1)},
	{"9 number in annotation", "DEC", strings.Replace(grpc("[]"), "name: r,", "name: r, annotations: {retry.linkerd.io/limit: 3},", 1)},
	{"10 timeouts on GRPCRoute", "DEC", grpc("[{timeouts: {request: 1s}}]")},
	{"11 boolean in a list of texts", "API", http("[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [y]}}]}]")},
	{"12 parentRefs null", "ok", manifestOf(gateway+"v1", "GRPCRoute", "parentRefs: null")},
	{"13 GRPCRoute without spec", "S12,L11: ok; S17,X17: API", "apiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: r}\n"},
	{"14 parent without name", "API", parents("[{group: core, kind: Service}]")},
	{"15 parent port", "API", parents("[{group: core, kind: Service, name: echo, port: 70000}]")},
	{"16 parent group", "API", parents("[{group: Core, kind: Service, name: echo}]")},
	{"17 parent namespace", "API", parents("[{group: core, kind: Service, name: echo, namespace: Foo.bar}]")},
	{"18 parents by port", "S12,S17: API; X17,L11: ok", parents("[{group: core, kind: Service, name: echo, port: 80}, {group: core, kind: Service, name: echo, port: 81}]")},
	{"19 one parent with port", "API", parents("[{group: core, kind: Service, name: echo}, {group: core, kind: Service, name: echo, port: 81}]")},
	{"20 parent twice", "API", parents("[{group: core, kind: Service, name: echo}, {group: core, kind: Service, name: echo}]")},
	{"21 parent with namespace", "ok", parents("[{group: core, kind: Service, name: echo}, {group: core, kind: Service, name: echo, namespace: demo}]")},
	{"22 parent without group", "ok", parents("[{kind: Service, name: echo}]")},
	{"23 parent with name alone", "ok", parents("[{name: echo}]")},
	{"24 EgressNetwork without port", "WH", parents("[{group: policy.linkerd.io, kind: EgressNetwork, name: out}]")},
	{"25 Server with port", "ok", parents("[{group: policy.linkerd.io, kind: Server, name: s, port: 80}]")},
	{"28 backends", "API", grpc("[{backendRefs: [" + strings.Repeat("{name: echo, port: 80}, ", 17) + "]}]")},
	{"29 weight negative", "API", grpc("[{backendRefs: [{name: echo, port: 80, weight: -1}]}]")},
	{"29 weight large", "API", grpc("[{backendRefs: [{name: echo, port: 80, weight: 1000001}]}]")},
	{"29 weight fraction", "API", grpc("[{backendRefs: [{name: echo, port: 80, weight: 0.5}]}]")},
	{"29 weight quoted", "API", grpc(`[{backendRefs: [{name: echo, port: 80, weight: "90"}]}]`)},
	{"30 backend port", "API", grpc("[{backendRefs: [{name: echo, port: 0}]}]")},
	{"31 backend kind", "API", grpc(`[{backendRefs: [{name: echo, port: 80, kind: ""}]}]`)},
	{"32 backend without port", "API", grpc("[{backendRefs: [{name: echo}]}]")},
	{"33 backend of core without port", "WH", grpc("[{backendRefs: [{group: core, kind: Service, name: echo}]}]")},
	{"34 ConfigMap backend", "ok", grpc("[{backendRefs: [{kind: ConfigMap, name: echo}]}]")},
	{"37 hostname with port", "API", manifestOf(gateway+"v1", "HTTPRoute", `hostnames: ["a.com:80"]`)},
	{"37 hostname upper case", "API", manifestOf(gateway+"v1", "HTTPRoute", "hostnames: [A.com]")},
	{"37 hostname inner wildcard", "API", manifestOf(gateway+"v1", "HTTPRoute", `hostnames: ["a.*.com"]`)},
	{"38 IP as hostname", "ok", manifestOf(gateway+"v1", "GRPCRoute", "hostnames: [10.0.0.1]")},
	{"39 header name", "API", grpc("[{matches: [{method: {service: a.B}, headers: [{name: x y, value: a}]}]}]")},
	{"40 header value empty", "API", grpc(`[{matches: [{method: {service: a.B}, headers: [{name: x, value: ""}]}]}]`)},
	{"41 header twice", "API", grpc("[{matches: [{method: {service: a.B}, headers: [{name: x, value: a}, {name: x, value: b}]}]}]")},
	{"42 header in two cases", "ok", grpc("[{matches: [{method: {service: a.B}, headers: [{name: x, value: a}, {name: X, value: b}]}]}]")},
	{"43 header beyond ASCII", "X17: API; S12,S17,L11: ok", grpc("[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: é}]}}]}]")},
	{"44 rules", "API", grpc("[" + strings.Repeat("{}, ", 17) + "]")},
	{"45 nine matches", "S12,L11: API; S17,X17: ok", grpc("[{matches: [" + matches(9) + "]}]")},
	{"46 65 matches", "API", grpc("[{matches: [" + matches(65) + "]}]")},
	{"47 129 matches in all", "API", grpc("[" + strings.Repeat("{matches: ["+matches(43)+"]}, ", 3) + "]")},
	{"48 empty method", "API", grpc("[{matches: [{method: {}}]}]")},
	{"49 method with type", "API", grpc("[{matches: [{method: {type: Exact}}]}]")},
	{"50 service with digit", "API", grpc("[{matches: [{method: {service: 1foo}}]}]")},
	{"50 service with slash", "API", grpc("[{matches: [{method: {service: /a.B}}]}]")},
	{"50 service with empty part", "API", grpc("[{matches: [{method: {service: a..B}}]}]")},
	{"51 method with dash", "API", grpc("[{matches: [{method: {method: Get-It}}]}]")},
	{"52 method as text", "API", grpc("[{matches: [{method: Get}]}]")},
	{"53 method by regex", "WH", grpc(`[{matches: [{method: {type: RegularExpression, service: ".*"}}]}]`)},
	{"54 header regex", "WH", grpc(`[{matches: [{method: {service: a.B}, headers: [{type: RegularExpression, name: x, value: "(("}]}]}]`)},
	{"55 redirect with body on GRPCRoute", "DEC", grpc("[{filters: [{type: RequestRedirect, requestRedirect: {}}]}]")},
	{"55 redirect on GRPCRoute", "API", grpc("[{filters: [{type: RequestRedirect}]}]")},
	{"56 filter without body", "API", grpc("[{filters: [{type: RequestHeaderModifier}]}]")},
	{"57 filter with two bodies", "API", grpc("[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}, responseHeaderModifier: {}}]}]")},
	{"58 filter twice", "API", grpc("[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}, {type: RequestHeaderModifier, requestHeaderModifier: {}}]}]")},
	{"59 mirror", "ok", grpc("[{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: echo, port: 80}}}]}]")},
	{"60 rule names", "S17,X17: API; S12,L11: DEC", grpc("[{name: r}, {name: r}]")},
	{"61 rule name", "S17: API; S12,L11: DEC", grpc("[{name: R_1}]")},
	{"62 headers only", "ok", grpc("[{matches: [{headers: [{name: x, value: a}]}]}]")},
	{"63 response headers on GRPCRoute", "ok", grpc("[{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {}}]}]")},
	{"64 no rules", "ok", grpc("[]")},
	{"65 relative path", "API", http("[{matches: [{path: {value: foo}}]}]")},
	{"66 path //", "API", http("[{matches: [{path: {value: /a//b}}]}]")},
	{"66 path ..", "API", http("[{matches: [{path: {value: /a/../b}}]}]")},
	{"66 path #", "API", http(`[{matches: [{path: {value: "/a#b"}}]}]`)},
	{"66 path ?", "API", http(`[{matches: [{path: {value: "/a?b"}}]}]`)},
	{"67 regex with brace", "WH", http(`[{matches: [{path: {type: RegularExpression, value: "/users/{id}"}}]}]`)},
	{"68 regex with lookahead", "WH", http(`[{matches: [{path: {type: RegularExpression, value: "/(?!x)"}}]}]`)},
	{"69 method in lower case", "API", http("[{matches: [{method: get}]}]")},
	{"70 query twice", "API", http("[{matches: [{queryParams: [{name: a, value: b}, {name: a, value: c}]}]}]")},
	{"71 redirect and backends", "API", http("[{filters: [{type: RequestRedirect, requestRedirect: {}}], " + echoBackend + "}]")},
	{"72 rewrite and redirect", "API", http("[{filters: [{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {}}]}]")},
	{"73 prefix with exact path", "API", http("[{matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]")},
	{"74 status 307", "S17: ok; S12,L11: API", http("[{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 307}}]}]")},
	{"75 status 300", "API", http("[{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 300}}]}]")},
	{"76 relative redirect", "WH", http("[{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: foo}}}]}]")},
	{"77 timeout fraction", "API", http("[{timeouts: {request: 1.5s}}]")},
	{"77 timeout bare", "API", http(`[{timeouts: {request: "10"}}]`)},
	{"77 timeout days", "API", http("[{timeouts: {request: 1d}}]")},
	{"78 timeout order", "API", http("[{timeouts: {request: 1s, backendRequest: 2s}}]")},
	{"79 compound timeout", "ok", http("[{timeouts: {request: 1m30s}}]")},
	{"80 retry", "S17: ok; S12,L11: DEC", http("[{retry: {attempts: 2}}]")},
	{"81 rewrite", "ok", http("[{filters: [{type: URLRewrite, urlRewrite: {}}]}]")},
	{"82 CORS with body", "S17: ok; S12,L11: DEC", http("[{filters: [{type: CORS, cors: {}}]}]")},
	{"82 CORS", "S12,L11: API", http("[{filters: [{type: CORS}]}]")},
	{"83 no rules", "S17: API; S12,L11: ok", http("[]")},
	{"84 TLSRoute v1 without hostnames", "S17,X17: API", manifestOf(gateway+"v1", "TLSRoute", "rules: [{"+echoBackend+"}]")},
	{"85 TLSRoute v1 with IP", "S17,X17: API", manifestOf(gateway+"v1", "TLSRoute", "hostnames: [10.0.0.1]\nrules: [{"+echoBackend+"}]")},
	{"86 TLSRoute v1alpha2 without hostnames", "X17,L11: ok", manifestOf(gateway+"v1alpha2", "TLSRoute", "rules: [{"+echoBackend+"}]")},
	{"87 TLSRoute v1 with two rules", "S17,X17: API", manifestOf(gateway+"v1", "TLSRoute", "hostnames: [a.b]\nrules: [{"+echoBackend+"}, {"+echoBackend+"}]")},
	{"88 TLSRoute v1alpha2 with two rules", "L11: WH", manifestOf(gateway+"v1alpha2", "TLSRoute", "hostnames: [a.b]\nrules: [{"+echoBackend+"}, {"+echoBackend+"}]")},
	{"89 TCPRoute with empty rule", "X17: API; L11: ok", manifestOf(gateway+"v1alpha2", "TCPRoute", "rules: [{}]")},
	{"90 response headers with body", "DEC", policyHTTP("[{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {}}]}]")},
	{"90 response headers", "API", policyHTTP("[{filters: [{type: ResponseHeaderModifier}]}]")},
	{"91 nine matches", "API", policyHTTP("[{matches: [" + strings.Repeat("{}, ", 9) + "]}]")},
	{"91 status 307", "API", policyHTTP("[{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 307}}]}]")},
	{"92 parent without group", "ok", manifestOf(policy+"v1beta3", "HTTPRoute", "parentRefs: [{kind: Service, name: echo}]")},
	{"93 redirect without body", "WH", policyHTTP("[{filters: [{type: RequestRedirect}]}]")},
	{"94 timeout text", "API", policyHTTP("[{timeouts: {request: abc}}]")},
	{"95 timeout days", "WH", policyHTTP("[{timeouts: {request: 1d}}]")},
	{"95 timeout week", "WH", policyHTTP("[{timeouts: {request: 1 week}}]")},
	{"96 timeout negative", "WH", policyHTTP("[{timeouts: {request: -1s}}]")},
	{"97 timeout order", "WH", policyHTTP("[{timeouts: {request: 1s, backendRequest: 2s}}]")},
	{"97 timeout order with 0s", "WH", policyHTTP("[{timeouts: {request: 0s, backendRequest: 2s}}]")},
	{"LHR-06 words", "WH", policyHTTP("[{timeouts: {request: 5 minutes ago}}]")},
	{"LHR-06 unknown word", "API", policyHTTP("[{timeouts: {request: 1hrs}}]")},
	{"LHR-20 panic", "ok", policyHTTP("[{timeouts: {request: 1s-1s}}]")},
	{"98 weights in v1beta1", "DEC", manifestOf(policy+"v1beta1", "HTTPRoute", echoParent+"rules: [{backendRefs: [{name: echo, port: 80, weight: 1}]}]")},
	{"99 timeouts in v1beta2", "DEC", manifestOf(policy+"v1beta2", "HTTPRoute", echoParent+"rules: [{timeouts: {request: 1s}}]")},
	{"100 backend without port", "ok", policyHTTP("[{backendRefs: [{name: echo}]}]")},
	{"101 both selectors", "API", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nexternalWorkloadSelector: {}\nport: 80")},
	{"101 no selector", "API", manifestOf(policy+"v1beta3", "Server", "port: 80")},
	{"101 no port", "API", manifestOf(policy+"v1beta3", "Server", "podSelector: {}")},
	{"102 port 0", "WH", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nport: 0")},
	{"102 port -3", "WH", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nport: -3")},
	{"103 protocol", "WH", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nport: 80\nproxyProtocol: grpc")},
	{"104 access policy", "WH", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nport: 80\naccessPolicy: allow")},
	{"105 label", "WH", manifestOf(policy+"v1beta3", "Server", "podSelector: {matchLabels: {a: 1}}\nport: 80")},
	{"106 operator", "API", manifestOf(policy+"v1beta3", "Server", "podSelector: {matchExpressions: [{key: a, operator: Equals}]}\nport: 80")},
	{"106 fractional port", "API", manifestOf(policy+"v1beta3", "Server", "podSelector: {}\nport: 1.5")},
	{"107 name and selector", "API", manifestOf(policy+"v1beta1", "ServerAuthorization", "server: {name: s, selector: {}}\nclient: {unauthenticated: true}")},
	{"108 SPIFFE identity", "API", manifestOf(policy+"v1beta1", "ServerAuthorization", `server: {name: s}
client: {meshTLS: {identities: ["spiffe://td/a"]}}`)},
	{"109 everybody and somebody", "WH", manifestOf(policy+"v1beta1", "ServerAuthorization", "server: {name: s}\nclient: {unauthenticated: true, meshTLS: {}}")},
	{"110 no authentications", "API", manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: s}")},
	{"111 Deployment target", "WH", manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {group: apps, kind: Deployment, name: s}\nrequiredAuthenticationRefs: []")},
	{"112 another namespace", "WH", manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {kind: Namespace, name: other}\nrequiredAuthenticationRefs: []")},
	{"113 two authentications", "WH", manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {kind: Namespace, name: demo}\nrequiredAuthenticationRefs: [{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: a}, {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: b}]")},
	{"114 both lists", "API", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", `identities: ["*"]
identityRefs: [{kind: ServiceAccount, name: a}]`)},
	{"114 no list", "API", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", "{}")},
	{"114 empty list", "API", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", "identities: []")},
	{"115 identityRef without name", "WH", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", "identityRefs: [{kind: ServiceAccount}]")},
	{"116 identity", "WH", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", "identities: [system..local]")},
	{"116 no trust domain", "WH", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", `identities: ["spiffe:///x"]`)},
	{"116 trailing slash", "WH", manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", `identities: ["spiffe://td/a/"]`)},
	{"117 no networks", "WH", manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: []")},
	{"118 prefix length", "WH", manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: [{cidr: 10.0.0.0/33}]")},
	{"119 exception is all", "WH", manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}]")},
	{"119 exception outside", "WH", manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: [{cidr: 10.0.0.0/8, except: [192.168.0.0/16]}]")},
	{"120 no traffic policy", "API", manifestOf(policy+"v1alpha1", "EgressNetwork", "{}")},
	{"120 traffic policy", "API", manifestOf(policy+"v1alpha1", "EgressNetwork", "trafficPolicy: allow")},
	{"121 overlap", "ok", manifestOf(policy+"v1alpha1", "EgressNetwork", "trafficPolicy: Allow\nnetworks: [{cidr: 10.0.0.0/8}]")},
	{"122 rate negative", "WH", manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: s}\ntotal: {requestsPerSecond: -1}")},
	{"122 rate large", "WH", manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: s}\ntotal: {requestsPerSecond: 5000000000}")},
	{"123 no target", "API", manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "total: {requestsPerSecond: 1}")},
	{"124 identity above total", "WH", manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: s}\ntotal: {requestsPerSecond: 10}\nidentity: {requestsPerSecond: 20}")},
	{"124 total 0", "WH", manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: s}\ntotal: {requestsPerSecond: 0}")},
	{"125 not as object", "DEC", profile("routes: [{name: a, condition: {not: {method: GET}}}]")},
	{"126 not as list", "WH", profile("routes: [{name: a, condition: {not: [{method: GET}]}}]")},
	{"127 opaquePorts", "WH", profile(`opaquePorts: ["25"]`)},
	{"128 nested typo", "WH", profile("routes: [{name: a, condition: {all: [{methd: GET}]}}]")},
	{"129 typo", "DEC", profile("routes: [{name: a, condition: {method: GET}, isRetryble: true}]")},
	{"130 timeout", "WH", profile(`routes: [{name: a, condition: {method: GET}, timeout: "5"}]`)},
	{"131 negative timeout", "ok", profile("routes: [{name: a, condition: {method: GET}, timeout: -5s}]")},
	{"132 budget without ttl", "API", profile("retryBudget: {minRetriesPerSecond: 1, retryRatio: 0.2}")},
	{"132 budget beyond int32", "API", profile("retryBudget: {minRetriesPerSecond: 5000000000, retryRatio: 0.2, ttl: 1s}")},
	{"133 budget negative", "WH", profile("retryBudget: {minRetriesPerSecond: -1, retryRatio: 0.2, ttl: 1s}")},
	{"134 short ttl", "ok", profile("retryBudget: {minRetriesPerSecond: 1, retryRatio: 0.2, ttl: 10ms}")},
	{"135 status", "WH", profile("routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {status: {max: 600}}}]}]")},
	{"136 half a status", "ok", profile("routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {status: {min: 500}}}]}]")},
	{"137 regex", "ok", profile("routes: [{name: a, condition: {pathRegex: (}}]")},
	{"138 weight fraction", "API", profile("dstOverrides: [{authority: a, weight: 0.5}]")},
	{"138 weight text", "API", profile("dstOverrides: [{authority: a, weight: abc}]")},
	{"139 no authority", "ok", profile("dstOverrides: [{weight: 1}]")},
	{"140 negative weight", "ok", profile("dstOverrides: [{authority: a, weight: -1}]")},
	{"141 empty condition", "WH", profile("routes: [{name: a, condition: {}}]")},
	{"142 null route", "API", profile("routes: [null]")},
	{"142 route without name", "API", profile("routes: [{condition: {method: GET}}]")},
	{"143 v1alpha1 without routes", "API", manifestOf("linkerd.io/v1alpha1", "ServiceProfile", "{}")},
	{"SP-24 number as method", "ok", profile("routes: [{name: a, condition: {all: [{method: 1}]}}]")},
	{"control nested not", "ok", profile("routes: [{name: a, condition: {all: [{not: {method: GET}}]}}]")},
	{"144 port twice", "API", manifestOf("v1", "Service", "ports: [{name: a, port: 80}, {name: b, port: 80}]")},
	{"145 unnamed ports", "API", manifestOf("v1", "Service", "ports: [{port: 80}, {port: 81}]")},
	{"146 port range", "API", manifestOf("v1", "Service", "ports: [{port: 70000}]")},
	{"146 port name", "API", manifestOf("v1", "Service", "ports: [{name: A_b, port: 80}]")},
	{"147 targetPort long", "API", manifestOf("v1", "Service", "ports: [{port: 80, targetPort: averyveryverylongname}]")},
	{"147 targetPort dashes", "API", manifestOf("v1", "Service", "ports: [{port: 80, targetPort: a--b}]")},
	{"147 targetPort number as text", "API", manifestOf("v1", "Service", `ports: [{port: 80, targetPort: "80"}]`)},
	{"148 appProtocol", "API", manifestOf("v1", "Service", "ports: [{port: 80, appProtocol: HTTP/2}]")},
	{"148 appProtocol empty", "API", manifestOf("v1", "Service", `ports: [{port: 80, appProtocol: ""}]`)},
	{"149 name with digit", "ok", strings.Replace(manifestOf("v1", "Service", "ports: [{port: 80}]"), "name: r,", "name: 1abc,", 1)},
	{"153 gRPC conditions with blanks", "WH", annotated("GRPCRoute", `retry.linkerd.io/grpc: "unavailable, internal"`)},
	{"154 gRPC code", "WH", annotated("GRPCRoute", `retry.linkerd.io/grpc: "14"`)},
	{"155 HTTP condition", "WH", annotated("HTTPRoute", `retry.linkerd.io/http: "5xx,600"`)},
	{"156 timeout fraction", "WH", annotated("HTTPRoute", "timeout.linkerd.io/request: 1.5s")},
	{"156 timeout compound", "WH", annotated("HTTPRoute", "timeout.linkerd.io/request: 1m30s")},
	{"156 timeout bare", "WH", annotated("HTTPRoute", `timeout.linkerd.io/request: "5"`)},
	{"156 timeout negative", "WH", annotated("HTTPRoute", "timeout.linkerd.io/request: -1s")},
	{"156 timeout upper case", "WH", annotated("HTTPRoute", "timeout.linkerd.io/request: 5S")},
	{"157 limit with blank", "WH", annotated("HTTPRoute", `retry.linkerd.io/limit: " 3"`)},
	{"157 limit large", "WH", annotated("HTTPRoute", `retry.linkerd.io/limit: "65536"`)},
	{"161 limit 0", "ok", annotated("GRPCRoute", `retry.linkerd.io/limit: "0"`)},
	{"control other kind's conditions", "ok", annotated("GRPCRoute", "retry.linkerd.io/http: nonsense")},
	{"control no Linkerd parent", "ok", strings.Replace(annotated("HTTPRoute", "timeout.linkerd.io/request: 5S"), "group: core, kind: Service", "kind: Gateway", 1)},
	{"control 90/10", "ok", grpc("[{backendRefs: [{name: echo, port: 80, weight: 90}, {name: echo2, port: 80, weight: 10}]}]")},
	{"control weight 0 beside another", "ok", grpc("[{backendRefs: [{name: echo, port: 80, weight: 0}, {name: echo2, port: 80}]}]")},
	{"control override quantity", "ok", profile("dstOverrides: [{authority: a, weight: 500m}]")},
}

func annotated(kind, annotation string) string {
	text := manifestOf(gateway+"v1", kind, echoParent)
	return strings.Replace(text, "metadata: {name: r, namespace: demo}", "metadata:\n  name: r\n  namespace: demo\n  annotations:\n    "+annotation, 1)
}

// A refusal without causes says where to look: at the field itself.
func TestFieldsOfRefusals(t *testing.T) {
	j := newJudge(t, admit.Options{})
	for text, want := range map[string]string{
		grpc("[{matches: [{method: {type: RegularExpression, service: a}}]}]"):                 "spec.rules[0].matches[0].method.type",
		parents("[{name: a}, {group: policy.linkerd.io, kind: EgressNetwork, name: out}]"):     "spec.parentRefs[1]",
		annotated("GRPCRoute", `retry.linkerd.io/limit: " 3"`):                                 "metadata.annotations[retry.linkerd.io/limit]",
		policyHTTP("[{}, {filters: [{type: RequestRedirect}]}]"):                               "spec.rules[1].filters[0]",
		manifestOf(policy+"v1beta3", "Server", "podSelector: {matchLabels: {a: 1}}\nport: 80"): "spec.podSelector.matchLabels[a]",
		manifestOf(policy+"v1alpha1", "EgressNetwork", "trafficPolicy: Allow\nnetworks: []"):   "spec.networks",
		profile("routes: [{name: a, condition: {}}]"):                                          "spec.routes[0].condition",
		manifestOf("v1", "Service", "ports: [{port: x}]"):                                      "spec.ports[0].port",
		grpc("[{timeouts: {request: 1s}}]"):                                                    "spec.rules[0].timeouts",
		strings.Replace(grpc("[]"), "name: r,", "name: r, labels: {a: 3},", 1):                 "metadata.labels[a]",

		grpc("[{matches: [{}, {headers: [{name: a, value: b}, {name: c, type: RegularExpression, value: '(('}]}]}]"):                                                 "spec.rules[0].matches[1].headers[1].value",
		grpc("[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, 'b c']}}]}]"):                                                            "spec.rules[0].filters[0].requestHeaderModifier.remove[1]",
		grpc("[{backendRefs: [{name: a, port: 1}, {group: core, kind: Service, name: b}]}]"):                                                                         "spec.rules[0].backendRefs[1]",
		http("[{matches: [{path: {type: RegularExpression, value: '/{id}'}}]}]"):                                                                                     "spec.rules[0].matches[0].path.value",
		http("[{matches: [{queryParams: [{name: a, type: RegularExpression, value: '(('}]}]}]"):                                                                      "spec.rules[0].matches[0].queryParams[0].value",
		http("[{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: a}}}]}]"):                                         "spec.rules[0].filters[0].requestRedirect.path.replaceFullPath",
		policyHTTP("[{matches: [{path: {value: a}}]}]"):                                                                                                              "spec.rules[0].matches[0].path.value",
		policyHTTP("[{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: a}}}]}]"):                                   "spec.rules[0].filters[0].requestRedirect.path.replaceFullPath",
		policyHTTP("[{timeouts: {request: 1d}}]"):                                                                                                                    "spec.rules[0].timeouts.request",
		policyHTTP("[{timeouts: {backendRequest: -1s}}]"):                                                                                                            "spec.rules[0].timeouts.backendRequest",
		policyHTTP("[{timeouts: {request: 1s, backendRequest: 2s}}]"):                                                                                                "spec.rules[0].timeouts.backendRequest",
		manifestOf(policy+"v1alpha1", "EgressNetwork", "trafficPolicy: Allow\nnetworks: [{cidr: 10.0.0.0/8}, {cidr: 1.0.0.0/8, except: [1.1.1.1, 2.2.2.2]}]"):        "spec.networks[1].except[1]",
		manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: [{cidr: 10.0.0.0/33}]"):                                                                    "spec.networks[0].cidr",
		manifestOf(policy+"v1beta1", "ServerAuthorization", "server: {name: a}\nclient: {unauthenticated: true, meshTLS: {identities: ['*']}}"):                      "spec.client.unauthenticated",
		manifestOf(policy+"v1beta1", "ServerAuthorization", "server: {name: a}\nclient: {networks: [{cidr: 1.1.1.1, except: [x]}], unauthenticated: true}"):          "spec.client.networks[0].except[0]",
		manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {group: apps, kind: Deployment, name: a}\nrequiredAuthenticationRefs: []"):                  "spec.targetRef.kind",
		manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {kind: Namespace, name: other}\nrequiredAuthenticationRefs: []"):                            "spec.targetRef.name",
		manifestOf(policy+"v1alpha1", "AuthorizationPolicy", "targetRef: {kind: Namespace, name: demo}\nrequiredAuthenticationRefs: [{kind: Pod, name: a}]"):         "spec.requiredAuthenticationRefs[0].kind",
		manifestOf(policy+"v1alpha1", "MeshTLSAuthentication", "identityRefs: [{kind: Pod, name: a}]"):                                                               "spec.identityRefs[0].kind",
		manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: a}\ntotal: {requestsPerSecond: 0}"):     "spec.total.requestsPerSecond",
		manifestOf(policy+"v1alpha1", "HTTPLocalRateLimitPolicy", "targetRef: {group: policy.linkerd.io, kind: Server, name: a}\nidentity: {requestsPerSecond: -1}"): "spec.identity.requestsPerSecond",
		profile("routes: [{name: a, condition: {all: [{method: GET}, {any: [{methd: GET}]}]}}]"):                                                                     "spec.routes[0].condition.all[1].any[0].methd",
		profile("routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {status: {max: 600}}}]}]"):                                               "spec.routes[0].responseClasses[0].condition.status.max",
		profile("routes: [{name: a, condition: {method: GET}, timeout: \"5\"}]"):                                                                                     "spec.routes[0].timeout",
		profile("retryBudget: {retryRatio: -1, minRetriesPerSecond: 1, ttl: 1s}"):                                                                                    "spec.retryBudget.retryRatio",
	} {
		_, verdicts := judge(j, undecoded(t, text))
		if r := verdicts[0].Refusal; r == nil || r.Field != want {
			t.Errorf("%+v, want field %s", r, want)
		}
	}
}
