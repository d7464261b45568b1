package outbound

import (
	"net/netip"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// text is a message as one line of proto JSON.
func text(t *testing.T, m proto.Message) string {
	t.Helper()
	out, err := render.JSON(m)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestFilters(t *testing.T) {
	request := ir.ModifyHeaders{Set: []ir.Header{{Name: "x-a", Value: "1"}}, Remove: []string{"x-b"}}
	response := ir.ModifyHeaders{Response: true}
	redirect := func(r ir.Redirect) ir.Filter { return r }
	for _, c := range []struct {
		name string
		got  proto.Message
		want string
	}{
		{"HTTP request headers", httpFilter(request), `{"requestHeaderModifier":{"add":{},"set":{"headers":[{"name":"x-a","value":"MQ=="}]},"remove":["x-b"]}}`},
		{"HTTP response headers", httpFilter(response), `{"responseHeaderModifier":{"add":{},"set":{}}}`},
		{"redirect of nothing", httpFilter(redirect(ir.Redirect{Status: 302})), `{"redirect":{"status":302}}`},
		{"redirect of everything", httpFilter(redirect(ir.Redirect{Scheme: "https", Host: "a.io", Port: 8443, Status: 301, Path: ir.PathRewrite{Kind: ir.ReplaceFull, Value: "/x"}})),
			`{"redirect":{"scheme":{"registered":"HTTPS"},"host":"a.io","path":{"full":"/x"},"port":8443,"status":301}}`},
		{"redirect to the first scheme", httpFilter(redirect(ir.Redirect{Scheme: "http", Status: 302, Path: ir.PathRewrite{Kind: ir.ReplacePrefix, Value: "/p"}})),
			`{"redirect":{"scheme":{"registered":"HTTP"},"path":{"prefix":"/p"},"status":302}}`},
		{"HTTP failure", httpFilter(ir.FailHTTP{Status: 500, Message: "m"}), `{"failureInjector":{"status":500,"message":"m"}}`},
		{"gRPC request headers", grpcFilter(request), `{"requestHeaderModifier":{"add":{},"set":{"headers":[{"name":"x-a","value":"MQ=="}]},"remove":["x-b"]}}`},
		{"gRPC failure", grpcFilter(ir.FailGRPC{Code: 7, Message: "m"}), `{"failureInjector":{"code":7,"message":"m"}}`},
		{"gRPC response headers", grpcFilter(ir.Empty{}), `{}`},
		{"TLS failure", tlsFilter(ir.Invalid{Message: "m"}), `{"invalid":{"message":"m"}}`},
		{"TLS refusal", tlsFilter(ir.Forbidden{}), `{"forbidden":{}}`},
		{"opaque failure", opaqueFilter(ir.Invalid{Message: "m"}), `{"invalid":{"message":"m"}}`},
		{"opaque refusal", opaqueFilter(ir.Forbidden{}), `{"forbidden":{}}`},
	} {
		if got := text(t, c.got); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestForeignFilters holds lowering to tables that Verify accepts.
func TestForeignFilters(t *testing.T) {
	for name, lower := range map[string]func(){
		"HTTP":   func() { httpFilter(ir.Forbidden{}) },
		"gRPC":   func() { grpcFilter(ir.FailHTTP{}) },
		"TLS":    func() { tlsFilter(ir.FailHTTP{}) },
		"opaque": func() { opaqueFilter(ir.Redirect{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: a filter of another protocol was lowered", name)
				}
			}()
			lower()
		}()
	}
}

func TestBackend(t *testing.T) {
	meta := ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "web"}, Port: 80}
	queue := ir.Queue{Capacity: 100, Failfast: ir.Duration{Seconds: 3}}
	second := ir.Duration{Seconds: 1}
	const head = `{"metadata":{"resource":{"group":"core","kind":"Service","name":"web","namespace":"prod","port":80}}`
	for _, c := range []struct {
		name string
		in   ir.Backend
		want string
	}{
		{"unreachable", ir.Backend{Meta: meta, Queue: queue}, head + `,"queue":{"capacity":100,"failfastTimeout":"3s"}}`},
		{"without a queue", ir.Backend{Meta: meta}, head + `}`},
		{"balanced", ir.Backend{Meta: meta, Kind: ir.Balancer, Authority: "web:80", Load: ir.Load{RTT: second, Decay: second}},
			head + `,"balancer":{"discovery":{"dst":{"path":"web:80"}},"peakEwma":{"defaultRtt":"1s","decay":"1s"}}}`},
		{"penalized", ir.Backend{Meta: meta, Kind: ir.Balancer, Load: ir.Load{Penalize: true, Penalty: second, PenaltyDecay: second, RetryAfter: second}},
			head + `,"balancer":{"discovery":{"dst":{}},"penaltyPeakEwma":{"defaultRtt":"0s","decay":"0s","penalty":"1s","maxRetryAfter":"1s","penaltyDecay":"1s"}}}`},
		{"forwarded", ir.Backend{Meta: meta, Kind: ir.Forward, Addr: netip.MustParseAddrPort("1.2.3.4:443"), Weight: 5},
			head + `,"forward":{"addr":{"ip":{"ipv4":16909060},"port":443},"weight":5}}`},
		{"forwarded to IPv6", ir.Backend{Meta: meta, Kind: ir.Forward, Addr: netip.MustParseAddrPort("[::2]:443")},
			head + `,"forward":{"addr":{"ip":{"ipv6":{"last":"2"}},"port":443}}}`},
		{"forwarded, of a template", ir.Backend{Meta: meta, Kind: ir.Forward, Weight: 1}, head + `,"forward":{"addr":{},"weight":1}}`},
	} {
		if got, want := text(t, backend(&c.in)), text(t, reordered(t, c.in, c.want)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

// reordered reads a wanted message, whose fields may stand in any order.
func reordered(t *testing.T, in ir.Backend, want string) proto.Message {
	t.Helper()
	m := backend(&in).ProtoReflect().New().Interface()
	if err := render.Read([]byte(want), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAccrual(t *testing.T) {
	second := ir.Duration{Seconds: 1}
	backoff := ir.Backoff{Min: second, Max: ir.Duration{Seconds: 60}, Jitter: 0.5}
	hint := backoff
	hint.RetryAfter = true
	for _, c := range []struct {
		name string
		in   ir.Accrual
		want string
	}{
		{"consecutive", ir.Accrual{Kind: ir.Consecutive, MaxFailures: 7, Backoff: backoff},
			`{"consecutiveFailures":{"maxFailures":7,"backoff":{"minBackoff":"1s","maxBackoff":"60s","jitterRatio":0.5}}}`},
		{"unified", ir.Accrual{Kind: ir.Unified, MaxFailures: 7, Threshold: 0.8, Window: second, MinRequests: 5, Backoff: hint},
			`{"unified":{"successRateThreshold":0.8,"decay":"1s","minRequests":5,"maxConsecutiveFailures":7,"backoff":{"minBackoff":"1s","maxBackoff":"60s","jitterRatio":0.5,"respectRetryAfterHint":true}}}`},
		{"unified of zeros", ir.Accrual{Kind: ir.Unified}, `{"unified":{"decay":"0s","backoff":{"minBackoff":"0s","maxBackoff":"0s"}}}`},
	} {
		if got := text(t, accrual(c.in)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if accrual(ir.Accrual{}) != nil {
		t.Error("no accrual is a message")
	}
}

// TestDistributions holds the four sets of messages to one shape.
func TestDistributions(t *testing.T) {
	meta := ir.Meta{Default: "d"}
	none := ir.Distribution{}
	first := ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{{Backend: ir.Backend{Meta: meta}}}}
	random := ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{
		{Weight: 90, Backend: ir.Backend{Meta: meta}}, {Weight: 0, Backend: ir.Backend{Meta: meta}},
	}}
	const b = `{"backend":{"metadata":{"default":"d"}}}`
	for name, lower := range map[string]func(ir.Distribution) proto.Message{
		"HTTP":   func(d ir.Distribution) proto.Message { return httpDistribution(&d) },
		"gRPC":   func(d ir.Distribution) proto.Message { return grpcDistribution(&d) },
		"TLS":    func(d ir.Distribution) proto.Message { return tlsDistribution(&d) },
		"opaque": func(d ir.Distribution) proto.Message { return opaqueDistribution(&d) },
	} {
		for _, c := range []struct {
			in   ir.Distribution
			want string
		}{
			{none, `{"empty":{}}`},
			{first, `{"firstAvailable":{"backends":[` + b + `]}}`},
			{random, `{"randomAvailable":{"backends":[{"backend":` + b + `,"weight":90},{"backend":` + b + `}]}}`},
		} {
			if got := text(t, lower(c.in)); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
			}
		}
	}
}

func TestRules(t *testing.T) {
	second := ir.Timeout{Set: true, Duration: ir.Duration{Seconds: 1}}
	zero := ir.Timeout{Set: true}
	retry := ir.Retry{Present: true, Limit: 1, MaxRequestBytes: 64, Timeout: second, Statuses: []ir.StatusRange{{First: 500, Last: 599}}, Codes: ir.GRPCCodes{DeadlineExceeded: true}}
	const empty = `"backends":{"empty":{}}`
	for _, c := range []struct {
		name       string
		in         ir.Rule
		http, grpc string
	}{
		{"without timeouts", ir.Rule{}, `{` + empty + `}`, `{` + empty + `}`},
		{"with timeouts that are not set", ir.Rule{Timeouts: ir.Timeouts{Present: true}}, `{` + empty + `,"timeouts":{}}`, `{` + empty + `,"timeouts":{}}`},
		{"a request timeout is written twice", ir.Rule{Timeouts: ir.Timeouts{Present: true, Request: zero, Response: second, Idle: second}},
			`{` + empty + `,"requestTimeout":"0s","timeouts":{"response":"1s","request":"0s","idle":"1s"}}`,
			`{` + empty + `,"requestTimeout":"0s","timeouts":{"response":"1s","request":"0s","idle":"1s"}}`},
		{"l5d- headers", ir.Rule{AllowL5d: true}, `{` + empty + `,"allowL5dRequestHeaders":true}`, `{` + empty + `,"allowL5dRequestHeaders":true}`},
		{"retries", ir.Rule{Retry: retry},
			`{` + empty + `,"retry":{"maxRetries":1,"maxRequestBytes":64,"conditions":{"statusRanges":[{"start":500,"end":599}]},"timeout":"1s","backoff":{"minBackoff":"0s","maxBackoff":"0s"}}}`,
			`{` + empty + `,"retry":{"maxRetries":1,"maxRequestBytes":64,"conditions":{"deadineExceeded":true},"timeout":"1s","backoff":{"minBackoff":"0s","maxBackoff":"0s"}}}`},
		{"retries without conditions", ir.Rule{Retry: ir.Retry{Present: true, Limit: 3}},
			`{` + empty + `,"retry":{"maxRetries":3,"conditions":{},"backoff":{"minBackoff":"0s","maxBackoff":"0s"}}}`,
			`{` + empty + `,"retry":{"maxRetries":3,"conditions":{},"backoff":{"minBackoff":"0s","maxBackoff":"0s"}}}`},
	} {
		for _, side := range []struct {
			got  proto.Message
			want string
		}{{httpRule(&c.in), c.http}, {grpcRule(&c.in), c.grpc}} {
			want := side.got.ProtoReflect().New().Interface()
			if err := render.Read([]byte(side.want), want); err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(side.got, want) {
				t.Errorf("%s:\n got %s\nwant %s", c.name, text(t, side.got), side.want)
			}
		}
	}
}

func TestPolicy(t *testing.T) {
	route := []ir.Route{{Meta: ir.Meta{Default: "r"}, Hosts: []ir.Host{{Suffix: true, Name: "example.com"}, {Name: "a.io"}}}}
	const r, hosts = `{"metadata":{"default":"r"}}`, `[{"suffix":{"reverseLabels":["com","example"]}},{"exact":"a.io"}]`
	const http, tls = `{"metadata":{"default":"r"},"hosts":` + hosts + `}`, `{"metadata":{"default":"r"},"snis":` + hosts + `}`
	for _, c := range []struct {
		protocol ir.Protocol
		want     string
	}{
		{ir.Detect, `{"detect":{"timeout":"10s","opaque":{"routes":[` + r + `]},"http1":{"routes":[` + http + `]},"http2":{"routes":[` + http + `]}}}`},
		{ir.HTTP1, `{"http1":{"routes":[` + http + `]}}`},
		{ir.HTTP2, `{"http2":{"routes":[` + http + `]}}`},
		{ir.GRPC, `{"grpc":{"routes":[` + http + `]}}`},
		{ir.TLS, `{"tls":{"routes":[` + tls + `]}}`},
		{ir.Opaque, `{"opaque":{"routes":[` + r + `]}}`},
	} {
		in := ir.Outbound{Meta: ir.Meta{Default: "m"}, Protocol: c.protocol, Routes: route}
		if c.protocol == ir.Detect {
			in.DetectTimeout, in.OpaqueRoutes = ir.Duration{Seconds: 10}, route
		}
		got := Policy(in)
		if text(t, got.GetProtocol()) != c.want || got.GetMetadata().GetDefault() != "m" {
			t.Errorf("%s:\n got %s\nwant %s", c.protocol, text(t, got), c.want)
		}
	}
}
