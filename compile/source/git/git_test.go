package git

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// run runs git in a folder, away from the user's configuration.
func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

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

// repo makes a repository with two commits, tagged one and two, and a later change
// that is not committed.
func repo(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	run(t, dir, "init", "-q")
	write(t, dir, map[string]string{"a.yaml": "one", "apps/b.yaml": "b", "apps/x/c d\n\"é.yaml": "c", "-n.yaml": "n", "big.yaml": strings.Repeat("x", 1000)})
	for link, target := range map[string]string{"apps/link.yaml": "../a.yaml", "apps/out.yaml": "../../x.yaml", "loop.yaml": "loop.yaml", "folder": "apps"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "add", "-A")
	run(t, dir, "commit", "-q", "-m", "one")
	run(t, dir, "tag", "one")
	write(t, dir, map[string]string{"a.yaml": "two"})
	run(t, dir, "commit", "-q", "-a", "-m", "two")
	run(t, dir, "tag", "two")
	write(t, dir, map[string]string{"a.yaml": "uncommitted"})
	return dir
}

func open(t *testing.T, dir, spec string) *Tree {
	t.Helper()
	r, ok := Parse(spec)
	if !ok {
		t.Fatalf("%s is no revision", spec)
	}
	tree, err := Open(context.Background(), dir, r, 500)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func TestOpen(t *testing.T) {
	dir := repo(t)
	bare, worktree := filepath.Join(t.TempDir(), "bare"), filepath.Join(t.TempDir(), "tree")
	run(t, dir, "clone", "-q", "--bare", ".", bare)
	run(t, dir, "worktree", "add", "-q", worktree, "one")
	for _, c := range []struct{ name, dir, spec, file, want string }{
		{"head", dir, "git:HEAD", "a.yaml", "two"},
		{"tag", dir, "git:one", "a.yaml", "one"},
		{"parent", dir, "git:HEAD~1", "a.yaml", "one"},
		{"path", dir, "git:one:apps", "b.yaml", "b"},
		{"path with slash", dir, "git:one:apps/", "b.yaml", "b"},
		{"deep path", dir, "git:one:apps/x", "c d\n\"é.yaml", "c"},
		{"file", dir, "git:one:apps/b.yaml", "b.yaml", "b"},
		{"name like an option", dir, "git:one", "-n.yaml", "n"},
		{"link", dir, "git:one", "apps/link.yaml", "one"},
		{"linked folder", dir, "git:one", "folder/b.yaml", "b"},
		{"subfolder", filepath.Join(dir, "apps"), "git:one", "b.yaml", "b"},
		{"path in a subfolder", filepath.Join(dir, "apps"), "git:one:x", "c d\n\"é.yaml", "c"},
		{"path above a subfolder", filepath.Join(dir, "apps"), "git:one:..", "a.yaml", "one"},
		{"root in a subfolder", filepath.Join(dir, "apps"), "git:two:/", "a.yaml", "two"},
		{"path from the root", filepath.Join(dir, "apps"), "git:two:/apps", "b.yaml", "b"},
		{"bare", bare, "git:one", "a.yaml", "one"},
		{"worktree", worktree, "git:HEAD", "a.yaml", "one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := open(t, c.dir, c.spec)
			text, err := fs.ReadFile(tree, path.Join(tree.Base, c.file))
			if err != nil || string(text) != c.want {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
	if tree := open(t, dir, "git:one:apps/b.yaml"); tree.File != "b.yaml" || tree.Base != "apps" {
		t.Errorf("the file is %q in %q", tree.File, tree.Base)
	}
}

func TestTreeIsAFileSystem(t *testing.T) {
	dir := repo(t)
	run(t, dir, "rm", "-q", "loop.yaml", "apps/out.yaml", "big.yaml")
	run(t, dir, "commit", "-q", "-m", "three")
	if err := fstest.TestFS(open(t, dir, "git:HEAD"), "a.yaml", "apps/b.yaml", "folder"); err != nil {
		t.Error(err)
	}
}

func TestLinksAndLimits(t *testing.T) {
	tree := open(t, repo(t), "git:one")
	if target, err := tree.ReadLink("apps/link.yaml"); err != nil || target != "../a.yaml" {
		t.Errorf("%q, %v", target, err)
	}
	for _, name := range []string{"apps/out.yaml", "loop.yaml", "nowhere", "../a.yaml", "a.yaml/b"} {
		if _, err := tree.Open(name); err == nil {
			t.Errorf("%s can be opened", name)
		}
	}
	big, err := tree.Open("big.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := big.Stat(); info.Size() != 1000 {
		t.Errorf("the size is %d", info.Size())
	}
	if text, err := fs.ReadFile(tree, "a.yaml"); err != nil || string(text) != "one" {
		t.Errorf("after the big file: %q, %v", text, err)
	}
}

func TestSubmodules(t *testing.T) {
	inner, outer := repo(t), repo(t)
	run(t, outer, "submodule", "--quiet", "add", inner, "vendor/inner")
	run(t, outer, "commit", "-q", "-m", "submodule")
	tree := open(t, outer, "git:HEAD")
	if len(tree.Submodules) != 1 || tree.Submodules[0] != "vendor/inner" {
		t.Errorf("submodules %q", tree.Submodules)
	}
	if entries, err := tree.ReadDir("vendor/inner"); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestNothingIsFetched takes the objects of a partial clone away, whose promise to
// fetch them must not be kept.
func TestNothingIsFetched(t *testing.T) {
	dir := repo(t)
	run(t, dir, "config", "uploadpack.allowFilter", "true")
	clone := filepath.Join(t.TempDir(), "clone")
	run(t, dir, "clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+dir, clone)
	tree := open(t, clone, "git:HEAD")
	if _, err := fs.ReadFile(tree, "a.yaml"); !errors.Is(err, errNotHere) {
		t.Errorf("a.yaml: %v", err)
	}
	if _, err := fs.ReadFile(tree, "apps/b.yaml"); !errors.Is(err, errNotHere) {
		t.Errorf("after a missing object: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	dir := repo(t)
	for _, c := range []struct{ dir, spec, want string }{
		{dir, "git:", `"" is not a git revision`},
		{dir, "git:--upload-pack=x", "is not a git revision"},
		{dir, "git:nope", `find git revision "nope": there is no such revision`},
		{dir, "git:HEAD:nope", "nope is not in it"},
		{dir, "git:HEAD:..", ".. leads outside the git repository"},
		{t.TempDir(), "git:HEAD", "not a git repository"},
	} {
		r, _ := Parse(c.spec)
		_, err := Open(context.Background(), c.dir, r, 500)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.spec, err, c.want)
		}
	}
	if _, ok := Parse("apps"); ok {
		t.Error("apps is a revision")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(cancelled, dir, Revision{Rev: "HEAD"}, 500); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzTree reads listings that git would not print.
func FuzzTree(f *testing.F) {
	f.Add("100644 blob 0a\ta/b.yaml\x00120000 blob 0b\tl\x00160000 commit 0c\tsub\x00", "a")
	f.Add("100644 blob 0a\ta\x00100644 blob 0b\ta/b\x00100644 blob 0b\t../x\x00", ".")
	f.Fuzz(func(t *testing.T, listing, base string) {
		tree, err := newTree([]byte(listing), base)
		if err != nil {
			return
		}
		err = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
			if !fs.ValidPath(name) {
				t.Errorf("%q is no path", name)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
