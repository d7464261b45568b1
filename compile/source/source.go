// Package source opens what the user names as a source of manifests: folders and
// files, standard input, git revisions, kustomizations.
//
// Each way in is a package of its own below this one and ends in an [fs.FS]; this
// package tells them apart and says which documents there are to read. It does not
// look into documents.
package source

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-multierror"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source/disk"
	"routec.dev/routec/compile/source/stdin"
)

// Options say how sources are opened and which of their files are read.
type Options struct {
	Stdin io.Reader    // what "-" reads; nil is an empty stream
	Load  load.Options // Prefix and Skip are the sources' own and ignored here
}

// A Source is an opened place that manifests are read from.
type Source struct {
	Spec   string // as the user wrote it
	FS     fs.FS
	Prefix string   // put before the names in FS, makes them what the user would type
	Files  []string // the files to read; nil is every manifest below the root

	close func() error
}

// Close releases what the source holds open.
func (s *Source) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Open opens one source: a folder, a file, "-" for standard input, or
// "git:REV[:PATH]" for what a revision of the repository around the working directory
// holds. The error says what could not be opened.
func Open(ctx context.Context, spec string, opts Options) (*Source, error) {
	if spec == "-" {
		return openStream(spec, spec, "", opts.Stdin, opts)
	}
	info, err := os.Stat(spec)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open source: %w", err)
	case info.IsDir():
		fsys, done, err := disk.Open(spec)
		if err != nil {
			return nil, fmt.Errorf("open source: %w", err)
		}
		return &Source{Spec: spec, FS: fsys, Prefix: folderPrefix(spec), close: done}, nil
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
	if err := failed.ErrorOrNil(); err != nil {
		set.Close()
		return nil, err
	}
	return set, nil
}

// A Set is the sources of one run, in the order in which they were named.
type Set []*Source

// Close closes every source.
func (set Set) Close() error {
	var failed *multierror.Error
	for _, s := range set {
		if err := s.Close(); err != nil {
			failed = multierror.Append(failed, fmt.Errorf("close %s: %w", s.Spec, err))
		}
	}
	return failed.ErrorOrNil()
}

// A Unit is what is read at once: a file, or later a kustomization's result.
type Unit struct {
	Name string // as in diagnostics
	file string
	from *Source
	opts load.Options
}

// Units returns what there is to read, by source, then by name. The error is that a
// source's root cannot be read, or that ctx ended.
func (set Set) Units(ctx context.Context, opts Options, report *diag.Report) ([]*Unit, error) {
	var all []*Unit
	for _, s := range set {
		opts := opts.Load
		opts.Prefix = s.Prefix
		names := s.Files
		if names == nil {
			var err error
			if names, err = load.Files(ctx, s.FS, opts, report); err != nil {
				return nil, fmt.Errorf("read source %s: %w", s.Spec, err)
			}
		}
		for _, name := range names {
			all = append(all, &Unit{Name: s.Prefix + name, file: name, from: s, opts: opts})
		}
	}
	return all, nil
}

// Documents reads the unit's documents.
func (u *Unit) Documents(report *diag.Report) []load.Document {
	return load.Read(u.from.FS, u.file, u.opts, report)
}
