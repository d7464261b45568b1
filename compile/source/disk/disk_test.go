package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// tree makes a repository with a folder in it and a secret beside it.
func tree(t *testing.T) (repo string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"secret.yaml": "secret", "repo/.git/HEAD": "", "repo/base/b.yaml": "b", "repo/base/deep/c.yaml": "c", "repo/apps/a.yaml": "a"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"repo/apps/out.yaml": "../../secret.yaml", "repo/apps/up.yaml": "../base/b.yaml", "repo/apps/here.yaml": "a.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	return filepath.Join(dir, "repo")
}

func TestOpen(t *testing.T) {
	repo := tree(t)
	folder, err := Open(filepath.Join(repo, "apps"))
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	whole, err := Open(filepath.Join(repo, "base"))
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	if err := fstest.TestFS(whole.FS, "b.yaml", "deep/c.yaml"); err != nil { // folders that are opened, too
		t.Error(err)
	}
	if folder.Base != "apps" {
		t.Errorf("the folder is %q of its repository", folder.Base)
	}
	for _, c := range []struct {
		fsys fs.FS
		name string
		want string // "" cannot be read
	}{
		{folder.FS, "a.yaml", "a"},
		{folder.FS, "here.yaml", "a"},
		{folder.FS, "up.yaml", ""},
		{folder.FS, "out.yaml", ""},
		{folder.FS, "../base/b.yaml", ""},
		{folder.Around, "base/b.yaml", "b"},
		{folder.Around, "apps/up.yaml", "b"},
		{folder.Around, "apps/out.yaml", ""},
	} {
		text, err := fs.ReadFile(c.fsys, c.name)
		if string(text) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.name, text, err)
		}
	}
}

func TestOpenOutsideARepository(t *testing.T) {
	repo := tree(t)
	folder, err := Open(repo)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if folder.Base != "." {
		t.Errorf("the repository is %q of something", folder.Base)
	}
	if _, err := Open(filepath.Join(repo, "nope")); err == nil {
		t.Error("a missing folder opens")
	}
	if _, err := Open(filepath.Join(repo, "base/b.yaml")); err == nil {
		t.Error("a file opens as a folder")
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
	if _, err := fs.ReadFile(folder.FS, "base/b.yaml"); err == nil {
		t.Error("a closed folder can be read")
	}
}

// TestUnreadable needs a user for whom permissions mean something.
func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	repo := tree(t)
	if err := os.Chmod(filepath.Join(repo, "apps"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(repo, "apps"), 0o755)
	if _, err := Open(filepath.Join(repo, "apps")); err == nil {
		t.Error("a folder without permissions opens")
	}
}

func TestFile(t *testing.T) {
	repo := tree(t)
	file := File(filepath.Join(repo, "apps", "out.yaml"))
	if text, err := fs.ReadFile(file, file.Name()); err != nil || string(text) != "secret" {
		t.Errorf("%q, %v", text, err)
	}
	for _, name := range []string{"a.yaml", ".", "../secret.yaml"} {
		if _, err := file.Open(name); err == nil {
			t.Errorf("%s opens", name)
		}
	}
}
