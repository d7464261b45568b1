package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile/source/oci/fake"
)

// asProgram makes this package's test binary the program itself, for scripts that call it.
const asProgram = "ROUTEC_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(runAs(context.Background(), typedAs(os.Args[0]), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
	}
	os.Exit(m.Run())
}

// install puts the program under a name into a folder of its own, first in PATH.
func install(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	t.Setenv(asProgram, "1")
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return filepath.Join(dir, name)
}

// script runs a program and returns what it prints.
func script(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// TestExampleFlux releases the mesh of examples/flux as its README says, pulls it back, and
// then forgets to build the bundle anew.
func TestExampleFlux(t *testing.T) {
	example, err := filepath.Abs("../../examples/flux")
	if err != nil {
		t.Fatal(err)
	}
	checkout(t)
	install(t, "routec")
	if err := os.CopyFS("example", os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	t.Chdir("example")
	commit := func() {
		t.Helper()
		for _, args := range [][]string{{"add", "."}, {"commit", "-q", "-m", "change"}} {
			if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
	}
	commit()
	r := fake.Start(t)
	mesh := "oci://" + r.Host + "/org/mesh:prod"
	stdout, stderr, err := script(t, "./release.sh", mesh)
	if err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	pushed := strings.TrimSpace(stdout)
	if !strings.HasPrefix(pushed, "oci://"+r.Host+"/org/mesh@sha256:") {
		t.Errorf("%q", pushed)
	}
	if _, stderr, err := script(t, "routec", "pull", mesh, "-o", "pulled", "--manifests", "applied"); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	for a, b := range map[string]string{"pulled": "frozen", "applied/shop.yaml": "mesh/shop.yaml", "applied/canary.yaml": "mesh/canary.yaml"} {
		if out, err := exec.Command("diff", "-r", a, b).CombinedOutput(); err != nil {
			t.Errorf("%s is not %s:\n%s", a, b, out)
		}
	}
	canary, err := os.ReadFile("mesh/canary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("mesh/canary.yaml", bytes.Replace(canary, []byte("weight: 1}"), []byte("weight: 3}"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, err := script(t, "./release.sh", mesh); err == nil || stdout != "" || !strings.Contains(stderr, "cart-next") {
		t.Errorf("not built anew: %v\n%s%s", err, stdout, stderr)
	}
	if _, stderr, err := script(t, "routec", "compile", "mesh", "-o", "frozen"); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	if stdout, stderr, err := script(t, "./release.sh", mesh); err == nil || stdout != "" || !strings.Contains(stderr, "mesh has changes") {
		t.Errorf("not committed: %v\n%s%s", err, stdout, stderr)
	}
	if now, stderr, err := script(t, "routec", "pull", mesh, "-o", "still"); err != nil || strings.TrimSpace(now) != pushed {
		t.Errorf("released although it failed: %s, not %s: %v\n%s", now, pushed, err, stderr)
	}
	commit()
	if stdout, stderr, err := script(t, "./release.sh", mesh); err != nil || strings.TrimSpace(stdout) == pushed {
		t.Errorf("changed, reviewed and committed: %v\n%s%s", err, stdout, stderr)
	}
}

// TestFluxRunsPlugin starts the program by the name under which Flux looks for it.
func TestFluxRunsPlugin(t *testing.T) {
	stdout, stderr, err := script(t, install(t, "flux-routec"), "pull", "--help")
	if err != nil || !strings.Contains(stdout, "Usage:\n  flux routec pull oci://") {
		t.Errorf("%v\n%s%s", err, stdout, stderr)
	}
}
