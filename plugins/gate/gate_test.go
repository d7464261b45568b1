package gate

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/golden/jsonschema"
)

const (
	service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n---\n"
	route   = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {parentRefs: [{group: core, kind: Service, name: web}], rules: [{backendRefs: [{name: BACKEND, port: 80}]}]}\n---\n"
	mesh    = "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: NAME}\n---\n"
)

func routed(backend string) string { return service + strings.ReplaceAll(route, "BACKEND", backend) }

func meshOf(name string) string { return strings.ReplaceAll(mesh, "NAME", name) }

func compiled(t testing.TB, text string) *compile.Result {
	t.Helper()
	set := source.Set{source.Memory("m", []source.File{{Name: "m.yaml", Text: []byte(text)}})}
	result, err := compile.Decide(context.Background(), set, compile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func rendered(text string) *EvidenceOptions {
	return &EvidenceOptions{Name: "-", Rendered: source.Set{source.Memory("r", []source.File{{Name: "r.yaml", Text: []byte(text)}})}}
}

// Every combination of what a result is held against has a verdict, and renderings that are
// whole: JSON follows its schema, markdown keeps within the budget.
func TestRun(t *testing.T) {
	schema, err := jsonschema.Parse(JSONSchema)
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if _, err := Run(t.Context(), compiled(t, routed("web")), Options{Golden: &GoldenOptions{Dir: fresh, Write: true}}); err != nil {
		t.Fatal(err)
	}
	frozen, err := bundle.Read(os.DirFS(fresh))
	if err != nil {
		t.Fatal(err)
	}
	one, two := meshOf("eu"), meshOf("eu")+meshOf("us")
	for _, tc := range []struct {
		name string
		head string
		opts Options
		want Verdict
		why  string
	}{
		{"nothing asked", routed("web"), Options{}, Passes, ""},
		{"warning", routed("gone"), Options{FailOn: diag.Error}, Passes, ""},
		{"warning at the limit", routed("gone"), Options{FailOn: diag.Warning}, HasErrors, "1 finding at or above warning"},
		{"old warning", routed("gone"), Options{FailOn: diag.Warning, NewOnly: true, Base: &Base{Name: "b", Result: compiled(t, routed("gone"))}}, Passes, ""},
		{"new warning", routed("gone"), Options{FailOn: diag.Warning, NewOnly: true, Base: &Base{Name: "b", Result: compiled(t, routed("web"))}}, HasErrors, "1 introduced finding at or above warning"},
		{"changes", routed("gone"), Options{Base: &Base{Name: "b", Result: compiled(t, service)}}, Passes, ""},
		{"changes that may not be", routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Result: compiled(t, service)}}, Differs, "there are changes from the base"},
		{"none", routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Result: compiled(t, routed("web"))}}, Passes, ""},
		{"bundle", routed("gone"), Options{Base: &Base{Name: "b", Bundles: map[string]*bundle.Bundle{"default": frozen}}}, Passes, ""},
		{"equal bundle", routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Bundles: map[string]*bundle.Bundle{"default": frozen}}}, Passes, ""},
		{"empty base", routed("web"), Options{Base: &Base{Name: "b", Result: &compile.Result{Report: &diag.Report{}}}}, Passes, ""},
		{"mesh renamed", one + routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Result: compiled(t, routed("web"))}}, Passes, ""},
		{"mesh new", two + routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Result: compiled(t, one+routed("web"))}}, Differs, "there are changes from the base"},
		{"mesh gone", one + routed("web"), Options{FailOnChanges: true, Base: &Base{Name: "b", Result: compiled(t, two+routed("web"))}}, Differs, "there are changes from the base"},
		{"golden", routed("web"), Options{Golden: &GoldenOptions{Dir: fresh}}, Passes, ""},
		{"stale golden", routed("gone"), Options{Golden: &GoldenOptions{Dir: fresh}}, Differs, "the golden bundle is stale"},
		{"no golden", routed("web"), Options{Golden: &GoldenOptions{Dir: fresh + "/none"}}, Differs, "the golden bundle is stale"},
		{"no evidence", routed("web"), Options{Evidence: rendered("kind: Service\n")}, Differs, "the evidence is not that of this build"},
		{"all at once", routed("gone"), Options{FailOn: diag.Warning, Golden: &GoldenOptions{Dir: fresh}, Evidence: rendered("")}, HasErrors,
			"1 finding at or above warning; the golden bundle is stale; the evidence is not that of this build"},
	} {
		r, err := Run(t.Context(), compiled(t, tc.head), tc.opts)
		if err != nil {
			t.Fatal(err)
		}
		verdict, why := r.Verdict()
		if verdict != tc.want || strings.Join(why, "; ") != tc.why {
			t.Errorf("%s: %d, %q", tc.name, verdict, why)
		}
		for _, format := range diag.Formats {
			var out bytes.Buffer
			if err := r.Write(&out, format, WriteOptions{Version: "1", Budget: review.LeastBudget, TextOptions: TextOptions{Update: "update"}}); err != nil {
				t.Fatal(err)
			}
			switch format {
			case diag.AsJSON:
				if wrong, err := schema.Check(out.Bytes()); err != nil || len(wrong) > 0 {
					t.Errorf("%s: %v %v\n%s", tc.name, wrong, err, out.String())
				}
			case diag.AsMarkdown:
				if out.Len() > review.LeastBudget || !strings.HasPrefix(out.String(), "<!-- routec-review ") {
					t.Errorf("%s: %d bytes\n%s", tc.name, out.Len(), out.String())
				}
			case diag.AsText:
				if says := strings.HasSuffix(out.String(), "check passes\n"); says != (tc.want == Passes) {
					t.Errorf("%s: %s", tc.name, out.String())
				}
			}
		}
	}
}

// What manifests say stands in code, and cannot leave it.
func TestMarkdownOfHostileFindings(t *testing.T) {
	head := compiled(t, routed(`"x</code>@octocat"`))
	var d diag.Diagnostic
	d.Code, d.Severity, d.Object = "RC0001", diag.Error, "Service/a\n```\n</details>\n@octocat"
	d.Message = "<!-- routec-review prod -->\n```\n# forged [x](https://example.org) \u202e"
	head.Report.Add(d)
	r, err := Run(t.Context(), head, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.Write(&out, diag.AsMarkdown, WriteOptions{Budget: review.DefaultBudget}); err != nil {
		t.Fatal(err)
	}
	fence := ""
	for i, line := range strings.Split(out.String(), "\n") {
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "diff")
		case i > 0 && strings.ContainsAny(strings.ReplaceAll(line, "<!--", "["), "@["):
			t.Errorf("%q is outside of code:\n%s", line, out.String())
		}
	}
	if fence != "" || strings.Contains(out.String(), "\u202e") {
		t.Errorf("%s", out.String())
	}
}

// What only one side has is said to be new or gone, without what every mesh has; and what
// errors leave out is said to be why it seems to be gone.
func TestOneSided(t *testing.T) {
	say := func(head, base string) string {
		t.Helper()
		r, err := Run(t.Context(), compiled(t, head), Options{Base: &Base{Name: "main", Result: compiled(t, base)}})
		if err != nil {
			t.Fatal(err)
		}
		var text, page bytes.Buffer
		if err := r.Text(&text, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := r.Write(&page, diag.AsMarkdown, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		return text.String() + page.String()
	}
	both := meshOf("eu") + meshOf("us") + routed("web")
	renamed := meshOf("eu") + meshOf("asia") + routed("web")
	got := say(renamed, both)
	for _, want := range []string{"mesh asia (new):", "mesh us (gone):", "mesh `asia` (new): ", "! mesh us: traffic lost: Service shop/web, "} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "settings of the mesh") {
		t.Errorf("the settings of a new mesh are changes:\n%s", got)
	}
	broken := "a: [\n---\n"
	gone, back := "what they said before counts as gone", "what they say now counts as new"
	if got := say(service+broken, routed("web")); !strings.Contains(got, gone) || strings.Contains(got, back) {
		t.Errorf("%s", got)
	}
	if got := say(routed("web"), service+broken); !strings.Contains(got, back) || strings.Contains(got, gone) {
		t.Errorf("%s", got)
	}
	if got := say(routed("web")+broken, service+broken); strings.Contains(got, gone) || strings.Contains(got, back) {
		t.Errorf("%s", got)
	}
}

// Lost traffic stands before warnings, which could take all the room.
func TestDangersBeforeWarnings(t *testing.T) {
	r, err := Run(t.Context(), compiled(t, routed("gone")), Options{Base: &Base{Name: "main", Result: compiled(t, routed("web"))}})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := r.Write(&page, diag.AsMarkdown, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	lost, warning := strings.Index(page.String(), "- **traffic lost**"), strings.Index(page.String(), "- **introduced** `warning")
	if lost < 0 || warning < lost {
		t.Errorf("%d, %d:\n%s", lost, warning, page.String())
	}
}
