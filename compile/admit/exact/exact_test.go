package exact_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/admit/exact"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/automata"
)

// crd writes a CRD of the kind Server with one version and this schema of its spec.
func crd(schema string) string {
	return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: servers.policy.linkerd.io
  labels:
    helm.sh/chart: {{ .Chart.Name }}
spec:
  group: policy.linkerd.io
  scope: Namespaced
  names: {plural: servers, singular: server, kind: Server}
  versions:
  - name: v1beta3
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec: ` + schema + `
  - name: v1beta1
    served: true
    storage: false
    deprecated: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {port: {type: integer}, old: {type: string}}}
  - name: v1alpha1
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
`
}

// open puts texts into a folder, a file each, and opens it.
func open(t testing.TB, texts ...string) (*exact.Engine, error) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return exact.Open(context.Background(), []string{dir})
}

func judgeWith(t testing.TB, text string) *admit.Judge {
	t.Helper()
	engine, err := open(t, text)
	if err != nil {
		t.Fatal(err)
	}
	j, err := admit.New(admit.Options{Exact: engine, Regexp: automata.Check})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func server(version string, spec any) manifest.Unstructured {
	u := manifest.Unstructured{
		Identity: manifest.Identity{Group: manifest.PolicyGroup, Version: version, Kind: "Server", Namespace: "demo", Name: "r"},
		Content:  map[string]any{"apiVersion": "policy.linkerd.io/" + version, "kind": "Server", "metadata": map[string]any{"name": "r"}},
	}
	if spec != nil {
		u.Content["spec"] = spec
	}
	return u
}

const portSchema = `{type: object, properties: {port: {type: integer, maximum: 65535, default: 8080},
            podSelector: {type: object, x-kubernetes-preserve-unknown-fields: true},
            proxyProtocol: {type: string, default: unknown},
            accessPolicy: {type: string, default: deny}},
            x-kubernetes-validations: [{rule: "self.port != 99", message: "not that one"}]}`

func TestByTheUsersCRD(t *testing.T) {
	j := judgeWith(t, crd(portSchema))
	for name, row := range map[string]struct {
		object manifest.Unstructured
		want   string
	}{
		"good":              {server("v1beta3", map[string]any{"podSelector": map[string]any{}, "proxyProtocol": "unknown"}), "accept, admitted"},
		"webhook":           {server("v1beta3", map[string]any{"port": int64(0), "podSelector": map[string]any{}}), "accept, admission webhook"},
		"rule":              {server("v1beta3", map[string]any{"port": int64(99)}), "422 Invalid [spec Invalid] unknown []"},
		"schema":            {server("v1beta3", map[string]any{"port": int64(70000)}), "422 Invalid [spec.port Invalid] unknown []"},
		"no rules then":     {server("v1beta3", map[string]any{"port": "x"}), "422 Invalid [<nil> Invalid spec.port TypeInvalid] unknown []"},
		"missing":           {server("v1beta3", nil), "422 Invalid [<nil> Invalid spec Required] unknown []"},
		"unknown":           {server("v1beta3", map[string]any{"prot": int64(1)}), "400 BadRequest [] unknown [spec.prot]"},
		"not served":        {server("v1alpha1", nil), "404 NotFound [] unknown []"},
		"not in the CRDs":   {manifest.Unstructured{Identity: manifest.Identity{Group: manifest.PolicyGroup, Version: "v1alpha1", Kind: "EgressNetwork"}}, "404 NotFound [] unknown []"},
		"other groups stay": {route("GRPCRoute", map[string]any{}), "accept, admitted"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(j.Object(row.object)); !strings.HasPrefix(got, row.want) {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

// An old version is stored as a new one, and warned of.
func TestOldVersion(t *testing.T) {
	got := judgeWith(t, crd(portSchema)).Object(server("v1beta1", map[string]any{"port": int64(80), "old": "x"}))
	if want := "policy.linkerd.io/v1beta1 Server is deprecated; use policy.linkerd.io/v1beta3 Server"; got.Warning != want {
		t.Errorf("warning %q, want %q", got.Warning, want)
	}
	spec, _ := got.View["spec"].(map[string]any)
	if got.View["apiVersion"] != "policy.linkerd.io/v1beta3" || spec["accessPolicy"] != "deny" || spec["old"] != nil {
		t.Errorf("view %v", got.View)
	}
}

func TestFilesThatAreNoCRDs(t *testing.T) {
	good := crd(portSchema)
	for name, row := range map[string]struct {
		texts []string
		want  string
	}{
		"none":      {[]string{"kind: ConfigMap\n"}, "hold no CustomResourceDefinition"},
		"elsewhere": {[]string{strings.ReplaceAll(good, "policy.linkerd.io", "example.com")}, "hold no CustomResourceDefinition"},
		"twice":     {[]string{good, good}, "is defined in"},
		"old API":   {[]string{strings.Replace(good, "k8s.io/v1", "k8s.io/v1beta1", 1)}, "want apiextensions.k8s.io/v1"},
		"wrong":     {[]string{strings.Replace(good, "served: true", "served: 5", 1)}, "decode CustomResourceDefinition"},
		"no YAML":   {[]string{good + "\n  - : ]"}, "0.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := open(t, row.texts...); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%v, want %q", err, row.want)
			}
		})
	}
	if _, err := exact.Open(context.Background(), []string{filepath.Join(t.TempDir(), "missing")}); err == nil {
		t.Error("a missing path is opened")
	}
}

// A hostile CRD ends in a refusal that says why, soon.
func TestHostileCRDs(t *testing.T) {
	list := "{type: array, items: {type: array, items: {type: array, items: {type: string}}}}"
	deep := "{type: string}"
	for range 100 {
		deep = "{type: object, properties: {a: " + deep + "}}"
	}
	rule := func(expr string) string {
		return "{type: object, properties: {port: {type: integer}, l: " + list + "}, x-kubernetes-validations: [{rule: '" + expr + "'}]}"
	}
	many := "{type: object, properties: {port: {type: integer}}, x-kubernetes-validations: [" + strings.Repeat("{rule: 'true'},", 2000) + "]}"
	for name, row := range map[string]struct{ schema, want string }{
		"nested loops":   {rule("self.l.all(a, a.all(b, b.all(c, self.l.all(d, d.all(e, e.all(f, f == c))))))"), "may cost"},
		"no CEL":         {rule("self.nothing + "), "CEL rule 0"},
		"no text":        {rule("self.port"), "CEL rule 0"},
		"long rule":      {rule(strings.Repeat("self.port == 1 || ", 20_000) + "true"), "KiB"},
		"chained rule":   {rule(strings.Repeat("self.port == 1 || ", 5_000) + "true"), "KiB"},
		"parentheses":    {rule(strings.Repeat("(", 2_000) + "true" + strings.Repeat(")", 2_000)), "CEL rule 0"},
		"many rules":     {many, "CEL rules"},
		"deep":           {deep, "deep"},
		"not structural": {"{type: object, properties: {port: {}}}", "structural"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := judgeWith(t, crd(row.schema)).Object(server("v1beta3", map[string]any{}))
			if got.Refusal == nil || got.Refusal.Status != 404 || !strings.Contains(got.Refusal.Message, row.want) {
				t.Errorf("%+v, want %q", got.Refusal, row.want)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// A hostile object is refused soon, with a bounded number of causes.
func TestHostileObjects(t *testing.T) {
	_, judge := clusters(t)[1].judges(t)
	many := make([]any, 100_000)
	for i := range many {
		many[i] = map[string]any{"backendRefs": []any{map[string]any{"name": "", "port": int64(0)}}, "name": "same"}
	}
	for name, spec := range map[string]map[string]any{
		"rules": {"rules": many},
		"wide":  {"parentRefs": []any{map[string]any{"name": many}}},
		"text":  {"hostnames": []any{strings.Repeat("a.", 5<<20)}},
	} {
		start := time.Now()
		got := judge.Object(route("GRPCRoute", spec))
		took := time.Since(start)
		if got.Refusal == nil || len(got.Refusal.Causes) > 2_100 || len(got.Refusal.Message) > 1<<20 || took > 20*time.Second {
			t.Errorf("%s: %v, %d causes, %d bytes", name, took, len(got.Refusal.Causes), len(got.Refusal.Message))
		}
		t.Logf("%s: %v", name, took)
	}
}
