package syntax

import (
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for s, want := range map[string]bool{"GET": true, "get": true, "M-SEARCH": true, "!#$%&'*+-.^_`|~09": true, "": false, "A B": false, "é": false, "a:": false, "[": false, "@": false} {
		if (Method(s) == nil) != want || (HeaderName(s) == nil) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
	if HeaderName(strings.Repeat("a", MaxHeaderName)) != nil || HeaderName(strings.Repeat("a", MaxHeaderName+1)) == nil {
		t.Error("the longest header name has 65535 bytes")
	}
}

func TestHeaderValues(t *testing.T) {
	for s, want := range map[string]struct{ legal, visible bool }{
		"": {true, true}, "a\tb ": {true, true}, "é": {true, false}, "\x80": {true, false}, "\x7f": {false, false}, "\x00": {false, false}, "\n": {false, false},
	} {
		if (HeaderValue(s) == nil) != want.legal || (HeaderValue([]byte(s)) == nil) != want.legal || Visible(s) != want.visible {
			t.Errorf("%q: want %+v", s, want)
		}
	}
}

func TestLower(t *testing.T) {
	for s, want := range map[string]string{"": "", "abc": "abc", "aBC": "abc", "É[@`": "É[@`", "\u212a": "\u212a"} {
		if got := Lower(s); got != want {
			t.Errorf("%q: got %q", s, got)
		}
	}
}

func TestEqualFold(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"aB", "Ab", true}, {"[", "{", false}, {"@", "`", false}, {"k", "\u212a", false}, {"a", "ab", false}, {"-", "\r", false}} {
		if got := equalFold(test.a, test.b); got != test.want {
			t.Errorf("%q %q: got %v", test.a, test.b, got)
		}
	}
}

func TestNameAddr(t *testing.T) {
	long := strings.Repeat(strings.Repeat("a", 62)+".", 4) // 252 bytes
	for s, want := range map[string]bool{
		"a:80": true, "a.:0": true, "A_b-c.d:+00080": true, "1.a:1": true, "1a:1": true, long + "a:1": true,
		"a": false, ":80": false, "a:": false, "a:65536": false, "10.0.0.1:80": false, "[::1]:80": false, "a.1:80": false, "a.1.:80": false,
		"-a:1": false, "a-:1": false, "a..b:1": false, ".a:1": false, ".:1": false, "é:1": false, long + "aa:1": false, strings.Repeat("a", 64) + ":1": false,
	} {
		if got := NameAddr(s); got != want {
			t.Errorf("%.30q: got %v", s, got)
		}
	}
}
