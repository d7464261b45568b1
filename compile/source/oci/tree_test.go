package oci

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
)

func tree(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	tree := NewTree()
	for name, content := range files {
		if err := tree.Add(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

func TestTree(t *testing.T) {
	files := map[string]string{"bundle/bundle.pb": "pb", "bundle/index/a.yaml": "a", "b.yaml": "b", "empty": ""}
	tree := tree(t, files)
	if err := fstest.TestFS(tree, "bundle/bundle.pb", "bundle/index/a.yaml", "b.yaml", "empty"); err != nil {
		t.Error(err)
	}
	if want := []string{"b.yaml", "bundle/bundle.pb", "bundle/index/a.yaml", "empty"}; !slices.Equal(tree.Names(), want) {
		t.Errorf("%q", tree.Names())
	}
	text, err := fs.ReadFile(tree, "b.yaml")
	if err != nil || string(text) != "b" {
		t.Fatalf("%q, %v", text, err)
	}
	text[0] = 'x'
	if again, _ := fs.ReadFile(tree, "b.yaml"); string(again) != "b" {
		t.Error("what was read is not the reader's own")
	}
}

func TestTreeRefuses(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../a", "a/../b", "/a", "a//b", "a/", "./a", `a\b`, "a\x00b", "a\x1b[2Jb", "a\u202eb", "a\u2028b", ".git", ".git/config", "a/.Git/hooks/post-checkout", "\xff", "there", "there/below", "folder"} {
		tree := tree(t, map[string]string{"there": "", "folder/a": ""})
		if tree.Add(name, nil) == nil {
			t.Errorf("took %q", name)
		}
		if want := []string{"folder/a", "there"}; !slices.Equal(tree.Names(), want) {
			t.Errorf("%q: %q", name, tree.Names())
		}
	}
}
