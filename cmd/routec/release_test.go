package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRelease builds the archives of a tag in two folders: the same bytes, which hold a
// program that knows its version.
func TestRelease(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("builds release archives only with ROUTEC_INTEGRATION=1")
	}
	must := func(dir string, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PLATFORMS=linux/amd64")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return string(out)
	}
	var sums []string
	var archive string
	for _, folder := range []string{"a", "another/and longer"} {
		clone := filepath.Join(t.TempDir(), folder)
		must(".", "git", "clone", "--quiet", "--no-local", "../..", clone)
		must(clone, "git", "tag", "v0.8.7")
		out := filepath.Join(t.TempDir(), "out")
		must(clone, ".ci/release", "v0.8.7", out)
		must(out, "sha256sum", "--check", "--strict", "SHA256SUMS")
		text, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, string(text))
		archive = filepath.Join(out, "routec_v0.8.7_linux_amd64.tar.gz")

		if err := os.WriteFile(filepath.Join(clone, "README.md"), []byte("changed\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(".ci/release", "v0.8.7", filepath.Join(out, "dirty"))
		cmd.Dir = clone
		said, err := cmd.CombinedOutput()
		if left, _ := filepath.Glob(filepath.Join(out, "dirty", "*")); err == nil || !bytes.Contains(said, []byte("differs from its commit")) || len(left) > 0 {
			t.Errorf("a release of what is not committed: %v\n%s", err, said)
		}
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 1 {
		t.Errorf("the folder is in the bytes:\n%s%s", sums[0], sums[1])
	}
	if names := must(".", "tar", "-tzf", archive); !strings.HasPrefix(names, "routec_v0.8.7_linux_amd64/\n") || !strings.Contains(names, "/README.md\n") {
		t.Errorf("the archive holds\n%s", names)
	}
	dir := t.TempDir()
	must(dir, "tar", "-xzf", archive, "--strip-components=1")
	if said := must(dir, filepath.Join(dir, "routec"), "version"); !strings.HasPrefix(said, "routec v0.8.7\n") {
		t.Errorf("version: %s", said)
	}
}
