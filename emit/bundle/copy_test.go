package bundle

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"routec.dev/routec/ir/sample"
)

// A copy is what was packed, replaces what was there, and leaves other files at both ends.
func TestStage(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	for seed := range uint64(20) {
		opts := Options{NoBinary: seed%5 == 4, AllTables: seed%2 == 0}
		want, _ := pack(t, sample.New(seed).Program(), opts)
		from := fstest.MapFS{"README.md": {Data: []byte("not ours")}, "outbound/mine.yaml": {Data: []byte("not: ours\n")}, "other/index/a.yaml": {Data: []byte(header)}}
		for name, f := range want {
			from[name] = f
		}
		if err := Verify(from); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		w, err := Stage(t.Context(), dir, from)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := w.Commit(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		put(t, dir, "mine.txt", "mine")
		want["mine.txt"] = &fstest.MapFile{Data: []byte("mine")}
		sameFiles(t, want, onDisk(t, dir))
		alone(t, parent, "frozen")
	}
}

// What fails half-way leaves the previous bundle as it was.
func TestStageFails(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "frozen")
	write(t, dir, sample.New(1).Program(), Options{})
	before := onDisk(t, dir)
	files, _ := pack(t, sample.New(11).Program(), Options{})
	if _, err := Stage(t.Context(), dir, broken{files, "inbound/faces/web.yaml"}); err == nil {
		t.Error("copied a file that cannot be read")
	}
	sameFiles(t, before, onDisk(t, dir))
	alone(t, parent, "frozen")
}

// broken cannot open one of its files.
type broken struct {
	fstest.MapFS
	name string
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrPermission}
	}
	return b.MapFS.Open(name)
}

// Text that says something else than bundle.pb is found, whichever of the two was changed.
func TestVerifyRefuses(t *testing.T) {
	other, _ := pack(t, sample.New(12).Program(), Options{})
	for want, change := range map[string]func(fstest.MapFS){
		"changed by hand": func(f fstest.MapFS) {
			f["inbound/faces/web.yaml"] = &fstest.MapFile{Data: bytes.Replace(f["inbound/faces/web.yaml"].Data, []byte("name: all-unauthenticated"), []byte("name: x"), 1)}
		},
		"is not what bundle.pb holds": func(f fstest.MapFS) { f[binaryName] = other[binaryName] },
		"are in no index":             func(f fstest.MapFS) { delete(f, "index/faces.yaml"); dropTexts(f) },
		"no bundle here": func(f fstest.MapFS) {
			clear(f)
			f["a"] = &fstest.MapFile{}
		},
	} {
		files, _ := pack(t, sample.New(11).Program(), Options{})
		change(files)
		if err := Verify(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	files, _ := pack(t, sample.New(11).Program(), Options{})
	if err := Verify(fstest.MapFS{binaryName: files[binaryName]}); err != nil {
		t.Errorf("bundle.pb alone: %v", err)
	}
}

// dropTexts removes the text of all tables.
func dropTexts(files fstest.MapFS) {
	for name := range files {
		if !strings.HasPrefix(name, "index/") && name != binaryName {
			delete(files, name)
		}
	}
}
