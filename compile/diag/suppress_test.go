package diag

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/ir/source"
)

func TestParseIgnore(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                   nil,
		" ; \n ":                             nil,
		"RC2006":                             {"RC2006||"},
		"RC2006 canary of one in a thousand": {"RC2006|canary of one in a thousand|"},
		"RC2006: known; RC2001 as well":      {"RC2006|known|", "RC2001|as well|"},
		"RC2006 a\nRC2001 b\n":               {"RC2006|a|", "RC2001|b|"},
		"weights":                            {"weights||"},
	} {
		var got []string
		for _, s := range ParseIgnore(text, "", source.Place{}) {
			got = append(got, fmt.Sprintf("%s|%s|%s", s.Code, s.Reason, s.Object))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSuppress(t *testing.T) {
	for _, c := range []struct {
		name string
		list []Suppression
		left []Code
		used []bool
	}{
		{"nothing", nil, []Code{WeightIsPort, WeightIsPort, WatchKilled}, []bool{}},
		{"one object", []Suppression{{Code: WeightIsPort, Object: "Service/shop/a"}}, []Code{WeightIsPort, WatchKilled}, []bool{true}},
		{"every object", []Suppression{{Code: WeightIsPort}}, []Code{WatchKilled}, []bool{true}},
		{"a namespace", []Suppression{{Code: WeightIsPort, Object: "Service/shop/*"}}, []Code{WatchKilled}, []bool{true}},
		{"another object", []Suppression{{Code: WeightIsPort, Object: "Service/shop/c"}}, []Code{WeightIsPort, WeightIsPort, WatchKilled}, []bool{false}},
		{"a hazard without reason", []Suppression{{Code: WatchKilled}}, []Code{WeightIsPort, WeightIsPort, WatchKilled, HazardNeedsReason}, []bool{true}},
		{"a hazard with one", []Suppression{{Code: WatchKilled, Reason: "test cluster"}}, []Code{WeightIsPort, WeightIsPort}, []bool{true}},
		{"a hazard with one of two", []Suppression{{Code: WatchKilled}, {Code: WatchKilled, Reason: "test cluster"}}, []Code{WeightIsPort, WeightIsPort}, []bool{true, true}},
	} {
		r := &Report{}
		r.Add(Diagnostic{Code: WeightIsPort, Severity: Warning, Object: "Service/shop/a"})
		r.Add(Diagnostic{Code: WeightIsPort, Severity: Warning, Object: "Service/shop/b"})
		r.Add(Diagnostic{Code: WatchKilled, Severity: Hazard, Object: "HTTPRoute.policy.linkerd.io/shop/a"})
		used := r.Suppress(c.list)
		var left []Code
		for d := range r.All() {
			left = append(left, d.Code)
		}
		if !slices.Equal(left, c.left) || !slices.Equal(used, c.used) {
			t.Errorf("%s: %v %v, want %v %v", c.name, left, used, c.left, c.used)
		}
	}
}

func TestUnusedSuppression(t *testing.T) {
	for code, want := range map[Code]Code{WeightIsPort: SuppressionUnused, "RC0000": SuppressionBroken, "weight": SuppressionBroken, "RC*": SuppressionBroken, "": SuppressionBroken} {
		s := Suppression{Code: code}
		if got := s.Unused(); got.Code != want {
			t.Errorf("%q: %s, want %s", code, got.Code, want)
		}
	}
}

// Whatever is written, each suppression has one line of text and a code without blanks.
func FuzzParseIgnore(f *testing.F) {
	f.Add("RC2006 a; RC2001: b\nRC5031")
	f.Add(" ;; \n\n; x")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range ParseIgnore(text, "o", source.Place{}) {
			if s.Code == "" && s.Reason == "" || strings.ContainsAny(string(s.Code), " ;\n") || strings.ContainsAny(s.Reason, ";\n") {
				t.Errorf("%q: %+v", text, s)
			}
			s.Unused()
		}
	})
}
