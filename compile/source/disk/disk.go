// Package disk opens a folder or a file of the disk as a source.
//
// A folder is opened as an [os.Root]: no symbolic link in it can lead outside,
// whatever happens to the folder meanwhile.
package disk

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Open opens the folder at path.
func Open(path string) (fs.FS, func() error, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root.Close, nil
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
