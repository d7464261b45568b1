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

	close []func() error
}

// Open opens the folder at path.
func Open(path string) (*Folder, error) {
	f := &Folder{Base: "."}
	var err error
	if f.FS, err = f.open(path); err != nil {
		return nil, err
	}
	f.Around = f.FS
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
	if f.Around, err = f.open(top); err != nil {
		return fmt.Errorf("open the repository of %s: %w", path, err)
	}
	f.Base = filepath.ToSlash(base)
	return nil
}

// open opens a folder as a file system, for as long as f is open.
func (f *Folder) open(path string) (fs.FS, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f.close = append(f.close, root.Close)
	dir, err := root.Open(".")
	if err != nil {
		f.Close()
		return nil, err
	}
	f.close = append(f.close, dir.Close)
	return below{root.FS().(rootFS), dir}, nil
}

// below is the file system of an [os.Root], with a shorter way to open files.
type below struct {
	rootFS
	dir *os.File
}

// rootFS is what [os.Root.FS] documents to implement.
type rootFS interface {
	fs.StatFS
	fs.ReadFileFS
	fs.ReadDirFS
	fs.ReadLinkFS
}

// Open implements [fs.FS].
func (b below) Open(name string) (fs.File, error) {
	if fs.ValidPath(name) {
		if f, ok := openBeneath(b.dir, name); ok {
			return f, nil
		}
	}
	return b.rootFS.Open(name)
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
	for _, close := range f.close {
		errs = append(errs, close())
	}
	f.close = nil
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
