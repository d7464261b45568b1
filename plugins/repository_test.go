// Package plugins_test runs what stands beside the code in plugins/, and the examples that use
// it, as GitHub, GitLab and pre-commit would: the same steps, in a repository with a history.
package plugins_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// root is this repository, routec the program built from it.
var root, routec string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "routec-plugins")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if root, err = filepath.Abs(".."); err != nil {
		panic(err)
	}
	routec = filepath.Join(dir, "routec")
	if out, err := exec.Command("go", "build", "-o", routec, "routec.dev/routec/cmd/routec").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A repository is a user's: the example, with what a test makes of it.
type repository struct {
	t   *testing.T
	dir string
}

// example copies the example into a repository of its own, with one commit on main.
func example(t *testing.T) repository {
	t.Helper()
	r := repository{t, filepath.Join(t.TempDir(), "shop")}
	if err := os.CopyFS(r.dir, os.DirFS(filepath.Join(root, "examples", "pull-requests"))); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	r.commit("The shop")
	return r
}

func (r repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	cmd.Env = gitEnviron()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(string(out))
}

// gitEnviron is an environment in which git heeds nobody's settings.
func gitEnviron() []string {
	return append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=dev", "GIT_AUTHOR_EMAIL=dev@example.com", "GIT_COMMITTER_NAME=dev", "GIT_COMMITTER_EMAIL=dev@example.com")
}

func (r repository) write(name, text string) {
	r.t.Helper()
	name = filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// replace edits a file, which must hold what is replaced.
func (r repository) replace(name, from, to string) {
	r.t.Helper()
	text := read(r.t, filepath.Join(r.dir, name))
	if !strings.Contains(text, from) {
		r.t.Fatalf("%s holds no %q", name, from)
	}
	r.write(name, strings.ReplaceAll(text, from, to))
}

// commit returns the new commit.
func (r repository) commit(message string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message", message)
	return r.git("rev-parse", "HEAD")
}

// pull commits the work tree on a branch, and leaves its merge with main checked out, as
// GitHub does for a pull request.
func (r repository) pull() (base, head string) {
	r.t.Helper()
	base = r.git("rev-parse", "main")
	r.git("checkout", "--quiet", "-b", "change")
	head = r.commit("A change")
	r.merge()
	return base, head
}

// merge checks out the merge of the branch with main as it is now.
func (r repository) merge() {
	r.t.Helper()
	r.git("checkout", "--quiet", "--detach", "main")
	r.git("merge", "--quiet", "--no-ff", "--message", "Merge", "change")
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// decode reads YAML of which every field is known.
func decode(t *testing.T, name, text string, into any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// A ran is how a script ended.
type ran struct {
	code   int
	stdout string
	stderr string
}

// script runs a command in the repository.
func (r repository) script(environ map[string]string, name string, args ...string) ran {
	r.t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = r.dir
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = gitEnviron()
	for key, value := range environ {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// program puts an executable script on a PATH of its own, before the others.
func program(t *testing.T, name, text string) (path string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// withRoutec is a PATH on which routec is.
func withRoutec() string {
	return filepath.Dir(routec) + string(os.PathListSeparator) + os.Getenv("PATH")
}
