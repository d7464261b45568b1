package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile/source/oci/fake"
	"routec.dev/routec/golden/jsonschema"
	"routec.dev/routec/plugins/gate"
)

// repository makes a git repository of the shop, with its golden bundle, and goes there.
func repository(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	shop, err := filepath.Abs("testdata/gate")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "shop"), os.DirFS(shop)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull,
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
	} {
		t.Setenv(name, value)
	}
	git(t, "init", "-q", "-b", "main")
	if code, out, errs := check(t, "--golden", "frozen", "--write", "shop"); code != exitFine {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	commit(t, "begin")
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func commit(t *testing.T, message string) {
	t.Helper()
	git(t, "add", "-A")
	git(t, "commit", "-q", "-m", message)
}

// check runs 'routec check'.
func check(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	return checkInput(t, "", args...)
}

func checkInput(t *testing.T, input string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"check"}, args...), streams{in: strings.NewReader(input), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

// edit replaces text in a file, where it must be.
func edit(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q (%v)", file, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), old, new)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The whole life of a pull request: what it prints at each step is a golden file.
func TestCheckPullRequest(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	repository(t)
	expect := func(name string, want int, args ...string) {
		t.Helper()
		code, out, errs := check(t, args...)
		if code != want {
			t.Errorf("%s: exit %d, want %d", name, code, want)
		}
		if errs != "" {
			out += "--- standard error\n" + errs
		}
		out = strings.Replace(out, `"version": "`+version()+`"`, `"version": "devel"`, 1)
		compareGoldenIn(t, golden, name, "$ routec check "+strings.Join(args, " ")+"\n"+out)
	}
	all := []string{"--base", "main", "--golden", "frozen", "shop"}
	expect("check-clean", exitFine, all...)
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	expect("check-stale", exitDifferent, all...)
	expect("check-changes", exitDifferent, "--base", "main", "--fail-on-changes", "shop")
	expect("check-written", exitFine, append(all, "--write")...)
	expect("check-reviewed", exitFine, all...)
	edit(t, "shop/web.yaml", "- name: web-next", "- name: web-nxet")
	edit(t, "shop/api.yaml", "name: gone", "name: web")
	expect("check-danger", exitDifferent, all...)
	expect("check-new-only", exitFindings, append(all, "--new-only", "--fail-on", "warning", "--unchanged")...)
	expect("check-markdown", exitDifferent, append(all, "-o", "markdown")...)
	expect("check-json", exitDifferent, append(all, "-o", "json")...)
	expect("check-github", exitDifferent, append(all, "-o", "github", "--new-only")...)
	expect("check-bundle", exitDifferent, "--base", "frozen", "--golden", "frozen", "shop")
	expect("check-quiet", exitFindings, append(all, "-q", "--fail-on", "warning", "--new-only")...)
}

func TestCheckUsage(t *testing.T) {
	repository(t)
	for _, c := range []struct {
		args string
		want string
	}{
		{"--write shop", "--write needs --golden"},
		{"--new-only shop", "--new-only needs --base"},
		{"--fail-on-changes shop", "--fail-on-changes needs --base"},
		{"--new-only --base frozen shop", "is a bundle, which holds no findings"},
		{"--budget 10 shop", "--budget is at least 4096 bytes"},
		{"--report markdown shop", "--report is FORMAT=FILE"},
		{"--report html=x shop", "the format is"},
		{"--report json=x --report sarif=./x shop", "two reports cannot both be ./x"},
		{"-o html shop", "the format is"},
		{"--fail-on fatal shop", "--fail-on is"},
		{"--base main -", "--base REV needs folders or files"},
		{"--base main git:main:shop", "--base REV needs folders or files"},
	} {
		if code, _, errs := check(t, strings.Fields(c.args)...); code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("check %s: exit %d, %s", c.args, code, errs)
		}
	}
	for _, args := range []string{"--base nowhere shop", "--require-evidence nowhere shop", "nowhere", "--base oci://127.0.0.1:1/x:y shop"} {
		if code, out, errs := check(t, strings.Fields(args)...); code != exitCouldNot || out != "" || errs == "" {
			t.Errorf("check %s: exit %d, %s%s", args, code, out, errs)
		}
	}
}

// Reports are written beside standard output, by their formats.
func TestCheckReports(t *testing.T) {
	repository(t)
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	code, out, errs := check(t, "--base", "main", "shop", "-o", "json", "--report", "markdown=review.md", "--report", "sarif=a.sarif", "--report", "junit=j.xml", "--report", "text=t.txt")
	if code != exitFine || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	schema, err := jsonschema.Parse(gate.JSONSchema)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err := schema.Check([]byte(out)); err != nil || len(wrong) > 0 {
		t.Errorf("%v, %v", wrong, err)
	}
	for file, want := range map[string]string{
		"review.md": "<!-- routec-review shop -->", "a.sarif": `"version": "2.1.0"`, "j.xml": "<testsuites", "t.txt": "check passes",
	} {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s", file, err, text)
		}
	}
	if code, _, errs := check(t, "shop", "--report", "text=no/such/folder"); code != exitCouldNot || !strings.Contains(errs, "write report") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// A change of one line is a small change of few files, of which the tables' text is shown.
func TestGoldenDiffIsSmall(t *testing.T) {
	repository(t)
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	if code, out, _ := check(t, "--golden", "frozen", "--write", "shop"); code != exitFine {
		t.Fatal(out)
	}
	stat := strings.Split(strings.TrimSpace(git(t, "diff", "--numstat", "--", "frozen")), "\n")
	want := []string{"1\t1\tfrozen/index/shop.yaml", "2\t2\tfrozen/outbound/shop/web.yaml"} // for HTTP/1 and HTTP/2
	if strings.Join(stat, "\n") != strings.Join(want, "\n") {
		t.Errorf("the diff is %q", stat)
	}
	commit(t, "weight")
	edit(t, "shop/web.yaml", "# the front", "# the front of the shop\n#\n#")
	if code, out, _ := check(t, "--golden", "frozen", "shop"); code != exitFine {
		t.Errorf("moved lines make the bundle stale: %s", out)
	}
}

// Two branches that change one table conflict; writing the bundle anew resolves that.
func TestGoldenMergeConflict(t *testing.T) {
	repository(t)
	git(t, "checkout", "-q", "-b", "other")
	edit(t, "shop/web.yaml", "weight: 10", "weight: 30")
	check(t, "--golden", "frozen", "--write", "shop")
	commit(t, "thirty")
	git(t, "checkout", "-q", "main")
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	check(t, "--golden", "frozen", "--write", "shop")
	commit(t, "twenty")
	if out, err := exec.Command("git", "merge", "other").CombinedOutput(); err == nil || !strings.Contains(string(out), "frozen/outbound/shop/web.yaml") {
		t.Fatalf("no conflict: %v\n%s", err, out)
	}
	git(t, "checkout", "--theirs", "shop/web.yaml") // a person decides about the manifests
	if code, out, _ := check(t, "--golden", "frozen", "shop"); code != exitDifferent || !strings.Contains(out, "golden frozen: stale") {
		t.Errorf("exit %d with conflicts in the bundle\n%s", code, out)
	}
	if code, out, errs := check(t, "--golden", "frozen", "--write", "shop"); code != exitFine {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	git(t, "add", "-A")
	if out := git(t, "diff", "--stat", "other"); out != "" {
		t.Errorf("the merge is not what the manifests say:\n%s", out)
	}
}

// A fleet has a bundle a mesh; what is left of one that is gone is named.
func TestCheckFleet(t *testing.T) {
	repository(t)
	mesh := "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: NAME}\n"
	if err := os.WriteFile("shop/mesh.yaml", []byte(strings.ReplaceAll(mesh+"---\n"+strings.ReplaceAll(mesh, "NAME", "us"), "NAME", "eu")), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := check(t, "--golden", "fleet", "--write", "shop"); code != exitFine || !strings.Contains(out, "golden fleet/us: written") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	commit(t, "fleet")
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	code, out, _ := check(t, "--golden", "fleet", "--base", "fleet", "shop")
	if code != exitDifferent || strings.Count(out, "~ outbound/shop/web:80") != 2 || !strings.Contains(out, "changes from fleet, mesh us:") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out, _ := check(t, "--golden", "fleet", "--mesh", "us", "--write", "shop"); code != exitFine || !strings.Contains(out, "golden fleet/us: updated") {
		t.Errorf("one mesh: exit %d\n%s", code, out)
	}
	edit(t, "shop/mesh.yaml", "name: us", "name: asia")
	code, out, _ = check(t, "--golden", "fleet", "--write", "--base", "HEAD", "shop")
	if code != exitDifferent || !strings.Contains(out, "golden fleet/us: stale: a bundle of no mesh of the sources: remove it") || !strings.Contains(out, "mesh asia (new):") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// What the base does not hold yet is new, and a folder stands before a revision of its name.
func TestCheckBases(t *testing.T) {
	repository(t)
	if err := os.CopyFS("more", os.DirFS("shop")); err != nil {
		t.Fatal(err)
	}
	code, out, errs := check(t, "--base", "main", "more")
	if code != exitFine || !strings.Contains(errs, "there is no git:main:more") || !strings.Contains(out, "+ Service shop/web") {
		t.Errorf("a new folder: exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := check(t, "--base", "shop", "more"); code != exitFine || !strings.Contains(out, "no differences") || !strings.Contains(out, "0 fixed") {
		t.Errorf("a folder: exit %d\n%s%s", code, out, errs)
	}
	git(t, "branch", "shop")
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	if _, out, _ := check(t, "--base", "shop", "shop"); !strings.Contains(out, "no differences") {
		t.Errorf("the folder does not prevail\n%s", out)
	}
	for _, base := range []string{"git:shop", "git:main:shop", "HEAD"} {
		if _, out, errs := check(t, "--base", base, "shop"); !strings.Contains(out, "weight 10 → 20") {
			t.Errorf("%s\n%s%s", base, out, errs)
		}
	}
}

// An artifact of a registry is a base, of one mesh and of a fleet that has got another since.
func TestCheckArtifact(t *testing.T) {
	repository(t)
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	r := fake.Start(t)
	push := func(name string) string {
		t.Helper()
		if out := spoken(t, r, "push", "oci://HOST/"+name, "shop", "-q", "--revision", "r", "--source", "s", "--created", "2026-01-31T12:00:00Z"); !strings.HasSuffix(out, "--- exit 0\n") {
			t.Fatal(out)
		}
		return "oci://" + r.Host + "/" + name
	}
	base := push("one:v1")
	edit(t, "shop/web.yaml", "weight: 10", "weight: 20")
	if code, out, errs := check(t, "--base", base, "shop"); code != exitFine || !strings.Contains(out, "weight 10 → 20") || !strings.Contains(out, "holds no findings") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	mesh := "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: eu}\n---\napiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: us}\n"
	if err := os.WriteFile("shop/mesh.yaml", []byte(mesh), 0o644); err != nil {
		t.Fatal(err)
	}
	base = push("fleet:v1")
	edit(t, "shop/mesh.yaml", "name: us", "name: asia")
	code, out, errs := check(t, "--base", base, "shop")
	if code != exitFine || !strings.Contains(out, ", mesh eu:\nno differences") || !strings.Contains(out, ", mesh asia (new):\n") || !strings.Contains(out, ", mesh us (gone):\n! traffic lost") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

// Rendered manifests must prove that routec ran there, on the same.
func TestCheckEvidence(t *testing.T) {
	repository(t)
	_, out, _ := check(t, "shop", "-o", "json", "--require-evidence", os.DevNull)
	var report struct {
		Evidence struct {
			Meshes []struct{ State, Digest string }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Evidence.Meshes) != 1 || report.Evidence.Meshes[0].State != "missing" {
		t.Fatalf("%v\n%s", err, out)
	}
	digest := report.Evidence.Meshes[0].Digest
	proof := func(mesh, digest string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x-routec, namespace: shop, annotations: {routec.dev/evidence: digest, routec.dev/mesh: " + mesh + "}}\ndata: {digest: \"" + digest + "\"}\n"
	}
	for _, c := range []struct {
		name, rendered string
		want           int
		says           string
	}{
		{"current", "kind: Service\n---\n" + proof("shop", digest), exitFine, "evidence -: mesh shop is current, " + digest},
		{"in a list", "kind: List\napiVersion: v1\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(proof("shop", digest)), "\n", "\n  ") + "\n", exitFine, "is current"},
		{"none", "kind: Service\n", exitDifferent, "--enable-alpha-plugins --enable-exec"},
		{"stale", proof("shop", "sha256:00"), exitDifferent, "ConfigMap shop/x-routec: sha256:00"},
		{"two", proof("shop", digest) + "---\n" + proof("shop", "sha256:00"), exitDifferent, "is stale"},
		{"no digest", proof("shop", ""), exitDifferent, "ConfigMap shop/x-routec: no digest"},
		{"another mesh", proof("prod", digest), exitDifferent, "there is evidence of other meshes: prod"},
		{"broken", "metadata: {annotations: {routec.dev/evidence: [}\n", exitDifferent, "  -: "},
	} {
		code, out, errs := checkInput(t, c.rendered, "--require-evidence", "-", "shop")
		if code != c.want || !strings.Contains(out, c.says) || !strings.Contains(out, map[bool]string{true: "check passes", false: "check fails: the evidence"}[c.want == exitFine]) {
			t.Errorf("%s: exit %d\n%s%s", c.name, code, out, errs)
		}
	}
	shop, err := exec.Command("cat", "shop/api.yaml", "shop/web.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	rendered := strings.ReplaceAll(string(shop), "# the front", "---") + "---\n" + proof("shop", digest)
	if code, out, errs := checkInput(t, rendered, "--require-evidence", "-", "-", "shop/mesh.yaml"); code != exitFine || !strings.Contains(out, "is current") {
		t.Errorf("the output as its own source: exit %d\n%s%s", code, out, errs)
	}
}

// The command that a report names can be pasted into a shell.
func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"oci://a.b/c:d@e": "oci://a.b/c:d@e", "clusters/prod": "clusters/prod", "": "''", "my dir": "'my dir'", "it's": `'it'\''s'`, "$(id)": "'$(id)'",
	} {
		if got := shellWord(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}
