package decode

import (
	"encoding/json"
	"reflect"
	"testing"

	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"

	"routec.dev/routec/compile/diag"
)

// assign agrees with the detour through JSON.
func TestAssign(t *testing.T) {
	for name, text := range map[string]string{
		"http": `
parentRefs: [{group: core, kind: Service, name: web, port: 80, namespace: shop}]
hostnames: ["a", "*.b"]
rules:
- matches: [{path: {type: Exact, value: /a}, headers: [{name: x, value: "1"}], method: GET}]
  filters: [{type: RequestRedirect, requestRedirect: {statusCode: 302, port: 8080, path: {type: ReplaceFullPath, replaceFullPath: /b}}}]
  backendRefs: [{name: a, port: 1, weight: 0, filters: []}, {name: b, weight: 1000000}]
  timeouts: {request: 1s}
- {matches: [], backendRefs: null}
`,
		"empty": `{}`,
	} {
		content := parse(t, text)
		var direct, detour manifest.HTTPRouteSpec
		if err := new(assigner).assign(reflect.ValueOf(&direct), content, "spec"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		viaJSON(t, content, &detour)
		if !reflect.DeepEqual(direct, detour) {
			t.Errorf("%s: got %+v, want %+v", name, direct, detour)
		}
	}
}

func TestAssignWorkload(t *testing.T) {
	content := parse(t, `
template:
  metadata: {labels: {app: web}, annotations: {a: b}}
  spec:
    hostNetwork: true
    containers: [{name: c, ports: [{containerPort: 80, name: http}], livenessProbe: {httpGet: {port: http, path: /}}, readinessProbe: {httpGet: {port: 80}}}]
`)
	var direct, detour manifest.WorkloadSpec
	if err := new(assigner).assign(reflect.ValueOf(&direct), content, "spec"); err != nil {
		t.Fatal(err)
	}
	viaJSON(t, content, &detour)
	if !reflect.DeepEqual(direct, detour) {
		t.Errorf("got %+v, want %+v", direct, detour)
	}
}

func TestAssignRefuses(t *testing.T) {
	for _, text := range []string{
		`rules: 1`, `rules: {}`, `hostnames: [1]`, `parentRefs: [{name: web, port: 4294967296}]`,
		`parentRefs: [{name: web, port: 1.5}]`, `parentRefs: [web]`, `rules: [{timeouts: {request: 1}}]`,
	} {
		var spec manifest.HTTPRouteSpec
		if err := new(assigner).assign(reflect.ValueOf(&spec), parse(t, text), "spec"); err == nil {
			t.Errorf("%s: got %+v, want an error", text, spec)
		}
	}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var report diag.Report
	docs := load.Parse("x.yaml", []byte(text), load.Limits{}, &report)
	if len(docs) != 1 {
		t.Fatalf("%d documents", len(docs))
	}
	content, _ := docs[0].Content(load.DefaultLimits(), &report)
	return content
}

func viaJSON(t *testing.T, content map[string]any, into any) {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
