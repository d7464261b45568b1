package bundle

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errNoExchange says that the target cannot be exchanged for the stage in one step.
var errNoExchange = errors.New("folders cannot be exchanged here")

// makeStage makes the folder for new files: beside the target or, where that is impossible
// or pointless, in it.
func (w *Writer) makeStage() error {
	if !w.inPlace {
		prefix := filepath.Join(filepath.Dir(w.dir), "."+filepath.Base(w.dir)+privatePrefix)
		err := w.tryStage(prefix)
		if err == nil || !w.old.exists || !errors.Is(err, fs.ErrPermission) && !isReadOnly(err) {
			return err
		}
		w.inPlace = true
	}
	if err := os.MkdirAll(w.dir, 0o777); err != nil {
		return err
	}
	if err := w.takeTurn(); err != nil {
		return err
	}
	return w.tryStage(filepath.Join(w.dir, privatePrefix))
}

// takeTurn waits until no other writer replaces files in the target, and looks at it again.
func (w *Writer) takeTurn() (err error) {
	if w.turn, err = waitFolder(w.dir); err != nil {
		return err
	}
	w.old, err = takeInventory(w.dir)
	return err
}

// tryStage clears up what dead writers left, and makes and locks a new folder.
func (w *Writer) tryStage(prefix string) error {
	if err := clearLeftovers(prefix); err != nil {
		return err
	}
	for {
		stage := prefix + rand.Text()
		if err := os.Mkdir(stage, 0o777); err != nil {
			return err
		}
		w.stage = stage
		lock, err := lockFolder(w.stage)
		if err == nil {
			w.lock = lock
			return nil
		}
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errLocked) {
			return err
		}
		// Another writer took it for a leftover before it was locked: try again.
	}
}

// clearLeftovers removes stages that no living writer holds a lock on.
func clearLeftovers(prefix string) error {
	if !hasLocks {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(prefix))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(prefix)) || !e.IsDir() {
			continue
		}
		name := filepath.Join(filepath.Dir(prefix), e.Name())
		lock, err := lockFolder(name)
		if err != nil {
			continue // alive, or gone
		}
		err = os.RemoveAll(name)
		lock.Close()
		if err != nil {
			return fmt.Errorf("clear up an interrupted write: %w", err)
		}
	}
	return nil
}

// exchange puts the stage in the target's place. Other files are linked into it before, and
// the old folder is removed afterwards.
func (w *Writer) exchange() error {
	if !w.old.exists {
		err := os.Rename(w.stage, w.dir)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return err
		}
		// Another writer made it first.
	}
	held, err := w.holdTarget()
	if err != nil {
		return err
	}
	defer held.Close()
	if err := w.keepForeign(); err != nil {
		return err
	}
	if err := w.swap(w.stage, w.dir); err != nil {
		return err
	}
	// The stage is the old folder now, and held, so that nobody takes it for a leftover.
	if err := w.rescue(); err != nil {
		return err
	}
	return os.RemoveAll(w.stage)
}

// holdTarget waits for the lock on the folder that is the target: writers exchange one after
// the other, and each exchange puts another folder there.
func (w *Writer) holdTarget() (*os.File, error) {
	for {
		held, err := waitFolder(w.dir)
		if err != nil || held == nil {
			return nil, err
		}
		have, err := held.Stat()
		if err != nil {
			held.Close()
			return nil, err
		}
		if now, err := os.Stat(w.dir); err == nil && os.SameFile(have, now) {
			return held, nil
		}
		held.Close()
	}
}

// keepForeign links the files that are not ours into the stage.
func (w *Writer) keepForeign() error {
	if info, err := os.Stat(w.dir); err == nil {
		if err := os.Chmod(w.stage, info.Mode().Perm()); err != nil {
			return err
		}
	}
	for _, name := range w.old.folders {
		staged := filepath.Join(w.stage, filepath.FromSlash(name))
		info, err := os.Stat(w.path(name))
		if err != nil {
			continue // gone in the meantime
		}
		if err := os.MkdirAll(staged, 0o777); err != nil {
			return err
		}
		if err := os.Chmod(staged, info.Mode().Perm()); err != nil {
			return err
		}
	}
	for _, name := range w.old.foreign {
		staged := filepath.Join(w.stage, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(staged), 0o777); err != nil {
			return err
		}
		if err := os.Link(w.path(name), staged); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: keep %s: %w", errNoExchange, name, err)
		}
	}
	return nil
}

// rescue moves what others put into the old folder while the new one was staged.
func (w *Writer) rescue() error {
	now, err := takeInventory(w.stage)
	if err != nil {
		return err
	}
	for _, name := range now.foreign {
		before := filepath.Join(w.stage, filepath.FromSlash(name))
		a, err := os.Lstat(before)
		if err != nil {
			return err
		}
		if b, err := os.Lstat(w.path(name)); err == nil && os.SameFile(a, b) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o777); err != nil {
			return err
		}
		if err := os.Rename(before, w.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// replace moves staged files into the target one by one, under a mark.
func (w *Writer) replace(stale []string) (err error) {
	if w.turn == nil {
		if w.turn, err = waitFolder(w.dir); err != nil {
			return err
		}
	}
	mark := filepath.Join(w.dir, unfinished)
	if err := os.WriteFile(mark, []byte("routec was interrupted while it wrote this bundle: compile again\n"), 0o666); err != nil {
		return err
	}
	for name := range w.paths {
		staged := filepath.Join(w.stage, filepath.FromSlash(name))
		if _, err := os.Lstat(staged); errors.Is(err, fs.ErrNotExist) {
			continue // unchanged
		}
		if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o777); err != nil {
			return err
		}
		if err := os.Rename(staged, w.path(name)); err != nil {
			return err
		}
	}
	for _, name := range stale {
		if err := os.Remove(w.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := filepath.Dir(w.path(name)); dir != w.dir; dir = filepath.Dir(dir) {
			if os.Remove(dir) != nil {
				break // not empty
			}
		}
	}
	return os.Remove(mark)
}
