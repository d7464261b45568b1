package flux

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// manifestsFolder returns where the folder of the manifests is, behind symbolic links. It has
// to be new or empty, and apart from the bundles, which are put in their places as a whole.
func manifestsFolder(dir string, parts []part) (string, error) {
	if dir == "" {
		return "", nil
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return "", fmt.Errorf("%s is not empty", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	at, err := behindLinks(dir)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		to, err := behindLinks(p.to)
		if err != nil {
			return "", err
		}
		if isBelow(at, to) || isBelow(to, at) {
			return "", fmt.Errorf("%s and the bundle's folder %s hold one another: name two folders beside each other", dir, p.to)
		}
	}
	return at, nil
}

// behindLinks returns the absolute path that a name leads to, which need not be there.
func behindLinks(name string) (string, error) {
	at, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	for rest := ""; ; at, rest = filepath.Dir(at), filepath.Join(filepath.Base(at), rest) {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			return "", err
		}
	}
}

// isBelow reports whether a path is that of a folder or of something in it.
func isBelow(name, folder string) bool {
	rel, err := filepath.Rel(folder, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// staged are manifests on their way to a folder; the zero staged are none.
type staged struct{ stage, to string }

// stageManifests writes the manifests into a new folder beside the one that they are for.
func stageManifests(files fs.FS, dir string) (staged, error) {
	if dir == "" {
		return staged{}, nil
	}
	if info, err := fs.Stat(files, ManifestsFolder); err != nil || !info.IsDir() {
		return staged{}, errors.New("it holds no manifests: they were not pushed")
	}
	from, err := fs.Sub(files, ManifestsFolder)
	if err != nil {
		return staged{}, err
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return staged{}, fmt.Errorf("write manifests: %w", err)
	}
	stage, err := os.MkdirTemp(parent, ".routec-")
	if err != nil {
		return staged{}, fmt.Errorf("write manifests: %w", err)
	}
	if err := errors.Join(os.Chmod(stage, 0o755), os.CopyFS(stage, from)); err != nil {
		return staged{}, errors.Join(fmt.Errorf("write manifests: %w", err), os.RemoveAll(stage))
	}
	return staged{stage, dir}, nil
}

// commit puts the manifests in their place.
func (s staged) commit() error {
	if s.stage == "" {
		return nil
	}
	if info, err := os.Lstat(s.to); err == nil && info.IsDir() { // whose place os.Rename does not take
		if err := os.Remove(s.to); err != nil { // not empty any more
			return fmt.Errorf("write manifests: %w", err)
		}
	}
	if err := os.Rename(s.stage, s.to); err != nil {
		return fmt.Errorf("write manifests: %w", err)
	}
	return nil
}

// takeBack undoes commit.
func (s staged) takeBack() error {
	if s.stage == "" {
		return nil
	}
	return os.Rename(s.to, s.stage)
}

// close removes what is staged and not committed.
func (s staged) close() error {
	if s.stage == "" {
		return nil
	}
	return os.RemoveAll(s.stage)
}
