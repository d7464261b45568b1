package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// A Writer puts the files of a bundle into a folder, whole or not at all.
//
// Files are staged in a folder beside the target, and the two are exchanged by one system
// call: whoever looks, and whenever the process is killed, the target is the old bundle or
// the new one. Of several writers at once the last one wins. What was not written by routec
// stays as it is; a file of that kind in the place of one of the bundle's is an error. A
// bundle's file that has not changed is the same file afterwards, its time included.
//
// Where folders cannot be exchanged (a mount point, a parent that cannot be written to, a
// file system that does not know how, a target that is a git work tree or full of other
// files) files are replaced one by one, each whole, under a mark by which [Read] tells that
// a write was interrupted.
//
// Nothing is flushed to the disk: that would cost more than everything else, a bundle can
// be built again, and digests tell whether it is complete.
type Writer struct {
	dir     string // the target, links resolved
	stage   string
	inPlace bool
	lock    *os.File // held on the stage folder, so that no other process clears it up
	turn    *os.File // held on the target while files are replaced one by one
	swap    func(a, b string) error

	old     inventory
	mu      sync.Mutex
	made    map[string]bool // folders in the stage
	paths   map[string]bool // files in the stage
	changed atomic.Bool
}

// Create begins to write a bundle into a folder. What an interrupted writer left behind is
// removed.
func Create(dir string) (*Writer, error) {
	target, err := resolve(dir)
	if err != nil {
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	w := &Writer{dir: target, swap: exchangeFolders, made: map[string]bool{".": true}, paths: map[string]bool{}}
	if w.old, err = takeInventory(target); err != nil {
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	w.inPlace = w.old.crowded()
	if err := w.makeStage(); err != nil {
		w.Close()
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	return w, nil
}

// resolve returns the absolute path of the target behind symbolic links.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			return "", err
		}
		parent, err := filepath.EvalSymlinks(filepath.Dir(abs))
		return filepath.Join(parent, filepath.Base(abs)), err
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a folder", dir)
	}
	return filepath.EvalSymlinks(abs)
}

// File adds a file; several goroutines may do so at once.
func (w *Writer) File(name string, content ...[]byte) error {
	if !isOurPath(name) || !fs.ValidPath(name) {
		return fmt.Errorf("write bundle: %q is not a path of a bundle", name)
	}
	if other := w.old.collision(name); other != "" {
		return fmt.Errorf("write bundle: %s was not written by routec: remove it, or choose another folder", filepath.Join(w.dir, other))
	}
	if err := w.folder(path.Dir(name)); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	had, err := w.unchanged(name, content)
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	w.mu.Lock()
	w.paths[name] = true
	w.mu.Unlock()
	staged := filepath.Join(w.stage, filepath.FromSlash(name))
	if had != nil && (w.inPlace || linkSame(w.path(name), staged, had)) {
		return nil
	}
	if had == nil {
		w.changed.Store(true)
	}
	if err := writeFile(staged, content); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

// linkSame links a file that was looked at before; another writer may have put another one
// in its place.
func linkSame(from, to string, looked fs.FileInfo) bool {
	if os.Link(from, to) != nil {
		return false
	}
	info, err := os.Lstat(to)
	if err == nil && os.SameFile(info, looked) {
		return true
	}
	os.Remove(to)
	return false
}

func (w *Writer) path(name string) string { return filepathOf(w.dir, name) }

// filepathOf is where a file of a bundle lies in a folder.
func filepathOf(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// folder makes a folder in the stage, once.
func (w *Writer) folder(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made[name] {
		return nil
	}
	w.made[name] = true
	return os.MkdirAll(filepath.Join(w.stage, filepath.FromSlash(name)), 0o777)
}

// unchanged returns the file that the target holds already, or nil. A file with other
// content that is not ours is an error.
func (w *Writer) unchanged(name string, content [][]byte) (fs.FileInfo, error) {
	if !w.old.ours[name] {
		return nil, nil
	}
	info, same, head, err := compareFile(w.path(name), content)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil // another writer was here
	case err != nil:
		return nil, err
	case same:
		return info, nil
	case !isOurContent(name, head):
		return nil, fmt.Errorf("%s was not written by routec: remove it, or choose another folder", w.path(name))
	}
	return nil, nil
}

// isOurContent reports whether a file at a path of ours was written by us.
func isOurContent(name string, content []byte) bool {
	if name == binaryName {
		return len(content) >= 3 && content[0] == fieldVersion<<3 && content[2] == fieldSettings<<3|2
	}
	return bytes.HasPrefix(content, []byte(header))
}

func writeFile(name string, content [][]byte) error {
	f, err := openRegular(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	w := writers.Get().(*bufio.Writer) // files are of many small pieces
	defer writers.Put(w)
	w.Reset(f)
	for _, c := range content {
		w.Write(c) // an error is that of Flush, too
	}
	return errors.Join(w.Flush(), f.Close())
}

var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 32<<10) }}

// Commit makes the files added so far the bundle; those of a previous bundle that were not
// added are removed. Nothing at all happens where nothing has changed.
func (w *Writer) Commit() error {
	stale, err := w.stale()
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	if !w.changed.Load() && len(stale) == 0 && w.old.exists {
		return wrap(w.Close())
	}
	err = errNoExchange
	if !w.inPlace {
		err = w.exchange()
	}
	if errors.Is(err, errNoExchange) {
		err = w.replace(stale)
	}
	return wrap(errors.Join(err, w.Close()))
}

func wrap(err error) error {
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

// stale lists the files of the previous bundle that do not belong any more; others at paths
// of ours stay, as they are not ours.
func (w *Writer) stale() (list []string, err error) {
	for _, name := range w.old.ourPaths() {
		if w.paths[name] {
			continue
		}
		ours, err := hasOurHeader(w.path(name), name)
		if err != nil {
			return nil, err
		}
		if !ours {
			w.old.foreign = append(w.old.foreign, name)
			continue
		}
		list = append(list, name)
	}
	return list, nil
}

// Close removes what is staged and not committed. It may be called again.
func (w *Writer) Close() error {
	var err error
	if w.stage != "" {
		err = os.RemoveAll(w.stage)
		w.stage = ""
	}
	for _, held := range []**os.File{&w.lock, &w.turn} {
		if *held != nil {
			err = errors.Join(err, (*held).Close())
			*held = nil
		}
	}
	return err
}
