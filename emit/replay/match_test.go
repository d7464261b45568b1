package replay

import (
	"fmt"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"
)

// The selection cases of spec/matching.md §11.1, by their numbers.
func TestHTTPSelection(t *testing.T) {
	type routes = []*outbound.HttpRoute
	one := func(rules ...*outbound.HttpRoute_Rule) routes { return routes{route("", rules...)} }
	rules := rule
	get := func(target string) string { return "GET http://a" + target }
	threeHeaders := P("/foo", header("x=1"), header("y=1"), header("z=1"))
	oneFoo := one(rules(P("/foo")))
	anyX := one(rules(A(header("x~.*"))))

	for _, test := range []struct {
		number  int
		routes  routes
		line    string
		headers []string
		want    string // "-" for none
	}{
		{1, one(rules(P("/foo")), rules(E("/foo"))), get("/foo"), nil, "0.0"},
		{2, one(rules(P("/foo")), rules(E("/foo/bar"))), get("/foo/bar"), nil, "0.1"},
		{3, one(rules(E("/foo")), rules(P("/foo/bar"))), get("/foo/bar/x"), nil, "0.1"},
		{4, one(rules(P("/")), rules(X("/.*"))), get("/"), nil, "0.0"},
		{5, one(rules(P("/")), rules(X("/.*"))), get("/x"), nil, "0.1"},
		{6, one(rules(E("/foo/bar")), rules(X("/foo/.*"))), get("/foo/bar"), nil, "0.0"},
		{7, one(rules(X("/foo/.*")), rules(E("/foo/bar"))), get("/foo/bar"), nil, "0.0"},
		{8, one(rules(X("/a|/ab"))), get("/ab"), nil, "-"},
		{9, one(rules(X("/ab|/a"))), get("/ab"), nil, "0.0"},
		{10, one(rules(X("/a.*?"))), get("/abc"), nil, "-"},
		{11, one(rules(X("(?:/a|/ab)$"))), get("/ab"), nil, "0.0"},
		{12, one(rules(P("/foo/"))), get("/foo"), nil, "0.0"},
		{13, one(rules(P("/foo/"))), get("/foobar"), nil, "-"},
		{14, oneFoo, get("/foo///"), nil, "0.0"},
		{15, one(rules(P("")), rules(A())), get("/x"), nil, "0.1"},
		{16, one(rules(P("//")), rules(A())), get("/x"), nil, "0.1"},
		{17, one(rules(P("/foo", method("GET"))), rules(P("/foo", header("x=1")))), get("/foo"), []string{"x: 1"}, "0.1"},
		{18, one(rules(P("/foo", method("GET"))), rules(P("/foo", query("a=b")))), get("/foo?a=b"), nil, "0.1"},
		{19, one(rules(P("/foo", header("x=1"), header("y=2"))), rules(P("/foo", header("x=1"), query("a=1"), query("b=2"), query("c=3")))),
			get("/foo?a=1&b=2&c=3"), []string{"x: 1", "y: 2"}, "0.0"},
		{20, one(rules(P("/foo")), rules(P("/foo", method("GET")))), get("/foo"), nil, "0.1"},
		{21, one(rules(threeHeaders), rules(P("/foo/bar"))), get("/foo/bar"), []string{"x: 1", "y: 1", "z: 1"}, "0.1"},
		{22, routes{route("", rules(E("/foo/bar/baz"))), route("*.example.com", rules(P("/")))}, "GET http://x.example.com/foo/bar/baz", nil, "1.0"},
		{23, routes{route("", rules(E("/a/b/c", header("x=1")))), route("*", rules(A()))}, get("/a/b/c"), []string{"x: 1"}, "1.0"},
		{24, routes{route("*.example.com", rules(A())), route("*.foo.example.com", rules(A()))}, "GET http://a.foo.example.com/", nil, "1.0"},
		{25, routes{route("*.very.long.example.com", rules(A())), route("=a.very.long.example.com", rules(A()))}, "GET http://a.very.long.example.com/", nil, "1.0"},
		{26, routes{route("api.example.com", rules(E("/only"))), route("", rules(P("/")))}, "GET http://api.example.com/other", nil, "1.0"},
		{27, routes{route("web", rules(A()))}, "GET http://web:8080/", nil, "0.0"},
		{28, routes{route("web:8080", rules(A()))}, "GET http://web:8080/", nil, "-"},
		{29, routes{route("WEB.Example.COM", rules(A()))}, "GET http://web.eXample.com./", nil, "0.0"},
		{30, routes{route("example.com.", rules(A()))}, "GET http://example.com/", nil, "-"},
		{31, routes{route("*.example.com", rules(A()))}, "GET http://example.com/", nil, "-"},
		{32, routes{route("*.example.com", rules(A()))}, "GET http://.example.com/", nil, "0.0"},
		{33, routes{route("*.example.com", rules(A()))}, "GET http://xexample.com/", nil, "-"},
		{34, routes{route("=*.example.com", rules(A()))}, "GET http://foo.example.com/", nil, "-"},
		{35, routes{route("[::1]", rules(A()))}, "GET http://[::1]:80/", nil, "0.0"},
		{36, routes{route("web", rules(A()))}, "GET http://user:pw@web:80/", nil, "0.0"},
		{37, routes{route("b *.com", rules(P("/x"))), route("*.b.com", rules(P("/")))}, "GET http://a.b.com/x", nil, "1.0"},
		{38, routes{route("a"), route("", rules(A()))}, get("/"), nil, "1.0"},
		{39, one(rules(P("/a"), P("/b"))), get("/b/c"), nil, "0.0"},
		{40, one(rules(P("/foo"), E("/foo/bar", header("x=1"))), rules(P("/foo/bar"))), get("/foo/bar"), []string{"x: 1"}, "0.0"},
		{41, one(rules(P("/foo"), E("/foo/bar", header("x=1"))), rules(P("/foo/bar"))), get("/foo/bar"), nil, "0.1"},
		{42, one(rules(A(header("x=b")))), get("/"), []string{"x: a", "X: b"}, "0.0"},
		{43, one(rules(A(header("x=a"), header("X=b")))), get("/"), []string{"x: a", "x: b"}, "0.0"},
		{44, one(rules(A(header("x=a")))), get("/"), []string{"x: a, b"}, "-"},
		{45, anyX, get("/"), []string{"x: é"}, "-"},
		{46, one(rules(A(header("x=é")))), get("/"), []string{"x: é"}, "0.0"},
		{47, anyX, get("/"), nil, "-"},
		{48, anyX, get("/"), []string{"x: "}, "0.0"},
		{49, one(rules(A(header("x~v1|v1-beta")))), get("/"), []string{"x: v1-beta"}, "-"},
		{50, one(rules(A(query("a=c")))), get("/?a=b&a=c"), nil, "0.0"},
		{51, one(rules(A(query("a=b c")))), get("/?a=b+c"), nil, "0.0"},
		{51, one(rules(A(query("a=b c")))), get("/?%61=b%20c"), nil, "0.0"},
		{52, one(rules(A(query("a=")))), get("/?a"), nil, "0.0"},
		{53, one(rules(A(query("A=b")))), get("/?a=b"), nil, "-"},
		{54, one(rules(A(query("a=b")))), get("/?x=1;a=b"), nil, "-"},
		{55, one(rules(A(query("a~.*")))), get("/?"), nil, "-"},
		{56, one(rules(A(query("a=\uFFFD")))), get("/?a=%FF"), nil, "0.0"},
		{57, routes{route("", rules(A())), route("", rules(A()))}, get("/x"), nil, "0.0"},
		{58, one(rules(), rules(P("/"))), get("/x"), nil, "0.0"},
		{59, one(rules(), rules(A(method("GET")))), get("/x"), nil, "0.1"},
		{60, one(rules(E("/a b"))), get("/a%20b"), nil, "-"},
		{61, one(rules(E("/a"))), get("/%61"), nil, "-"},
		{62, one(rules(P("/admin")), rules(P("/"))), get("/x/../admin"), nil, "0.1"},
		{63, oneFoo, get("//foo"), nil, "-"},
		{63, oneFoo, get("/FOO"), nil, "-"},
		{64, one(rules(X(".*")), rules(P("/"))), "CONNECT example.com:443", nil, "0.1"},
		{65, one(rules(P("/")), rules(E("*"))), "OPTIONS *", nil, "0.0"},
		{66, routes{route("*", rules(A())), route("", rules(A()))}, "GET /", nil, "1.0"},
		{67, one(rules(X(`/\d+`))), get("/٣"), nil, "0.0"},
		{67, one(rules(X(`/\d+`))), get("/%D9%A3"), nil, "-"},
		{68, one(rules(A(method("get")))), get("/"), nil, "-"},
		{0, one(rules(P("*"))), "OPTIONS *", nil, "0.0"},
		{0, one(rules(P(""))), "OPTIONS *", nil, "-"},
		{0, one(rules(P(""))), "CONNECT a:1", nil, "0.0"},
		{0, routes{route("*.com", rules(A())), route("*", rules(A()))}, "GET http://a.com./", nil, "0.0"},
		{0, routes{route("*.com.", rules(A()))}, "GET http://a.com/", nil, "-"},
		{0, routes{route("*.com.", rules(A()))}, "GET http://a.com./", nil, "0.0"},
		{0, routes{route("example.com", rules(A()))}, "GET http://example.com../", nil, "-"},
	} {
		table := prepared(t, policy(test.routes...))
		r := request(t, test.line, test.headers...)
		for version, find := range map[string]func(*Request) (Winner, bool){"HTTP/1": table.HTTP1, "HTTP/2": table.HTTP2} {
			if got := written(find(r)); got != test.want {
				t.Errorf("case %d, %s %s: got %s, want %s", test.number, version, test.line, got, test.want)
			}
		}
	}
}

func written(w Winner, ok bool) string {
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%d.%d", w.Route, w.Rule)
}

// Among equal matches of one rule the last is recorded; among rules the first
// wins (spec/matching.md §3.2).
func TestRecordedMatch(t *testing.T) {
	for _, test := range []struct {
		rules []*outbound.HttpRoute_Rule
		want  Winner
	}{
		{[]*outbound.HttpRoute_Rule{rule(P("/foo"), E("/foo")), rule(P("/foo"))}, Winner{Match: 1, PathLength: 4, PathKind: PathExact}},
		{[]*outbound.HttpRoute_Rule{rule(E("/foo"), P("/foo"))}, Winner{Match: 1, PathLength: 4, PathKind: PathPrefix}},
		{[]*outbound.HttpRoute_Rule{rule(E("/foo", method("GET")), P("/foo"))}, Winner{Match: 0, PathLength: 4, PathKind: PathExact, Method: true}},
		{[]*outbound.HttpRoute_Rule{rule()}, Winner{Match: -1, PathLength: 1}},
		{[]*outbound.HttpRoute_Rule{rule(X(".*o", query("a~.*")))}, Winner{PathLength: 4, PathKind: PathRegex, Params: 1}},
	} {
		w, ok := prepared(t, policy(route("", test.rules...))).HTTP1(request(t, "GET /foo?a"))
		if !ok || w != test.want {
			t.Errorf("got %v %+v, want %+v", ok, w, test.want)
		}
	}
}

// The cases of §11.2.
func TestGRPCSelection(t *testing.T) {
	for _, test := range []struct {
		number  int
		rules   []*outbound.GrpcRoute_Rule
		line    string
		headers []string
		want    string
	}{
		{71, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/Get")), grpcRuleOf(R("svc/*"))}, "POST /svc/Get", nil, "0.1"},
		{72, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("a/VeryLongMethodName")), grpcRuleOf(R("a/*"))}, "POST /a/VeryLongMethodName", nil, "0.0"},
		{73, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/*"))}, "GET /s/m", nil, "-"},
		{74, []*outbound.GrpcRoute_Rule{grpcRuleOf()}, "GET /whatever", nil, "0.0"},
		{75, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("s/m"))}, "POST /s/m/extra", nil, "0.0"},
		{76, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("s/*"))}, "POST /s", nil, "-"},
		{76, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("s/*"))}, "POST /s/", nil, "0.0"},
		{77, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("S/M"))}, "POST /s/m", nil, "-"},
		{78, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("s/*", "x=1", "y=2")), grpcRuleOf(R("s/m"))}, "POST /s/m", []string{"x: 1", "y: 2"}, "0.1"},
		{0, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/*")), grpcRuleOf(R("*/*", "x=1"))}, "POST /s/m", []string{"x: 1"}, "0.1"},
		{0, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/*"))}, "POST //", nil, "0.0"},
		{0, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/m"))}, "POST //m", nil, "0.0"},
		{0, []*outbound.GrpcRoute_Rule{grpcRuleOf(), grpcRuleOf(R("*/*"))}, "POST /s/m", nil, "0.0"},
		{0, []*outbound.GrpcRoute_Rule{grpcRuleOf(R("*/*"))}, "POST *", nil, "-"},
	} {
		table := prepared(t, grpcPolicy(test.rules...))
		if got := written(table.GRPC(request(t, test.line, test.headers...))); got != test.want {
			t.Errorf("case %d, %s: got %s, want %s", test.number, test.line, got, test.want)
		}
	}
}

func TestTLSSelection(t *testing.T) {
	sni := func(text string) *tls_route.SniMatch {
		if h := host(text); h.GetSuffix() != nil {
			return &tls_route.SniMatch{Match: &tls_route.SniMatch_Suffix_{Suffix: &tls_route.SniMatch_Suffix{ReverseLabels: h.GetSuffix().GetReverseLabels()}}}
		}
		return &tls_route.SniMatch{Match: &tls_route.SniMatch_Exact{Exact: text}}
	}
	table := func(snis ...string) *Table {
		tls := &outbound.ProxyProtocol_Tls{}
		for _, s := range snis {
			r := &outbound.TlsRoute{Metadata: named("r"), Rules: []*outbound.TlsRoute_Rule{{Backends: &outbound.TlsRoute_Distribution{
				Kind: &outbound.TlsRoute_Distribution_Empty_{Empty: &outbound.TlsRoute_Distribution_Empty{}},
			}}}}
			if s != "" {
				r.Snis = append(r.Snis, sni(s))
			}
			tls.Routes = append(tls.Routes, r)
		}
		return prepared(t, &outbound.OutboundPolicy{Metadata: named("p"), Protocol: &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Tls_{Tls: tls}}})
	}
	for _, test := range []struct {
		number int
		table  *Table
		sni    string
		want   string
	}{
		{80, table("*.example.com", "foo.example.com"), "foo.example.com", "1.0"},
		{81, table("Foo.example.com", ""), "Foo.example.com", "1.0"},
		{82, table(""), "", "-"},
		{82, table(""), "10.0.0.1", "-"},
		{0, table("", "*.example.com"), "a.example.com.", "1.0"},
		{0, table("", ""), "a", "0.0"},
		{0, table("b"), "a", "-"},
	} {
		if got := written(test.table.TLS(test.sni)); got != test.want {
			t.Errorf("case %d, %q: got %s, want %s", test.number, test.sni, got, test.want)
		}
	}
}

// Case 83: under Detect, gRPC is HTTP/2 like any other.
func TestVersionsAreApart(t *testing.T) {
	p := policy(route("", rule()))
	p.GetProtocol().GetDetect().Http2.Routes = nil
	table := prepared(t, p)
	r := request(t, "POST http://a/s/m", "content-type: application/grpc")
	if _, ok := table.HTTP1(r); !ok {
		t.Error("HTTP/1 has a route")
	}
	out := table.Outbound(HTTP2, r)
	if out.Found || out.Reply == nil || out.Reply.Cause != NoRoute || out.Reply.Status != 200 || out.Reply.GRPC != 5 {
		t.Errorf("got %+v", out.Reply)
	}
}
