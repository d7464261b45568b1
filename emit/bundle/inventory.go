package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An inventory is what a folder holds before a bundle is written into it.
type inventory struct {
	exists  bool
	ours    map[string]bool // files at paths that a bundle may have; most likely ours
	foreign []string        // everything else that is not a folder
	blocked map[string]bool // places of ours that something else takes
	folders []string        // folders outside of ours
	git     bool            // a git work tree
}

// maxForeign is how many other files a folder may hold to be exchanged as a whole, which
// links each of them into the new one.
const maxForeign = 1000

// privatePrefix begins the names of what a writer needs while it works.
const privatePrefix = ".routec-"

// unfinished marks a bundle whose files are being replaced one by one.
const unfinished = privatePrefix + "unfinished"

// takeInventory looks at a folder until it has seen it whole: another writer may exchange it
// for a new one meanwhile.
func takeInventory(dir string) (inventory, error) {
	const tries = 100
	for try := 1; ; try++ {
		before, _ := os.Stat(dir)
		inv, err := lookAt(dir)
		after, _ := os.Stat(dir)
		same := before == nil && after == nil || before != nil && after != nil && os.SameFile(before, after)
		switch {
		case same && err == nil:
			return inv, nil
		case try < tries && (!same || errors.Is(err, fs.ErrNotExist)):
			continue
		case err == nil:
			err = fmt.Errorf("%s is replaced again and again", dir)
		}
		return inv, err
	}
}

func lookAt(dir string) (inventory, error) {
	inv := inventory{ours: map[string]bool{}, blocked: map[string]bool{}}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if p == dir && d == nil && errors.Is(err, fs.ErrNotExist) {
				return fs.SkipAll
			}
			return fmt.Errorf("look at %s: %w", p, err)
		}
		inv.exists = true
		rel, err := filepath.Rel(dir, p)
		if err != nil || rel == "." {
			return err
		}
		return inv.add(filepath.ToSlash(rel), d)
	})
	return inv, err
}

func (inv *inventory) add(name string, d fs.DirEntry) error {
	top, _, nested := strings.Cut(name, "/")
	ourFolder := slices.Contains(folders, top)
	switch {
	case strings.HasPrefix(name, privatePrefix) || name == ".git":
		inv.git = inv.git || name == ".git"
		if d.IsDir() {
			return fs.SkipDir
		}
	case d.IsDir():
		if !ourFolder {
			inv.folders = append(inv.folders, name)
		}
		if isOurPath(name) {
			inv.blocked[name] = true
		}
	case d.Type().IsRegular() && isOurPath(name):
		inv.ours[name] = true
	default:
		inv.foreign = append(inv.foreign, name)
		if ourFolder || !nested {
			inv.blocked[name] = true
		}
	}
	return nil
}

// crowded reports whether the folder had better not be exchanged.
func (inv *inventory) crowded() bool { return inv.git || len(inv.foreign) > maxForeign }

// collision returns what stands in the way of a file of ours, or nothing.
func (inv *inventory) collision(name string) string {
	for at := name; at != "."; at = path.Dir(at) {
		if inv.blocked[at] {
			return at
		}
	}
	return ""
}

// ourPaths are the files at paths of ours, in order.
func (inv *inventory) ourPaths() []string {
	list := make([]string, 0, len(inv.ours))
	for name := range inv.ours {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// hasOurHeader reports whether a file begins as ours do.
func hasOurHeader(file, name string) (bool, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // gone already
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(header))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, fmt.Errorf("read %s: %w", file, err)
	}
	return isOurContent(name, head[:n]), nil
}
