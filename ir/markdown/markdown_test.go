package markdown

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"there is no Service shop/gone", "there is no Service shop/gone"},
		{"0.08 % of v1.2, a-b = c", "0.08 % of v1.2, a-b = c"},
		{"<!-- routec -->", `&#60;\!-- routec --\>`},
		{"a\n\n# b\r\n/close", "a  \\#\u200B b  /close"},
		{"/close", `\/close`},
		{"  /close", `  \/close`},
		{"- a", `\- a`},
		{"12. a", `12\. a`},
		{"12.\na", `12\. a`},
		{"12.5 a", "12.5 a"},
		{"---", `\---`},
		{"@team and a@b.c", "\\@\u200Bteam and a\\@\u200Bb.c"},
		{"shop/web#12", "shop/web\\#\u200B12"},
		{"port: 80:90", `port: 80\:90`},
		{"https://a.b www.a.b WWW.a.b", `https\://a.b www\.a.b WWW\.a.b`},
		{"[a](b) ![c] `d` **e** ~f~ |g| $h$", "\\[a\\]\\(b\\) \\!\\[c\\] \\`d\\` \\*\\*e\\*\\* \\~f\\~ \\|g\\| \\$h\\$"},
		{`\<b>&lt;`, `\\&#60;b\>&#38;lt;`},
		{"a\u202Eb\u200Bc\u2028d\x1B[m", `aU+202EbU+200Bc d \[m`},
		{"a\xFF", "a\uFFFD"},
	} {
		if got := Text(c.text); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"Service/shop/web": "`Service/shop/web`",
		"a`b":              "`a'b`",
		"``` <b>":          "`''' <b>`",
		"a\n```\nb":        "`a ''' b`",
		"":                 "` `",
		"\n":               "` `",
		"a\u202Eb":         "`aU+202Eb`",
	} {
		if got := Code(text); got != want {
			t.Errorf("Code(%q) = %q, want %q", text, got, want)
		}
	}
}

// unquoted finds what would be read as markup: one of the signs with no backslash of its own.
var unquoted = regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[`*_{}\\[\\]()#>!|~$@<]|:/")

func FuzzText(f *testing.F) {
	for _, s := range []string{"a <b> c", "@a", "#1", "\\<", "&#64;all", "\u2029/merge", "1. a", "``", "\x00+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		signs := regexp.MustCompile("&#(38|60);").ReplaceAllString(got, "")
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\u2028\u2029\u0085\u202E") || unquoted.MatchString(signs) || strings.Contains(signs, "&") {
			t.Errorf("Text(%q) = %q", s, got)
		}
		if first := strings.TrimLeft(got, " "); first != "" && strings.ContainsAny(first[:1], "-+=/#>") {
			t.Errorf("Text(%q) = %q begins a block", s, got)
		}
		code := Code(s)
		if strings.Count(code, "`") != 2 || len(code) < 3 || strings.ContainsAny(code, "\n\r\u2028\u2029\u0085\u202E") {
			t.Errorf("Code(%q) = %q", s, code)
		}
	})
}
