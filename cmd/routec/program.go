package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/ir"
	"routec.dev/routec/plugins/flux"
)

// program decides the sources, or takes the program of a bundle where the only source is one.
func (f *sourceFlags) program(ctx context.Context, std streams, specs []string) (*ir.Program, error) {
	p, _, err := f.look(ctx, std, specs)
	return p, err
}

// look is program with the texts of the sources, for positions; a bundle has none.
func (f *sourceFlags) look(ctx context.Context, std streams, specs []string) (*ir.Program, *compile.Texts, error) {
	if len(specs) == 1 {
		b, err := f.frozen(ctx, specs[0])
		if err != nil {
			return nil, nil, err
		}
		if b != nil {
			p, err := b.Program()
			return p, nil, err
		}
	}
	result, err := f.decide(ctx, std, specs, nil)
	if err != nil {
		return nil, nil, err
	}
	cluster, err := one(result)
	if err != nil {
		return nil, nil, err
	}
	warn(std, result)
	return cluster.Program, result.Texts, nil
}

// frozen reads the bundle that a SOURCE is: a folder, or an artifact of a registry. Nil
// without an error says that it is manifests.
func (f *sourceFlags) frozen(ctx context.Context, spec string) (*bundle.Bundle, error) {
	fsys, err := f.folder(ctx, spec)
	if fsys == nil || err != nil {
		return nil, err
	}
	b, err := f.bundleIn(fsys, spec)
	if b == nil && err == nil && oci.Names(spec) {
		err = fmt.Errorf("%s holds no bundle; of a fleet, --mesh chooses one", spec)
	}
	return b, err
}

// folder opens what can hold bundles: an artifact of a registry or a folder; nil for all else.
func (f *sourceFlags) folder(ctx context.Context, spec string) (fs.FS, error) {
	if oci.Names(spec) {
		files, err := f.open(ctx, spec)
		if err != nil {
			return nil, err
		}
		return flux.Bundle(files), nil
	}
	if info, err := os.Stat(spec); err != nil || !info.IsDir() {
		return nil, nil
	}
	return os.DirFS(spec), nil
}

// bundleIn reads the bundle of a folder, or that of the chosen mesh in it; nil: there is none.
func (f *sourceFlags) bundleIn(fsys fs.FS, spec string) (*bundle.Bundle, error) {
	if info, err := fs.Stat(fsys, f.Mesh); f.Mesh != "" && err == nil && info.IsDir() {
		if fsys, err = fs.Sub(fsys, f.Mesh); err != nil {
			return nil, err
		}
	}
	b, err := bundle.Read(fsys)
	switch {
	case errors.Is(err, bundle.ErrNotBundle), errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return b, nil
}

// warn says on standard error that there is more to know, for verbs that print no findings.
func warn(std streams, result *compile.Result) {
	if n := len(errorsIn(result)); n > 0 {
		fmt.Fprintf(std.err, "routec: %s in the sources: 'routec lint' shows them\n", count(n, "error"))
	}
}
