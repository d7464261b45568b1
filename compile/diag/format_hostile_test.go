package diag

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"routec.dev/routec/ir/source"
)

// hostile is a report that holds text of strangers wherever there is room for it.
func hostile(file, object, message string) ([]Diagnostic, Locator) {
	doc := &source.Doc{File: file, Line: 1}
	place := source.Place{Doc: doc, Field: message}
	return []Diagnostic{
		{Code: WeightIsPort, Severity: Warning, Object: object, Message: message, At: place, Help: message, Related: []Related{{At: place, Message: message}}},
		{Code: WatchKilled, Severity: Hazard, Object: message, Message: object, At: place},
		{Code: AnnotationIgnored, Severity: Info, Message: message + object},
	}, fixed{place: {File: file, Line: 7, Col: 3}}
}

// The runner takes every line that begins with "::" for a command, whatever blanks stand
// before; its properties end at the next "::". See ActionCommand of the runner's sources.
var githubLine = regexp.MustCompile(`^::(error|warning|notice) (file=[^,:\r\n]+,line=7,col=3,)?title=[^,:\r\n]+::[^\r\n]+$`)

// Lines of the markdown rendering begin in one of these ways, and nothing of a manifest does.
var markdownLine = regexp.MustCompile("^(|##+ [a-zA-Z0-9, :]+|- \\*\\*RC\\d{4}\\*\\*( `[^`]+`)?( at `[^`]+`)?<br>|  .*)$")

// FuzzHostile writes findings about names and values that want to be commands, markup or
// lines of their own.
func FuzzHostile(f *testing.F) {
	for _, s := range []string{
		"\n::error::forged", "\r::stop-commands::x", "%0A::set-output name=a::b", "::add-mask::a", "a,title=b::c",
		"##[set-output name=a]b", "\u2028::warning::a", "\x1B[2J", "`\n<!-- routec -->\n", "\n# routec: no findings\n", "\u202Edesrever", "zero\u200Bwidth", "</details>", "\xFF\n- a",
	} {
		f.Add(s+".yaml", "Service/shop/"+s, s)
		f.Add("a.yaml", s, s)
	}
	f.Fuzz(func(t *testing.T, file, object, message string) {
		if file == "" || message == "" {
			t.Skip("findings name files and say something")
		}
		list, where := hostile(file, object, message)
		lines := func(format Format) []string {
			return strings.Split(strings.TrimSuffix(string(render(t, format, list, where)), "\n"), "\n")
		}
		if got := lines(AsGitHub); len(got) != len(list) {
			t.Errorf("%d commands for %d findings:\n%q", len(got), len(list), got)
		} else {
			for _, line := range got {
				if !githubLine.MatchString(line) {
					t.Errorf("the command %q", line)
				}
			}
		}
		text := render(t, AsText, list, where)
		if bytes.Count(text, []byte("\n")) != 9 || bytes.ContainsAny(text, "\r\x1B\u202E\u200B\u2028") {
			t.Errorf("the text %q", text)
		}
		for _, line := range lines(AsMarkdown) {
			if !markdownLine.MatchString(line) || strings.Contains(strings.ReplaceAll(line, "<br>", ""), "<") && !strings.Contains(line, "`") {
				t.Errorf("the markdown %q", line)
			}
		}
		var report []gitlabViolation
		if err := json.NewDecoder(bytes.NewReader(render(t, AsGitLab, list, where))).Decode(&report); err != nil || len(report) != len(list) {
			t.Errorf("%v: %v", err, report)
		}
		if err := Write(io.Discard, AsJUnit, list, where, Options{}); err != nil {
			t.Error(err)
		}
	})
}

// Findings of one field that say different things, or the same twice, are told apart.
func TestGitLabFingerprints(t *testing.T) {
	list, where := hostile("a.yaml", "Service/shop/web", "x")
	list = append(list, list[0], list[0])
	list[3].Message = "y"
	var report []gitlabViolation
	if err := json.Unmarshal(render(t, AsGitLab, list, where), &report); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, v := range report {
		seen[v.Fingerprint] = true
	}
	if len(seen) != len(list) {
		t.Errorf("%d fingerprints for %d findings: %v", len(seen), len(list), report)
	}
}
