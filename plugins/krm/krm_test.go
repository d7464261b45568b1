package krm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const items = `- apiVersion: v1
  kind: Service
  metadata:
    name: web # the front
    namespace: shop
    annotations:
      config.kubernetes.io/path: 'apps/web.yaml'
      config.kubernetes.io/index: '0'
  spec:
    selector: {app: web}
    ports: [{port: 80}]
- kind: HTTPRoute # kind first
  apiVersion: gateway.networking.k8s.io/v1
  metadata:
    name: web
    namespace: shop
    annotations:
      config.kubernetes.io/path: 'apps/web.yaml'
      config.kubernetes.io/index: '1'
  spec:
    parentRefs:
    - {group: "", kind: Service, name: web, port: 80}
    rules:
    - matches:
      - path: {type: PathPrefix, value: /cart}
      backendRefs:
      - name: web
        port: 80
`

func listOf(items, config string) string {
	text := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + items
	if config != "" {
		text += "functionConfig:\n" + config
	}
	return text
}

func configMapOf(data ...string) string {
	text := "  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: prod\n  data:\n    mesh: default\n"
	for _, d := range data {
		text += "    " + d + "\n"
	}
	return text
}

// process returns the list that comes out, its results, what is said to people, and the error.
func process(t *testing.T, text string) (string, framework.Results, string, error) {
	t.Helper()
	var out, log bytes.Buffer
	err := Process(context.Background(), strings.NewReader(text), &out, &log, Options{Version: "test"})
	var list struct {
		Results framework.Results `yaml:"results"`
	}
	if err := yaml.Unmarshal(out.Bytes(), &list); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	return out.String(), list.Results, log.String(), err
}

func TestDigest(t *testing.T) {
	for _, version := range []string{"v1", "v1beta1"} {
		in := strings.Replace(listOf(items, ""), "config.kubernetes.io/v1\n", "config.kubernetes.io/"+version+"\n", 1)
		out, results, log, err := process(t, in)
		if err != nil || log != "" || len(results) > 0 {
			t.Fatalf("%v, %s", err, log)
		}
		rest, ok := strings.CutPrefix(out, in)
		if !ok {
			t.Fatalf("the items have changed:\n%s", out)
		}
		for _, want := range []string{"- apiVersion: v1\n  kind: ConfigMap", "digest: sha256:", "name: routec-default", "findings.error: \"0\"", "tables.decided: \"1\""} {
			if !strings.Contains(rest, want) {
				t.Errorf("no %q in\n%s", want, rest)
			}
		}
		again, _, _, err := process(t, out)
		if err != nil || again != out {
			t.Errorf("another run gives %v\n%s", err, again)
		}
	}
}

func TestNone(t *testing.T) {
	in := listOf(items, configMapOf("output: none"))
	if out, _, _, err := process(t, in); err != nil || out != in {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTables(t *testing.T) {
	out, _, _, err := process(t, listOf(items, configMapOf("output: tables")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: routec-default-tables\n    namespace: shop", "outbound.web.yaml: |", "index.yaml: |", "name: routec-default-cluster-tables"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	less, _, _, err := process(t, strings.Replace(out, "output: tables", "output: digest", 1))
	if err != nil || strings.Contains(less, "-tables") {
		t.Errorf("tables stay behind: %v\n%s", err, less)
	}
}

// A ResourceList in JSON or in an unusual style comes out the same but for its style.
func TestUnusualStyles(t *testing.T) {
	usual := listOf(items, configMapOf("output: none"))
	var v any
	if err := yaml.Unmarshal([]byte(usual), &v); err != nil {
		t.Fatal(err)
	}
	json, err := yaml.NewRNode(nodeOf(t, usual)).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"JSON":             string(json),
		"carriage returns": strings.ReplaceAll(usual, "\n", "\r\n"),
		"quoted lines":     strings.Replace(usual, "annotations:\n", "annotations:\n      note: \"b\n\n        c\"\n", 1),
	} {
		out, _, _, err := process(t, text)
		var got any
		if uerr := yaml.Unmarshal([]byte(out), &got); err != nil || uerr != nil {
			t.Errorf("%s: %v, %v", name, err, uerr)
			continue
		}
		if name != "quoted lines" && fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%s: got\n%s", name, out)
		}
	}
}

func nodeOf(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Content[0]
}

func TestFindings(t *testing.T) {
	in := listOf(strings.Replace(items, "/cart", "cart", 1), "")
	out, results, log, err := process(t, in)
	if !errors.Is(err, ErrFindings) {
		t.Fatalf("error %v", err)
	}
	if !strings.HasPrefix(out, in) || strings.Contains(out, "digest") {
		t.Errorf("the list has changed, or has evidence:\n%s", out)
	}
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	r := results[0]
	if r.Severity != framework.Error || r.Tags[codeTag] != "RC1050" || r.Message == "" ||
		r.ResourceRef.APIVersion != "gateway.networking.k8s.io/v1" || r.ResourceRef.Kind != "HTTPRoute" || r.ResourceRef.Name != "web" || r.ResourceRef.Namespace != "shop" ||
		r.Field.Path != "spec.rules[0].matches[0].path.value" || fmt.Sprint(r.Field.CurrentValue) != "cart" ||
		r.File.Path != "apps/web.yaml" || r.File.Index != 1 {
		t.Errorf("result %+v %+v %+v %+v", *r, *r.ResourceRef, *r.Field, *r.File)
	}
	if !strings.Contains(log, "apps/web.yaml (document 2): error[RC1050]") {
		t.Errorf("log %s", log)
	}
	if _, _, _, err := process(t, listOf(strings.Replace(items, "/cart", "cart", 1), configMapOf("failOn: never"))); err != nil {
		t.Errorf("failOn never: %v", err)
	}
}

// What is known to be meant is proposed: another value, or another name for the value.
func TestProposals(t *testing.T) {
	for _, c := range []struct {
		name, from, to         string
		code, path             string
		current, proposed, key string
	}{
		{"a deprecated version", "kind: HTTPRoute # kind first\n  apiVersion: gateway.networking.k8s.io/v1\n", "kind: Server\n  apiVersion: policy.linkerd.io/v1beta1\n",
			"RC1003", "apiVersion", "policy.linkerd.io/v1beta1", "policy.linkerd.io/v1beta3", ""},
		{"a misspelt kind", "kind: HTTPRoute #", "kind: HTTPRuote #", "RC1002", "kind", "HTTPRuote", "HTTPRoute", ""},
		{"a misspelt annotation", "      config.kubernetes.io/index: '1'\n", "      retry.linkerd.io/htpp: 5xx\n",
			"RC5040", "metadata.annotations[retry.linkerd.io/htpp]", "5xx", "5xx", "retry.linkerd.io/http"},
		{"a misspelt backend", "- name: web\n        port: 80", "- name: wep\n        port: 80", "RC5020", "spec.rules[0].backendRefs[0].name", "wep", "web", ""},
		{"port and weight exchanged", "- name: web\n        port: 80", "- name: web\n        port: 80\n        weight: 7\n      - name: web\n        port: 7\n        weight: 80",
			"RC2006", "spec.rules[0].backendRefs[0].weight", "7", "80", ""},
	} {
		_, results, _, err := process(t, listOf(strings.Replace(items, c.from, c.to, 1), ""))
		if err != nil && !errors.Is(err, ErrFindings) {
			t.Errorf("%s: %v", c.name, err)
		}
		i := slices.IndexFunc(results, func(r *framework.Result) bool { return r.Tags[codeTag] == c.code })
		if i < 0 {
			t.Errorf("%s: no %s in %v", c.name, c.code, results)
			continue
		}
		r := results[i]
		if r.Field.Path != c.path || fmt.Sprint(r.Field.CurrentValue) != c.current || fmt.Sprint(r.Field.ProposedValue) != c.proposed || r.Tags[renameTag] != c.key {
			t.Errorf("%s: %+v %v", c.name, *r.Field, r.Tags)
		}
	}
}

func TestMeshAsConfig(t *testing.T) {
	mesh := "  apiVersion: routec.dev/v1alpha1\n  kind: Mesh\n  metadata:\n    name: prod\n    annotations:\n      routec.dev/output: digest\n  spec:\n    clusterDomain: example.org\n    sources: [apps]\n"
	out, _, log, err := process(t, listOf(items, mesh))
	if err != nil || !strings.Contains(out, "routec-prod") || !strings.Contains(out, `clusterDomain: "example.org"`) {
		t.Errorf("%v %s\n%s", err, log, out)
	}
}

func TestHostile(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "a ResourceList"},
		{"no list", "apiVersion: v1\nkind: List\nitems: []\n", `not "List"`},
		{"not YAML", "items: [\n", "read the ResourceList"},
		{"a scalar", "x\n", "single value"},
		{"two documents", listOf(items, "") + "---\n" + listOf(items, ""), "more follows"},
		{"no items", listOf("", ""), "nothing to compile"},
		{"items of a wrong type", "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: {a: b}\n", "items are no list"},
		{"config of a wrong kind", listOf(items, "  apiVersion: apps/v1\n  kind: Deployment\n"), `"Deployment"`},
		{"config that is text", listOf(items, "  hello\n"), "functionConfig"},
		{"unknown output", listOf(items, configMapOf("output: all")), "digest, tables or none"},
		{"unknown failOn", listOf(items, configMapOf("failOn: fatal")), "failOn"},
		{"sources outside", listOf("", configMapOf("sources: ../../etc")), "below the kustomization"},
		{"sources from git", listOf("", configMapOf("sources: git:HEAD")), "below the kustomization"},
		{"a million items", listOf(strings.Repeat("- a: 1\n", 1_000_000), ""), "1000000 items"},
		{"a million items in JSON", `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[` + strings.Repeat("{},", 1_000_000) + "{}]}", "more than 500000 values"},
	} {
		out, _, _, err := process(t, c.text)
		var config *ConfigError
		if !errors.As(err, &config) || !strings.Contains(err.Error(), c.want) || out != "" {
			t.Errorf("%s: %v\n%.200s", c.name, err, out)
		}
	}
	_, _, log, err := process(t, listOf(items, configMapOf("clusterDomian: x")))
	if !errors.Is(err, ErrFindings) || !strings.Contains(log, "clusterDomain") {
		t.Errorf("misspelt setting: %v %s", err, log)
	}
}

// Annotations are repeated at most, and only where they stay below the package.
func TestLyingAnnotations(t *testing.T) {
	for _, lie := range []string{"../../etc/passwd", "/etc/passwd", "a/../../b", `..\x`, "a\\nb"} {
		bad := strings.ReplaceAll(strings.Replace(items, "/cart", "cart", 1), "'apps/web.yaml'", `"`+strings.ReplaceAll(lie, `\x`, `\\x`)+`"`)
		_, results, log, err := process(t, listOf(bad, ""))
		if !errors.Is(err, ErrFindings) || len(results) != 1 || results[0].File != nil || strings.Contains(log, "passwd") {
			t.Errorf("%s: %v %s", lie, err, log)
		}
	}
}

func TestOrigin(t *testing.T) {
	it := item{text: []byte("metadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      path: apps/web.yaml\n")}
	if file, index := it.origin(); file != "apps/web.yaml" || index != 0 {
		t.Errorf("%q %d", file, index)
	}
}
