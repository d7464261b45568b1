package oci

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Tree holds files in memory. It is an [fs.FS] that can also list folders; once it is
// filled it is safe for concurrent use.
type Tree struct {
	entries map[string]*entry // by name; "." is the root
}

// An entry is one name of a tree. It is its own [fs.DirEntry] and [fs.FileInfo].
type entry struct {
	name     string
	content  []byte
	children map[string]*entry // nil: a file
}

func (e *entry) Name() string               { return e.name }
func (e *entry) IsDir() bool                { return e.children != nil }
func (e *entry) Type() fs.FileMode          { return e.Mode().Type() }
func (e *entry) Info() (fs.FileInfo, error) { return e, nil }
func (e *entry) Size() int64                { return int64(len(e.content)) }
func (e *entry) ModTime() time.Time         { return time.Time{} }
func (e *entry) Sys() any                   { return nil }
func (e *entry) Mode() fs.FileMode {
	if e.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// NewTree returns a tree without files.
func NewTree() *Tree {
	return &Tree{entries: map[string]*entry{".": {name: ".", children: map[string]*entry{}}}}
}

// Add puts a file into the tree, with the folders above it. The error says that the name is
// none of a file below the root, or that it is taken.
func (t *Tree) Add(name string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if _, taken := t.entries[name]; taken {
		return fmt.Errorf("%q is there already", name)
	}
	folder, err := t.folder(path.Dir(name))
	if err != nil {
		return err
	}
	e := &entry{name: path.Base(name), content: content}
	t.entries[name], folder.children[e.name] = e, e
	return nil
}

// folder returns a folder, which it makes if it is not there.
func (t *Tree) folder(name string) (*entry, error) {
	if e, ok := t.entries[name]; ok {
		if !e.IsDir() {
			return nil, fmt.Errorf("%q is a file and a folder", name)
		}
		return e, nil
	}
	parent, err := t.folder(path.Dir(name))
	if err != nil {
		return nil, err
	}
	e := &entry{name: path.Base(name), children: map[string]*entry{}}
	t.entries[name], parent.children[e.name] = e, e
	return e, nil
}

// checkName takes names that stay below a root, wherever they are written to, and that can be
// shown on a terminal. None is in a .git: whoever runs git there runs what its hooks and
// configuration say.
func checkName(name string) error {
	if name == "." || !fs.ValidPath(name) || strings.Contains(name, `\`) || strings.ContainsFunc(name, isHidden) || !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%q is not the name of a file below the root", name)
	}
	for step := range strings.SplitSeq(name, "/") {
		if strings.EqualFold(step, ".git") {
			return fmt.Errorf("%q is in a git repository of its own, and artifacts hold files only", name)
		}
	}
	return nil
}

// isHidden finds what drives a terminal or changes the order of what it shows.
func isHidden(r rune) bool { return !unicode.IsPrint(r) }

// Names are those of all files, sorted.
func (t *Tree) Names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name, e := range t.entries {
			if !e.IsDir() && !yield(name) {
				return
			}
		}
	})
}

// ReadFile returns what a file holds. The caller may change it.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	e, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	if e.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return slices.Clone(e.content), nil
}

// Open opens a file or folder.
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	if !e.IsDir() {
		return &openFile{entry: e, Reader: bytes.NewReader(e.content)}, nil
	}
	d := &openFolder{entry: e}
	for _, child := range slices.Sorted(maps.Keys(e.children)) {
		d.left = append(d.left, e.children[child])
	}
	return d, nil
}

func (t *Tree) find(op, name string) (*entry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if e, ok := t.entries[name]; ok {
		return e, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

type openFile struct {
	*entry
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *openFile) Size() int64                { return f.entry.Size() }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	*entry
	left []fs.DirEntry
}

func (d *openFolder) Stat() (fs.FileInfo, error) { return d.entry, nil }
func (d *openFolder) Close() error               { return nil }
func (d *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

func (d *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.left)
	} else if len(d.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.left))
	list := d.left[:n:n]
	d.left = d.left[n:]
	return list, nil
}
