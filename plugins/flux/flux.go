// Package flux lays a build out as the artifact that a Flux source serves: the bundle and, if
// asked, the manifests that it was built from, for an OCIRepository to fetch and a
// Kustomization to apply.
//
//	bundle/      as 'routec compile -o' writes it; a fleet has a folder for each mesh
//	manifests/   the objects for a cluster, which a Kustomization names as its path
//
// The two are folders of their own because Flux applies every YAML file below a path, and
// frozen tables are no objects. What travels to the registry and back is in package oci.
package flux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
)

// The folders of an artifact.
const (
	BundleFolder    = "bundle"
	ManifestsFolder = "manifests"
)

// Options say what an artifact is made from, and what it holds.
type Options struct {
	Compile   compile.Options
	Bundle    bundle.Options
	Manifests bool // also the manifests
}

// Package compiles sources and lays the outcome out as the files of an artifact. Whether
// findings stand in the way of using it is for the caller to say. The error is that of reading
// or compiling, or says which manifest cannot be put into the artifact.
func Package(ctx context.Context, sources source.Set, opts Options) (*oci.Tree, *compile.Result, error) {
	set := make(source.Set, len(sources))
	for i, s := range sources {
		set[i] = s
		if opts.Manifests {
			set[i] = s.Once() // what is compiled is what is packed
		}
	}
	result, err := compile.Decide(ctx, set, opts.Compile)
	if err != nil {
		return nil, nil, err
	}
	files := oci.NewTree()
	for _, c := range result.Clusters {
		folder := BundleFolder
		if len(result.Clusters) > 1 {
			folder = path.Join(BundleFolder, c.Mesh.Name)
		}
		if c.Bundle, err = c.Pack(ctx, opts.Bundle, sink(files, folder)); err != nil {
			return nil, nil, err
		}
	}
	if opts.Manifests {
		if err := addManifests(ctx, files, set, opts.Compile.Source); err != nil {
			return nil, nil, err
		}
	}
	return files, result, nil
}

// sink puts a bundle's files into a folder of a tree.
func sink(files *oci.Tree, folder string) bundle.Sink {
	var mu sync.Mutex
	return func(name string, content ...[]byte) error {
		whole := bytes.Join(content, nil)
		mu.Lock()
		defer mu.Unlock()
		return files.Add(path.Join(folder, name), whole)
	}
}

// Frozen lays out a bundle, or the bundles of a fleet, that were built before. Files beside
// them are left out. The error is [bundle.ErrNotBundle], or what is wrong with one.
func Frozen(fsys fs.FS) (*oci.Tree, error) {
	meshes, err := bundles(fsys)
	if err != nil {
		return nil, err
	}
	files := oci.NewTree()
	for _, mesh := range meshes {
		sub, err := fs.Sub(fsys, mesh)
		if err != nil {
			return nil, err
		}
		if err := bundle.Verify(sub); err != nil {
			return nil, err
		}
		add := sink(files, path.Join(BundleFolder, mesh))
		if err := bundle.Files(sub, func(name string, content []byte) error { return add(name, content) }); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Bundle returns the part of an artifact's files that is a bundle, or that holds those of a
// fleet: its folder, or everything, as 'flux push artifact --path' makes it of a bundle.
func Bundle(files fs.FS) fs.FS {
	if info, err := fs.Stat(files, BundleFolder); err != nil || !info.IsDir() {
		return files
	}
	sub, err := fs.Sub(files, BundleFolder)
	if err != nil {
		panic(err) // the name is valid
	}
	return sub
}

// bundles names the bundles of a folder: "." where it is one itself, else the folders in it
// that are. The error is [bundle.ErrNotBundle] where there is none.
func bundles(fsys fs.FS) ([]string, error) {
	if isBundle(fsys, ".") {
		return []string{"."}, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("look for bundles: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && isBundle(fsys, e.Name()) {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, bundle.ErrNotBundle
	}
	return names, nil
}

func isBundle(fsys fs.FS, folder string) bool {
	for _, mark := range []string{"bundle.pb", "index"} {
		if _, err := fs.Stat(fsys, path.Join(folder, mark)); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}
