// Package disk opens a folder or a file of the disk as a source.
//
// A folder is opened as an [os.Root]: no symbolic link in it can lead outside,
// whatever happens to the folder meanwhile.
package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Folder is an opened folder, and the repository around it, which kustomizations in
// the folder may use. It must be closed.
type Folder struct {
	FS     fs.FS  // the folder
	Around fs.FS  // the git repository that the folder is in, or the folder itself
	Base   string // the folder's name in Around; "." when they are the same

	roots []*os.Root
}

// Open opens the folder at path.
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{FS: root.FS(), Around: root.FS(), Base: ".", roots: []*os.Root{root}}
	if err := f.lookAround(path); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// lookAround opens the repository that the folder is in, if it is in one.
func (f *Folder) lookAround(path string) error {
	real, err := filepath.Abs(path)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return fmt.Errorf("find the repository of %s: %w", path, err)
	}
	top, ok := repository(real)
	if !ok || top == real {
		return nil
	}
	base, err := filepath.Rel(top, real)
	if err != nil {
		return nil // on another volume: there is nothing around
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return fmt.Errorf("open the repository of %s: %w", path, err)
	}
	f.roots = append(f.roots, root)
	f.Around, f.Base = root.FS(), filepath.ToSlash(base)
	return nil
}

// repository returns the nearest folder at or above dir that has a .git.
func repository(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// Close closes what is open.
func (f *Folder) Close() error {
	var errs []error
	for _, root := range f.roots {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}

// A File is a file system that holds one file of the disk, under its own name. A
// symbolic link that the user names is followed wherever it leads.
type File string

// Name returns the file's name in the file system.
func (f File) Name() string { return filepath.Base(string(f)) }

// Open opens the file; no other name exists.
func (f File) Open(name string) (fs.File, error) {
	if name != f.Name() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.Open(string(f))
}
