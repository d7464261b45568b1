package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "cover.lcov")
	for _, want := range []string{"first, and longer", "second"} {
		if err := writeWhole(name, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%q, %v: want %q", got, err, want)
		}
	}
	if err := writeWhole(filepath.Join(dir, "missing", "a"), nil); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	if err := writeWhole(dir, []byte("a")); err == nil {
		t.Error("wrote over a folder")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := writeWhole(os.DevNull, []byte("a")); err != nil {
		t.Errorf("a device: %v", err)
	}
}
