package golden

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmePackages holds the README's table of packages against the tree: what it names
// exists, and of every package it names the package itself or the folder below the top one
// that it is in.
func TestReadmePackages(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "| package | job |\n")
	table, _, end := strings.Cut(after, "\n\n")
	if !ok || !end {
		t.Fatal("the README has no table of packages")
	}
	named := map[string]bool{}
	quoted := regexp.MustCompile("`([^`]+)`")
	for row := range strings.Lines(table) {
		names, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for _, m := range quoted.FindAllStringSubmatch(names, -1) {
			named[m[1]] = true
			if info, err := os.Stat(filepath.Join("..", m[1])); err != nil || !info.IsDir() {
				t.Errorf("the README names %s, which is no folder: %v", m[1], err)
			}
		}
	}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		parts := strings.SplitN(name, "/", 3)
		if folder := strings.Join(parts[:min(2, len(parts))], "/"); folder != "plugins" && !named[folder] {
			t.Errorf("the README's table of packages does not name %s, where %s is", folder, name)
		}
	}
}

// TestReadmeShell runs the README's commands that are no plain call of routec, and so are not
// run by [TestReadmes]: the first one, with findings as a terminal shows them, and the batch.
func TestReadmeShell(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	t.Chdir("..")
	bin := t.TempDir()
	tool(t, "go", "build", "-o", filepath.Join(bin, "routec"), "./cmd/routec")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for start, want := range map[string]string{
		"go run ./cmd/routec compile ": "",
		"echo ":                        `{"query":{"kind":"outbound",`,
	} {
		_, block, ok := strings.Cut(string(text), "```console\n$ "+start)
		block, _, end := strings.Cut(block, "\n```")
		if !ok || !end {
			t.Errorf("the README has no command that begins with %q", start)
			continue
		}
		command, shown, _ := strings.Cut(start+block, "\n")
		out, err := exec.Command("sh", "-c", command).CombinedOutput()
		got := strings.TrimRight(string(out), "\n")
		if want != "" && strings.HasPrefix(got, want) && shown == "" {
			continue
		}
		if err != nil || got != shown {
			t.Errorf("%s: %v\n%s\nthe README shows\n%s", command, err, got, shown)
		}
	}
}
