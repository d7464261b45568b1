package route

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
)

func ptr[T any](v T) *T { return &v }

func TestHosts(t *testing.T) {
	for name, want := range map[string]ir.Host{
		"*.example.com": {Suffix: true, Name: "example.com"},
		"a.io":          {Name: "a.io"},
		"A.io.":         {Name: "A.io."},
		"*":             {Name: "*"},
		"*a.io":         {Name: "*a.io"},
		"*.":            {Suffix: true},
		"a.*.io":        {Name: "a.*.io"},
	} {
		if got := Hosts([]gateway.Hostname{gateway.Hostname(name)}); got[0] != want {
			t.Errorf("%q: %+v, want %+v", name, got[0], want)
		}
	}
	if got := Hosts(nil); got != nil {
		t.Errorf("no hostnames are %v", got)
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ name, value, err string }{
		{"x-a", "1", ""},
		{"X-A!#$%&'*+-.^_`|~9", "1", ""},
		{"", "1", errHeaderName},
		{"a b", "1", errHeaderName},
		{"a:", "1", errHeaderName},
		{"é", "1", errHeaderName},
		{"x", "", ""},
		{"x", "a\tb \u00e9\u20ac", ""},
		{"x", "a\nb", errHeaderValue},
		{"x", "a\x7f", errHeaderValue},
		{"x", "\x00", errHeaderValue},
		{"a b", "\n", errHeaderName},
	} {
		_, filter := headers([]gateway.HTTPHeader{{Name: gateway.HTTPHeaderName(c.name), Value: c.value}}, "at")
		_, match := headerMatch(c.name, false, c.value, "at")
		for _, err := range []error{filter, match} {
			if message(err) != c.err {
				t.Errorf("%q: %q: %v, want %q", c.name, c.value, err, c.err)
			}
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// field is where an error lies.
func field(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Field
}

func TestHTTPMatches(t *testing.T) {
	path := func(kind gateway.PathMatchType, value string) gateway.HTTPRouteMatch {
		return gateway.HTTPRouteMatch{Path: &gateway.HTTPPathMatch{Type: &kind, Value: &value}}
	}
	header := func(kind gateway.HeaderMatchType, value string) gateway.HTTPRouteMatch {
		return gateway.HTTPRouteMatch{Headers: []gateway.HTTPHeaderMatch{{Type: &kind, Name: "X-A", Value: value}}}
	}
	query := func(kind gateway.QueryParamMatchType, value string) gateway.HTTPRouteMatch {
		return gateway.HTTPRouteMatch{QueryParams: []gateway.HTTPQueryParamMatch{{Type: &kind, Name: "Q", Value: value}}}
	}
	for _, c := range []struct {
		name string
		in   gateway.HTTPRouteMatch
		want ir.Match
		at   string // of an error
	}{
		{"nothing", gateway.HTTPRouteMatch{}, ir.Match{}, ""},
		{"exact", path(gateway.PathMatchExact, "/a"), ir.Match{Path: ir.PathMatch{Kind: ir.PathExact, Value: "/a"}}, ""},
		{"prefix", path(gateway.PathMatchPathPrefix, "/a"), ir.Match{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/a"}}, ""},
		{"regex", path(gateway.PathMatchRegularExpression, "a{2}"), ir.Match{Path: ir.PathMatch{Kind: ir.PathRegex, Value: "a{2}"}}, ""},
		{"no type or value", gateway.HTTPRouteMatch{Path: &gateway.HTTPPathMatch{}}, ir.Match{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/"}}, ""},
		{"relative", path(gateway.PathMatchExact, "a"), ir.Match{}, "rule.matches[0].path.value"},
		{"empty", path(gateway.PathMatchPathPrefix, ""), ir.Match{}, "rule.matches[0].path.value"},
		{"regex that does not compile", path(gateway.PathMatchRegularExpression, "/{id}"), ir.Match{}, "rule.matches[0].path.value"},
		{"header", header(gateway.HeaderMatchExact, "V"), ir.Match{Headers: []ir.HeaderMatch{{Name: "x-a", Value: "V"}}}, ""},
		{"header regex", header(gateway.HeaderMatchRegularExpression, "v+"), ir.Match{Headers: []ir.HeaderMatch{{Name: "x-a", Regex: true, Value: "v+"}}}, ""},
		{"header regex that does not compile", header(gateway.HeaderMatchRegularExpression, "v{"), ir.Match{}, "rule.matches[0].headers[0].value"},
		{"query", query(gateway.QueryParamMatchExact, "v{"), ir.Match{Query: []ir.ValueMatch{{Name: "Q", Value: "v{"}}}, ""},
		{"query regex that does not compile", query(gateway.QueryParamMatchRegularExpression, "v{"), ir.Match{}, "rule.matches[0].queryParams[0].value"},
		{"method", gateway.HTTPRouteMatch{Method: ptr(gateway.HTTPMethodGet)}, ir.Match{Method: "GET"}, ""},
	} {
		got, err := HTTPMatches([]gateway.HTTPRouteMatch{c.in}, "rule")
		if field(err) != c.at || err == nil && !reflect.DeepEqual(got, []ir.Match{c.want}) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestGRPCMatches(t *testing.T) {
	for _, c := range []struct {
		name   string
		method *gateway.GRPCMethodMatch
		want   ir.RPCMatch
		at     string
	}{
		{"none", nil, ir.RPCMatch{}, ""},
		{"service", &gateway.GRPCMethodMatch{Service: ptr("s")}, ir.RPCMatch{Present: true, Service: "s"}, ""},
		{"method", &gateway.GRPCMethodMatch{Type: ptr(gateway.GRPCMethodMatchExact), Method: ptr("m")}, ir.RPCMatch{Present: true, Method: "m"}, ""},
		{"nothing in it", &gateway.GRPCMethodMatch{}, ir.RPCMatch{Present: true}, ""},
		{"regex", &gateway.GRPCMethodMatch{Type: ptr(gateway.GRPCMethodMatchRegularExpression)}, ir.RPCMatch{}, "rule.matches[0].method.type"},
	} {
		got, err := GRPCMatches([]gateway.GRPCRouteMatch{{Method: c.method}}, "rule")
		if field(err) != c.at || err == nil && got[0].RPC != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestFilters(t *testing.T) {
	set := &gateway.HTTPHeaderFilter{Set: []gateway.HTTPHeader{{Name: "X-A", Value: "1"}}, Remove: []string{"X-B"}}
	bad := &gateway.HTTPHeaderFilter{Remove: []string{"a b"}}
	modify := func(response bool) ir.Filter {
		return ir.ModifyHeaders{Response: response, Set: []ir.Header{{Name: "x-a", Value: "1"}}, Remove: []string{"x-b"}}
	}
	to := func(r gateway.HTTPRequestRedirectFilter) gateway.HTTPRouteFilter {
		return gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterRequestRedirect, RequestRedirect: &r}
	}
	path := func(p gateway.HTTPPathModifier) gateway.HTTPRouteFilter {
		return to(gateway.HTTPRequestRedirectFilter{Path: &p})
	}
	for _, c := range []struct {
		name string
		in   gateway.HTTPRouteFilter
		want ir.Filter
		err  string
	}{
		{"request headers", gateway.HTTPRouteFilter{RequestHeaderModifier: set}, modify(false), ""},
		{"response headers", gateway.HTTPRouteFilter{ResponseHeaderModifier: set}, modify(true), ""},
		{"the field decides", gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterURLRewrite, RequestHeaderModifier: set}, modify(false), ""},
		{"name to remove", gateway.HTTPRouteFilter{RequestHeaderModifier: bad}, nil, errHeaderName},
		{"mirror", gateway.HTTPRouteFilter{RequestMirror: &gateway.HTTPRequestMirrorFilter{}}, nil, "RequestMirror filter is not supported"},
		{"rewrite", gateway.HTTPRouteFilter{URLRewrite: &gateway.HTTPURLRewriteFilter{}}, nil, "URLRewrite filter is not supported"},
		{"extension", gateway.HTTPRouteFilter{ExtensionRef: &gateway.LocalObjectReference{}}, nil, "ExtensionRef filter is not supported"},
		{"nothing", gateway.HTTPRouteFilter{}, nil, "unknown filter"},
		{"redirect", to(gateway.HTTPRequestRedirectFilter{}), ir.Redirect{Status: 200}, ""},
		{"redirect of everything", to(gateway.HTTPRequestRedirectFilter{Scheme: ptr("https"), Hostname: ptr(gateway.PreciseHostname("a.io")), Port: ptr(gateway.PortNumber(65535)), StatusCode: ptr(999)}),
			ir.Redirect{Scheme: "https", Host: "a.io", Port: 65535, Status: 999}, ""},
		{"port beyond 16 bits", to(gateway.HTTPRequestRedirectFilter{Port: ptr(gateway.PortNumber(65536))}), nil, "out of range integral type conversion attempted"},
		{"status too small", to(gateway.HTTPRequestRedirectFilter{StatusCode: ptr(99)}), nil, "invalid status code"},
		{"status too large", to(gateway.HTTPRequestRedirectFilter{StatusCode: ptr(1000)}), nil, "invalid status code"},
		{"full path", path(gateway.HTTPPathModifier{ReplaceFullPath: ptr("/a"), ReplacePrefixMatch: ptr("b")}),
			ir.Redirect{Status: 200, Path: ir.PathRewrite{Kind: ir.ReplaceFull, Value: "/a"}}, ""},
		{"prefix", path(gateway.HTTPPathModifier{ReplacePrefixMatch: ptr("/b")}), ir.Redirect{Status: 200, Path: ir.PathRewrite{Kind: ir.ReplacePrefix, Value: "/b"}}, ""},
		{"prefix of nothing", path(gateway.HTTPPathModifier{ReplacePrefixMatch: ptr("")}), nil,
			`RequestRedirect filters may only contain absolute paths (starting with '/'); "" is not an absolute path`},
		{"no path", path(gateway.HTTPPathModifier{}), nil, "RequestRedirect filter must contain either replace_full_path or replace_prefix_match"},
	} {
		got, err := HTTPFilter(c.in, "at")
		if message(err) != c.err || err == nil && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestPolicyFilter(t *testing.T) {
	modifier := &gateway.HTTPHeaderFilter{}
	for _, c := range []struct {
		in   gateway.HTTPRouteFilter
		want ir.Filter
	}{
		{gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterRequestHeaderModifier, RequestHeaderModifier: modifier}, ir.ModifyHeaders{}},
		{gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterResponseHeaderModifier, ResponseHeaderModifier: modifier}, ir.ModifyHeaders{}},
		{gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterResponseHeaderModifier, RequestHeaderModifier: modifier}, nil},
		{gateway.HTTPRouteFilter{Type: gateway.HTTPRouteFilterRequestRedirect, RequestRedirect: &gateway.HTTPRequestRedirectFilter{}}, ir.Redirect{Status: 200}},
	} {
		if got, err := PolicyFilter(c.in, "at"); !reflect.DeepEqual(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %+v, %v", c.in.Type, got, err)
		}
	}
}

func TestGRPCFilter(t *testing.T) {
	for _, c := range []struct {
		name string
		in   gateway.GRPCRouteFilter
		want ir.Filter
		err  string
	}{
		{"request headers", gateway.GRPCRouteFilter{RequestHeaderModifier: &gateway.HTTPHeaderFilter{}}, ir.ModifyHeaders{}, ""},
		{"response headers", gateway.GRPCRouteFilter{ResponseHeaderModifier: &gateway.HTTPHeaderFilter{}}, ir.Empty{}, ""},
		{"response headers that cannot be", gateway.GRPCRouteFilter{ResponseHeaderModifier: &gateway.HTTPHeaderFilter{Remove: []string{""}}}, nil, errHeaderName},
		{"mirror", gateway.GRPCRouteFilter{RequestMirror: &gateway.HTTPRequestMirrorFilter{}}, nil, "RequestMirror filter is not supported"},
		{"extension", gateway.GRPCRouteFilter{ExtensionRef: &gateway.LocalObjectReference{}}, nil, "ExtensionRef filter is not supported"},
		{"nothing", gateway.GRPCRouteFilter{}, nil, "unknown filter"},
	} {
		got, err := GRPCFilter(c.in, "at")
		if message(err) != c.err || err == nil && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

// TestQuote holds texts that reach the table to Rust's debug format.
func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":                 `""`,
		"a b":              `"a b"`,
		`a"b\c'd`:          `"a\"b\\c'd"`,
		"\n\r\t\x00":       `"\n\r\t\0"`,
		"\x01\x1b\x7f":     `"\u{1}\u{1b}\u{7f}"`,
		"é€😀":              `"é€😀"`,
		"\u0301\uff9e":     `"\u{301}\u{ff9e}"`, // both extend a grapheme
		"\u00a0\u200b":     `"\u{a0}\u{200b}"`,
		"\u2028\U000e0001": `"\u{2028}\u{e0001}"`,
	} {
		if got := quote(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestParents(t *testing.T) {
	group, kind := func(s string) *gateway.Group { return ptr(gateway.Group(s)) }, func(s string) *gateway.Kind { return ptr(gateway.Kind(s)) }
	for _, c := range []struct {
		in   gateway.ParentReference
		want string
	}{
		{gateway.ParentReference{Kind: kind("Service")}, "Service here/x"},
		{gateway.ParentReference{Group: group(""), Kind: kind("Service")}, "Service here/x"},
		{gateway.ParentReference{Group: group("Core"), Kind: kind("sERVICE")}, "Service here/x"},
		{gateway.ParentReference{Group: group("gateway.networking.k8s.io"), Kind: kind("Service")}, ""},
		{gateway.ParentReference{Group: group("")}, ""},
		{gateway.ParentReference{Group: group("POLICY.linkerd.io"), Kind: kind("egressnetwork")}, "EgressNetwork.policy.linkerd.io here/x"},
		{gateway.ParentReference{Kind: kind("EgressNetwork")}, ""},
		{gateway.ParentReference{Group: group("policy.linkerd.io"), Kind: kind("Server")}, "Server.policy.linkerd.io here/x"},
		{gateway.ParentReference{Kind: kind("ſervice")}, ""},
		{gateway.ParentReference{Kind: kind("Service"), Namespace: ptr(gateway.Namespace("there")), Port: ptr(gateway.PortNumber(0))}, "Service there/x port 0"},
		{gateway.ParentReference{Kind: kind("Service"), SectionName: ptr(gateway.SectionName("s"))}, "Service here/x section"},
	} {
		c.in.Name = "x"
		got := ""
		for _, p := range Parents("here", []gateway.ParentReference{{}, c.in}) {
			got += p.Ref.String()
			if p.HasPort {
				got += fmt.Sprint(" port ", p.Port)
			}
			if p.Section {
				got += " section"
			}
			if p.Index != 1 {
				t.Errorf("index %d", p.Index)
			}
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBackend(t *testing.T) {
	group, kind := func(s string) *gateway.Group { return ptr(gateway.Group(s)) }, func(s string) *gateway.Kind { return ptr(gateway.Kind(s)) }
	for _, c := range []struct {
		group *gateway.Group
		kind  *gateway.Kind
		want  string // what it names, or why it names nothing
	}{
		{nil, nil, "Service ns/x"},
		{group("CORE"), kind("service"), "Service ns/x"},
		{group("policy.linkerd.io"), kind("EgressNetwork"), "EgressNetwork.policy.linkerd.io ns/x"},
		{nil, kind("EgressNetwork"), "unsupported backend type core EgressNetwork"},
		{group(""), kind("Foo"), "unsupported backend type  Foo"},
		{group("apps"), nil, "unsupported backend type apps <empty>"},
	} {
		got := Backend(gateway.BackendRef{BackendObjectReference: gateway.BackendObjectReference{Group: c.group, Kind: c.kind, Name: "x"}})
		text := got.Unsupported
		if text == "" {
			text = got.In("ns").String()
		}
		if text != c.want || got.Weight != 1 || got.Port != 0 {
			t.Errorf("%q: %+v, want %q", text, got, c.want)
		}
	}
	own := Backend(gateway.BackendRef{BackendObjectReference: gateway.BackendObjectReference{
		Name: "x", Namespace: ptr(gateway.Namespace("own")), Port: ptr(gateway.PortNumber(80))}, Weight: ptr(int32(0))})
	if own.In("ns").Namespace != "own" || own.Port != 80 || own.Weight != 0 {
		t.Errorf("%+v", own)
	}
}
