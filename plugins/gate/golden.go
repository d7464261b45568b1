package gate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/emit/bundle"
)

// GoldenOptions say where the bundle in Git is, and what becomes of it.
type GoldenOptions struct {
	Dir       string // of the bundle, or of a folder a mesh
	Write     bool   // bring it up to date
	AllTables bool   // as in [bundle.Options]
	NoBinary  bool   // no bundle.pb; otherwise there is one where there was one
	Partial   bool   // the sources hold more meshes than were compiled
}

// A Golden is the state of the bundle in Git.
type Golden struct {
	Dir     string
	Written bool         // it was brought up to date where it was not
	Meshes  []GoldenMesh // by name
	Extra   []string     // folders with bundles of no mesh
}

// A GoldenMesh is the state of one mesh's bundle.
type GoldenMesh struct {
	Mesh, Dir string
	Summary   *bundle.Summary
	Was       *bundle.Staleness // before it was written, if it was
}

// Stale reports whether the folder is not what the sources compile to.
func (g *Golden) Stale() bool {
	return len(g.Extra) > 0 || !g.Written && g.outdated()
}

// outdated reports whether any bundle was not up to date when it was looked at.
func (g *Golden) outdated() bool {
	return slices.ContainsFunc(g.Meshes, func(m GoldenMesh) bool { return len(m.Was.Files) > 0 })
}

func holdGolden(ctx context.Context, head *compile.Result, opts GoldenOptions) (*Golden, error) {
	g := &Golden{Dir: opts.Dir, Written: opts.Write}
	fleet := len(head.Clusters) > 1
	for _, c := range head.Clusters {
		m := GoldenMesh{Mesh: c.Mesh.Name, Dir: opts.Dir}
		if fleet || opts.Partial && isFolder(filepath.Join(opts.Dir, c.Mesh.Name)) {
			m.Dir = filepath.Join(opts.Dir, c.Mesh.Name)
		}
		how := bundle.Options{AllTables: opts.AllTables, NoBinary: opts.NoBinary || !exists(filepath.Join(m.Dir, "bundle.pb")), Judge: c.Refused.Judge}
		var err error
		if m.Was, m.Summary, err = bundle.Compare(ctx, m.Dir, c.Program, how); err != nil {
			return nil, fmt.Errorf("compare the golden bundle %s: %w", m.Dir, err)
		}
		if opts.Write && len(m.Was.Files) > 0 {
			if _, err := bundle.Write(ctx, m.Dir, c.Program, how); err != nil {
				return nil, fmt.Errorf("update the golden bundle %s: %w", m.Dir, err)
			}
		}
		g.Meshes = append(g.Meshes, m)
	}
	if opts.Partial {
		return g, nil
	}
	var err error
	g.Extra, err = extras(head, opts.Dir, fleet)
	return g, err
}

// extras finds bundles beside those of the meshes: what is left of a mesh that was renamed or
// removed, or of a single bundle where there is a fleet now.
func extras(head *compile.Result, dir string, fleet bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for bundles of no mesh: %w", err)
	}
	var out []string
	if fleet && isBundle(dir) {
		out = append(out, dir)
	}
	for _, e := range entries {
		known := fleet && slices.ContainsFunc(head.Clusters, func(c *compile.Cluster) bool { return c.Mesh.Name == e.Name() })
		if e.IsDir() && !known && !strings.HasPrefix(e.Name(), ".") && isBundle(filepath.Join(dir, e.Name())) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out, nil
}

// isBundle reports whether a folder has what every bundle has.
func isBundle(dir string) bool { return exists(filepath.Join(dir, "index", "_cluster.yaml")) }

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
