package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestParseURI(t *testing.T) {
	long := func(n int) string { return "/" + strings.Repeat("a", n-1) }
	for _, test := range []struct {
		uri                     string
		scheme, authority, path string
		query                   string // "-" for none
	}{
		{"/", "", "", "/", "-"},
		{"*", "", "", "*", "-"},
		{"/a?", "", "", "/a", ""},
		{"/a?b#c", "", "", "/a", "b"},
		{"/a#b?c d", "", "", "/a", "-"},
		{"//a", "", "", "//a", "-"},
		{`/"{|}^`, "", "", `/"{|}^`, "-"},
		{"/é\x7f", "", "", "/é\x7f", "-"},
		{"/?a=?`{", "", "", "/", "a=?`{"},
		{"http://a", "http", "a", "/", "-"},
		{"HTTPS://A?x", "https", "A", "/", "x"},
		{"foo+.-~1://u:p@a:80/p", "foo+.-~1", "u:p@a:80", "/p", "-"},
		{"a", "", "a", "", "-"},
		{"example.com:443", "", "example.com:443", "", "-"},
		{":80", "", ":80", "", "-"},
		{long(65534), "", "", long(65534), "-"},
	} {
		u, err := ParseURI(test.uri)
		query := "-"
		if u.HasQuery {
			query = u.Query
		}
		if err != nil || u.Scheme.Text != test.scheme || u.Authority != test.authority || u.Path != test.path || query != test.query {
			t.Errorf("%.40q: got %+v, %v", test.uri, u, err)
		}
	}
	for uri, want := range map[string]error{
		"":                                    ErrEmpty,
		long(65535):                           ErrTooLong,
		"/a b":                                ErrChar,
		"/a`":                                 ErrChar,
		"/<":                                  ErrChar,
		"/\x80":                               ErrChar,
		`/?"`:                                 ErrChar,
		"é/x":                                 ErrChar,
		"x/y":                                 ErrFormat,
		"*?a":                                 ErrFormat,
		"?a":                                  ErrFormat,
		"://":                                 ErrFormat,
		"http:///x":                           ErrFormat,
		"http://":                             ErrEmpty,
		"&]":                                  ErrAuthority,
		"%61":                                 ErrAuthority,
		"a:b:c":                               ErrAuthority,
		strings.Repeat("a", 65) + "://b/":     ErrSchemeTooLong,
		"http://user@/":                       ErrAuthority,
		"http://[::1/":                        ErrAuthority,
		"http://a/" + string(rune(0x1f)) + "": ErrChar,
	} {
		if _, err := ParseURI(uri); !errors.Is(err, want) {
			t.Errorf("%.40q: got %v, want %v", uri, err, want)
		}
	}
}

func TestAuthority(t *testing.T) {
	for _, test := range []struct {
		authority, host string
		port            int // -1: none
	}{
		{"a", "a", -1}, {"a:80", "a", 80}, {":80", "", 80}, {".", ".", -1}, {"a@b@c", "c", -1}, {"u:p@h:1", "h", 1},
		{"[x]y:1", "[x]", 1}, {"::1[]", "", -1}, {"[::1]", "[::1]", -1}, {"[::1]:80", "[::1]", 80}, {"[fe80::1%25a]", "[fe80::1%25a]", -1},
		{"a:99999", "a", -1}, {"a:x", "a", -1}, {"a:", "a", -1}, {"a:+80", "a", 80}, {"%@a", "a", -1}, {"a:0", "a", 0},
	} {
		if err := Authority(test.authority); err != nil {
			t.Errorf("%q: %v", test.authority, err)
			continue
		}
		port, ok := Port(test.authority)
		if !ok {
			port = -1
		}
		if host := Host(test.authority); host != test.host || port != test.port {
			t.Errorf("%q: got host %q, port %d", test.authority, host, port)
		}
	}
	for authority, want := range map[string]error{
		"": ErrEmpty, "a/": ErrChar, "a b": ErrChar, "a@": ErrAuthority, "[": ErrAuthority, "[]]": ErrAuthority, "][": ErrAuthority,
		"%[]": ErrAuthority, "1:2:3:4:5:6:7:8:9:0[]": ErrAuthority, "a:1:2": ErrAuthority, "é": ErrChar,
	} {
		if err := Authority(authority); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", authority, err, want)
		}
	}
}

func TestSchemes(t *testing.T) {
	parse := func(s string) Scheme {
		scheme, err := ParseScheme(s)
		if err != nil {
			t.Fatal(err)
		}
		return scheme
	}
	if !parse("http").Equal(HTTP) || parse("HTTP").Equal(HTTP) || !parse("Foo").Equal(parse("fOO")) || parse("").Equal(Scheme{}) {
		t.Error("standard schemes are lower case, others are compared without regard to case, and empty is not none")
	}
	if parse("HTTP").DefaultPort() != -1 || parse("https").DefaultPort() != 443 {
		t.Error("only the standard schemes have a default port")
	}
	for _, s := range []string{"a b", "a:", "é", strings.Repeat("a", 65)} {
		if _, err := ParseScheme(s); err == nil {
			t.Errorf("%q is a scheme", s)
		}
	}
}

func TestLocationText(t *testing.T) {
	for _, text := range []string{"http://a/p?q", "foo://a/", "/p", "*", "http://a/?"} {
		u, err := ParseURI(text)
		if err != nil || u.String() != text {
			t.Errorf("%q: got %q, %v", text, u.String(), err)
		}
	}
	a, _ := ParseURI("http://A/p")
	b, _ := ParseURI("HTTP://a/p")
	c, _ := ParseURI("http://a/P")
	if !a.Equal(b) || a.Equal(c) {
		t.Error("authorities are equal without regard to case, paths are not")
	}
}

func FuzzParseURI(f *testing.F) {
	for _, s := range []string{"/a?b#c", "http://u@[::1]:80/p", "a:1", "*", "foo://x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURI(s)
		if err != nil {
			return
		}
		Host(u.Authority)
		again, err := ParseURI(u.String())
		if err != nil || !again.Equal(u) {
			t.Errorf("%q reads as %+v, written as %q, which reads as %+v, %v", s, u, u.String(), again, err)
		}
	})
}
