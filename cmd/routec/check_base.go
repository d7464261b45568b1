package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/plugins/gate"
)

// base opens what the result is compared with.
func (f *checkFlags) base(ctx context.Context, std streams, head *compile.Result, specs []string) (*gate.Base, error) {
	base := &gate.Base{Name: f.Base}
	if isThere(f.Base) || oci.Names(f.Base) {
		var err error
		if base.Bundles, err = f.bundles(ctx, head); err != nil || base.Bundles != nil {
			return base, err
		}
		specs = []string{f.Base}
	} else {
		rev, explicit := strings.CutPrefix(f.Base, "git:")
		if explicit && strings.Contains(rev, ":") {
			specs = []string{f.Base}
		} else {
			var err error
			if specs, err = atRevision(rev, specs); err != nil {
				return nil, err
			}
			if specs, err = f.held(ctx, std, specs); err != nil {
				return nil, fmt.Errorf("base %s: %w", f.Base, err)
			}
		}
	}
	if len(specs) == 0 {
		base.Result = &compile.Result{Report: &diag.Report{}}
		return base, nil
	}
	result, err := f.decide(ctx, std, specs, nil)
	if err != nil {
		return nil, fmt.Errorf("base %s: %w", f.Base, err)
	}
	base.Result = result
	return base, nil
}

// held drops the sources that the revision does not hold: they are new.
func (f *checkFlags) held(ctx context.Context, std streams, specs []string) (out []string, err error) {
	for _, spec := range specs {
		s, err := source.Open(ctx, spec, source.Options{Load: load.Options{Limits: f.Limits}})
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(std.err, "routec: there is no %s: everything in it counts as new\n", spec)
		case err != nil:
			return nil, err
		default:
			out = append(out, spec)
			if err := s.Close(); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// bundles reads the base as bundles, by mesh; nil without an error says that it is none.
func (f *checkFlags) bundles(ctx context.Context, head *compile.Result) (map[string]*bundle.Bundle, error) {
	fsys, err := f.folder(ctx, f.Base)
	if fsys == nil || err != nil {
		return nil, err
	}
	out := map[string]*bundle.Bundle{}
	for _, c := range head.Clusters {
		flags := f.sourceFlags
		if len(head.Clusters) > 1 {
			flags.Mesh = c.Mesh.Name // the bundle of its name in the folder
		}
		b, err := flags.bundleIn(fsys, f.Base)
		if err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
		if b != nil {
			out[c.Mesh.Name] = b
		}
	}
	if f.Mesh == "" {
		if err := f.others(fsys, out); err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case oci.Names(f.Base):
		return nil, fmt.Errorf("base: %s holds no bundle; of a fleet, --mesh chooses one", f.Base)
	}
	return nil, nil
}

// others adds the bundles of a fleet's other meshes: those that are gone.
func (f *checkFlags) others(fsys fs.FS, out map[string]*bundle.Bundle) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := fs.Stat(fsys, path.Join(e.Name(), "index", "_cluster.yaml")); !e.IsDir() || out[e.Name()] != nil || err != nil {
			continue
		}
		flags := f.sourceFlags
		flags.Mesh = e.Name()
		b, err := flags.bundleIn(fsys, f.Base)
		if err != nil {
			return err
		}
		if b != nil {
			out[e.Name()] = b
		}
	}
	return nil
}

// atRevision names the sources as a git revision holds them.
func atRevision(rev string, specs []string) ([]string, error) {
	out := make([]string, len(specs))
	for i, s := range specs {
		if strings.HasPrefix(s, "git:") || oci.Names(s) || s == "-" {
			return nil, usageError{fmt.Errorf("--base REV needs folders or files to look up in the revision, not %s", s)}
		}
		out[i] = "git:" + rev + ":" + s
	}
	return out, nil
}

// isThere reports whether a spec is a file or folder.
func isThere(spec string) bool {
	_, err := os.Stat(spec)
	return err == nil
}
