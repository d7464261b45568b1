package git

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDescribe(t *testing.T) {
	t.Setenv("GIT_COMMITTER_DATE", "2026-01-31T13:00:00+01:00")
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	dir := repo(t)
	run(t, dir, "remote", "add", "origin", "https://robot:secret@git.example.org/shop.git")
	head := hash(t, dir, "HEAD")
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	const remote = "https://git.example.org/shop.git"
	describe := func(rev string, want Commit) {
		t.Helper()
		got, err := Describe(t.Context(), filepath.Join(dir, "apps"), rev)
		if err != nil || *got != want {
			t.Errorf("%s: %+v, %v: want %+v", rev, got, err, want)
		}
	}
	describe("HEAD", Commit{head, "main", noon, remote})
	describe("main", Commit{head, "main", noon, remote})
	describe("one", Commit{hash(t, dir, "one"), "one", noon, remote})
	describe("HEAD~1", Commit{hash(t, dir, "one"), "one", noon, remote})
	run(t, dir, "checkout", "-q", "-f", "--detach")
	describe("HEAD", Commit{head, "two", noon, remote})
	run(t, dir, "tag", "-d", "two")
	run(t, dir, "remote", "remove", "origin")
	describe("HEAD", Commit{head, "", noon, ""})
}

func hash(t *testing.T, dir, rev string) string {
	t.Helper()
	cmd := exec.Command("git", "rev-parse", rev+"^{commit}")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestDescribeNothing(t *testing.T) {
	empty := t.TempDir()
	run(t, empty, "init", "-q")
	for name, dir := range map[string]string{"no repository": t.TempDir(), "no commit": empty} {
		if c, err := Describe(t.Context(), dir, "HEAD"); !errors.Is(err, ErrNoCommit) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for _, rev := range []string{"", "-n", "nowhere", "--help"} {
		if c, err := Describe(t.Context(), repo(t), rev); err == nil || errors.Is(err, ErrNoCommit) {
			t.Errorf("%q: %+v, %v", rev, c, err)
		}
	}
}

func TestWithoutCredentials(t *testing.T) {
	for remote, want := range map[string]string{
		"https://token@git.example.org/a.git": "https://git.example.org/a.git",
		"http://u:p@git.example.org:8080/a":   "http://git.example.org:8080/a",
		"https://git.example.org/a.git":       "https://git.example.org/a.git",
		"ssh://git@git.example.org/a.git":     "ssh://git@git.example.org/a.git",
		"ssh://git:p@git.example.org/a.git":   "ssh://git@git.example.org/a.git",
		"git+ssh://git:p@git.example.org/a":   "git+ssh://git@git.example.org/a",
		"https://robot:p%ss@git.example.org/": "", // a password that is not escaped
		"git@git.example.org:org/a.git":       "git@git.example.org:org/a.git",
		"../a":                                "../a",
	} {
		if got := withoutCredentials(remote); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

func TestChanged(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	dir := repo(t)
	run(t, dir, "checkout", "-q", "-f")
	changed := func(path string, want bool) {
		t.Helper()
		if got, err := Changed(t.Context(), dir, path); err != nil || got != want {
			t.Errorf("%s: %t, %v", path, got, err)
		}
	}
	changed(".", false)
	write(t, dir, map[string]string{"apps/new/[x].yaml": "new"})
	changed("apps", true)
	changed("apps/new/[x].yaml", true)
	changed("apps/b.yaml", false)
	write(t, dir, map[string]string{".git/info/exclude": "/apps/new/\n/out/\n*.log\n", "apps/a.log": "no manifest", "out/c.yaml": "elsewhere"})
	changed("apps", true)
	changed("apps/b.yaml", false)
	changed("out", true)
	if err := os.RemoveAll(filepath.Join(dir, "apps/new")); err != nil {
		t.Fatal(err)
	}
	changed("apps", false)
	write(t, dir, map[string]string{"a.yaml": "other"})
	changed("a.yaml", true)
	changed("apps", false)
	write(t, dir, map[string]string{"a.yaml": "{}", "apps/kustomization.yaml": "resources: [../a.yaml]"})
	run(t, dir, "add", ".")
	run(t, dir, "commit", "-q", "-m", "kustomized")
	changed("apps", false)
	write(t, dir, map[string]string{"a.yaml": "other"})
	changed("apps", true) // the kustomization uses it
	if _, err := Changed(t.Context(), t.TempDir(), "."); err == nil {
		t.Error("compared what is in no repository")
	}
}
