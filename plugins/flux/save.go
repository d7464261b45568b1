package flux

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
// else is in the artifact is not written.
func Save(ctx context.Context, files fs.FS, where Where) (dirs []string, err error) {
	stage, err := stageManifests(files, where.Manifests)
	if err != nil {
		return nil, err
	}
	if stage != "" {
		defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	}
	parts, err := choose(Bundle(files), where)
	if err != nil {
		return nil, err
	}
	for _, p := range parts { // one bad bundle of a fleet, and none is written
		if err := bundle.Verify(p.from); err != nil {
			return nil, fmt.Errorf("mesh %s: %w", p.mesh, err)
		}
	}
	for _, p := range parts {
		if err := bundle.Copy(ctx, p.to, p.from); err != nil {
			return nil, err
		}
		dirs = append(dirs, p.to)
	}
	if stage != "" {
		if err := os.Rename(stage, where.Manifests); err != nil {
			return nil, fmt.Errorf("write manifests: %w", err)
		}
	}
	return dirs, nil
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

// stageManifests writes the manifests into a new folder beside the one that they are for.
func stageManifests(files fs.FS, dir string) (stage string, err error) {
	if dir == "" {
		return "", nil
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return "", fmt.Errorf("write manifests: %s is not empty", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("write manifests: %w", err)
	}
	if info, err := fs.Stat(files, ManifestsFolder); err != nil || !info.IsDir() {
		return "", errors.New("it holds no manifests: they were not pushed")
	}
	from, err := fs.Sub(files, ManifestsFolder)
	if err != nil {
		return "", err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return "", fmt.Errorf("write manifests: %w", err)
	}
	if stage, err = os.MkdirTemp(parent, ".routec-"); err != nil {
		return "", fmt.Errorf("write manifests: %w", err)
	}
	if err := errors.Join(os.Chmod(stage, 0o755), os.CopyFS(stage, from)); err != nil {
		return "", errors.Join(fmt.Errorf("write manifests: %w", err), os.RemoveAll(stage))
	}
	return stage, nil
}
