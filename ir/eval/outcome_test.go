package eval

import (
	"reflect"
	"testing"

	"routec.dev/routec/ir"
)

// ruled prepares a table of one rule.
func ruled(t testing.TB, protocol ir.Protocol, matches string, rule ir.Rule) *Table {
	t.Helper()
	routes := routesOf(t, matches)
	rule.Matches = routes[0].Rules[0].Matches
	routes[0].Rules[0] = rule
	table, err := Prepare(ir.Outbound{Protocol: protocol, Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The redirects of spec/matching.md §5.3 and §11.4, 102 to 107.
func TestRedirect(t *testing.T) {
	prefix := func(to string) ir.PathRewrite { return ir.PathRewrite{Kind: ir.ReplacePrefix, Value: to} }
	full := func(to string) ir.PathRewrite { return ir.PathRewrite{Kind: ir.ReplaceFull, Value: to} }
	for _, c := range []struct {
		matches, request string
		redirect         ir.Redirect
		status           int // 0: the request goes on
		location         string
	}{
		{"[P /foo]", "/foo/bar", ir.Redirect{Path: prefix("/")}, 301, "http://a//bar"},
		{"[P /foo]", "/foo/bar", ir.Redirect{Path: prefix("/xyz")}, 301, "http://a/xyz/bar"},
		{"[P /foo]", "/foo/bar", ir.Redirect{Path: prefix("/xyz/")}, 301, "http://a/xyz//bar"},
		{"[any]", "/foo/bar", ir.Redirect{Path: prefix("/xyz")}, 301, "http://a/xyz/foo/bar"},
		{"[P /]", "/foo/bar", ir.Redirect{Path: prefix("/")}, 301, "http://a//foo/bar"},
		{"[P /foo]", "/foo/", ir.Redirect{Path: prefix("/xyz")}, 301, "http://a/xyz/"},
		{"[P /foo]", "/foo?q", ir.Redirect{Path: prefix("/")}, 301, "http://a/?q"},
		{"[E /foo/bar]", "/foo/bar", ir.Redirect{Path: prefix("/xyz")}, 500, ""},
		{"[X /foo/.*]", "/foo/bar", ir.Redirect{Path: prefix("/xyz")}, 500, ""},
		{"[P /foo, E /foo]", "/foo", ir.Redirect{Path: prefix("/x")}, 500, ""},
		{"[E /foo, P /foo]", "/foo", ir.Redirect{Path: prefix("/x")}, 301, "http://a/x"},
		{"[any]", "/a?b=c", ir.Redirect{Path: full("/x?y#z"), Status: 308}, 308, "http://a/x?y"},
		{"[any]", "/", ir.Redirect{Path: full("/x y")}, 500, ""},
		{"[any]", "GET http://a:80/foo", ir.Redirect{Scheme: "https"}, 301, "https://a:80/foo"},
		{"[any]", "GET http://a:8080/foo", ir.Redirect{Host: "b"}, 301, "http://b:8080/foo"},
		{"[any]", "GET http://a:80/foo", ir.Redirect{Host: "b"}, 301, "http://b/foo"},
		{"[any]", "GET http://a:x/foo", ir.Redirect{Host: "b"}, 301, "http://b/foo"},
		{"[any]", "GET http://a:8080/foo", ir.Redirect{Host: "b:1"}, 500, ""},
		{"[any]", "GET http://a:8080/foo", ir.Redirect{Host: "b", Port: 80}, 301, "http://b:80/foo"},
		{"[any]", "GET http://a:8080/foo", ir.Redirect{Port: 80}, 301, "http://a/foo"},
		{"[any]", "GET http://u@a/foo", ir.Redirect{Port: 81}, 301, "http://a:81/foo"},
		{"[any]", "GET http://a:81/foo", ir.Redirect{Port: 81}, 0, ""},
		{"[any]", "GET http://A/foo", ir.Redirect{Scheme: "http"}, 0, ""},
		{"[any]", "GET !/foo", ir.Redirect{Scheme: "https"}, 500, ""},
		{"[any]", "GET !/foo", ir.Redirect{Host: "b"}, 301, "http://b/foo"},
	} {
		v := ruled(t, ir.Detect, c.matches, ir.Rule{Filters: []ir.Filter{c.redirect}}).Explain(HTTP1, requestOf(t, c.request))
		got := Reply{}
		if v.Filters.Reply != nil {
			got = *v.Filters.Reply
		}
		if got.Status != c.status || got.Location != c.location {
			t.Errorf("%s, %s, %+v: got %+v", c.matches, c.request, c.redirect, got)
		}
	}
	v := ruled(t, ir.Detect, "[any]", ir.Rule{Filters: []ir.Filter{ir.Redirect{Host: "b"}}}).Explain(HTTP1, requestOf(t, "CONNECT a:80"))
	if v.Filters.Reply.Cause != Crash {
		t.Errorf("CONNECT: %+v", v.Filters.Reply)
	}
}

// Modifiers add, then set, then remove, whatever their order (108, 109), the rule's before
// the backend's on the way in and after it on the way out.
func TestHeaders(t *testing.T) {
	h := func(name, value string) ir.Header { return ir.Header{Name: name, Value: value} }
	set := ir.ModifyHeaders{Add: []ir.Header{h("x", "1"), h("x", "3"), h("y", "1")}, Set: []ir.Header{h("x", "2")}, Remove: []string{"Y"}}
	backend := ir.Weighted{Backend: ir.Backend{Kind: ir.Balancer, Filters: []ir.Filter{
		ir.ModifyHeaders{Add: []ir.Header{h("p", "b")}}, ir.ModifyHeaders{Response: true, Add: []ir.Header{h("r", "backend")}},
	}}}
	rule := ir.Rule{
		Filters: []ir.Filter{
			set, ir.ModifyHeaders{Add: []ir.Header{h("p", "r")}}, ir.ModifyHeaders{Response: true, Add: []ir.Header{h("r", "rule")}}, ir.ModifyHeaders{Remove: []string{"none"}},
		},
		Backends: ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{backend}},
	}
	v := ruled(t, ir.Detect, "[any]", rule).Explain(HTTP1, requestOf(t, "/ -- X: 0; p: q"))
	if want := []Step{{0, Changed}, {1, Changed}, {2, OnResponses}, {3, Passed}}; !reflect.DeepEqual(v.Filters.Steps, want) {
		t.Errorf("steps: %v", v.Filters.Steps)
	}
	if got, want := v.Backends[0].Filters.Headers, []ir.Header{h("x", "2"), h("p", "q"), h("p", "r"), h("p", "b")}; !reflect.DeepEqual(got, want) {
		t.Errorf("request headers: %v", got)
	}
	if got, want := v.ResponseHeaders(0, []ir.Header{h("r", "0")}), []ir.Header{h("r", "0"), h("r", "backend"), h("r", "rule")}; !reflect.DeepEqual(got, want) {
		t.Errorf("response headers: %v", got)
	}
}

func TestInjectedFailures(t *testing.T) {
	for _, c := range []struct {
		filter       ir.Filter
		protocol     ir.Protocol
		request      string
		status, grpc int
	}{
		{ir.FailHTTP{Status: 418}, ir.Detect, "/", 418, -1},
		{ir.FailHTTP{Status: 418}, ir.Detect, "/ -- content-type: application/grpc-web", 200, 9},
		{ir.FailGRPC{Code: 7}, ir.GRPC, "/", 200, -1},
		{ir.FailGRPC{Code: 17}, ir.GRPC, "/ -- content-type: application/grpc", 200, 2},
	} {
		rule := ir.Rule{Filters: []ir.Filter{c.filter, ir.ModifyHeaders{}}}
		v := ruled(t, c.protocol, "[-]", rule).Explain(HTTP2, requestOf(t, c.request))
		r := v.Filters.Reply
		if r == nil || r.Status != c.status || r.GRPC != c.grpc || v.Filters.Steps[1].Effect != NotReached {
			t.Errorf("%+v, %s: got %+v", c.filter, c.request, v.Filters)
		}
	}
}

// The distributions of spec/matching.md §4 and §11.4, 97 to 101.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		kind    ir.DistributionKind
		weights []uint32 // a weight of 9 makes a failing backend
		down    string
		want    []string
	}{
		{ir.RandomAvailable, []uint32{1, 3, 0}, "", []string{"1/4", "3/4", "0/1"}},
		{ir.RandomAvailable, []uint32{1, 3, 0}, "1", []string{"1/1", "0/1", "0/1"}},
		{ir.RandomAvailable, []uint32{1, 3, 0}, "01", []string{"0/1", "0/1", "0/1"}},
		{ir.RandomAvailable, []uint32{0}, "", []string{"1/1"}},
		{ir.RandomAvailable, []uint32{1, 1, 1}, "", []string{"1/3", "1/3", "1/3"}},
		{ir.RandomAvailable, []uint32{9, 1}, "01", []string{"1/1", "0/1"}},
		{ir.FirstAvailable, []uint32{9, 0}, "0", []string{"1/1", "0/1"}},
		{ir.FirstAvailable, []uint32{0, 0}, "0", []string{"0/1", "1/1"}},
		{ir.FirstAvailable, []uint32{0, 0}, "01", []string{"0/1", "0/1"}},
	} {
		d := ir.Distribution{Kind: c.kind}
		for _, w := range c.weights {
			b := ir.Weighted{Weight: w, Backend: ir.Backend{Kind: ir.Balancer}}
			if w == 9 {
				b.Kind = ir.Failing
			}
			d.Backends = append(d.Backends, b)
		}
		var got []string
		for _, share := range Shares(d, func(i int) bool { return len(c.down) == 0 || !contains(c.down, i) }) {
			got = append(got, share.String())
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v, %v without %q: got %v, want %v", c.kind, c.weights, c.down, got, c.want)
		}
	}
	v := ruled(t, ir.Detect, "[-]", ir.Rule{Filters: []ir.Filter{ir.FailHTTP{Status: 418}}}).Explain(HTTP1, requestOf(t, "/"))
	if v.Filters.Reply.Status != 418 || v.Reply.Cause != NoBackend {
		t.Errorf("101: %+v", v)
	}
}

func contains(digits string, i int) bool {
	for _, c := range digits {
		if int(c-'0') == i {
			return true
		}
	}
	return false
}

// What a client overrides by headers, where the rule lets it (§6.1; 112, 113).
func TestOverrides(t *testing.T) {
	second := ir.Timeout{Set: true, Duration: ir.Duration{Seconds: 1}}
	statuses := []ir.StatusRange{{First: 500, Last: 599}}
	rule := ir.Rule{
		AllowL5d: true,
		Timeouts: ir.Timeouts{Present: true, Request: second},
		Retry:    ir.Retry{Present: true, Limit: 2, MaxRequestBytes: 10, Timeout: second, Statuses: statuses},
	}
	ask := func(rule ir.Rule, headers string) Verdict {
		return ruled(t, ir.Detect, "[-]", rule).Explain(HTTP1, requestOf(t, "/ -- "+headers))
	}
	if v := ask(rule, "x: 1"); v.Timeouts.Request != second || v.Timeouts.Headers != second || v.Retry.Max != 2 || !reflect.DeepEqual(v.Retry.Statuses, statuses) || v.Retry.OnCode {
		t.Errorf("without headers: %+v %+v", v.Timeouts, v.Retry)
	}
	v := ask(rule, "l5d-timeout: 2s; l5d-request-timeout: 3m; l5d-response-timeout: 20ms; l5d-retry-limit: 7; l5d-retry-grpc: internal, unavailable,cancelled; x: 1")
	if v.Timeouts.Request.Seconds != 180 || v.Timeouts.Response.Nanos != 20e6 || v.Retry.Max != 7 || v.Retry.Codes != (ir.GRPCCodes{Internal: true, Cancelled: true}) || !v.Retry.OnStatus {
		t.Errorf("%+v %+v", v.Timeouts, v.Retry)
	}
	if len(v.Filters.Headers) != 1 {
		t.Errorf("headers that stay: %v", v.Filters.Headers)
	}
	if v := ask(rule, "l5d-retry-http: bogus"); !v.Retry.OnStatus || len(v.Retry.Statuses) != 0 {
		t.Errorf("112: %+v", v.Retry)
	}
	if v := ask(rule, "l5d-retry-http: 5xx, gateway-error"); !reflect.DeepEqual(v.Retry.Statuses, statuses) {
		t.Errorf("113: %+v", v.Retry)
	}
	if v := ask(ir.Rule{AllowL5d: true}, "l5d-retry-http: 404"); v.Retry == nil || v.Retry.Max != 1 || v.Retry.MaxBytes != 65536 || !v.Retry.ByClient {
		t.Errorf("without a policy: %+v", v.Retry)
	}
	rule.AllowL5d = false
	if v := ask(rule, "l5d-retry-limit: 7"); v.Retry.Max != 2 || len(v.Filters.Headers) != 1 {
		t.Errorf("not allowed: %+v", v.Retry)
	}
}
