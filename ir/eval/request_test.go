package eval

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

func TestParseURI(t *testing.T) {
	for _, c := range []struct {
		text string
		want URI
	}{
		{"/a?b#c", URI{Path: "/a", Query: "b", HasQuery: true}},
		{"*", URI{Path: "*"}},
		{"web:80", URI{Authority: "web:80"}},
		{"http://a", URI{Scheme: "http", Authority: "a", Path: "/"}},
		{"HTTP://a?", URI{Scheme: "http", Authority: "a", Path: "/", HasQuery: true}},
		{"foo+x://u:p@[::1]:80/é", URI{Scheme: "foo+x", Authority: "u:p@[::1]:80", Path: "/é"}},
	} {
		if got, err := ParseURI(c.text); err != nil || got != c.want {
			t.Errorf("%q: got %+v, %v", c.text, got, err)
		}
	}
	for _, text := range []string{
		"", "a/b", "a?b", "http://", "http:///a", "/a b", "/a`", "/<", "/\xff", "/a?\"", "/\x00", "a b", "é", "://a", "http://a@/", "http://a b/",
		"http://::1/", "http://a%20/", "/" + strings.Repeat("a", 65534),
	} {
		if got, err := ParseURI(text); err == nil {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

// The grammar of spec/matching.md §1.0.
func TestAuthority(t *testing.T) {
	for _, c := range []struct {
		text, host string
		port       int // -1: none
	}{
		{":80", "", 80}, {".", ".", -1}, {"a@b@c", "c", -1}, {"[x]y:1", "[x]", 1}, {"::1[]", "", -1}, {"a:99999", "a", -1}, {"a:x", "a", -1},
		{"%@a", "a", -1}, {"[%]", "[%]", -1}, {"[::1]:8080", "[::1]", 8080}, {"a:", "a", -1}, {"[::1:2:3:4:5:6:7]", "[::1:2:3:4:5:6:7]", -1},
	} {
		port, ok := portOf(c.text)
		if err := checkAuthority(c.text); err != nil || hostOf(c.text) != c.host || ok != (c.port >= 0) || ok && int(port) != c.port {
			t.Errorf("%q: host %q, port %d %v, %v", c.text, hostOf(c.text), port, ok, err)
		}
	}
	for _, text := range []string{"", "a@", "a:b:c", "%", "a%b", "[", "]", "][", "[[]", "[]]", "%[]", "a/b", "é", "[a:b:c:d:e:f:g:h:i:j]"} {
		if checkAuthority(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestDecodeQuery(t *testing.T) {
	for query, want := range map[string][]Param{
		"":                     nil,
		"&&":                   nil,
		"a=b&a&=c":             {{"a", "b"}, {"a", ""}, {"", "c"}},
		"a=b=c;d":              {{"a", "b=c;d"}},
		"a+b=%61%20":           {{"a b", "a "}},
		"a=%":                  {{"a", "%"}},
		"a=%4":                 {{"a", "%4"}},
		"a=%ZZ%4a":             {{"a", "%ZZJ"}},
		"a=%FF":                {{"a", "\ufffd"}},
		"a=%E2%82&b=%F0%9F%98": {{"a", "\ufffd"}, {"b", "\ufffd"}},
		"a=%ED%A0%80":          {{"a", "\ufffd\ufffd\ufffd"}},
		"a=%C3%28":             {{"a", "\ufffd("}},
		"a=%F4%90%80%80":       {{"a", "\ufffd\ufffd\ufffd\ufffd"}},
		"a=%E0%9F%80":          {{"a", "\ufffd\ufffd\ufffd"}},
		"a=%EF%BF%BD%C3%A9":    {{"a", "\ufffdé"}},
	} {
		if got := decodeQuery(query); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q", query, got)
		}
	}
}

func TestCallErrors(t *testing.T) {
	for _, c := range []struct {
		call Call
		want string
	}{
		{Call{URL: "http//web/x"}, `URL "http//web/x" has no scheme; did you mean http://web/x?`},
		{Call{URL: "https/x"}, `URL "https/x" has no scheme; did you mean http://https/x?`},
		{Call{URL: "smiley.faces:50051/x"}, `URL "smiley.faces:50051/x" has no scheme; did you mean http://smiley.faces:50051/x?`},
		{Call{URL: "ftp://a/"}, `URL "ftp://a/": scheme "ftp" is neither http nor https`},
		{Call{URL: "http:///x"}, `URL "http:///x": URI "http:///x": the authority is empty`},
		{Call{URL: "http://a/x y"}, `URL "http://a/x y": path "/x y": ' ' must be percent-encoded`},
		{Call{URL: "http://a/", Headers: []ir.Header{{Name: "x user", Value: "a"}}}, `header name "x user": ' ' is not allowed`},
		{Call{URL: "http://a/", Headers: []ir.Header{{Name: "", Value: "a"}}}, `a header has no name (its value is "a")`},
		{Call{URL: "http://a/", Headers: []ir.Header{{Name: "x", Value: "a\nb"}}}, `header x: its value has the control character '\n'`},
		{Call{URL: "http://a/", Method: "G T"}, `method "G T" is not an HTTP token`},
		{Call{URL: "http://a/", Version: HTTP2, Headers: []ir.Header{{Name: "Connection", Value: "close"}}}, `header connection: an HTTP/2 request cannot have it`},
		{Call{URL: "http://a/", Version: HTTP2, Headers: []ir.Header{{Name: "TE", Value: "gzip"}}}, `header te: in an HTTP/2 request it can only be trailers, not "gzip"`},
	} {
		_, err := c.call.Request(netip.AddrPort{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%+v: got %v", c.call, err)
		}
	}
	for _, url := range []string{"http://a:0/", "http://a:99999/", "http://a:x/", "http://:80/", "http://[]/"} {
		if d, err := (Call{URL: url}).Destination(); err == nil {
			t.Errorf("%s leads to %+v", url, d)
		}
	}
}

func TestCallDestination(t *testing.T) {
	for url, want := range map[string]Destination{
		"http://smiley.faces:50051/faces.Smiley/Center": {"smiley.faces", 50051},
		"http://web":           {"web", 80},
		"https://web/":         {"web", 443},
		"http://u:p@[::1]:81/": {"::1", 81},
		"http://10.0.0.9":      {"10.0.0.9", 80},
	} {
		if got, err := (Call{URL: url}).Destination(); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", url, got, err)
		}
	}
}

// How a call becomes what a router sees (spec/matching.md §1.0; §11.1, 69 and 70).
func TestCallRequest(t *testing.T) {
	address := netip.MustParseAddrPort("10.0.0.9:8080")
	for _, c := range []struct {
		call    Call
		uri     string
		headers string
	}{
		{Call{URL: "http://u:p@web:80/a?b"}, "http://web:80/a?b", "host=web:80 "},
		{Call{URL: "http://web/", Headers: []ir.Header{{Name: "Host", Value: " Other "}}}, "http://Other/", "host=Other "},
		{Call{URL: "http://web/", Headers: []ir.Header{{Name: "Host", Value: ""}}}, "http://10.0.0.9:8080/", "host= "},
		{Call{URL: "http://web/", Headers: []ir.Header{{Name: "Connection", Value: "close, X-A"}, {Name: "x-a", Value: "1"}, {Name: "x-b", Value: "2"}}}, "http://web/", "host=web x-b=2 "},
		{Call{URL: "http://web/", Headers: []ir.Header{{Name: "Upgrade", Value: "websocket"}, {Name: "Connection", Value: "upgrade"}}}, "http://web/", "host=web upgrade=websocket connection=upgrade "},
		{Call{URL: "http://web/", Headers: []ir.Header{{Name: "Upgrade", Value: "h2c"}}}, "http://web/", "host=web "},
		{Call{URL: "http://web:81/x", Method: "CONNECT"}, "web:81", "host=web:81 "},
		{Call{URL: "http://web/", Version: HTTP2, Headers: []ir.Header{{Name: "host", Value: "other"}}}, "http://web/", "host=other "},
		{GRPC("smiley.faces:50051", "faces.Smiley/Center", nil), "http://smiley.faces:50051/faces.Smiley/Center", "content-type=application/grpc "},
	} {
		r, err := c.call.Request(address)
		if err != nil {
			t.Errorf("%+v: %v", c.call, err)
			continue
		}
		headers := ""
		for _, h := range r.Headers {
			headers += h.Name + "=" + h.Value + " "
		}
		if r.URI.String() != c.uri || headers != c.headers {
			t.Errorf("%+v: got %s, %s", c.call, r.URI, headers)
		}
	}
	for address, want := range map[string]string{"10.0.0.9:80": "10.0.0.9", "[fd00::1]:80": "[fd00::1]", "[fd00::1]:81": "[fd00::1]:81"} {
		if got := defaultAuthority(netip.MustParseAddrPort(address)); got != want {
			t.Errorf("%s: got %s", address, got)
		}
	}
	if (Call{Headers: []ir.Header{{Name: "Content-Type", Value: "application/grpc+proto"}}}).version() != HTTP2 {
		t.Error("a gRPC call is made over HTTP/1")
	}
}

// No request panics, and Find, Decide and Explain agree.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "http://a.example.com:80/foo/bar?a=b&c", "x", "v1", "/[a-z]+", "/foo")
	f.Add("POST", "/s/m", "content-type", "application/grpc", "a|ab", "//")
	f.Add("CONNECT", "[::1]:443", "l5d-timeout", "5s", ".*", "")
	f.Fuzz(func(t *testing.T, method, uri, name, value, pattern, prefix string) {
		r, err := NewRequest(method, uri, []ir.Header{{Name: name, Value: value}})
		if err != nil {
			return
		}
		rules := []ir.Rule{
			{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: prefix}}, {Path: ir.PathMatch{Kind: ir.PathExact, Value: prefix}}}, AllowL5d: true,
				Filters: []ir.Filter{ir.Redirect{Host: value, Path: ir.PathRewrite{Kind: ir.ReplacePrefix, Value: prefix}}}},
			{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathRegex, Value: pattern}}, {Query: []ir.ValueMatch{{Name: name, Value: value}}}}},
			{Matches: []ir.Match{{Headers: []ir.HeaderMatch{{Name: name, Regex: true, Value: pattern}}}}, AllowL5d: true},
		}
		routes := []ir.Route{{Hosts: []ir.Host{{Suffix: true, Name: value}, {Name: prefix}}, Rules: rules}, {Rules: rules}}
		table, err := Prepare(ir.Outbound{Routes: routes})
		if err != nil {
			return
		}
		w, found := table.Find(HTTP1, r)
		v := table.Explain(HTTP1, r)
		if v.Found != found || found && v.Winner != w || len(v.Losers) != map[bool]int{true: 5, false: 6}[found] {
			t.Errorf("Find: %+v, Explain: %+v", w, v)
		}
		if found != (RunnerUp(v.Losers) >= 0) && !found {
			t.Errorf("a runner-up, but no winner: %+v", v)
		}
	})
}

func FuzzCall(f *testing.F) {
	f.Add("POST", "http://smiley.faces:50051/faces.Smiley/Center", "host", "a", uint8(1))
	f.Add("GET", "https://[::1]/", "connection", "x", uint8(2))
	f.Fuzz(func(t *testing.T, method, url, name, value string, version uint8) {
		call := Call{Method: method, URL: url, Headers: []ir.Header{{Name: name, Value: value}}, Version: Version(version % 3)}
		d, errDestination := call.Destination()
		r, err := call.Request(netip.MustParseAddrPort("10.0.0.9:8080"))
		if err == nil && errDestination == nil && (d.Host == "" || d.Port == 0 || r.Authority == "") {
			t.Errorf("%+v: %+v, %+v", call, d, r)
		}
	})
}
