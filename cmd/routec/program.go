package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"routec.dev/routec/compile"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/ir"
)

// program decides the sources, or takes the program of a bundle where the only source is one.
func (f *sourceFlags) program(ctx context.Context, std streams, specs []string) (*ir.Program, error) {
	p, _, err := f.look(ctx, std, specs)
	return p, err
}

// look is program with the texts of the sources, for positions; a bundle has none.
func (f *sourceFlags) look(ctx context.Context, std streams, specs []string) (*ir.Program, *compile.Texts, error) {
	if len(specs) == 1 {
		b, err := f.frozen(specs[0])
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

// frozen reads a bundle; nil without an error says that there is none.
func (f *sourceFlags) frozen(dir string) (*bundle.Bundle, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, nil
	}
	if f.Mesh != "" {
		if info, err := os.Stat(filepath.Join(dir, f.Mesh)); err == nil && info.IsDir() {
			dir = filepath.Join(dir, f.Mesh)
		}
	}
	b, err := bundle.Read(os.DirFS(dir))
	switch {
	case errors.Is(err, bundle.ErrNotBundle), errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return b, nil
}

// warn says on standard error that there is more to know, for verbs that print no findings.
func warn(std streams, result *compile.Result) {
	if n := len(errorsIn(result)); n > 0 {
		fmt.Fprintf(std.err, "routec: %s in the sources: 'routec lint' shows them\n", count(n, "error"))
	}
}
