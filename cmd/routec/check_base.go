package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/plugins/gate"
)

// base opens what the result is compared with.
func (f *checkFlags) base(ctx context.Context, std streams, head *compile.Result, specs []string) (*gate.Base, error) {
	base := &gate.Base{Name: f.Base}
	if isThere(f.Base) || strings.Contains(f.Base, "://") {
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
	var out map[string]*bundle.Bundle
	for _, c := range head.Clusters {
		flags := f.sourceFlags
		if len(head.Clusters) > 1 {
			flags.Mesh = c.Mesh.Name // the bundle of its name in the folder
		}
		b, err := flags.frozen(ctx, f.Base)
		if err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
		if b != nil {
			if out == nil {
				out = map[string]*bundle.Bundle{}
			}
			out[c.Mesh.Name] = b
		}
	}
	return out, nil
}

// atRevision names the sources as a git revision holds them.
func atRevision(rev string, specs []string) ([]string, error) {
	out := make([]string, len(specs))
	for i, s := range specs {
		if strings.HasPrefix(s, "git:") || s == "-" {
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
