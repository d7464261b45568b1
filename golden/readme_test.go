package golden

import (
	"os"
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
			t.Errorf("the README's table of packages names neither %s nor %s", name, folder)
		}
	}
}
