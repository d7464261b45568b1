// Package source opens what the user names as a source of manifests: folders and
// files, standard input, git revisions, kustomizations.
//
// Each way in is a package of its own below this one and ends in an [fs.FS]; this
// package tells them apart and says what there is to read ([Set.Units]). It does not
// know what documents mean.
package source

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-multierror"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source/disk"
	"routec.dev/routec/compile/source/git"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/compile/source/stdin"
)

// Options say how sources are opened and which of their files are read.
type Options struct {
	Stdin io.Reader    // what "-" reads; nil is an empty stream
	Dir   string       // the working directory for git; "" is the process's own
	Load  load.Options // Prefix, Skip and Also are the sources' own and ignored here
}

// A Source is an opened place that manifests are read from.
type Source struct {
	Spec   string // as the user wrote it
	FS     fs.FS
	Prefix string   // put before the names in FS, makes them what the user would type
	Files  []string // the files to read; nil is every manifest below the root

	// Submodules are folders in FS that stand for other repositories; they are empty.
	Submodules []string

	around fs.FS  // what kustomizations may use: the repository around FS, or FS itself
	base   string // FS is this folder of around
	close  []func() error

	// given lists the units of a source that has no file system; see [Memory], [Set.Once].
	given func(context.Context, load.Options, *diag.Report) ([]*Unit, error)
}

// Close releases what the source holds open.
func (s *Source) Close() error {
	var failed *multierror.Error
	for _, close := range s.close {
		if err := close(); err != nil {
			failed = multierror.Append(failed, fmt.Errorf("close %s: %w", s.Spec, err))
		}
	}
	return failed.ErrorOrNil()
}

// Open opens one source: a folder, a file, "-" for standard input, or
// "git:REV[:PATH]" for what a revision of the repository around the working directory
// holds (see [git.Revision]). The error says what could not be opened.
func Open(ctx context.Context, spec string, opts Options) (*Source, error) {
	if spec == "-" {
		return openStream(spec, spec, "", opts.Stdin, opts)
	}
	if revision, ok := git.Parse(spec); ok {
		return openRevision(ctx, spec, revision, opts)
	}
	if oci.Names(spec) {
		return nil, fmt.Errorf("open source: %s is a bundle in a registry, and manifests are needed here", spec)
	}
	info, err := os.Stat(spec)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open source: %w", err)
	case info.IsDir():
		return openFolder(spec)
	case info.Mode().IsRegular():
		file := disk.File(spec)
		return &Source{Spec: spec, FS: file, Prefix: folderPrefix(filepath.Dir(spec)), Files: []string{file.Name()}}, nil
	}
	f, err := os.Open(spec) // a pipe or a device
	if err != nil {
		return nil, fmt.Errorf("open source: %w", err)
	}
	defer f.Close()
	return openStream(spec, filepath.Base(spec), folderPrefix(filepath.Dir(spec)), f, opts)
}

func openStream(spec, name, prefix string, r io.Reader, opts Options) (*Source, error) {
	if r == nil {
		r = strings.NewReader("")
	}
	fsys, err := stdin.Read(r, name, opts.Load.Limits.OrDefaults().FileSize)
	if err != nil {
		return nil, err
	}
	return &Source{Spec: spec, FS: fsys, Prefix: prefix, Files: []string{name}}, nil
}

func openFolder(spec string) (*Source, error) {
	folder, err := disk.Open(spec)
	if err != nil {
		return nil, fmt.Errorf("open source: %w", err)
	}
	return &Source{
		Spec: spec, FS: folder.FS, Prefix: folderPrefix(spec),
		around: folder.Around, base: folder.Base,
		close: []func() error{folder.Close},
	}, nil
}

func openRevision(ctx context.Context, spec string, revision git.Revision, opts Options) (*Source, error) {
	tree, err := git.Open(ctx, opts.Dir, revision, opts.Load.Limits.OrDefaults().FileSize)
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", spec, err)
	}
	s := &Source{Spec: spec, around: tree, base: tree.Base, close: []func() error{tree.Close}}
	if s.FS, err = fs.Sub(tree, tree.Base); err != nil {
		return nil, err
	}
	s.Submodules = tree.Submodules
	dir := revision.Path
	if tree.File != "" {
		s.Files = []string{tree.File}
		dir = path.Dir(strings.TrimSuffix(dir, "/"))
	}
	s.Prefix = "git:" + revision.Rev + ":" + folderPrefix(dir)
	return s, nil
}

// folderPrefix returns what to put before the names of a folder's files.
func folderPrefix(dir string) string {
	dir = filepath.ToSlash(filepath.Clean(dir))
	switch dir {
	case ".":
		return ""
	case "/":
		return dir
	}
	return dir + "/"
}

// show returns a name in around as the user would type it.
func (s *Source) show(name string) string {
	rel, err := filepath.Rel(filepath.FromSlash(s.base), filepath.FromSlash(name))
	if err != nil {
		return s.Prefix + name
	}
	rel = filepath.ToSlash(rel)
	if !strings.HasPrefix(rel, "../") {
		return s.Prefix + rel
	}
	head, dir := "", s.Prefix
	if rest, ok := strings.CutPrefix(s.Prefix, "git:"); ok {
		rev, below, _ := strings.Cut(rest, ":")
		head, dir = "git:"+rev+":", below
	}
	return head + path.Join(dir, rel)
}

// IsLocal reports whether a SOURCE can only be a folder or file below the working directory.
func IsLocal(spec string) bool { return filepath.IsLocal(spec) && !strings.Contains(spec, ":") }

// OpenAll opens every source, or none: the error lists all that could not be opened.
func OpenAll(ctx context.Context, specs []string, opts Options) (Set, error) {
	var set Set
	var failed *multierror.Error
	for _, spec := range specs {
		s, err := Open(ctx, spec, opts)
		if err != nil {
			failed = multierror.Append(failed, err)
			continue
		}
		set = append(set, s)
	}
	if failed == nil {
		return set, nil
	}
	set.Close()
	if len(failed.Errors) == 1 {
		return nil, failed.Errors[0]
	}
	return nil, failed
}

// A Set is the sources of one run, in the order in which they were named.
type Set []*Source

// Close closes every source.
func (set Set) Close() error {
	var failed *multierror.Error
	for _, s := range set {
		if err := s.Close(); err != nil {
			failed = multierror.Append(failed, err)
		}
	}
	return failed.ErrorOrNil()
}
