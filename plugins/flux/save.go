package flux

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"routec.dev/routec/emit/bundle"
)

// Where says where the parts of an artifact are written to.
type Where struct {
	Bundle    string // folder of the bundle; a fleet's is a folder for each mesh
	Mesh      string // only the bundle of this mesh of a fleet; "" is every one
	Manifests string // folder of the manifests, new or empty; "" leaves them out
}

// Save writes an artifact's files to the disk and returns the folders of the bundles. A bundle
// is checked and written whole or not at all, replaces the previous one in one step and
// leaves files of others alone; the folder of the manifests is there when all are in it. What
// else is in the artifact is not written. Everything is staged before the first of them is put
// in its place, so that what cannot be written leaves all as it was.
func Save(ctx context.Context, files fs.FS, where Where) (dirs []string, err error) {
	parts, err := choose(Bundle(files), where)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := bundle.Verify(p.from); err != nil {
			return nil, fmt.Errorf("mesh %s: %w", p.mesh, err)
		}
	}
	if where.Manifests, err = manifestsFolder(where.Manifests, parts); err != nil {
		return nil, fmt.Errorf("write manifests: %w", err)
	}
	manifests, err := stageManifests(files, where.Manifests)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, manifests.close()) }()
	writers, err := stageBundles(ctx, parts)
	for _, w := range writers {
		defer w.Close()
	}
	if err != nil {
		return nil, err
	}
	if err := manifests.commit(); err != nil {
		return nil, err
	}
	for i, w := range writers {
		if err := w.Commit(); err != nil {
			if i == 0 {
				err = errors.Join(err, manifests.takeBack())
			}
			return nil, err
		}
		dirs = append(dirs, parts[i].to)
	}
	return dirs, nil
}

func stageBundles(ctx context.Context, parts []part) (writers []*bundle.Writer, err error) {
	for _, p := range parts {
		w, err := bundle.Stage(ctx, p.to, p.from)
		if err != nil {
			return writers, err
		}
		writers = append(writers, w)
	}
	return writers, nil
}

// A part is one bundle on its way to a folder.
type part struct {
	mesh string // "." where the artifact is not a fleet's
	from fs.FS
	to   string
}

// choose says which bundles are written where.
func choose(from fs.FS, where Where) ([]part, error) {
	meshes, err := bundles(from)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, mesh := range meshes {
		to := filepath.Join(where.Bundle, mesh)
		if mesh != "." && where.Mesh != "" {
			if mesh != where.Mesh {
				continue
			}
			to = where.Bundle
		}
		sub, err := fs.Sub(from, mesh)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{mesh, sub, to})
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("it holds no bundle of mesh %s, but of %q", where.Mesh, meshes)
	}
	return parts, nil
}
