package stdin

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
)

func TestRead(t *testing.T) {
	fsys, err := Read(strings.NewReader("a: b\n"), "-", 5)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a stream is read once, the file as often as one likes
		if text, err := fs.ReadFile(fsys, "-"); err != nil || string(text) != "a: b\n" {
			t.Errorf("%q, %v", text, err)
		}
	}
	f, err := fsys.Open("-")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() != 5 || !info.Mode().IsRegular() || info.IsDir() || info.Name() != "-" {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := fsys.Open("."); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another name: %v", err)
	}
}

func TestReadMistakes(t *testing.T) {
	if _, err := Read(strings.NewReader("123456"), "-", 5); err == nil || !strings.Contains(err.Error(), "--max-file-size") {
		t.Errorf("too much: %v", err)
	}
	broken := errors.New("broken pipe")
	if _, err := Read(iotest.ErrReader(broken), "-", 5); !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
}
