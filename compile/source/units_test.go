package source

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/parallel"
)

// write makes files below a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// service is a manifest of one line that a test can tell from others.
func service(name string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata:\n  name: %s\nspec:\n  ports:\n  - port: 80\n", name)
}

// read opens sources and reads all of them.
func read(t *testing.T, opts Options, specs ...string) (docs []load.Document, set Set, report *diag.Report) {
	t.Helper()
	report = new(diag.Report)
	set, err := OpenAll(context.Background(), specs, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	units, err := set.Units(context.Background(), opts, report)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := parallel.Each(context.Background(), units, report, func(u *Unit, report *diag.Report) []load.Document {
		return u.Documents(report)
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(lists...), set, report
}

// summary says of each document its file and name.
func summary(docs []load.Document) string {
	var list []string
	for _, d := range docs {
		var report diag.Report
		content, _ := d.Content(load.Limits{}, &report)
		metadata, _ := content["metadata"].(map[string]any)
		list = append(list, fmt.Sprintf("%s:%v", d.Doc.File, metadata["name"]))
	}
	return strings.Join(list, " ")
}

func codes(report *diag.Report) string {
	var list []string
	for _, d := range report.Sorted() {
		list = append(list, fmt.Sprintf("%s %s:%d", d.Code, d.At.Doc.File, d.At.Doc.Line))
	}
	return strings.Join(list, ", ")
}

func TestSources(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".", map[string]string{
		"apps/a.yaml": service("a"), "apps/sub/b.yml": service("b"), "one.txt": service("one"), "x.yaml": service("x"),
		"empty/readme.md": "", "apps/.routecignore": "ignored.yaml", "apps/ignored.yaml": service("ignored"),
	})
	if err := os.Symlink("../x.yaml", "apps/link.yaml"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("one.txt", "named.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		specs []string
		want  string
		codes string
	}{
		{"folder", []string{"apps"}, "apps/a.yaml:a apps/sub/b.yml:b", "RC0015 apps/link.yaml:0"},
		{"folder with slash", []string{"./apps/sub/"}, "apps/sub/b.yml:b", ""},
		{"folder above", []string{"apps/../apps/sub"}, "apps/sub/b.yml:b", ""},
		{"file of any name", []string{"one.txt"}, "one.txt:one", ""},
		{"file by a link", []string{"named.yaml"}, "named.yaml:one", ""},
		{"standard input", []string{"-"}, "-:in", ""},
		{"several", []string{"x.yaml", "-", "apps/sub"}, "x.yaml:x -:in apps/sub/b.yml:b", ""},
		{"nothing", []string{"empty"}, "", "RC0023 empty:0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, _, report := read(t, Options{Stdin: strings.NewReader(service("in"))}, c.specs...)
			if got := summary(docs); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := codes(report); got != c.codes {
				t.Errorf("got  %s\nwant %s", got, c.codes)
			}
		})
	}
	if docs, _, _ := read(t, Options{}, filepath.Join("..", filepath.Base(must(os.Getwd())), "apps", "sub")); !strings.HasPrefix(docs[0].Doc.File, "../") {
		t.Errorf("the name is %s", docs[0].Doc.File)
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestOpenMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := OpenAll(context.Background(), []string{"nope", "git:HEAD", "gone.yaml"}, Options{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"nope: no such file", "git:HEAD", "gone.yaml: no such file"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	if _, err := Open(context.Background(), "-", Options{Stdin: strings.NewReader("12345"), Load: load.Options{Limits: load.Limits{FileSize: 4}}}); err == nil {
		t.Error("standard input has no limit")
	}
}

func TestGitSource(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	t.Chdir(t.TempDir())
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	write(t, ".", map[string]string{
		"apps/base/kustomization.yaml": "resources: [web.yaml]", "apps/base/web.yaml": service("web"),
		"apps/prod/kustomization.yaml": "namePrefix: p-\nresources: [../base]", "raw/r.yaml": service("r"),
		"lfs.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
	})
	git("add", "-A")
	git("commit", "-q", "-m", "one")
	write(t, ".", map[string]string{"raw/r.yaml": service("changed")})
	for _, c := range []struct{ dir, spec, want, codes string }{
		{".", "git:HEAD", "git:HEAD:apps/prod/kustomization.yaml:p-web git:HEAD:raw/r.yaml:r", "RC0017 git:HEAD:lfs.yaml:0"},
		{".", "git:HEAD:raw", "git:HEAD:raw/r.yaml:r", ""},
		{".", "git:HEAD:raw/r.yaml", "git:HEAD:raw/r.yaml:r", ""},
		{".", "git:HEAD:apps/prod", "git:HEAD:apps/prod/kustomization.yaml:p-web", ""},
		{"apps", "git:HEAD:prod", "git:HEAD:prod/kustomization.yaml:p-web", ""},
		{"apps", "git:HEAD", "git:HEAD:prod/kustomization.yaml:p-web", ""},
		{"apps", "git:HEAD:../raw", "git:HEAD:../raw/r.yaml:r", ""},
	} {
		docs, set, report := read(t, Options{Dir: c.dir}, c.spec)
		if got := summary(docs); got != c.want || codes(report) != c.codes {
			t.Errorf("%s in %s: %s (%s)\nwant %s (%s)", c.spec, c.dir, got, codes(report), c.want, c.codes)
		}
		if strings.Contains(c.want, "p-web") {
			place := docs[0].Place("spec.ports[0].port")
			want := set[0].show("apps/base/web.yaml") + ":7:5"
			if got := docs[0].Locate(place).String(); got != want {
				t.Errorf("the port is at %s, want %s", got, want)
			}
		}
	}
}

func TestKustomizations(t *testing.T) {
	const object = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		specs []string
		want  string
		codes string
	}{
		{"one", map[string]string{"a/kustomization.yaml": object + "resources: [s.yaml]\nnamespace: ns", "a/s.yaml": service("s"), "b/r.yaml": service("r")},
			nil, "a/kustomization.yaml:s b/r.yaml:r", ""},
		{"other names", map[string]string{"a/Kustomization": "resources: [s.yaml]", "a/s.yaml": service("s"), "b/kustomization.yml": "resources: [s.yaml]", "b/s.yaml": service("r")},
			nil, "a/Kustomization:s b/kustomization.yml:r", ""},
		{"overlays of a base", map[string]string{"base/kustomization.yaml": "resources: [s.yaml]", "base/s.yaml": service("s"),
			"prod/kustomization.yaml": "resources: [../base]\nnamePrefix: p-", "stage/kustomization.yaml": "bases: [../base]\nnameSuffix: -q"},
			nil, "prod/kustomization.yaml:p-s stage/kustomization.yaml:s-q", ""},
		{"base on its own", map[string]string{"base/kustomization.yaml": "resources: [s.yaml]", "base/s.yaml": service("s"), "prod/kustomization.yaml": "resources: [../base]"},
			[]string{"base"}, "base/kustomization.yaml:s", ""},
		{"overlay alone, base outside the source", map[string]string{".git/HEAD": "", "base/kustomization.yaml": "resources: [s.yaml]", "base/s.yaml": service("s"), "c/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: p-"},
			[]string{"c/prod"}, "c/prod/kustomization.yaml:p-s", ""},
		{"base outside the repository", map[string]string{"base/kustomization.yaml": "resources: [s.yaml]", "base/s.yaml": service("s"), "c/.git/HEAD": "", "c/prod/kustomization.yaml": "resources:\n- ../../base"},
			[]string{"c/prod"}, "", "RC0019 c/prod/kustomization.yaml:2"},
		{"component", map[string]string{"comp/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-", "app/kustomization.yaml": "resources: [s.yaml]\ncomponents: [../comp]", "app/s.yaml": service("s"),
			"unused/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [x.yaml]", "unused/x.yaml": service("x")},
			nil, "app/kustomization.yaml:c-s", "RC0022 unused:0"},
		{"patches and generators", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\npatches: [{path: p.yaml}]\npatchesStrategicMerge:\n- q.yaml\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata: {name: s, labels: {x: y}}\nconfigMapGenerator: [{name: c, files: [k=sub/data.yaml], options: {disableNameSuffixHash: true}}]",
			"a/s.yaml": service("s"), "a/p.yaml": service("s"), "a/q.yaml": service("s"), "a/sub/data.yaml": "a: [broken"},
			nil, "a/kustomization.yaml:s a/kustomization.yaml:c", ""},
		{"json patch", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\npatches:\n- target: {kind: Service}\n  path: p.yaml", "a/s.yaml": service("s"), "a/p.yaml": "- {op: replace, path: /metadata/name, value: t}"},
			nil, "a/kustomization.yaml:t", ""},
		{"beside a kustomization", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]", "a/s.yaml": service("s"), "a/other.yaml": service("o"), "a/values.yaml": "x: y",
			"a/mesh.yaml": "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: m}", "a/sub/deep.yaml": service("d")},
			nil, "a/kustomization.yaml:s a/mesh.yaml:m a/sub/deep.yaml:d", "RC0024 a/other.yaml:0"},
		{"flux", map[string]string{"a/kustomization.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}", "a/s.yaml": service("s")},
			nil, "a/kustomization.yaml:f a/s.yaml:s", ""},
		{"ignored overlay", map[string]string{".routecignore": "prod/", "base/kustomization.yaml": "resources: [s.yaml]", "base/s.yaml": service("s"), "prod/kustomization.yaml": "resources: [../base]"},
			nil, "base/kustomization.yaml:s", ""},
		{"remote", map[string]string{"a/kustomization.yaml": "resources:\n- s.yaml\n- https://example.invalid/x.yaml\n- github.com/o/r//x?ref=1\n- git@github.com:o/r.git", "a/s.yaml": service("s"), "b/r.yaml": service("r")},
			nil, "b/r.yaml:r", "RC0019 a/kustomization.yaml:5, RC0019 a/kustomization.yaml:4, RC0019 a/kustomization.yaml:3"},
		{"remote, though it exists here", map[string]string{"a/kustomization.yaml": "resources: [github.com/o/r]", "a/github.com/o/r/kustomization.yaml": "resources: [s.yaml]", "a/github.com/o/r/s.yaml": service("s")},
			nil, "a/github.com/o/r/kustomization.yaml:s", "RC0019 a/kustomization.yaml:1"},
		{"remote patch of a plugin", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\ntransformers: [t.yaml]", "a/s.yaml": service("s"), "a/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: http://example.invalid/p"},
			nil, "", "RC0019 a/kustomization.yaml:1"},
		{"built-in plugin", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\ntransformers: [t.yaml]", "a/s.yaml": service("s"), "a/t.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]"},
			nil, "a/kustomization.yaml:x-s", ""},
		{"plugin", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\ngenerators: [g.yaml]\ntransformers:\n- |-\n  apiVersion: x/v1\n  kind: Run\n  metadata: {name: r}", "a/s.yaml": service("s"), "a/g.yaml": "apiVersion: v1\nkind: X\nmetadata: {name: t, annotations: {config.kubernetes.io/function: 'exec: {path: ./run}'}}"},
			nil, "", "RC0021 a/kustomization.yaml:1, RC0021 a/kustomization.yaml:1"},
		{"helm", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\nhelmCharts:\n- name: x", "a/s.yaml": service("s")},
			nil, "", "RC0021 a/kustomization.yaml:2"},
		{"missing file", map[string]string{"a/kustomization.yaml": "resources: [s.yaml, gone.yaml]", "a/s.yaml": service("s"), "b/kustomization.yaml": "resources: [../a]"},
			nil, "", "RC0020 a/kustomization.yaml:1"},
		{"folder without kustomization", map[string]string{"a/kustomization.yaml": "resources: [d]", "a/d/s.yaml": service("s")},
			nil, "a/d/s.yaml:s", "RC0020 a/kustomization.yaml:1"},
		{"circle", map[string]string{"a/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../a]"},
			nil, "", "RC0020 a/kustomization.yaml:1"},
		{"broken kustomization", map[string]string{"a/kustomization.yaml": "resources: [s.yaml\n", "a/s.yaml": service("s")},
			nil, "", "RC0001 a/kustomization.yaml:1, RC0024 a/s.yaml:0"},
		{"unknown field", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]\nnope: 1", "a/s.yaml": service("s")},
			nil, "", "RC0020 a/kustomization.yaml:1"},
		{"broken resource", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]", "a/s.yaml": "a: b\n---\na: {{ .Values.x }}"},
			nil, "", "RC0010 a/s.yaml:3"},
		{"alias bomb", map[string]string{"a/kustomization.yaml": "resources: [s.yaml]", "a/s.yaml": bomb()},
			nil, "", "RC0007 a/s.yaml:1"},
		{"bases that multiply", multiplying(), nil, "", "RC0020 a29/kustomization.yaml:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, ".", c.files)
			specs := c.specs
			if specs == nil {
				specs = []string{"."}
			}
			docs, _, report := read(t, Options{}, specs...)
			if got := summary(docs); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := codes(report); got != c.codes {
				t.Errorf("got  %s\nwant %s", got, c.codes)
				for _, d := range report.Sorted() {
					t.Log(d.Message)
				}
			}
		})
	}
}

// bomb expands to a hundred million values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 9; i++ {
		alias := fmt.Sprintf("*a%d", i-1)
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Join(slices.Repeat([]string{alias}, 10), ", "))
	}
	return b.String()
}

// multiplying makes bases each of which uses the one before twice, in other words.
func multiplying() map[string]string {
	files := map[string]string{"a0/kustomization.yaml": "resources: [s.yaml]", "a0/s.yaml": service("s")}
	for i := 1; i < 30; i++ {
		files[fmt.Sprintf("a%d/kustomization.yaml", i)] = fmt.Sprintf("resources: [../a%d, ../x/../a%d]", i-1, i-1)
	}
	files["x/readme"] = ""
	return files
}

func TestKustomizedObjectsAreClean(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".", map[string]string{
		"a/kustomization.yaml": "resources: [s.yaml]\ncommonAnnotations: {x: z}", "a/s.yaml": "# c\n---\n" + service("r") + "---\n" + service("s"),
		"b/kustomization.yaml": "resources: [s.yaml]\nbuildMetadata: [originAnnotations]", "b/s.yaml": service("t"),
		"c/kustomization.yaml": "configMapGenerator: [{name: c, literals: [a=b]}]",
	})
	docs, _, report := read(t, Options{}, ".")
	if report.Len() > 0 || len(docs) != 4 {
		t.Fatalf("%d documents, %v", len(docs), report.Sorted())
	}
	for i, want := range []struct {
		origin string
		marked bool
	}{{"a/s.yaml:9:5", false}, {"a/s.yaml:17:5", false}, {"b/s.yaml:7:5", true}, {"c/kustomization.yaml:1:1", false}} {
		if got := docs[i].Locate(docs[i].Place("spec.ports[0].port")).String(); got != want.origin {
			t.Errorf("document %d is from %s, want %s", i, got, want.origin)
		}
		if got := strings.Contains(string(docs[i].Text), "config.kubernetes.io/origin"); got != want.marked {
			t.Errorf("document %d: origin annotation %v\n%s", i, got, docs[i].Text)
		}
	}
}

func TestWithin(t *testing.T) {
	set := Set{{Prefix: ""}, {Prefix: "../other/"}}
	for _, c := range []struct {
		file    string
		folders []string
		want    bool
	}{
		{"a/b.yaml", nil, true},
		{"a/b.yaml", []string{"a"}, true},
		{"a/b.yaml", []string{"a/"}, true},
		{"a/b.yaml", []string{"."}, true},
		{"a/b.yaml", []string{"b", "a/b.yaml"}, true},
		{"ab/c.yaml", []string{"a"}, false},
		{"../other/a/b.yaml", []string{"a"}, true},
		{"../other/c/b.yaml", []string{"a"}, false},
	} {
		if got := set.Within(c.file, c.folders); got != c.want {
			t.Errorf("%s in %q: %v", c.file, c.folders, got)
		}
	}
}
