package git

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Tree is everything that a revision holds. It is an [fs.FS] that can also read
// links and directories; it is safe for concurrent use.
type Tree struct {
	// Base is the folder that the revision's path names; "." is the repository's root.
	Base string
	// File is the name of the one file in Base that the path names, when it is no folder.
	File string
	// Submodules are the folders below Base, and relative to it, that stand for other
	// repositories. They are empty here.
	Submodules []string

	entries map[string]*entry // by name; "." is the root
	blobs   *batch
}

// An entry is one name of a tree. It is its own [fs.DirEntry] and [fs.FileInfo].
type entry struct {
	name     string
	mode     fs.FileMode
	object   string
	size     int64
	children []fs.DirEntry // of a folder, sorted by name
}

func (e *entry) Name() string               { return e.name }
func (e *entry) IsDir() bool                { return e.mode.IsDir() }
func (e *entry) Type() fs.FileMode          { return e.mode.Type() }
func (e *entry) Info() (fs.FileInfo, error) { return e, nil }
func (e *entry) Size() int64                { return e.size }
func (e *entry) Mode() fs.FileMode          { return e.mode }
func (e *entry) ModTime() time.Time         { return time.Time{} }
func (e *entry) Sys() any                   { return nil }

// newTree reads the output of ls-tree -r -z and looks for base in it.
func newTree(listing []byte, base string) (*Tree, error) {
	t := &Tree{entries: map[string]*entry{".": {name: ".", mode: fs.ModeDir | 0o555}}}
	for line := range bytes.SplitSeq(listing, []byte{0}) {
		if len(line) == 0 {
			continue
		}
		mode, object, name, ok := parseEntry(string(line))
		if !ok {
			return nil, fmt.Errorf("git ls-tree printed %q", line)
		}
		if fs.ValidPath(name) {
			t.add(name, mode, object)
		}
	}
	t.sort()
	return t, t.enter(base)
}

// enter makes base, a folder or file, what the tree is about.
func (t *Tree) enter(base string) error {
	e := t.entries[base]
	if e == nil {
		return fmt.Errorf("%s is not in it: %w", base, fs.ErrNotExist)
	}
	t.Base = base
	if !e.IsDir() {
		t.Base, t.File = path.Dir(base), path.Base(base)
	}
	var below []string
	for _, dir := range t.Submodules {
		if name, ok := relative(dir, t.Base); ok {
			below = append(below, name)
		}
	}
	t.Submodules = below
	return nil
}

// parseEntry reads "MODE TYPE OBJECT\tNAME".
func parseEntry(line string) (mode, object, name string, ok bool) {
	head, name, ok := strings.Cut(line, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 {
		return "", "", "", false
	}
	return fields[0], fields[2], name, true
}

// relative returns a name as seen from base, when it is below.
func relative(name, base string) (string, bool) {
	if base == "." {
		return name, true
	}
	return strings.CutPrefix(name, base+"/")
}

// add takes in a name with the folders above it.
func (t *Tree) add(name, mode, object string) {
	e := &entry{name: path.Base(name), object: object}
	switch mode {
	case "120000":
		e.mode = fs.ModeSymlink | 0o777
	case "160000":
		e.mode = fs.ModeDir | 0o555
		t.Submodules = append(t.Submodules, name)
	default:
		e.mode = 0o444
	}
	t.entries[name] = e
	for {
		dir := path.Dir(name)
		parent, known := t.entries[dir]
		if !known {
			parent = &entry{name: path.Base(dir), mode: fs.ModeDir | 0o555}
			t.entries[dir] = parent
		}
		parent.children = append(parent.children, t.entries[name])
		if known {
			return
		}
		name = dir
	}
}

func (t *Tree) sort() {
	for _, e := range t.entries {
		slices.SortFunc(e.children, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	slices.Sort(t.Submodules)
}

// readSizes asks git for the sizes of all files at once. They serve limits only, so in
// a partial clone, where git refuses to answer, they stay 0.
func (t *Tree) readSizes(repo *repository) {
	byObject := map[string][]*entry{}
	for _, e := range t.entries {
		if e.object != "" && !e.IsDir() {
			byObject[e.object] = append(byObject[e.object], e)
		}
	}
	var ask strings.Builder
	for object := range byObject {
		ask.WriteString(object + "\n")
	}
	out, err := repo.output([]byte(ask.String()), "cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		object, size, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			continue // "missing"
		}
		for _, e := range byObject[object] {
			e.size = n
		}
	}
}

// Close ends the git process that reads contents.
func (t *Tree) Close() error { return t.blobs.close() }

func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// follow returns the entry of a name, through links in any of its folders and, when
// last is set, in its last part.
func (t *Tree) follow(op, name string, last bool) (*entry, error) {
	if !fs.ValidPath(name) {
		return nil, pathError(op, name, fs.ErrInvalid)
	}
	done, rest := ".", strings.Split(name, "/")
	for hops := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		if part == ".." && done == "." {
			return nil, pathError(op, name, fmt.Errorf("a link leads outside: %w", fs.ErrNotExist))
		}
		next := path.Join(done, part)
		e, ok := t.entries[next]
		if !ok {
			return nil, pathError(op, name, fs.ErrNotExist)
		}
		if e.mode&fs.ModeSymlink == 0 || len(rest) == 0 && !last {
			done = next
			continue
		}
		if hops++; hops > 40 {
			return nil, pathError(op, name, fmt.Errorf("too many links"))
		}
		target, err := t.blobs.read(e)
		if err != nil {
			return nil, pathError(op, name, err)
		}
		if path.IsAbs(string(target)) {
			return nil, pathError(op, name, fmt.Errorf("a link leads outside: %w", fs.ErrNotExist))
		}
		rest = append(strings.Split(string(target), "/"), rest...)
	}
	return t.entries[done], nil
}

// Open implements [fs.FS].
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.follow("open", name, true)
	if err != nil {
		return nil, err
	}
	if e.IsDir() {
		return &folder{entry: e}, nil
	}
	text, err := t.blobs.read(e)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	return &file{entry: e, Reader: bytes.NewReader(text)}, nil
}

// ReadDir implements [fs.ReadDirFS].
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.follow("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !e.IsDir() {
		return nil, pathError("readdir", name, fmt.Errorf("not a folder"))
	}
	return slices.Clone(e.children), nil
}

// Stat implements [fs.StatFS].
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	e, err := t.follow("stat", name, true)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Lstat implements [fs.ReadLinkFS].
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	e, err := t.follow("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// ReadLink implements [fs.ReadLinkFS].
func (t *Tree) ReadLink(name string) (string, error) {
	e, err := t.follow("readlink", name, false)
	switch {
	case err != nil:
		return "", err
	case e.mode&fs.ModeSymlink == 0:
		return "", pathError("readlink", name, fs.ErrInvalid)
	}
	target, err := t.blobs.read(e)
	if err != nil {
		return "", pathError("readlink", name, err)
	}
	return string(target), nil
}

// A file is an opened file.
type file struct {
	*entry
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *file) Close() error               { return nil }
func (f *file) Size() int64                { return f.entry.size }

// A folder is an opened folder.
type folder struct {
	*entry
	at int
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error)   { return 0, pathError("read", f.name, fs.ErrInvalid) }

// ReadDir implements [fs.ReadDirFile].
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := f.children[f.at:]
	if n <= 0 {
		f.at = len(f.children)
		return slices.Clone(left), nil
	}
	if len(left) == 0 {
		return nil, io.EOF
	}
	left = left[:min(n, len(left))]
	f.at += len(left)
	return slices.Clone(left), nil
}
