package check_test

import (
	"slices"
	"strings"
	"testing"
)

func TestHiddenRules(t *testing.T) {
	const (
		all  = "[{path: {type: PathPrefix, value: /}}]"
		a    = "[{path: {type: PathPrefix, value: /a}}]"
		get  = "[{path: {type: PathPrefix, value: /a}, method: GET}]"
		both = "[{path: {type: PathPrefix, value: /a}}, {path: {type: PathPrefix, value: /}}]"
		rx   = "[{path: {type: RegularExpression, value: /a.*}}]"
	)
	for _, c := range []struct {
		name  string
		rules []string // matches and the backend
		want  []string // fields
	}{
		{"equal", []string{all + " web", all + " other"}, []string{"spec.rules[1]"}},
		{"the same outcome", []string{all + " web", all + " web"}, nil},
		{"a longer path", []string{all + " web", a + " other"}, nil},
		{"a method more", []string{a + " web", get + " other"}, nil},
		{"one of two", []string{a + " web", both + " other"}, []string{"spec.rules[1].matches[0]"}},
		{"two together", []string{a + " web", all + " web", both + " other"}, []string{"spec.rules[2]"}},
		{"patterns", []string{rx + " web", rx + " other"}, []string{"spec.rules[1]"}},
		{"the default match", []string{all + " web", "null other"}, []string{"spec.rules[1]"}},
		{"twice in one rule", []string{"[{method: GET}, {method: GET}] web"}, nil},
	} {
		text := service("web", "", "port: 80") + service("other", "", "port: 80") +
			"---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: ns}\nspec:\n" +
			"  parentRefs: [{group: core, kind: Service, name: web, port: 80}]\n  rules:\n"
		for _, r := range c.rules {
			i := strings.LastIndexByte(r, ' ')
			text += "  - {matches: " + r[:i] + ", backendRefs: [{name: " + r[i+1:] + ", port: 80}]}\n"
		}
		var got []string
		for _, f := range lint(t, text) {
			if field, ok := strings.CutPrefix(f, "RC5018 "); ok {
				got = append(got, field)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
