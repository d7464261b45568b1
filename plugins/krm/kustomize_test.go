package krm_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kustomizeVersion is the kustomize that the function is tested in.
const kustomizeVersion = "v5.8.2"

// programs builds kustomize and routec; both take a while and the network, so this happens
// only where ROUTEC_INTEGRATION is set.
func programs(t testing.TB) (kustomize, routec string) {
	t.Helper()
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("builds and runs kustomize only with ROUTEC_INTEGRATION=1")
	}
	dir := t.TempDir()
	install := exec.Command("go", "install", "sigs.k8s.io/kustomize/kustomize/v5@"+kustomizeVersion)
	install.Dir = dir
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "routec"), "routec.dev/routec/cmd/routec")
	for _, cmd := range []*exec.Cmd{install, build} {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
	}
	return filepath.Join(dir, "kustomize"), filepath.Join(dir, "routec")
}

const manifests = `# the shop's front
apiVersion: v1
kind: Service
metadata:
  name: web # not renamed
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - name: http
    port: 80
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: web
  namespace: shop
spec:
  parentRefs:
  - {group: "", kind: Service, name: web, port: 80}
  rules:
  - matches:
    - path: {type: PathPrefix, value: /cart}
    backendRefs:
    - {name: web, port: 80}
`

// folder makes a package of files; ROUTEC stands for the function.
func folder(t testing.TB, routec string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if files["routec.sh"] == "" {
		files["routec.sh"] = "#!/bin/sh\nexec " + routec + " krm\n"
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "ROUTEC", filepath.Join(dir, "routec.sh"))
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func function(name string, data ...string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ROUTEC}\n" +
		"data:\n  clusterDomain: cluster.local\n  " + strings.Join(data, "\n  ") + "\n"
}

func run(name string, args ...string) (stdout, stderr string, err error) {
	var out, log bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &log
	err = cmd.Run()
	return out.String(), log.String(), err
}

// TestKustomize runs the function in the real kustomize, in all four places.
func TestKustomize(t *testing.T) {
	kustomize, routec := programs(t)
	build := func(t *testing.T, files map[string]string) (string, string, error) {
		t.Helper()
		return run(kustomize, "build", "--enable-alpha-plugins", "--enable-exec", folder(t, routec, files))
	}
	bad := strings.Replace(manifests, "/cart", "cart", 1)
	fails := func(t *testing.T, stdout, stderr string, err error, want string) {
		t.Helper()
		if err == nil || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%v\n%s\n%s", err, stderr, stdout)
		}
	}
	t.Run("transformer", func(t *testing.T) {
		files := map[string]string{
			"kustomization.yaml": "resources: [apps.yaml]\ntransformers: [routec.yaml]\n",
			"apps.yaml":          manifests, "routec.yaml": function("prod", "output: digest"),
		}
		stdout, stderr, err := build(t, files)
		if err != nil || !strings.Contains(stdout, "digest: sha256:") || strings.Contains(stdout, "config.kubernetes.io") || strings.Count(stdout, "\nkind:") != 3 {
			t.Errorf("%v\n%s\n%s", err, stderr, stdout)
		}
		files["routec.yaml"] = function("prod", "output: tables")
		if stdout, stderr, err := build(t, files); err != nil || !strings.Contains(stdout, "outbound.web.yaml: |") {
			t.Errorf("tables: %v\n%s\n%s", err, stderr, stdout)
		}
		files["apps.yaml"] = bad
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "error[RC1050]: HTTPRoute.gateway.networking.k8s.io/shop/web")
		files["apps.yaml"] = strings.Replace(manifests, "namespace: shop\nspec", "namespace: shop\n  annotations: {config.kubernetes.io/path: ../../etc/passwd}\nspec", 1)
		if stdout, stderr, err := build(t, files); err != nil || strings.Contains(stdout, "root:") {
			t.Errorf("an annotation that lies: %v\n%s", err, stderr)
		}
		files["routec.yaml"] = strings.Replace(function("prod", "a: b"), "kind: ConfigMap", "kind: Secret", 1)
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "a Mesh of routec.dev/v1alpha1 or a ConfigMap of v1 is wanted")
	})
	t.Run("mesh", func(t *testing.T) {
		mesh := "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata:\n  name: prod-eu\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ROUTEC}\nspec:\n  clusterDomain: example.org\n"
		stdout, stderr, err := build(t, map[string]string{
			"kustomization.yaml": "resources: [apps.yaml]\ntransformers: [routec.yaml]\n", "apps.yaml": manifests, "routec.yaml": mesh,
		})
		if err != nil || !strings.Contains(stdout, "name: routec-prod-eu") || !strings.Contains(stdout, `clusterDomain: "example.org"`) {
			t.Errorf("%v\n%s\n%s", err, stderr, stdout)
		}
	})
	t.Run("evidence", func(t *testing.T) {
		files := map[string]string{
			"kustomization.yaml": "resources: [apps.yaml]\ntransformers: [routec.yaml]\n", "apps.yaml": manifests, "routec.yaml": function("prod", "mesh: prod"),
			"mesh.yaml": "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: prod}\nspec: {clusterDomain: cluster.local}\n",
		}
		dir := folder(t, routec, files)
		check := func(rendered string) (string, error) {
			cmd := exec.Command(routec, "check", "--require-evidence", "-", filepath.Join(dir, "apps.yaml"), filepath.Join(dir, "mesh.yaml"))
			cmd.Stdin = strings.NewReader(rendered)
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		rendered, stderr, err := run(kustomize, "build", "--enable-alpha-plugins", "--enable-exec", dir)
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		if out, err := check(rendered); err != nil || !strings.Contains(out, "mesh prod is current") {
			t.Errorf("%v\n%s\n%s", err, out, rendered)
		}
		if out, err := check(manifests); err == nil || !strings.Contains(out, "mesh prod has none") {
			t.Errorf("no evidence: %v\n%s", err, out)
		}
		if err := os.WriteFile(filepath.Join(dir, "apps.yaml"), []byte(strings.Replace(manifests, "/cart", "/basket", 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := check(rendered); err == nil || !strings.Contains(out, "mesh prod is stale") {
			t.Errorf("stale evidence: %v\n%s", err, out)
		}
	})
	t.Run("validator", func(t *testing.T) {
		// kustomize compares nodes with their lines and the path annotations that it has added
		// itself, so that it refuses every function, even cat, as validator of items that
		// have not been through another function before.
		files := map[string]string{
			"kustomization.yaml": "resources: [apps.yaml]\ntransformers: [routec.yaml]\nvalidators: [validate.yaml]\n",
			"apps.yaml":          manifests, "routec.yaml": function("prod", "output: none"), "validate.yaml": function("validate", "output: none"),
		}
		stdout, stderr, err := build(t, files)
		if err != nil || strings.Contains(stdout, "config.kubernetes.io") || strings.Count(stdout, "\nkind:") != 2 {
			t.Errorf("%v\n%s\n%s", err, stderr, stdout)
		}
		files["kustomization.yaml"] = "resources: [apps.yaml]\nvalidators: [cat.yaml]\n"
		files["cat.yaml"] = strings.Replace(function("cat", "output: none"), "ROUTEC", "/bin/cat", 1)
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "validator shouldn't modify the resource map")
		files["kustomization.yaml"] = "resources: [apps.yaml]\nvalidators: [validate.yaml]\n"
		files["apps.yaml"] = bad
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "error[RC1050]")
	})
	t.Run("generator", func(t *testing.T) {
		files := map[string]string{
			"kustomization.yaml": "generators: [routec.yaml]\n",
			"apps/apps.yaml":     manifests, "routec.yaml": function("prod", "sources: apps"),
		}
		stdout, stderr, err := build(t, files)
		if err != nil || !strings.Contains(stdout, "digest: sha256:") || strings.Contains(stdout, "kind: Service") {
			t.Errorf("%v\n%s\n%s", err, stderr, stdout)
		}
		files["apps/apps.yaml"] = bad
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "apps/apps.yaml:23:")
		files["routec.yaml"] = function("prod", "sources: ../..")
		stdout, stderr, err = build(t, files)
		fails(t, stdout, stderr, err, "below the kustomization")
	})
	t.Run("fn run", func(t *testing.T) {
		dir := folder(t, routec, map[string]string{"apps.yaml": manifests, "routec.yaml": function("prod")})
		for range 2 { // the second time, evidence is there already
			if _, stderr, err := run(kustomize, "fn", "run", "--enable-exec", dir); err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "apps.yaml")); err != nil || string(text) != manifests {
				t.Errorf("%v\n%s", err, text)
			}
			if made, _ := filepath.Glob(filepath.Join(dir, "*", "configmap_routec-prod.yaml")); len(made) != 1 {
				t.Errorf("evidence in %v", made)
			}
		}
		dir = folder(t, routec, map[string]string{"apps.yaml": bad, "routec.yaml": function("prod")})
		found := t.TempDir()
		_, stderr, err := run(kustomize, "fn", "run", "--enable-exec", "--results-dir", found, dir)
		if err == nil || !strings.Contains(stderr, "apps.yaml (document 2): error[RC1050]") {
			t.Errorf("%v\n%s", err, stderr)
		}
		results, _ := filepath.Glob(filepath.Join(found, "*"))
		if len(results) != 1 {
			t.Fatalf("results in %v", results)
		}
		text, err := os.ReadFile(results[0])
		for _, want := range []string{"severity: error", "path: spec.rules[0].matches[0].path.value", "path: apps.yaml", "index: 1", "routec.dev/code: RC1050", "currentValue: cart"} {
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("no %q in the results: %v\n%s", want, err, text)
			}
		}
	})
}

// TestExample builds examples/kustomize as its README says.
func TestExample(t *testing.T) {
	kustomize, routec := programs(t)
	t.Setenv("PATH", filepath.Dir(routec)+string(os.PathListSeparator)+os.Getenv("PATH"))
	const example = "../../examples/kustomize"
	for _, c := range []struct {
		folder string
		want   []string
	}{
		{".", []string{"digest: sha256:", "name: routec-prod", "kind: HTTPRoute"}},
		{"generate", []string{"digest: sha256:", "name: routec-generated"}},
	} {
		stdout, stderr, err := run(kustomize, "build", "--enable-alpha-plugins", "--enable-exec", filepath.Join(example, c.folder))
		if err != nil || stderr != "" {
			t.Errorf("%s: %v\n%s", c.folder, err, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: no %q in\n%s", c.folder, want, stdout)
			}
		}
		if strings.Contains(stdout, "config.kubernetes.io/") {
			t.Errorf("%s: annotations of kustomize stay behind:\n%s", c.folder, stdout)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "shop.yaml")
	text, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, bytes.Replace(text, []byte("/cart"), []byte("cart"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, err := run(kustomize, "build", "--enable-alpha-plugins", "--enable-exec", dir)
	if err == nil || stdout != "" || !strings.Contains(stderr, "error[RC1050]") {
		t.Errorf("a broken route: %v\n%s\n%s", err, stdout, stderr)
	}
}
