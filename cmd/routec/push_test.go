package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/source/oci/fake"
)

// checkout makes the working directory a clone, with one commit, of a repository that holds
// the manifests of testdata/shop. The commit is the same everywhere.
func checkout(t *testing.T) {
	t.Helper()
	from, err := filepath.Abs("testdata/shop")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	if err := os.CopyFS("shop", os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GIT_AUTHOR_DATE": "2026-01-31T12:00:00Z", "GIT_COMMITTER_DATE": "2026-01-31T12:00:00Z",
		"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@example.org", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.org",
	} {
		t.Setenv(name, value)
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"remote", "add", "origin", "https://git.example.org/shop.git"}, {"add", "."}, {"commit", "-q", "-m", "one"},
	} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}

// spoken is what a command line prints and ends with; HOST stands for the registry.
func spoken(t *testing.T, r *fake.Registry, args ...string) string {
	t.Helper()
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "HOST", r.Host)
	}
	return strings.ReplaceAll(typed(t, args...), r.Host, "HOST")
}

func TestPushAndPull(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	checkout(t)
	r := fake.Start(t)
	var all strings.Builder
	say := func(args ...string) { all.WriteString(spoken(t, r, args...) + "\n") }
	say("push", "oci://HOST/org/mesh:v1", "shop", "--manifests", "--quiet", "-o", "json")
	say("push", "oci://HOST/org/mesh:v2", "git:HEAD:shop", "--manifests", "--quiet", "--tag", "latest")
	say("pull", "oci://HOST/org/mesh", "-o", "frozen", "--manifests", "manifests")
	say("pull", "oci://HOST/org/mesh:v1", "-o", "frozen", "--output", "json")
	say("diff", "oci://HOST/org/mesh:v1", "shop")
	say("diff", "frozen", "oci://HOST/org/mesh:v1")
	say("diff", "--base", "oci://HOST/org/mesh:v1", "manifests")
	say("show", "shop/web", "oci://HOST/org/mesh:v1")
	say("explain", "http://web.shop/b", "-H", "x-user: aab", "oci://HOST/org/mesh:v1")
	say("push", "oci://HOST/org/mesh:v3", "--bundle", "frozen")
	say("push", "oci://HOST/org/mesh:text", "shop", "--quiet", "--no-binary")
	say("diff", "oci://HOST/org/mesh:text", "shop")
	say("push", "oci://HOST/org/mesh:v4", ".", "--quiet")
	say("push", "oci://HOST/org/mesh:v4", ".", "--quiet", "--revision", "dev", "--source", "s", "--created", "2026-01-31T13:00:00+01:00", "-a", "k=v=w", "-o", "json")
	say("pull", "oci://HOST/org/mesh:v5", "-o", "none")
	say("diff", "oci://HOST/org/mesh:v5", "shop")
	t.Chdir(filepath.Dir(filepath.Dir(golden)))
	compareGolden(t, "push-pull", masked(all.String()))
}

// masked numbers the digests and commits in a text, which depend on all that is compiled.
func masked(text string) string {
	known := map[string]string{}
	return regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12})\b`).ReplaceAllStringFunc(text, func(hash string) string {
		for long, name := range known {
			if strings.HasPrefix(long, hash) {
				return name
			}
		}
		known[hash] = fmt.Sprintf("HASH%d", len(known)+1)
		return known[hash]
	})
}

// What has findings that are severe enough is not pushed, and what cannot be said is usage.
func TestPushRefuses(t *testing.T) {
	checkout(t)
	r := fake.Start(t)
	broken := "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {parentRefs: [{group: core, kind: Service, name: web}], rules: [{matches: [{path: {value: cart}}]}]}\n"
	if err := os.WriteFile("broken.yaml", []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{"push", "oci://HOST/m", "broken.yaml", "--revision", "dev"}, exitFindings, "error[RC1050]"},
		{[]string{"push", "oci://HOST/m", "broken.yaml"}, exitCouldNot, "broken.yaml has changes"},
		{[]string{"push"}, exitUsage, "an argument is missing; the usage is: routec push oci://"},
		{[]string{"push", "HOST/m"}, exitUsage, "is not of the form oci://REGISTRY/REPOSITORY"},
		{[]string{"push", "oci://HOST/m@" + fake.Digest(nil)}, exitUsage, "push to a tag"},
		{[]string{"push", "oci://HOST/m", "--bundle", "x", "shop"}, exitUsage, "--bundle takes the place of SOURCE"},
		{[]string{"push", "oci://HOST/m", "--bundle", "x", "--manifests"}, exitUsage, "--manifests needs the sources"},
		{[]string{"push", "oci://HOST/m", "--bundle", "shop"}, exitCouldNot, "shop: no bundle here"},
		{[]string{"push", "oci://HOST/m", "-o", "yaml"}, exitUsage, "--output is text or json"},
		{[]string{"push", "oci://HOST/m", "--created", "today"}, exitUsage, "--created is not a time"},
		{[]string{"push", "oci://HOST/m", "-a", "x"}, exitUsage, "--annotation is KEY=VALUE"},
		{[]string{"push", "oci://HOST/m", "--fail-on", "x"}, exitUsage, "--fail-on is"},
		{[]string{"push", "oci://HOST/m", "oci://HOST/m", "--revision", "r", "--source", "s", "--created", "2026-01-31T12:00:00Z"}, exitCouldNot, "is a bundle in a registry"},
		{[]string{"pull", "oci://HOST/m"}, exitUsage, "say by -o DIR"},
		{[]string{"pull", "HOST/m", "-o", "x"}, exitUsage, "is not of the form"},
		{[]string{"compile", "oci://HOST/m"}, exitCouldNot, "manifests are needed here"},
	} {
		got := spoken(t, r, c.args...)
		if !strings.Contains(got, c.want) || !strings.HasSuffix(got, "--- exit "+string(rune('0'+c.exit))+"\n") {
			t.Errorf("want exit %d and %q:\n%s", c.exit, c.want, got)
		}
	}
	if asked := r.Requests(); len(asked) > 0 {
		t.Errorf("the registry was asked for %q", asked)
	}
}

// An artifact whose content is not what it says leaves the previous bundle as it was, and
// nothing beside it.
func TestPullHostile(t *testing.T) {
	checkout(t)
	r := fake.Start(t)
	spoken(t, r, "push", "oci://HOST/m:good", "shop", "--manifests", "--quiet")
	if err := os.MkdirAll("out", 0o755); err != nil {
		t.Fatal(err)
	}
	if got := spoken(t, r, "pull", "oci://HOST/m:good", "-o", "out/frozen"); !strings.HasSuffix(got, "exit 0\n") {
		t.Fatal(got)
	}
	before := listed(t)
	var manifest struct {
		Layers []struct{ Digest string }
	}
	if err := json.Unmarshal(r.Manifest("m:good").Text, &manifest); err != nil {
		t.Fatal(err)
	}
	r.PutBlob(manifest.Layers[0].Digest, []byte("other bytes"))
	r.PutArtifact("m:traversal", layerOf(t, "bundle/index/../../../escaped.yaml", 10), nil)
	r.PutArtifact("m:absolute", layerOf(t, filepath.Join(t.TempDir(), "escaped.yaml"), 10), nil)
	r.PutArtifact("m:bomb", layerOf(t, "bundle/bundle.pb", 64<<20), nil)
	r.PutArtifact("m:other", layerOf(t, "bundle/bundle.pb", 10), nil)
	for tag, want := range map[string]string{
		"good": "mismatch", "traversal": "is not the name of a file below the root", "absolute": "is not the name of a file below the root",
		"bomb": "which --max-artifact-size does not allow", "other": "truncated or no bundle",
	} {
		mesh := "oci://HOST/m:" + tag
		for _, args := range [][]string{
			{"pull", mesh, "-o", "out/frozen", "--max-artifact-size", "1000000"},
			{"pull", mesh, "-o", "out/new/frozen", "--manifests", "out/manifests", "--max-artifact-size", "1000000"},
			{"diff", mesh, "shop", "--max-artifact-size", "1000000"},
		} {
			got := spoken(t, r, args...)
			if !strings.HasSuffix(got, "exit 4\n") || !strings.Contains(got, want) && !strings.Contains(got, "it holds no manifests") {
				t.Errorf("want %q:\n%s", want, got)
			}
			if after := listed(t); !slices.Equal(before, after) {
				t.Errorf("%q\n%q", before, after)
			}
		}
	}
}

// layerOf is an archive of one file of that many zeros.
func layerOf(t *testing.T, name string, size int) []byte {
	t.Helper()
	var buf bytes.Buffer
	zipped := gzip.NewWriter(&buf)
	out := tar.NewWriter(zipped)
	err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(size), Mode: 0o644})
	if err == nil {
		_, err = out.Write(make([]byte, size))
	}
	if err := errors.Join(err, out.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// listed names all files below the working directory, but git's own.
func listed(t *testing.T) (list []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && name == ".git" {
			return fs.SkipDir
		}
		list = append(list, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFluxPlugin: a file flux-routec is what Flux starts for 'flux routec'.
func TestFluxPlugin(t *testing.T) {
	for program, want := range map[string]string{
		"routec": "routec", "/usr/bin/routec": "routec", "./x": "routec",
		"/home/x/.fluxcd/plugins/flux-routec": "flux routec", "flux-routec.exe": "flux routec",
	} {
		if got := typedAs(program); got != want {
			t.Errorf("%s: %q", program, got)
		}
	}
	help := func(name string, args ...string) string {
		var out, errs strings.Builder
		runAs(t.Context(), name, args, streams{in: strings.NewReader(""), out: &out, err: &errs})
		return out.String() + errs.String()
	}
	got := help("flux routec", "push", "--help")
	for _, want := range []string{"Usage:\n  flux routec push oci://", "\n  flux routec push oci://ghcr.io/org/mesh:prod clusters/prod --manifests\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := help("flux routec", "push"); !strings.Contains(got, "Run 'flux routec push --help'") {
		t.Error(got)
	}
	if got := help("flux routec", "__complete", "pus"); !strings.HasPrefix(got, "push\t") {
		t.Error(got)
	}
	if got := help("routec", "push", "--help"); strings.Contains(got, "flux routec") {
		t.Error(got)
	}
}
