package golden

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/golden/tree"
)

// TestDeterminism builds one repository in other folders, with files of other names and in
// another order, on one processor and on eight, under another locale, and compares bytes.
func TestDeterminism(t *testing.T) {
	shape := tree.Shape{Manifests: 400, Seed: 7, Workloads: true}
	want := build(t, shape, nil)
	for name, change := range map[string]func(){
		"again":          func() {},
		"one processor":  func() { runtime.GOMAXPROCS(1) },
		"eight":          func() { runtime.GOMAXPROCS(8) },
		"another locale": func() { t.Setenv("LC_ALL", "tr_TR.UTF-8"); t.Setenv("TZ", "Asia/Kathmandu") },
	} {
		before := runtime.GOMAXPROCS(0)
		change()
		same(t, name, want, build(t, shape, nil))
		runtime.GOMAXPROCS(before)
	}
	same(t, "shuffled files", want, build(t, shape, rand.New(rand.NewPCG(1, 2))))
}

// build writes the tree, under shuffled file names where asked, and returns the bundle.
func build(t *testing.T, shape tree.Shape, shuffle *rand.Rand) map[string]string {
	t.Helper()
	manifests, out := t.TempDir(), filepath.Join(t.TempDir(), "bundle")
	var texts [][]byte
	if err := tree.Each(shape, func(_ string, text []byte) error { texts = append(texts, text); return nil }); err != nil {
		t.Fatal(err)
	}
	if shuffle != nil {
		shuffle.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	}
	for i, text := range texts {
		name := filepath.Join(manifests, string(rune('a'+i%26)), string(rune('a'+i/26%26))+".yaml")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("---\n")
		f.Write(text)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	sources, err := source.OpenAll(ctx, []string{manifests}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	if _, err := compile.Build(ctx, sources, out, compile.Options{Verify: true}, bundle.Options{AllTables: true}); err != nil {
		t.Fatal(err)
	}
	return files(t, out)
}

// files reads a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for name, text := range want {
		if name == "bundle.pb" && what == "shuffled files" {
			continue // it names the files of origins
		}
		if got[name] != text {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
}
