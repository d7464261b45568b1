package argocd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const manifests = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports: [{port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{group: "", kind: Service, name: web, port: 80}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: web, port: 80}]
`

// generate plays the plugin server: it calls the command in the application's folder, with
// its environment, and reads a stream of objects.
func generate(t *testing.T, files map[string]string, environ ...string) (objects []map[string]any, log string, err error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out, errs bytes.Buffer
	err = Generate(context.Background(), &out, &errs, Options{Version: "test", Environ: environ})
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		if lines.Text() == "---" {
			continue
		}
		var o map[string]any
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil || o["kind"] == nil || o["apiVersion"] == nil {
			t.Fatalf("no object on standard output: %s", lines.Text())
		}
		objects = append(objects, o)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != len(files) {
		t.Errorf("the folder has changed: %v", left)
	}
	return objects, errs.String(), err
}

func TestGenerate(t *testing.T) {
	files := map[string]string{
		"app.yaml": manifests, "values.yaml": "replicas: 3\n",
		"mesh.yaml": "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: prod}\n",
	}
	objects, log, err := generate(t, files, "ARGOCD_APP_NAMESPACE=shop")
	if err != nil || len(objects) != 3 {
		t.Fatalf("%d objects, %v\n%s", len(objects), err, log)
	}
	metadata := objects[2]["metadata"].(map[string]any)
	if metadata["name"] != "routec-prod" || metadata["namespace"] != "shop" {
		t.Errorf("evidence %v", metadata)
	}
	objects, _, err = generate(t, files, `ARGOCD_APP_PARAMETERS=[{"name":"output","string":"none"}]`, "ARGOCD_ENV_ROUTEC_OUTPUT=tables")
	if err != nil || len(objects) != 2 {
		t.Errorf("parameters count more than variables: %d objects, %v", len(objects), err)
	}
	if objects, _, err = generate(t, files, "ARGOCD_ENV_ROUTEC_OUTPUT=tables"); err != nil || len(objects) < 5 {
		t.Errorf("variables: %d objects, %v", len(objects), err)
	}
}

func TestGenerateFindings(t *testing.T) {
	bad := map[string]string{"app.yaml": strings.Replace(manifests, "/cart", "cart", 1)}
	objects, log, err := generate(t, bad)
	if !errors.Is(err, ErrFindings) || len(objects) != 0 || !strings.Contains(log, "app.yaml:13:") || !strings.Contains(log, "error[RC1050]") {
		t.Errorf("%d objects, %v\n%s", len(objects), err, log)
	}
	if objects, _, err := generate(t, bad, "ARGOCD_ENV_ROUTEC_FAIL_ON=never"); err != nil || len(objects) != 3 {
		t.Errorf("failOn never: %d objects, %v", len(objects), err)
	}
	if objects, _, err := generate(t, map[string]string{"app.yaml": "a: [\n"}, "ARGOCD_ENV_ROUTEC_FAIL_ON=never"); err == nil || len(objects) != 0 {
		t.Errorf("a broken document: %d objects, %v", len(objects), err)
	}
	half := map[string]string{"app.yaml": manifests, "kustomization.yaml": "resources: [app.yaml, gone.yaml]\n"}
	if objects, _, err := generate(t, half, "ARGOCD_ENV_ROUTEC_FAIL_ON=never"); err == nil || len(objects) != 0 {
		t.Errorf("a kustomization that cannot be built: %d objects, %v", len(objects), err)
	}
}

func TestBadParameters(t *testing.T) {
	for _, c := range []struct{ environ, want string }{
		{"ARGOCD_ENV_ROUTEC_OUPUT=x", "ROUTEC_OUPUT"},
		{"ARGOCD_ENV_ROUTEC_OUTPUT=x", "digest, tables or none"},
		{"ARGOCD_ENV_ROUTEC_FAIL_ON=x", "warning"},
		{"ARGOCD_ENV_ROUTEC_SOURCES=../..", "below the application"},
		{"ARGOCD_APP_PARAMETERS={", "ARGOCD_APP_PARAMETERS"},
		{`ARGOCD_APP_PARAMETERS=[{"name":"x"}]`, `"x"`},
		{`ARGOCD_APP_PARAMETERS=[{"name":"mesh"}]`, "is a string"},
		{`ARGOCD_APP_PARAMETERS=[{"name":"sources","string":"a"}]`, "is an array"},
		{`ARGOCD_APP_PARAMETERS=[{"name":"sources","array":["/etc"]}]`, "below the application"},
	} {
		err := Init(context.Background(), Options{Environ: []string{c.environ}})
		var bad *ParameterError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.environ, err)
		}
	}
}

func TestAnnounce(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"eu", "us"} {
		text := "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: " + name + "}\n"
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out bytes.Buffer
	if err := Announce(context.Background(), &out, Options{}); err != nil {
		t.Fatal(err)
	}
	var list []announcement
	if err := json.Unmarshal(out.Bytes(), &list); err != nil || len(list) != 1 || !list[0].Required || !strings.Contains(list[0].Tooltip, "eu, us") {
		t.Errorf("%v %s", err, out.String())
	}
}
