package refuse

import (
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir/automata"
)

// A policy around one HTTP/1 rule, which is written as its proto JSON fields.
func rule(fields string) string {
	return `{"metadata":{"default":"p"},"protocol":{"http1":{"routes":[{"metadata":{"default":"r"},"rules":[{` + fields + `}]}]}}}`
}

// A rule that sends everything to one backend, with further fields.
func forwarding(fields string) string {
	return rule(fields + `,"backends":{"firstAvailable":{"backends":[{"backend":` + backend + `}]}}`)
}

func weighted(weights ...string) string {
	entries := ""
	for i, w := range weights {
		if i > 0 {
			entries += ","
		}
		entries += `{"weight":` + w + `,"backend":{"backend":` + backend + `}}`
	}
	return rule(`"backends":{"randomAvailable":{"backends":[` + entries + `]}}`)
}

const (
	queue   = `"queue":{"capacity":100,"failfastTimeout":"3s"}`
	backend = `{"metadata":{"default":"b"},"balancer":{"discovery":{"dst":{"path":"b.ns.svc.cluster.local:80"}},"peakEwma":{"defaultRtt":"0.03s","decay":"10s"}},` + queue + `}`
	ok      = ""
)

func balancerTo(path string) string {
	return rule(`"backends":{"firstAvailable":{"backends":[{"backend":{"metadata":{"default":"b"},"balancer":{"discovery":{"dst":{"path":"` +
		path + `"}},"peakEwma":{"defaultRtt":"0.03s","decay":"10s"}},` + queue + `}}]}}`)
}

func forwardTo(addr string) string {
	return rule(`"backends":{"firstAvailable":{"backends":[{"backend":{"metadata":{"default":"b"},"forward":{"addr":` + addr + `},` + queue + `}}]}}`)
}

func readOutbound(t testing.TB, text string) *outbound.OutboundPolicy {
	t.Helper()
	p := &outbound.OutboundPolicy{}
	if err := protojson.Unmarshal([]byte(text), p); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return p
}

func TestOutbound(t *testing.T) {
	const in = "protocol.http1.routes[0].rules[0]"
	for _, test := range []struct{ name, policy, path, message string }{
		{"accepted", forwarding(`"matches":[]`), ok, ""},
		{"no routes", `{"metadata":{"default":"p"},"protocol":{"http1":{}}}`, ok, ""},
		{"no metadata", `{"protocol":{"http1":{}}}`, "metadata", "missing metadata"},
		{"no protocol", `{"metadata":{"default":"p"}}`, "protocol", "invalid ProxyProtocol: missing protocol"},
		{"empty namespace", `{"metadata":{"resource":{"group":"g","kind":"k","name":"n"}},"protocol":{"http1":{}}}`,
			"metadata.resource.namespace", "invalid metadata: namespace must not be empty"},
		{"detect without opaque", `{"metadata":{"default":"p"},"protocol":{"detect":{"timeout":"1s","http1":{},"http2":{}}}}`,
			"protocol.detect.opaque", "invalid ProxyProtocol: Detect missing opaque configuration"},
		{"negative detect timeout", `{"metadata":{"default":"p"},"protocol":{"detect":{"timeout":"-1.5s","http1":{},"http2":{},"opaque":{}}}}`,
			"protocol.detect.timeout", "invalid protocol detection timeout: failed to convert negative duration: 1.5s"},
		{"two opaque routes", `{"metadata":{"default":"p"},"protocol":{"opaque":{"routes":[{"metadata":{"default":"r"},"rules":[{"backends":{"empty":{}}}]},{"metadata":{"default":"r"},"rules":[{"backends":{"empty":{}}}]}]}}}`,
			"protocol.opaque.routes", "invalid opaque route: a `ProxyProtocol::Opaque` must have exactly one route, but 2 were provided"},
		{"TLS route of two rules", `{"metadata":{"default":"p"},"protocol":{"tls":{"routes":[{"metadata":{"default":"r"},"rules":[{"backends":{"empty":{}}},{"backends":{"empty":{}}}]}]}}}`,
			"protocol.tls.routes[0].rules", "invalid TLS route: a TLS route must have exactly one rule, but 2 were provided"},

		{"no distribution", rule(``), in + ".backends", "invalid HTTP route: missing distribution"},
		{"empty list of backends", rule(`"backends":{"firstAvailable":{}}`), in + ".backends.firstAvailable.backends",
			"invalid HTTP route: invalid distribution: a FirstAvailable distribution may not be empty"},
		{"backend without kind", rule(`"backends":{"firstAvailable":{"backends":[{"backend":{"metadata":{"default":"b"},` + queue + `}}]}}`), ok, ""},
		{"backend without queue", rule(`"backends":{"firstAvailable":{"backends":[{"backend":{"metadata":{"default":"b"}}}]}}`),
			in + ".backends.firstAvailable.backends[0].backend.queue", "invalid HTTP route: invalid distribution: invalid backend: missing queue"},
		{"weighted entry without backend", rule(`"backends":{"randomAvailable":{"backends":[{"weight":1}]}}`),
			in + ".backends.randomAvailable.backends[0].backend", "invalid HTTP route: invalid distribution: a weighted backend had no backend"},
		{"weighted backend without queue", rule(`"backends":{"randomAvailable":{"backends":[{"backend":{"backend":{"metadata":{"default":"b"}}}}]}}`),
			in + ".backends.randomAvailable.backends[0].backend.backend.queue", "invalid HTTP route: invalid distribution: invalid backend: missing queue"},
		{"forward without IP", forwardTo(`{"ip":{},"port":80}`), in + ".backends.firstAvailable.backends[0].backend.forward.addr",
			"invalid HTTP route: invalid distribution: invalid backend: invalid forward endpoint"},

		{"one weight of 0", weighted("0"), ok, ""},
		{"all weights 0", weighted("0", "0"), in + ".backends.randomAvailable.backends", "the weights of all backends are 0"},
		{"largest sum of weights", weighted("4294967294", "1"), ok, ""},
		{"sum of weights too large", weighted("4294967295", "1"), in + ".backends.randomAvailable.backends",
			"the weights of the backends sum to more than 4294967295"},
		{"balancer to an IP", balancerTo("10.0.0.1:80"), in + ".backends.firstAvailable.backends[0].backend.balancer.discovery.dst.path",
			"the balancer's path is not a DNS name and a port"},
		{"balancer to port 0", balancerTo("b:0"), ok, ""},
		{"forward to port 65536", forwardTo(`{"ip":{"ipv4":1},"port":65536}`), in + ".backends.firstAvailable.backends[0].backend.forward.addr.port",
			"the forward address has port 0"},

		{"path without kind", forwarding(`"matches":[{"path":{}}]`), in + ".matches[0].path",
			"invalid HTTP route: invalid route match: invalid path match: missing match"},
		{"pseudo header", forwarding(`"matches":[{},{"headers":[{"name":":authority","regex":"a"}]}]`), in + ".matches[1].headers[0].name",
			"invalid HTTP route: invalid route match: invalid header match: invalid HTTP header name"},
		{"DEL in a header value", forwarding(`"matches":[{"headers":[{"name":"a","exact":"fw=="}]}]`), in + ".matches[0].headers[0].exact",
			"invalid HTTP route: invalid route match: invalid header match: failed to parse header value"},
		{"empty method", forwarding(`"matches":[{"method":{"unregistered":""}}]`), in + ".matches[0].method",
			"invalid HTTP route: invalid route match: invalid method match: invalid unregistered method: invalid HTTP method"},

		{"empty prefix replacement", forwarding(`"filters":[{"redirect":{"path":{"prefix":""}}}]`), in + ".filters[0].redirect.path.prefix",
			"invalid HTTP route: invalid filter: invalid HTTP redirect: redirect paths must be absolute"},
		{"path to keep", forwarding(`"filters":[{"redirect":{"path":{}}}]`), ok, ""},
		{"host with a port, and a port", forwarding(`"filters":[{"redirect":{"host":"a:1","port":2}}]`), in + ".filters[0].redirect.host",
			"invalid HTTP route: invalid filter: invalid HTTP redirect: invalid HTTP authority: invalid authority"},
		{"host with a port", forwarding(`"filters":[{"redirect":{"host":"a:1"}}]`), ok, ""},
		{"status 1000", forwarding(`"filters":[{"redirect":{"status":1000}}]`), in + ".filters[0].redirect.status",
			"invalid HTTP route: invalid filter: invalid HTTP redirect: invalid HTTP status code: invalid status code"},
		{"injected status 0", forwarding(`"filters":[{"failureInjector":{}}]`), in + ".filters[0].failureInjector.status",
			"invalid HTTP route: invalid filter: invalid HTTP failure injector: invalid HTTP status code: invalid status code"},
		{"ratio above 1", forwarding(`"filters":[{"failureInjector":{"status":500,"ratio":{"numerator":2,"denominator":1}}}]`), in + ".filters[0].failureInjector.ratio",
			"invalid HTTP route: invalid filter: invalid HTTP failure injector: invalid request distribution: p is outside [0, 1] in Bernoulli distribution"},

		{"legacy timeout though unused", forwarding(`"timeouts":{"request":"1s"},"requestTimeout":"-0.000002s"`), in + ".requestTimeout",
			"invalid HTTP route: invalid request timeout: failed to convert negative duration: 2µs"},
		{"retry without conditions", forwarding(`"retry":{}`), in + ".retry.conditions", "invalid HTTP route: invalid condition"},
		{"retry on nothing", forwarding(`"retry":{"conditions":{}}`), ok, ""},
		{"status range to 600", forwarding(`"retry":{"conditions":{"statusRanges":[{"start":500,"end":600}]}}`),
			in + ".retry.conditions.statusRanges[0]", "invalid HTTP route: invalid condition"},
		{"too many retries", forwarding(`"retry":{"conditions":{},"maxRetries":65536}`), in + ".retry.maxRetries", "invalid HTTP route: invalid max-retries: 65536"},
		{"backoff of 0", forwarding(`"retry":{"conditions":{},"backoff":{"minBackoff":"0s","maxBackoff":"0s"}}`), in + ".retry.backoff.maxBackoff",
			"invalid HTTP route: invalid backoff: invalid backoff: maximum must be non-zero"},
		{"jitter not a number", forwarding(`"retry":{"conditions":{},"backoff":{"minBackoff":"1s","maxBackoff":"1s","jitterRatio":"NaN"}}`), in + ".retry.backoff.jitterRatio",
			"invalid HTTP route: invalid backoff: invalid backoff: jitter must be finite"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := readOutbound(t, test.policy)
			reasons := NewChecker(automata.Check).Outbound(p)
			checkPaths(t, p, reasons)
			if test.message == "" {
				if len(reasons) > 0 {
					t.Fatalf("refused: %+v", reasons)
				}
				return
			}
			if len(reasons) != 1 || reasons[0].Path != test.path || reasons[0].Message != test.message {
				t.Fatalf("got %+v\nwant %s: %s", reasons, test.path, test.message)
			}
		})
	}
}

func TestAccrual(t *testing.T) {
	const tail = `,"backoff":{"minBackoff":"1s","maxBackoff":"1s"}`
	for _, test := range []struct{ accrual, message string }{
		{`"consecutiveFailures":{"maxFailures":7` + tail + `}`, ""},
		{`"consecutiveFailures":{"maxFailures":7}`, "missing consecutive failures backoff"},
		{`"unified":{"successRateThreshold":1` + tail + `}`, ""},
		{`"unified":{"successRateThreshold":1.01` + tail + `}`, "invalid value: success rate threshold must be between 0.0 and 1.0"},
		{`"unified":{"successRateThreshold":0.5,"decay":"0.009s"` + tail + `}`, "invalid value: success rate window is below the minimum length"},
		{`"unified":{"successRateThreshold":0.00004,"decay":"0.009s"` + tail + `}`, ""},
		{`"unified":{"minRequests":1000001` + tail + `}`, "invalid value: success rate min_requests exceeds the supported maximum"},
		{``, "missing kind"},
	} {
		p := readOutbound(t, `{"metadata":{"default":"p"},"protocol":{"http2":{"failureAccrual":{`+test.accrual+`}}}}`)
		reasons := NewChecker(automata.Check).Outbound(p)
		got := ""
		if len(reasons) > 0 {
			got = reasons[0].Message
		}
		if want := test.message; want != "" {
			if want = "invalid HTTP route: invalid failure accrual policy: " + want; got != want {
				t.Errorf("%s:\n got  %s\n want %s", test.accrual, got, want)
			}
		} else if got != "" {
			t.Errorf("%s: refused: %s", test.accrual, got)
		}
	}
}

// Whoever reports a reason needs to find the manifest that caused it.
func TestReasonsArePlaced(t *testing.T) {
	p := readOutbound(t, `{"metadata":{"default":"p"},"protocol":{"detect":{"timeout":"1s","http1":{},"opaque":{},"http2":{"routes":[
		{"metadata":{"default":"a"}},
		{"metadata":{"default":"b"},"rules":[{"backends":{"empty":{}}},{
			"matches":[{},{"path":{}}],
			"filters":[{}],
			"backends":{"firstAvailable":{"backends":[{"backend":`+backend+`},{"backend":`+backend+`,"filters":[{"requestHeaderModifier":{}},{}]}]}}}]}]}}}}`)
	type place struct{ route, rule, match, filter, backend int }
	want := map[string]place{
		"protocol.detect.http2.routes[1].rules[1].matches[1].path":                                {1, 1, 1, -1, -1},
		"protocol.detect.http2.routes[1].rules[1].filters[0]":                                     {1, 1, -1, 0, -1},
		"protocol.detect.http2.routes[1].rules[1].backends.firstAvailable.backends[1].filters[1]": {1, 1, -1, 1, 1},
	}
	reasons := NewChecker(automata.Check).Outbound(p)
	if len(reasons) != len(want) {
		t.Errorf("got %+v", reasons)
	}
	for _, r := range reasons {
		if got := (place{r.Route, r.Rule, r.Match, r.Filter, r.Backend}); got != want[r.Path] || r.List != "http2" {
			t.Errorf("%s: got %+v in %s, want %+v", r.Path, got, r.List, want[r.Path])
		}
	}
}

func TestOneCheckerParsesAPatternOnce(t *testing.T) {
	calls := 0
	c := NewChecker(func(string) error { calls++; return nil })
	p := readOutbound(t, forwarding(`"matches":[{"path":{"regex":"/a"}},{"path":{"regex":"/a"}}]`))
	c.Outbound(p)
	c.Outbound(p)
	if calls != 1 {
		t.Errorf("parsed %d times", calls)
	}
}

func FuzzOutbound(f *testing.F) {
	for _, text := range []string{forwarding(`"matches":[{"path":{"regex":"a"}}]`), weighted("1", "2"), `{}`} {
		p := &outbound.OutboundPolicy{}
		if err := protojson.Unmarshal([]byte(text), p); err != nil {
			f.Fatal(err)
		}
		bytes, err := proto.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		p := &outbound.OutboundPolicy{}
		if proto.Unmarshal(bytes, p) == nil {
			NewChecker(automata.Check).Outbound(p)
		}
	})
}
