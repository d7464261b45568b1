package eval

import (
	"fmt"
	"testing"

	"routec.dev/routec/ir"
)

// The cases of spec/matching.md §11.1 by number. "=x" is an exact host that would read as a
// wildcard.
func TestHTTPSelection(t *testing.T) {
	for _, c := range []struct {
		number          int
		routes, request string
		want            string
	}{
		{1, "[P /foo | E /foo]", "/foo", "R0.0"},
		{2, "[P /foo | E /foo/bar]", "/foo/bar", "R0.1"},
		{3, "[E /foo | P /foo/bar]", "/foo/bar/x", "R0.1"},
		{4, "[P / | X /.*]", "/", "R0.0"},
		{5, "[P / | X /.*]", "/x", "R0.1"},
		{6, "[E /foo/bar | X /foo/.*]", "/foo/bar", "R0.0"},
		{7, "[X /foo/.* | E /foo/bar]", "/foo/bar", "R0.0"},
		{8, "[X /a|/ab]", "/ab", "none"},
		{9, "[X /ab|/a]", "/ab", "R0.0"},
		{10, "[X /a.*?]", "/abc", "none"},
		{11, "[X (?:/a|/ab)$]", "/ab", "R0.0"},
		{12, "[P /foo/]", "/foo", "R0.0"},
		{13, "[P /foo/]", "/foobar", "none"},
		{14, "[P /foo]", "/foo///", "R0.0"},
		{15, "[P  | any]", "/x", "R0.1"},
		{16, "[P // | any]", "/x", "R0.1"},
		{17, "[P /foo +GET | P /foo +h(x=1)]", "/foo -- x: 1", "R0.1"},
		{18, "[P /foo +GET | P /foo +q(a=b)]", "/foo?a=b", "R0.1"},
		{19, "[P /foo +h(x=1) +h(y=2) | P /foo +h(x=1) +q(a=1) +q(b=2) +q(c=3)]", "/foo?a=1&b=2&c=3 -- x: 1; y: 2", "R0.0"},
		{20, "[P /foo | P /foo +GET]", "/foo", "R0.1"},
		{21, "[P /foo +h(a=1) +h(b=1) +h(c=1) | P /foo/bar]", "/foo/bar -- a: 1; b: 1; c: 1", "R0.1"},
		{22, "{}[E /foo/bar/baz]; {*.example.com}[P /]", "GET http://x.example.com/foo/bar/baz", "R1.0"},
		{24, "{*.example.com}[any]; {*.foo.example.com}[any]", "GET http://a.foo.example.com/", "R1.0"},
		{25, "{*.very.long.example.com}[any]; {x.very.long.example.com}[any]", "GET http://x.very.long.example.com/", "R1.0"},
		{26, "{api.example.com}[E /only]; {}[P /]", "GET http://api.example.com/other", "R1.0"},
		{27, "{web}[any]", "GET http://web:8080/", "R0.0"},
		{28, "{web:8080}[any]", "GET http://web:8080/", "none"},
		{29, "{WEB.Example.COM}[any]", "GET http://web.eXample.com./", "R0.0"},
		{30, "{example.com.}[any]", "GET http://example.com/", "none"},
		{31, "{*.example.com}[any]", "GET http://example.com/", "none"},
		{32, "{*.example.com}[any]", "GET http://.example.com/", "R0.0"},
		{33, "{*.example.com}[any]", "GET http://xexample.com/", "none"},
		{34, "{=*.example.com}[any]", "GET http://foo.example.com/", "none"},
		{35, "{[::1]}[any]", "GET http://[::1]:80/", "R0.0"},
		{36, "{web}[any]", "GET http://user:pw@web:80/", "R0.0"},
		{37, "{b, *.com}[P /x]; {*.b.com}[P /]", "GET http://a.b.com/x", "R1.0"},
		{38, "{a}[]; {}[any]", "/", "R1.0"},
		{39, "[P /a, P /b]", "/b/c", "R0.0"},
		{40, "[P /foo, E /foo/bar +h(x=1) | P /foo/bar]", "/foo/bar -- x: 1", "R0.0"},
		{41, "[P /foo, E /foo/bar +h(x=1) | P /foo/bar]", "/foo/bar", "R0.1"},
		{42, "[any +h(x=b)]", "/ -- x: a; x: b", "R0.0"},
		{43, "[any +h(x=a) +h(x=b)]", "/ -- x: a; x: b", "R0.0"},
		{44, "[any +h(x=a)]", "/ -- x: a, b", "none"},
		{45, "[any +h(x~.*)]", "/ -- x: é", "none"},
		{46, "[any +h(x=é)]", "/ -- x: é", "R0.0"},
		{47, "[any +h(x~.*)]", "/", "none"},
		{48, "[any +h(x~.*)]", "/ -- x: ", "R0.0"},
		{49, "[any +h(x~v1|v1-beta)]", "/ -- x: v1-beta", "none"},
		{50, "[any +q(a=c)]", "/?a=b&a=c", "R0.0"},
		{51, "[any +q(a=b c)]", "/?a=b+c", "R0.0"},
		{51, "[any +q(a=b c)]", "/?%61=b%20c", "R0.0"},
		{52, "[any +q(a=)]", "/?a", "R0.0"},
		{53, "[any +q(A=b)]", "/?a=b", "none"},
		{54, "[any +q(a=b)]", "/?x=1;a=b", "none"},
		{55, "[any +q(a~.*)]", "/?", "none"},
		{56, "[any +q(a=\ufffd)]", "/?a=%FF", "R0.0"},
		{57, "[any]; [any]", "/x", "R0.0"},
		{58, "[- | P /]", "/x", "R0.0"},
		{59, "[- | any +GET]", "/x", "R0.1"},
		{60, "[E /a b]", "/a%20b", "none"},
		{61, "[E /a]", "/%61", "none"},
		{62, "[P /admin | P /]", "/x/../admin", "R0.1"},
		{63, "[P /foo]", "//foo", "none"},
		{63, "[P /foo]", "/FOO", "none"},
		{64, "[X .* | P /]", "CONNECT example.com:443", "R0.1"},
		{65, "[P / | E *]", "OPTIONS *", "R0.0"},
		{66, "{a}[any]; {}[any]", "GET !/", "R1.0"},
		{67, "[X /\\d+]", "/٣", "R0.0"},
		{67, "[X /\\d+]", "/%D9%A3", "none"},
		{68, "[any +get]", "/", "none"},
	} {
		w, found := tableOf(t, ir.Detect, c.routes).Find(HTTP1, requestOf(t, c.request))
		if got := spell(w, found); got != c.want {
			t.Errorf("%d: %s, %s: got %s, want %s", c.number, c.routes, c.request, got, c.want)
		}
	}
}

// spell writes a winner as the cases do.
func spell(w Winner, found bool) string {
	if !found {
		return "none"
	}
	return fmt.Sprintf("R%d.%d", w.Route, w.Rule)
}

// The cases of spec/matching.md §11.2 on gRPC.
func TestGRPCSelection(t *testing.T) {
	for _, c := range []struct {
		number          int
		routes, request string
		want            string
	}{
		{71, "[rpc */Get | rpc svc/*]", "POST /svc/Get", "R0.1"},
		{72, "[rpc a/VeryLongMethodName | rpc a/*]", "POST /a/VeryLongMethodName", "R0.0"},
		{73, "[rpc */*]", "GET /s/m", "none"},
		{74, "[-]", "GET /whatever", "R0.0"},
		{75, "[rpc s/m]", "POST /s/m/extra", "R0.0"},
		{76, "[rpc s/*]", "POST /s", "none"},
		{76, "[rpc s/*]", "POST /s/", "R0.0"},
		{77, "[rpc S/M]", "POST /s/m", "none"},
		{78, "[rpc s/* +h(a=1) +h(b=1) | rpc s/m]", "POST /s/m -- a: 1; b: 1", "R0.1"},
	} {
		w, found := tableOf(t, ir.GRPC, c.routes).Find(HTTP2, requestOf(t, c.request))
		if got := spell(w, found); got != c.want {
			t.Errorf("%d: %s, %s: got %s, want %s", c.number, c.routes, c.request, got, c.want)
		}
	}
}

// The cases of spec/matching.md §11.2 on other traffic and on what no match means.
func TestOtherTraffic(t *testing.T) {
	tls := tableOf(t, ir.TLS, "{*.example.com}[-]; {foo.example.com}[-]")
	if v := tls.TLS("FOO.example.com"); !v.Found || v.Winner.Route != 1 || v.Losers[0].By != HostKindComponent {
		t.Errorf("80: %+v", v)
	}
	if v := tableOf(t, ir.TLS, "{Foo.example.com}[-]; {}[-]").TLS("Foo.example.com"); !v.Found || v.Winner.Route != 1 {
		t.Errorf("81: %+v", v)
	}
	if v := tls.TLS(""); v.Found || v.Reply.Cause != NoServerName {
		t.Errorf("82: %+v", v)
	}
	grpc := requestOf(t, "POST /x/y -- content-type: application/grpc")
	for _, table := range []*Table{tableOf(t, ir.GRPC, "[rpc s/m]"), tableOf(t, ir.Detect, "[E /none]")} {
		if v := table.Explain(HTTP2, grpc); v.Reply == nil || v.Reply.Cause != NoRoute || v.Reply.Status != 200 || v.Reply.GRPC != 5 {
			t.Errorf("79, 83: %+v", v.Reply)
		}
	}
	if v := tableOf(t, ir.HTTP2, "[-]").Explain(HTTP1, requestOf(t, "/")); v.Reply.Cause != NotServed || v.Losers[0].Reason != OtherProtocol {
		t.Errorf("HTTP/1 where HTTP/2 is demanded: %+v", v)
	}
	if v := tableOf(t, ir.Opaque, "[-]").TLS("web"); !v.Found || v.Reply.Cause != NoBackend {
		t.Errorf("TLS on an opaque port: %+v", v)
	}
	if v := tableOf(t, ir.HTTP1, "[-]").Opaque(); v.Found || v.Reply.Cause != NotServed {
		t.Errorf("bytes where HTTP/1 is demanded: %+v", v)
	}
}

// The cases of spec/matching.md §11.3 that are of a table's matches and weights.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ number, routes string }{
		{"85", "[any]; [any +h(x~()]"}, {"86", "[X a{]"}, {"87", "[X \\w{300}]"},
	} {
		if _, err := Prepare(ir.Outbound{Routes: routesOf(t, c.routes)}); err == nil {
			t.Errorf("%s: %s is taken", c.number, c.routes)
		}
	}
	two := func(a, b uint32) ir.Outbound {
		d := ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{{Weight: a}, {Weight: b}}}
		return ir.Outbound{Routes: []ir.Route{{Rules: []ir.Rule{{Backends: d}}}}}
	}
	for _, c := range []struct {
		a, b    uint32
		refused bool
	}{{0, 0, true}, {4294967295, 1, true}, {4294967294, 1, false}, {0, 1, false}} {
		if _, err := Prepare(two(c.a, c.b)); (err != nil) != c.refused {
			t.Errorf("weights %d and %d: %v", c.a, c.b, err)
		}
	}
	_, err := Prepare(two(0, 0))
	v := Invalid(two(0, 0), err).Explain(HTTP1, requestOf(t, "/"))
	if !v.Found || v.Filters.Reply == nil || v.Filters.Reply.Status != 500 {
		t.Errorf("a refused table answers %+v", v)
	}
}
