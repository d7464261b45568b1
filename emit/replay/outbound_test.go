package replay

import (
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// sent is what the table does with a request to its one rule, over HTTP/1.
func sent(t *testing.T, r *outbound.HttpRoute_Rule, line string, headers ...string) Outbound {
	t.Helper()
	o := prepared(t, policy(route("", r))).Outbound(HTTP1, request(t, line, headers...))
	if !o.Found {
		t.Fatalf("%s: no rule found", line)
	}
	return o
}

func redirecting(m *http_route.RequestRedirect, matches ...*http_route.HttpRouteMatch) *outbound.HttpRoute_Rule {
	r := rule(matches...)
	r.Filters = []*outbound.HttpRoute_Filter{{Kind: &outbound.HttpRoute_Filter_Redirect{Redirect: m}}}
	return r
}

func replacePrefix(text string) *http_route.RequestRedirect {
	return &http_route.RequestRedirect{Path: &http_route.PathModifier{Replace: &http_route.PathModifier_Prefix{Prefix: text}}}
}

func replacePath(text string) *http_route.RequestRedirect {
	return &http_route.RequestRedirect{Path: &http_route.PathModifier{Replace: &http_route.PathModifier_Full{Full: text}}}
}

func toScheme(text string) *http_types.Scheme {
	return &http_types.Scheme{Type: &http_types.Scheme_Unregistered{Unregistered: text}}
}

func TestRedirect(t *testing.T) {
	foo := P("/foo")
	https := &http_types.Scheme{Type: &http_types.Scheme_Registered_{Registered: http_types.Scheme_HTTPS}}
	for _, test := range []struct {
		name     string
		rule     *outbound.HttpRoute_Rule
		line     string
		status   int
		location string // or the cause
	}{
		{"102", redirecting(replacePrefix("/"), foo), "GET http://a/foo/bar", 301, "http://a//bar"},
		{"103", redirecting(replacePrefix("/x"), foo, E("/foo")), "GET http://a/foo", 500, "invalid redirect"},
		{"104", redirecting(replacePrefix("/x"), E("/foo"), foo), "GET http://a/foo", 301, "http://a/x"},
		{"105", redirecting(&http_route.RequestRedirect{Scheme: https}, foo), "GET http://a:80/foo", 301, "https://a:80/foo"},
		{"106", redirecting(&http_route.RequestRedirect{Host: "b"}, foo), "GET http://a:8080/foo", 301, "http://b:8080/foo"},

		{"prefix", redirecting(replacePrefix("/xyz"), foo), "GET http://a/foo/bar?q=1", 301, "http://a/xyz/bar?q=1"},
		{"prefix with a slash", redirecting(replacePrefix("/xyz/"), foo), "GET http://a/foo/bar", 301, "http://a/xyz//bar"},
		{"prefix of anything", redirecting(replacePrefix("/xyz")), "GET http://a/foo/bar", 301, "http://a/xyz/foo/bar"},
		{"slash for anything", redirecting(replacePrefix("/"), P("/")), "GET http://a/foo/bar", 301, "http://a//foo/bar"},
		{"prefix and a slash at the end", redirecting(replacePrefix("/xyz"), foo), "GET http://a/foo/", 301, "http://a/xyz/"},
		{"nothing after the prefix", redirecting(replacePrefix("/"), foo), "GET http://a/foo", 301, "http://a/"},
		{"prefix of a regular expression", redirecting(replacePrefix("/x"), X("/foo.*")), "GET http://a/foo", 500, "invalid redirect"},
		{"prefix of CONNECT", redirecting(replacePrefix("/x")), "CONNECT a:1", 500, "invalid redirect"},
		{"empty prefix of CONNECT", redirecting(replacePrefix("/x"), P("")), "CONNECT a:1", 301, "http://a:1/x"},

		{"path", redirecting(replacePath("/x?y#z")), "GET http://a/foo?q", 301, "http://a/x?y"},
		{"path with a blank", redirecting(replacePath("/x y")), "GET http://a/foo", 500, "invalid redirect"},
		{"path with DEL", redirecting(replacePath("/x\x7f")), "GET http://a/foo", 0, "crash"},
		{"CONNECT keeps its path", redirecting(&http_route.RequestRedirect{Host: "b"}), "CONNECT a:1", 0, "crash"},

		{"no authority", redirecting(replacePath("/x")), "GET /foo", 500, "invalid redirect"},
		{"no authority and a host", redirecting(&http_route.RequestRedirect{Host: "b"}), "GET /foo", 301, "http://b/foo"},
		{"host and default port", redirecting(&http_route.RequestRedirect{Host: "b", Port: 80}), "GET http://a/foo", 301, "http://b:80/foo"},
		{"host drops the scheme's port", redirecting(&http_route.RequestRedirect{Host: "b"}), "GET http://a:80/foo", 301, "http://b/foo"},
		{"host keeps port 80 over https", redirecting(&http_route.RequestRedirect{Host: "b"}), "GET https://a:80/foo", 301, "https://b:80/foo"},
		{"host with a port, request with one", redirecting(&http_route.RequestRedirect{Host: "b:1"}), "GET http://a:2/foo", 500, "invalid redirect"},
		{"host with a port, request without", redirecting(&http_route.RequestRedirect{Host: "b:1"}), "GET http://a/foo", 301, "http://b:1/foo"},
		{"port of another scheme is kept", redirecting(&http_route.RequestRedirect{Host: "b", Scheme: toScheme("x")}), "GET http://a:0/foo", 301, "x://b:0/foo"},
		{"default port drops the request's", redirecting(&http_route.RequestRedirect{Port: 80}), "GET http://u@a:81/foo", 301, "http://a/foo"},
		{"another port", redirecting(&http_route.RequestRedirect{Port: 81}), "GET http://u@a/foo", 301, "http://a:81/foo"},
		{"status", redirecting(&http_route.RequestRedirect{Host: "b", Status: 999}), "GET http://a/foo", 999, "http://b/foo"},
		{"path of OPTIONS", redirecting(&http_route.RequestRedirect{Host: "b"}), "OPTIONS *", 301, "http://b*"},

		{"107", redirecting(&http_route.RequestRedirect{Host: "A"}), "GET http://a/foo", 0, ""},
		{"default port is there already", redirecting(&http_route.RequestRedirect{Port: 80}), "GET http://a/foo", 0, ""},
		{"the request's own port", redirecting(&http_route.RequestRedirect{Port: 81}), "GET http://a:81/foo", 0, ""},
		{"scheme in capitals is another", redirecting(&http_route.RequestRedirect{Scheme: toScheme("HTTP")}), "GET http://a/foo", 301, "HTTP://a/foo"},
	} {
		o := sent(t, test.rule, test.line)
		step := o.Filters.Steps[0]
		if step.Reply == nil {
			if test.location != "" || step.Ignored == "" || o.Filters.Passed.Cmp(big.NewRat(1, 1)) != 0 {
				t.Errorf("%s: passed on, want %s", test.name, test.location)
			}
			continue
		}
		got := step.Reply.Location
		if step.Reply.Cause != Redirected {
			got = string(step.Reply.Cause)
		}
		if got != test.location || step.Reply.Status != test.status || o.Filters.Passed.Sign() != 0 {
			t.Errorf("%s: got %d %s (%s), want %d %s", test.name, step.Reply.Status, got, step.Reply.Detail, test.status, test.location)
		}
	}
}

func modifying(add, set, remove string) *http_route.RequestHeaderModifier {
	pairs := func(text string) *http_types.Headers {
		hs := &http_types.Headers{}
		for _, pair := range strings.Fields(text) {
			name, value, _ := strings.Cut(pair, "=")
			hs.Headers = append(hs.Headers, &http_types.Headers_Header{Name: name, Value: []byte(value)})
		}
		return hs
	}
	return &http_route.RequestHeaderModifier{Add: pairs(add), Set: pairs(set), Remove: strings.Fields(remove)}
}

func TestHeaderModifiers(t *testing.T) {
	// 108: whatever the order of the fields, set comes after add.
	got := ModifyHeaders([]Header{{"x", "0"}, {"y", "0"}}, modifying("x=1 X=3", "x=2", ""))
	if want := []Header{{"x", "2"}, {"y", "0"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got = ModifyHeaders([]Header{{"x", "0"}}, modifying("y=1", "z=2", "Y z"))
	if want := []Header{{"x", "0"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("removed last: got %v, want %v", got, want)
	}

	// 109: the rule's filters come before the backend's.
	r := rule()
	filter := func(add string) []*outbound.HttpRoute_Filter {
		return []*outbound.HttpRoute_Filter{{Kind: &outbound.HttpRoute_Filter_RequestHeaderModifier{RequestHeaderModifier: modifying(add, "", "")}}}
	}
	r.Filters = filter("p=r")
	r.Backends.GetFirstAvailable().Backends[0].Filters = filter("p=b")
	o := sent(t, r, "GET http://a/", "p: q")
	if want := []Header{{"p", "q"}, {"p", "r"}, {"p", "b"}}; !reflect.DeepEqual(o.Backends[0].Filters.Headers, want) {
		t.Errorf("got %v, want %v", o.Backends[0].Filters.Headers, want)
	}
}

func shares(o Outbound, down ...int) []string {
	var texts []string
	for _, s := range o.Shares(func(i int) bool {
		for _, d := range down {
			if d == i {
				return false
			}
		}
		return true
	}) {
		texts = append(texts, s.RatString())
	}
	return texts
}

func TestShares(t *testing.T) {
	split := func(weights ...uint32) Outbound {
		r := rule()
		r.Backends = httpRandom(weights...)
		return sent(t, r, "GET http://a/")
	}
	first := func(backends ...*outbound.Backend) Outbound {
		r := rule()
		r.Backends = httpFirst(backends...)
		return sent(t, r, "GET http://a/")
	}
	for _, test := range []struct {
		name string
		out  Outbound
		down []int
		want string
	}{
		{"97", split(1, 3, 0), nil, "1/4 3/4 0"},
		{"98", split(1, 3, 0), []int{1}, "1 0 0"},
		{"99", split(1, 3, 0), []int{0, 1}, "0 0 0"},
		{"90", split(0), nil, "1"},
		{"one down", split(7), []int{0}, "0"},
		{"thirds", split(1, 1, 1), nil, "1/3 1/3 1/3"},
		{"largest sum", split(4294967294, 1), nil, "4294967294/4294967295 1/4294967295"},
		{"100", first(failing("f"), balancer("b")), []int{0}, "1 0"},
		{"first", first(balancer("a"), balancer("b")), nil, "1 0"},
		{"second", first(balancer("a"), balancer("b")), []int{0}, "0 1"},
	} {
		if got := strings.Join(shares(test.out, test.down...), " "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}

	o := first(failing("f"), forward(10<<24|1, 65536+8080))
	if o.Backends[0].Failing == nil || o.Backends[0].Failing.Status != 502 || o.Backends[1].Forward.String() != "10.0.0.1:8080" {
		t.Errorf("got %+v", o.Backends)
	}
}

func injecting(status uint32, numerator, denominator uint32) *outbound.HttpRoute_Filter {
	f := &http_route.HttpFailureInjector{Status: status, Ratio: &http_route.Ratio{Numerator: numerator, Denominator: denominator}}
	return &outbound.HttpRoute_Filter{Kind: &outbound.HttpRoute_Filter_FailureInjector{FailureInjector: f}}
}

func TestInjectedFailures(t *testing.T) {
	// 101: an empty distribution is never asked.
	r := rule()
	r.Backends = &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_Empty_{}}
	r.Filters = []*outbound.HttpRoute_Filter{injecting(500, 0, 3), injecting(418, 1, 3), injecting(503, 1, 2), injecting(504, 1, 1), injecting(505, 1, 1)}
	o := sent(t, r, "GET http://a/")
	want := []string{"", "418 1/3", "503 1/2", "504 1"}
	if len(o.Filters.Steps) != len(want) || o.Filters.Passed.Sign() != 0 || o.Reply == nil || o.Reply.Status != 503 {
		t.Fatalf("got %+v, %+v", o.Filters, o.Reply)
	}
	for i, s := range o.Filters.Steps {
		got := ""
		if s.Reply != nil {
			got = big.NewInt(int64(s.Reply.Status)).String() + " " + s.Reply.Probability.RatString()
		}
		if got != want[i] {
			t.Errorf("step %d: got %q, want %q", i, got, want[i])
		}
	}

	r.Filters = r.Filters[:3]
	if passed := sent(t, r, "GET http://a/").Filters.Passed; passed.RatString() != "1/3" {
		t.Errorf("passed %s", passed.RatString())
	}
}

func TestGRPCFailures(t *testing.T) {
	r := grpcRuleOf()
	r.Filters = []*outbound.GrpcRoute_Filter{{Kind: &outbound.GrpcRoute_Filter_FailureInjector{FailureInjector: &grpc_route.GrpcFailureInjector{Code: 99}}}}
	table := prepared(t, grpcPolicy(r))
	for _, test := range []struct {
		contentType  string
		status, code int
	}{{"application/grpc-web", 200, 2}, {"text/plain", 200, -1}} {
		reply := table.Outbound(HTTP2, request(t, "POST http://a/s/m", "content-type: "+test.contentType)).Filters.Steps[0].Reply
		if reply.Status != test.status || reply.GRPC != test.code {
			t.Errorf("%s: got %+v", test.contentType, reply)
		}
	}
	if reply := table.Outbound(HTTP1, request(t, "POST http://a/s/m")).Reply; reply == nil || reply.Cause != NotServed {
		t.Errorf("HTTP/1: got %+v", reply)
	}
}

func TestTimeouts(t *testing.T) {
	ms := func(n uint64) ir.Timeout { return ir.Timeout{Set: true, Duration: ir.Milliseconds(n)} }
	r := rule()
	r.RequestTimeout = durationpb.New(5e9)
	r.Timeouts = &http_route.Timeouts{Response: durationpb.New(1e9), Idle: durationpb.New(0)}
	if got, want := sent(t, r, "GET http://a/", "l5d-timeout: 1s").Timeouts, (Timeouts{Request: ms(5000), Response: ms(1000), Idle: ms(0)}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	r.Timeouts.Request = durationpb.New(2e9)
	r.AllowL5DRequestHeaders = true
	for _, test := range []struct {
		headers []string
		want    Timeouts
	}{
		{nil, Timeouts{Request: ms(2000), Response: ms(1000), Idle: ms(0)}},
		{[]string{"l5d-timeout: 1s", "l5d-timeout: 2s"}, Timeouts{Request: ms(1000), Response: ms(1000), Idle: ms(0)}},
		{[]string{"l5d-request-timeout: 3m", "l5d-timeout: 1s"}, Timeouts{Request: ms(180000), Response: ms(1000), Idle: ms(0)}},
		{[]string{"l5d-request-timeout: 3 m", "l5d-timeout:  1h"}, Timeouts{Request: ms(3600000), Response: ms(1000), Idle: ms(0)}},
		{[]string{"l5d-timeout: 000", "l5d-response-timeout: 5"}, Timeouts{Request: ms(0), Response: ms(1000), Idle: ms(0)}},
		{[]string{"l5d-timeout: 18446744073709551615d", "l5d-response-timeout: 2d"}, Timeouts{Request: ms(2000), Response: ms(172800000), Idle: ms(0)}},
		{[]string{"l5d-retry-timeout: 7ms"}, Timeouts{Request: ms(2000), Response: ms(1000), Idle: ms(0), Headers: ms(7)}},
	} {
		o := sent(t, r, "GET http://a/", append(test.headers, "x: y")...)
		if o.Timeouts != test.want {
			t.Errorf("%v: got %+v, want %+v", test.headers, o.Timeouts, test.want)
		}
		if want := []Header{{"x", "y"}}; !reflect.DeepEqual(o.Filters.Headers, want) {
			t.Errorf("%v: %v is passed on", test.headers, o.Filters.Headers)
		}
	}
}

func TestRetries(t *testing.T) {
	withPolicy := rule()
	withPolicy.Retry = &outbound.HttpRoute_Retry{
		MaxRetries: 3, MaxRequestBytes: 10,
		Conditions: &outbound.HttpRoute_Retry_Conditions{StatusRanges: []*outbound.HttpRoute_Retry_Conditions_StatusRange{{Start: 500, End: 599}}},
	}
	without := rule()
	withPolicy.AllowL5DRequestHeaders, without.AllowL5DRequestHeaders = true, true
	standard := &Backoff{ir.Milliseconds(25), ir.Milliseconds(250), 1}
	ranges := func(rs ...StatusRange) *[]StatusRange { return &rs }
	none := []StatusRange{}
	for _, test := range []struct {
		name    string
		rule    *outbound.HttpRoute_Rule
		headers []string
		want    *Retry
	}{
		{"110", withPolicy, nil, &Retry{Max: 3, MaxBytes: 10, Statuses: ranges(StatusRange{500, 599})}},
		{"112", withPolicy, []string{"l5d-retry-http: bogus"}, &Retry{Max: 3, MaxBytes: 10, Statuses: &none}},
		{"113", without, []string{"l5d-retry-http: 5xx, gateway-error"}, &Retry{Max: 1, MaxBytes: 65536, Backoff: standard, Statuses: ranges(StatusRange{500, 599})}},
		{"ranges", without, []string{"l5d-retry-http: 404,GATEWAY-ERROR,500-+501,600,99,502-501"}, &Retry{
			Max: 1, MaxBytes: 65536, Backoff: standard, Statuses: ranges(StatusRange{404, 404}, StatusRange{502, 504}, StatusRange{500, 501})}},
		{"codes", without, []string{"l5d-retry-grpc: Unavailable,x,internal", "l5d-retry-limit: 70000"}, &Retry{
			Max: 70000, MaxBytes: 65536, Backoff: standard, Codes: &[]int{14, 13}}},
		{"no header that parses", without, []string{"l5d-retry-limit: -1", "l5d-retry-timeout: x"}, nil},
	} {
		if got := sent(t, test.rule, "GET http://a/", test.headers...).Retry; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestOpaque(t *testing.T) {
	p := policy()
	table := prepared(t, p)
	if o := table.Opaque(); o.Found || o.Reply == nil || o.Reply.Cause != NoRoute {
		t.Errorf("without a route: got %+v", o)
	}
	forbidden := &outbound.OpaqueRoute_Filter{Kind: &outbound.OpaqueRoute_Filter_Forbidden{Forbidden: &opaque_route.Forbidden{}}}
	p.GetProtocol().GetDetect().Opaque.Routes = []*outbound.OpaqueRoute{{Metadata: named("r"), Rules: []*outbound.OpaqueRoute_Rule{{
		Backends: &outbound.OpaqueRoute_Distribution{Kind: &outbound.OpaqueRoute_Distribution_FirstAvailable_{FirstAvailable: &outbound.OpaqueRoute_Distribution_FirstAvailable{
			Backends: []*outbound.OpaqueRoute_RouteBackend{{Backend: balancer("b"), Filters: []*outbound.OpaqueRoute_Filter{forbidden, forbidden}}},
		}}},
	}}}}
	o := prepared(t, p).Opaque()
	if !o.Found || o.Kind != First || o.Backends[0].Balancer != "b:80" || o.Filters.Passed.Sign() == 0 || o.Backends[0].Filters.Passed.Sign() != 0 {
		t.Errorf("got %+v", o)
	}
}
