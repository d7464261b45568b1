package inbound

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestProbePath(t *testing.T) {
	for text, want := range map[string]string{
		"": "/", "/": "/", "*": "*", "/a": "/a", "/healthz?full=1": "/healthz", "/z#f": "/z", "//x": "//x",
		"/a?b#é<": "/a", "/a#\x00": "/a", "/%zz": "/%zz", `/{"a"}|^[]\`: `/{"a"}|^[]\`, "/?": "/", "?": "!", "#": "!",
		"http://h": "/", "HTTPS://h/x": "/x", "http://h?q": "/", "http://h#f": "/", "a.b+c-1://h/p?q": "/p", "://h/p": "/p", "http:///x": "!", "http://": "!",
		"h_x://h/p": "!", strings.Repeat("s", 65) + "://h": "!", strings.Repeat("s", 64) + "://h": "/",
		"b": "", "b:80": "", "a:b": "", "a:b:c": "!", "[::1]": "", "[::1]:80": "", "[a": "!", "a]": "!", "[a][b]": "!", "u:p:q@h:1": "", "u%20@h": "", "h%20": "!",
		"a@": "!", "a@b": "", "[%25]": "", "%[]": "!", ":::::::::": "!", ":": "", "healthz/live": "!", "a?b": "!", "a b": "!", "é": "!",
		"/a b": "!", "/a`b": "!", "/<": "!", "/é": "!", "/\x7f": "!", "/\t": "!", "/?\"": "!", "/?`{}": "/", "/?é": "!", "/?\x7f": "!", "/\"": "/\"",
		"/" + strings.Repeat("x", 65533): "/" + strings.Repeat("x", 65533), "/" + strings.Repeat("x", 65534): "!",
	} {
		got, ok := probePath(text)
		if !ok {
			got = "!"
		}
		if got != want {
			t.Errorf("%.80q: %.80q, want %.80q", text, got, want)
		}
	}
}

func FuzzProbePath(f *testing.F) {
	for _, s := range []string{"", "/", "*", "/a?b#c", "http://h/x", "[::1]:80", "a@b", "u%20@h", "://", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, ok := probePath(text)
		switch {
		case !ok:
		case path == "" || path == "*":
			if strings.ContainsAny(text, "/?#") {
				t.Errorf("%q has a path, not %q", text, path)
			}
		case path[0] != '/' || strings.ContainsAny(path, "?# "):
			t.Errorf("%q gives %q", text, path)
		case text != "" && path != "/" && !strings.Contains(text, path):
			t.Errorf("%q is not in %q", path, text)
		case !utf8.ValidString(path):
			t.Errorf("%q gives invalid text", text)
		}
	})
}

func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"*", "*.", "*.a.b", "spiffe://td/x", "**.x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var ids identities
		ids.add(text)
		if ids.empty() || len(ids.exact)+len(ids.suffixes) != 1 {
			t.Fatalf("%q is not one identity: %v", text, ids)
		}
		if len(ids.suffixes) == 1 && "*"+ids.suffixes[0] != text {
			t.Errorf("%q became the suffix %q", text, ids.suffixes[0])
		}
		if len(ids.exact) == 1 && ids.exact[0] != text {
			t.Errorf("%q became %q", text, ids.exact[0])
		}
	})
}
