package golden

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goldenFiles is the example of a repository that keeps its bundle as text; it is held by
// [TestGoldenFiles] alone.
const goldenFiles = "golden-files"

// TestGoldenFiles does in the example what its README says, in a git repository of its own:
// the golden bundle is up to date, and after the change that the README makes it is not.
func TestGoldenFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	example, err := filepath.Abs("../examples/" + goldenFiles)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "routec")
	tool(t, "go", "build", "-o", binary, "../cmd/routec")
	repo := filepath.Join(dir, "repo")
	if err := os.CopyFS(repo, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(repo)
	tool(t, "git", "init", "-q")
	tool(t, "git", "add", "-A")
	tool(t, "git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "begin")
	tool(t, binary, "check", "--golden", "frozen", "manifests")

	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const chapter = "\n## A pull request\n"
	before, after, ok := strings.Cut(string(readme), chapter)
	if !ok {
		t.Fatalf("the README has no chapter %q", chapter)
	}
	got, _ := rerun(t, binary, before)
	edit(t, "manifests/cart.yaml", "weight: 10", "weight: 20")
	rest, commands := rerun(t, binary, after)
	if commands == 0 {
		t.Error("the README shows no command for a pull request")
	}
	if got += chapter + rest; got != string(readme) {
		if *rewrite {
			if err := os.WriteFile(filepath.Join(example, "README.md"), []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		t.Errorf("the README shows another output than there is; it would be:\n%s", got)
	}
	if out, err := exec.Command(binary, "check", "--golden", "frozen", "manifests").CombinedOutput(); err == nil || !strings.Contains(string(out), "stale") {
		t.Errorf("a stale bundle passes: %s", out)
	}
	tool(t, binary, "check", "--golden", "frozen", "--write", "manifests")
	if stat := tool(t, "git", "diff", "--shortstat", "--", "frozen", "manifests"); stat != " 3 files changed, 3 insertions(+), 3 deletions(-)\n" {
		t.Errorf("the README's three lines are %q", stat)
	}
}

// tool runs a program that must succeed, and returns what it prints.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

// edit replaces a text that a file has once.
func edit(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), old) != 1 {
		t.Fatalf("%s does not have %q once (%v)", file, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}
