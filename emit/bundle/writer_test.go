package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

func write(t testing.TB, dir string, p *ir.Program, opts Options) {
	t.Helper()
	if _, err := Write(t.Context(), dir, p, opts); err != nil {
		t.Fatal(err)
	}
}

// onDisk reads all files below a folder, hidden ones too.
func onDisk(t testing.TB, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(p)
		files[filepath.ToSlash(rel)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func put(t testing.TB, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

// alone checks that nothing but the named folders is beside the target.
func alone(t testing.TB, parent string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.Contains(" "+strings.Join(want, " ")+" ", " "+e.Name()+" ") {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

func TestWriteReplaces(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "deep", "frozen")
	for seed := range uint64(20) {
		p := sample.New(seed).Program()
		write(t, dir, p, Options{NoBinary: seed%5 == 4})
		want, _ := pack(t, p, Options{NoBinary: seed%5 == 4})
		sameFiles(t, want, onDisk(t, dir))
		alone(t, filepath.Dir(dir), "frozen")
	}
}

func TestWriteKeepsOtherFiles(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		t.Run(fmt.Sprint("inPlace ", inPlace), func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "frozen")
			foreign := map[string]string{
				"README.md": "read me", ".gitattributes": "* -text", "notes/a/b.txt": "b", "outbound/prod/mine.txt": "mine",
				"outbound/old/mine.yaml": "not: ours\n", "index/README": "x",
			}
			for name, text := range foreign {
				put(t, dir, name, text)
			}
			if err := os.Mkdir(filepath.Join(dir, "empty"), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("README.md", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			if inPlace {
				put(t, dir, ".git/HEAD", "ref: x")
			}
			before, err := os.Stat(filepath.Join(dir, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(6) {
				p := sample.New(seed).Program()
				write(t, dir, p, Options{})
				want, _ := pack(t, p, Options{})
				got := onDisk(t, dir)
				for name, text := range foreign {
					if got[name] == nil || string(got[name].Data) != text {
						t.Fatalf("%s did not survive", name)
					}
					delete(got, name)
				}
				delete(got, "link")
				delete(got, ".git/HEAD")
				sameFiles(t, want, got)
			}
			after, err := os.Stat(filepath.Join(dir, "README.md"))
			if err != nil || !os.SameFile(before, after) || before.Mode() != after.Mode() || !before.ModTime().Equal(after.ModTime()) {
				t.Errorf("README.md was touched (%v)", err)
			}
			if info, err := os.Stat(filepath.Join(dir, "empty")); err != nil || info.Mode().Perm() != 0o750 {
				t.Errorf("the empty folder did not survive (%v)", err)
			}
			if to, err := os.Readlink(filepath.Join(dir, "link")); err != nil || to != "README.md" {
				t.Errorf("the link did not survive (%v)", err)
			}
			alone(t, parent, "frozen")
		})
	}
}

func TestWriteRefusesCollisions(t *testing.T) {
	p := sample.New(11).Program()
	for _, name := range []string{"bundle.pb", "index/prod.yaml", "outbound", "outbound/prod", "index/prod.yaml/x"} {
		dir := t.TempDir()
		put(t, dir, name, "mine")
		_, err := Write(t.Context(), dir, p, Options{})
		if err == nil || !strings.Contains(err.Error(), "was not written by routec") {
			t.Errorf("%s: got %v", name, err)
		}
		if got := onDisk(t, dir); len(got) != 1 || string(got[name].Data) != "mine" {
			t.Errorf("%s: the folder holds %d files", name, len(got))
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	put(t, filepath.Dir(file), "file", "")
	if _, err := Write(t.Context(), file, p, Options{}); err == nil || !strings.Contains(err.Error(), "not a folder") {
		t.Errorf("got %v", err)
	}
}

// Files that have not changed are not written again; a folder without any change is left alone.
func TestWriteUnchanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "frozen")
	p := sample.New(11).Program()
	write(t, dir, p, Options{})
	stat := func(name string) os.FileInfo {
		t.Helper()
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	folder, index, status := stat("."), stat("index/prod.yaml"), stat("status/prod.yaml")
	write(t, dir, p, Options{})
	if !os.SameFile(folder, stat(".")) {
		t.Error("the folder was replaced without any change")
	}
	p.Targets[0].Tables = append([]ir.Outbound(nil), p.Targets[0].Tables...)
	p.Targets[0].Others[0].Protocol = ir.Opaque
	p.Targets[0].Others[0].Routes, p.Targets[0].Others[0].OpaqueRoutes = nil, nil
	p.Targets[0].Others[0].Accrual, p.Targets[0].Others[0].DetectTimeout = ir.Accrual{}, ir.Duration{}
	write(t, dir, p, Options{})
	if os.SameFile(folder, stat(".")) {
		t.Error("the folder was not replaced")
	}
	if !os.SameFile(status, stat("status/prod.yaml")) || !status.ModTime().Equal(stat("status/prod.yaml").ModTime()) {
		t.Error("a file was written again without any change")
	}
	if os.SameFile(index, stat("index/"+p.Targets[0].Ref.Namespace+".yaml")) {
		t.Error("a changed file is the old one")
	}
}

func TestWriteThroughLink(t *testing.T) {
	parent := t.TempDir()
	if err := os.Symlink("real", filepath.Join(parent, "link")); err != nil {
		t.Fatal(err)
	}
	put(t, parent, "real/README.md", "x")
	p := sample.New(2).Program()
	write(t, filepath.Join(parent, "link"), p, Options{})
	if info, err := os.Lstat(filepath.Join(parent, "link")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced (%v)", err)
	}
	read(t, os.DirFS(filepath.Join(parent, "real")))
}

// An error, or a cancelled context, leaves the old bundle and nothing else.
func TestWriteFails(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	p := sample.New(1).Program()
	write(t, dir, p, Options{})
	want := onDisk(t, dir)
	w, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.File("../evil", nil); err == nil {
		t.Error("a path outside was taken")
	}
	if err := w.File("outbound/../../evil.yaml", nil); err == nil {
		t.Error("a path outside was taken")
	}
	if err := w.File("index/a.yaml", []byte(header)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, want, onDisk(t, dir))
	alone(t, parent, "frozen")
}

// Where folders cannot be exchanged, files are replaced.
func TestWriteWithoutExchange(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	put(t, dir, "README.md", "x")
	for seed := range uint64(6) {
		w, err := Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		w.swap = func(string, string) error { return fmt.Errorf("%w: busy", errNoExchange) }
		p := sample.New(seed).Program()
		if _, err := Pack(p, Options{}, w.File); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		want, _ := pack(t, p, Options{})
		want["README.md"] = &fstest.MapFile{Data: []byte("x")}
		sameFiles(t, want, onDisk(t, dir))
		alone(t, parent, "frozen")
	}
}

func TestReadUnfinished(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, sample.New(1).Program(), Options{})
	put(t, dir, unfinished, "")
	if _, err := Read(os.DirFS(dir)); !errors.Is(err, ErrUnfinished) {
		t.Errorf("got %v", err)
	}
	write(t, dir, sample.New(2).Program(), Options{})
	if _, err := Read(os.DirFS(dir)); err != nil {
		t.Errorf("the next write does not mend it: %v", err)
	}
}

// Of several writers each leaves a whole bundle, and the last one wins.
func TestConcurrentWriters(t *testing.T) {
	t.Run("exchanged", func(t *testing.T) { concurrentWriters(t, "README.md") })
	t.Run("in place", func(t *testing.T) { concurrentWriters(t, ".git") })
}

func concurrentWriters(t *testing.T, other string) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	put(t, dir, other, "x")
	var wg sync.WaitGroup
	whole := map[Digest]bool{}
	for seed := range uint64(8) {
		p := sample.New(seed).Program()
		_, s := pack(t, p, Options{})
		whole[s.Digest] = true
		wg.Go(func() {
			for range 10 {
				if _, err := Write(t.Context(), dir, p, Options{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b := read(t, os.DirFS(dir))
	if !whole[b.Digest] {
		t.Error("the bundle is none of those written")
	}
	p, err := b.Program()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := pack(t, p, Options{})
	want[other] = &fstest.MapFile{Data: []byte("x")}
	sameFiles(t, want, onDisk(t, dir))
	alone(t, parent, "frozen")
}

// TestMain lets the test program stand in for a writer that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("BUNDLE_WRITER_DIR"); dir != "" {
		for seed := uint64(0); ; seed++ {
			if _, err := Write(context.Background(), dir, big(seed%2), Options{AllTables: true}); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
	os.Exit(m.Run())
}

// big is one of two programs of many files.
func big(seed uint64) *ir.Program {
	p := sample.New(seed).Program()
	t := p.Targets[0]
	p.Targets = nil
	for i := range 200 {
		c := t
		c.Ref.Name = fmt.Sprintf("s%03d", i)
		c.Tables, c.Others, c.Profiles = nil, nil, nil
		for _, o := range t.Others {
			o.Meta.Ref.Name = c.Ref.Name
			c.Others = append(c.Others, o)
		}
		p.Targets = append(p.Targets, c)
	}
	return p
}

// Whenever a writer is killed, the folder holds one whole bundle, and the next run clears
// up after it.
func TestKilledWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	put(t, dir, "README.md", "x")
	var want []fstest.MapFS
	for seed := range uint64(2) {
		files, _ := pack(t, big(seed), Options{AllTables: true})
		files["README.md"] = &fstest.MapFile{Data: []byte("x")}
		want = append(want, files)
	}
	write(t, dir, big(0), Options{AllTables: true})
	r := rand.New(rand.NewPCG(1, 2))
	for range 25 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BUNDLE_WRITER_DIR="+dir)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20*time.Millisecond + time.Duration(r.Int64N(int64(150*time.Millisecond))))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		cmd.Wait()
		got := onDisk(t, dir)
		if !equalFiles(got, want[0]) && !equalFiles(got, want[1]) {
			t.Fatalf("a mix of %d files", len(got))
		}
	}
	write(t, dir, big(0), Options{AllTables: true})
	alone(t, parent, "frozen")
}

func equalFiles(a, b fstest.MapFS) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if b[name] == nil || !bytes.Equal(a[name].Data, b[name].Data) {
			return false
		}
	}
	return true
}
