package load

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"routec.dev/routec/compile/diag"
)

var (
	errOutside = errors.New("the link leads outside the source")
	errLoop    = errors.New("the links go round in a circle")
)

// maxHops is how many links one name may go through; Linux follows 40.
const maxHops = 40

// linked returns the names of the links to read: those that lead to a manifest
// which is not read under its own name. Of several links to one file, the first
// counts. Linked folders are not entered, like kubectl does not: inside the source
// they are read where they stand.
func (w *walker) linked() []string {
	known := map[string]bool{}
	for _, name := range w.names {
		known[name] = true
	}
	var names []string
	for _, name := range w.links {
		target, err := FollowLink(w.fsys, name)
		if err != nil {
			w.badLink(name, err)
			continue
		}
		info, err := fs.Stat(w.fsys, name)
		switch {
		case err != nil:
			w.badLink(name, err)
		case info.Mode().IsRegular() && IsManifest(name) && !known[target]:
			known[target] = true
			names = append(names, name)
		}
	}
	return names
}

// badLink reports a link that cannot be followed. One that is named like a
// manifest is missed for certain; one without extension may have been a folder.
func (w *walker) badLink(name string, err error) {
	severity := diag.Error
	if !IsManifest(name) {
		if path.Ext(name) != "" || errors.Is(err, fs.ErrNotExist) {
			return
		}
		severity = diag.Warning
	}
	w.report.Add(brokenLink(w.opts.Prefix+name, err, severity))
}

// FollowLink returns the name of what a name leads to in the end, free of links; one
// that leaves the file system or goes round in a circle is an error.
// A file system that cannot read links is taken at its word: the name itself.
func FollowLink(fsys fs.FS, name string) (string, error) {
	links, ok := fsys.(fs.ReadLinkFS)
	if !ok {
		return name, nil
	}
	done, rest, hops := ".", strings.Split(name, "/"), 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if done == "." {
				return "", errOutside
			}
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, part)
		info, err := links.Lstat(next)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		if hops++; hops > maxHops {
			return "", errLoop
		}
		target, err := links.ReadLink(next)
		if err != nil {
			return "", err
		}
		if path.IsAbs(target) {
			return "", errOutside
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return done, nil
}
