package flux_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/plugins/flux"
)

const shop = `# the shop's front
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop} # not renamed
spec: {ports: [{port: 80}]}
---
apiVersion: routec.dev/v1alpha1
kind: Mesh
metadata: {name: prod}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{group: core, kind: Service, name: web, port: 80}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
`

// folder writes files and makes their folder the working directory.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func pack(t *testing.T, opts flux.Options, specs ...string) (*oci.Tree, error) {
	t.Helper()
	set, err := source.OpenAll(t.Context(), specs, opts.Compile.Source)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	files, _, err := flux.Package(t.Context(), set, opts)
	return files, err
}

func packed(t *testing.T, opts flux.Options, specs ...string) *oci.Tree {
	t.Helper()
	files, err := pack(t, opts, specs...)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func text(t *testing.T, fsys fs.FS, name string) string {
	t.Helper()
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The artifact's bundle is the one that 'routec compile -o' writes.
func TestPackage(t *testing.T) {
	dir := folder(t, map[string]string{"shop.yaml": shop})
	files := packed(t, flux.Options{}, ".")
	set, err := source.OpenAll(t.Context(), []string{"."}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if _, err := compile.Build(t.Context(), set, filepath.Join(dir, "frozen"), compile.Options{}, bundle.Options{}); err != nil {
		t.Fatal(err)
	}
	same(t, flux.Bundle(files), os.DirFS("frozen"))
	frozen, err := flux.Frozen(os.DirFS("frozen"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, frozen, files)
	if flux.Bundle(os.DirFS("frozen")) == nil {
		t.Error("a bundle at the root is none")
	}
}

// same compares the files of two folders.
func same(t *testing.T, a, b fs.FS) {
	t.Helper()
	names, others := walk(t, a), walk(t, b)
	if !slices.Equal(names, others) {
		t.Fatalf("%q\n%q", names, others)
	}
	for _, name := range names {
		if text(t, a, name) != text(t, b, name) {
			t.Errorf("%s differs", name)
		}
	}
}

func walk(t *testing.T, fsys fs.FS) (names []string) {
	t.Helper()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestManifests(t *testing.T) {
	folder(t, map[string]string{
		".git/HEAD":                   "",
		"apps/shop.yaml":              shop,
		"apps/values.yaml":            "replicas: 3\n",
		"apps/tests.yaml":             "apiVersion: routec.dev/v1alpha1\nkind: RouteTest\nmetadata: {name: t}\n",
		"apps/other.json":             `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}`,
		"apps/kustomization.yml":      "namePrefix: x-\nresources: [../base]\n",
		"base/kustomization.yaml":     "resources: [service.yaml]\n",
		"base/service.yaml":           "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec: {ports: [{port: 80}]}\n",
		"clusters/eu/namespace.yaml":  "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
		"clusters/eu/deep/a/svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n",
	})
	for _, c := range []struct {
		specs []string
		want  []string
	}{
		{[]string{"clusters/eu"}, []string{"deep/a/svc.yaml", "namespace.yaml"}},
		{[]string{"clusters/eu/namespace.yaml"}, []string{"namespace.yaml"}},
		{[]string{"clusters/eu/", "clusters/eu/../../base"}, []string{"base/kustomized.yaml", "clusters/eu/deep/a/svc.yaml", "clusters/eu/namespace.yaml"}},
		{[]string{"apps"}, []string{"kustomized.yaml"}},
	} {
		files := packed(t, flux.Options{Manifests: true}, c.specs...)
		sub, err := fs.Sub(files, flux.ManifestsFolder)
		if err != nil {
			t.Fatal(err)
		}
		if got := walk(t, sub); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.specs, got, c.want)
		}
	}
	if made := text(t, packed(t, flux.Options{Manifests: true}, "apps"), "manifests/kustomized.yaml"); !strings.Contains(made, "name: x-api") {
		t.Errorf("kustomized:\n%s", made)
	}
	if err := os.Remove("apps/kustomization.yml"); err != nil {
		t.Fatal(err)
	}
	files := packed(t, flux.Options{Manifests: true}, "apps")
	service, _, _ := strings.Cut(shop, "---\napiVersion: routec.dev")
	_, route, _ := strings.Cut(shop, "name: prod}\n")
	if got := text(t, files, "manifests/shop.yaml"); got != service+route {
		t.Errorf("shop.yaml:\n%s", got)
	}
	for _, name := range files.Names() {
		if strings.HasSuffix(name, "values.yaml") || strings.HasSuffix(name, "tests.yaml") {
			t.Errorf("%s is in the artifact", name)
		}
	}
	files = packed(t, flux.Options{Manifests: true}, "apps/shop.yaml")
	if names := files.Names(); !slices.Contains(names, "manifests/shop.yaml") {
		t.Errorf("a file: %q", names)
	}
	if err := os.WriteFile("apps/kustomization.yml", []byte("resources: [../nowhere]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for want, specs := range map[string][]string{
		"has no name in the artifact": {"base", filepath.Join(t.TempDir())},
		"not all of apps can be read": {"apps"},
	} {
		if _, err := pack(t, flux.Options{Manifests: true}, specs...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", specs, err)
		}
	}
}

// A document that cannot be read would be missing from the cluster.
func TestManifestsIncomplete(t *testing.T) {
	folder(t, map[string]string{"shop.yaml": shop, "broken.yaml": "apiVersion: v1\nkind: [\n"})
	if _, err := pack(t, flux.Options{Manifests: true}, "."); err == nil || !strings.Contains(err.Error(), "broken.yaml cannot be read") {
		t.Errorf("%v", err)
	}
}

const fleet = shop + "---\napiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: test}\nspec: {clusterDomain: test.local}\n"

func TestSave(t *testing.T) {
	dir := folder(t, map[string]string{"in/shop.yaml": shop, "fleet/shop.yaml": fleet, "frozen/README.md": "mine", "full/a": ""})
	one, many := packed(t, flux.Options{Manifests: true}, "in"), packed(t, flux.Options{}, "fleet")
	save := func(files fs.FS, where flux.Where, want ...string) {
		t.Helper()
		dirs, err := flux.Save(t.Context(), files, where)
		if err != nil || !slices.Equal(dirs, want) {
			t.Fatalf("%q, %v: want %q", dirs, err, want)
		}
	}
	save(one, flux.Where{Bundle: "frozen", Manifests: "out/manifests"}, "frozen")
	if text(t, os.DirFS(dir), "frozen/README.md") != "mine" || text(t, os.DirFS(dir), "out/manifests/shop.yaml") == "" {
		t.Error("a file is missing")
	}
	if err := os.Remove("frozen/README.md"); err != nil {
		t.Fatal(err)
	}
	same(t, os.DirFS("frozen"), flux.Bundle(one))
	save(many, flux.Where{Bundle: "all"}, filepath.Join("all", "prod"), filepath.Join("all", "test"))
	same(t, os.DirFS("all"), flux.Bundle(many))
	save(many, flux.Where{Bundle: "frozen", Mesh: "test"}, "frozen")
	same(t, os.DirFS("frozen"), os.DirFS("all/test"))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Skip(err)
	}
	linked := flux.Where{Bundle: filepath.Join(link, "bundle"), Manifests: link}
	if err := errors.Join(os.Mkdir("partly", 0o755), os.WriteFile("partly/test", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	before := fstest.MapFS{}
	for _, name := range walk(t, os.DirFS(dir)) {
		before[name] = &fstest.MapFile{Data: []byte(text(t, os.DirFS(dir), name))}
	}
	for _, c := range []struct {
		files fs.FS
		where flux.Where
		want  string
	}{
		{many, flux.Where{Bundle: "frozen", Mesh: "none"}, `no bundle of mesh none, but of ["prod" "test"]`},
		{many, flux.Where{Bundle: "frozen", Manifests: "new"}, "they were not pushed"},
		{one, flux.Where{Bundle: "frozen", Manifests: "full"}, "full is not empty"},
		{one, flux.Where{Bundle: "in/shop.yaml"}, "is not a folder"},
		{one, flux.Where{Bundle: "in/shop.yaml", Manifests: "new"}, "is not a folder"},
		{one, flux.Where{Bundle: "new/bundle", Manifests: "new"}, "beside each other"},
		{one, flux.Where{Bundle: "new", Manifests: "new/a/manifests"}, "beside each other"},
		{one, flux.Where{Bundle: "new", Manifests: "new"}, "beside each other"},
		{one, linked, "beside each other"},
		{many, flux.Where{Bundle: "partly"}, "is not a folder"},
		{fstest.MapFS{"a": {}}, flux.Where{Bundle: "frozen"}, "no bundle here"},
		{lying(t, one), flux.Where{Bundle: "frozen", Manifests: "new"}, "changed by hand"},
	} {
		if dirs, err := flux.Save(t.Context(), c.files, c.where); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q, %v: want %q", dirs, err, c.want)
		}
		same(t, os.DirFS(dir), before)
	}
	save(one, flux.Where{Bundle: "frozen", Manifests: link}, "frozen") // to an empty folder
	if text(t, os.DirFS(link), "shop.yaml") == "" {
		t.Error("the link is not followed")
	}
}

// lying is an artifact whose text says something else than its bundle.pb.
func lying(t *testing.T, files *oci.Tree) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range files.Names() {
		out[name] = &fstest.MapFile{Data: []byte(strings.Replace(text(t, files, name), "weight: 1", "weight: 2", 1))}
	}
	return out
}

func TestFrozenRefuses(t *testing.T) {
	folder(t, map[string]string{"in/shop.yaml": shop})
	if _, err := flux.Frozen(os.DirFS("in")); !errors.Is(err, bundle.ErrNotBundle) {
		t.Errorf("manifests: %v", err)
	}
	if _, err := flux.Frozen(os.DirFS("nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	bundled, err := fs.Sub(lying(t, packed(t, flux.Options{}, "in")), flux.BundleFolder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := flux.Frozen(bundled); err == nil || !strings.Contains(err.Error(), "changed by hand") {
		t.Errorf("changed text: %v", err)
	}
}
