package golden

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the frozen bundles of examples and the output in READMEs, and fail")

// exampleSources are what each folder of examples/ is compiled from, seen from the repository.
var exampleSources = map[string]string{
	"faces":         "examples/faces",
	"emoji":         "examples/emoji/manifests",
	"flux":          "examples/flux/mesh",
	"pull-requests": "examples/pull-requests/apps",
}

// TestExamplesFrozen compiles every example that has a frozen bundle, and compares.
func TestExamplesFrozen(t *testing.T) {
	t.Chdir("..")
	entries, err := os.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		from, known := exampleSources[e.Name()]
		frozen := filepath.Join("examples", e.Name(), "frozen")
		if _, err := os.Stat(frozen); !known && (os.IsNotExist(err) || e.Name() == goldenFiles) {
			continue // an example of something else
		}
		if !known {
			t.Errorf("examples/%s is not tested", e.Name())
			continue
		}
		out := filepath.Join(t.TempDir(), "bundle")
		_, err := os.Stat(filepath.Join(frozen, "bundle.pb"))
		opts := bundle.Options{NoBinary: err != nil}
		freeze(t, from, out, opts)
		if *rewrite {
			freeze(t, from, frozen, opts)
			t.Errorf("%s rewritten", frozen)
		}
		want, got := files(t, frozen), files(t, out)
		same(t, e.Name(), want, got)
		for name := range got {
			if _, ok := want[name]; !ok {
				t.Errorf("%s: %s is not frozen", e.Name(), name)
			}
		}
	}
}

func freeze(t *testing.T, from, to string, opts bundle.Options) {
	t.Helper()
	ctx := context.Background()
	sources, err := source.OpenAll(ctx, []string{from}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	if _, err := compile.Build(ctx, sources, to, compile.Options{Verify: true}, opts); err != nil {
		t.Fatal(err)
	}
}

// TestReadmes runs the commands that the READMEs, of the project and of examples, show: blocks
// of a console, each a line "$ routec …" and what it prints. Standard output is compared;
// findings that a command prints beside it are not shown.
func TestReadmes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	t.Chdir("..")
	binary := filepath.Join(t.TempDir(), "routec")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/routec").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	readmes := []string{"README.md"}
	for name := range exampleSources {
		readmes = append(readmes, filepath.Join("examples", name, "README.md"))
	}
	for _, readme := range readmes {
		text, err := os.ReadFile(readme)
		if err != nil {
			t.Fatal(err)
		}
		got, commands := rerun(t, binary, string(text))
		if commands == 0 {
			t.Errorf("%s shows no command", readme)
		}
		if got == string(text) {
			continue
		}
		if *rewrite {
			if err := os.WriteFile(readme, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		t.Errorf("%s shows another output than there is; it would be:\n%s", readme, got)
	}
}

// rerun returns the README as it would be if its commands were run now, and how many there are.
func rerun(t *testing.T, binary, readme string) (string, int) {
	t.Helper()
	const open, end = "```console\n$ routec ", "\n```"
	parts := strings.Split(readme, open)
	out := parts[0]
	for _, part := range parts[1:] {
		args, rest, _ := strings.Cut(part, "\n")
		_, after, ok := strings.Cut("\n"+rest, end)
		if !ok {
			t.Fatalf("the block of %q does not end", args)
		}
		out += open + args + "\n" + strings.TrimRight(output(t, binary, strings.Fields(args)), "\n") + end + after
	}
	return out, len(parts) - 1
}

// output returns what a command prints. Differences (1) are no failure; findings at the level
// of errors are.
func output(t *testing.T, binary string, args []string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("routec %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}
