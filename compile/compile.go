// Package compile is the driver: the whole pipeline from manifests to frozen tables.
//
// [Build] is the one function that every front door ends in. It never stops at the first
// problem: what it found is in the reports of its result.
package compile

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/admit/exact"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/routetest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/ir"
)

// Options say how manifests become tables. The zero Options are those of a repository whose
// Mesh documents say everything.
type Options struct {
	Source    source.Options
	Mesh      string             // only the mesh of this name; "" is every one
	Namespace string             // of objects that name none; "" is the mesh's default
	Admission manifest.Admission // overrides every mesh's; "" leaves it
	CRDs      []string           // files and folders of CRDs that judge custom resources exactly; none judges natively
	Verify    bool               // check the program's invariants, at the price of some time
	Verdicts  bool               // keep what admission said of each object, and what it would store
	Digest    bool               // make [Decide] freeze the programs in memory, for the digests of their bundles
}

// A Result is what was made of the sources.
type Result struct {
	Clusters []*Cluster   // one for each Mesh document, by name; one without any
	Report   *diag.Report // findings of no cluster in particular: unreadable files, broken documents
	Texts    *Texts       // finds the positions of what the reports speak of
}

// A Cluster is everything that was decided for one mesh.
type Cluster struct {
	Mesh     manifest.Mesh
	Counts   Counts
	Program  *ir.Program
	Refused  Refused
	Tests    []routetest.Test // in input order
	Verdicts []Verdict        // in input order, with Options.Verdicts
	Bundle   *bundle.Summary  // of the bundle that was written by [Build], or would be (Options.Digest)
	Report   *diag.Report

	ignored []diag.Suppression // by annotations
}

// A Verdict is what admission says of one object.
type Verdict struct {
	Object manifest.Unstructured // as the cluster would store it; without content when refused
	admit.Verdict
}

// Decide takes the sources as far as decided programs, one for each cluster, and finds the
// tables that the proxy would refuse: load → decode → admit → resolve.
func Decide(ctx context.Context, sources source.Set, opts Options) (*Result, error) {
	result, err := decide(ctx, sources, opts)
	if err != nil {
		return nil, err
	}
	settle := (*Cluster).judge
	if opts.Digest {
		settle = (*Cluster).digest
	}
	for _, c := range result.Clusters {
		if err := settle(c, ctx); err != nil {
			return nil, fmt.Errorf("mesh %s: %w", c.Mesh.Name, err)
		}
	}
	result.suppress()
	return result, nil
}

// Build takes the sources all the way: decided, lowered, judged and packed into bundles,
// the one of a fleet's mesh in a folder of its name. Bundles are written whole or not at all.
func Build(ctx context.Context, sources source.Set, dir string, opts Options, how bundle.Options) (*Result, error) {
	result, err := decide(ctx, sources, opts)
	if err != nil {
		return nil, err
	}
	for _, c := range result.Clusters {
		into := dir
		if len(result.Clusters) > 1 {
			into = filepath.Join(dir, c.Mesh.Name)
		}
		if err := c.freeze(ctx, into, how); err != nil {
			return nil, fmt.Errorf("write bundle %s: %w", into, err)
		}
	}
	result.suppress()
	return result, nil
}

// Pack hands out the files of a decided cluster's bundle, as [Build] would write them. It is
// for what does not end on a disk.
func (c *Cluster) Pack(ctx context.Context, how bundle.Options, sink bundle.Sink) (*bundle.Summary, error) {
	how.Judge = c.Refused.Judge
	summary, err := bundle.Pack(c.Program, how, func(path string, content ...[]byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return sink(path, content...)
	})
	if err != nil {
		return nil, fmt.Errorf("mesh %s: %w", c.Mesh.Name, err)
	}
	return summary, nil
}

func decide(ctx context.Context, sources source.Set, opts Options) (*Result, error) {
	result := &Result{Report: &diag.Report{}}
	docs, err := loadAll(ctx, sources, opts, result.Report) // files → documents
	if err != nil {
		return nil, err
	}
	result.Texts = docs.texts()
	meshes, err := docs.meshes(opts, result.Report)
	if err != nil {
		return nil, err
	}
	var engine *exact.Engine // shared by all meshes
	if len(opts.CRDs) > 0 {
		if engine, err = exact.Open(ctx, opts.CRDs); err != nil {
			return nil, err
		}
	}
	for _, mesh := range meshes {
		cluster, err := docs.of(mesh, sources).decide(ctx, mesh, engine, opts) // documents → objects → program
		if err != nil {
			return nil, fmt.Errorf("mesh %s: %w", mesh.Name, err)
		}
		result.Clusters = append(result.Clusters, cluster)
	}
	return result, nil
}

// freeze lowers the program, asks of each table whether the proxy would run it, and writes
// the bundle.
func (c *Cluster) freeze(ctx context.Context, dir string, how bundle.Options) error {
	return c.packJudged(how, func(how bundle.Options) (*bundle.Summary, error) {
		return bundle.Write(ctx, dir, c.Program, how)
	})
}

// digest is [Cluster.freeze] without a bundle.
func (c *Cluster) digest(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.packJudged(bundle.Options{OnlyDigest: true}, func(how bundle.Options) (*bundle.Summary, error) {
		return bundle.Pack(c.Program, how, nil)
	})
}

// packJudged inspects the tables while they are packed.
func (c *Cluster) packJudged(how bundle.Options, pack func(bundle.Options) (*bundle.Summary, error)) (err error) {
	var mu sync.Mutex
	var inspectors []*inspector
	how.Judge = func() func(bundle.Key, proto.Message) string {
		i := newInspector(c.Program)
		mu.Lock()
		defer mu.Unlock()
		inspectors = append(inspectors, i)
		return i.inspect
	}
	c.Bundle, err = pack(how)
	c.convict(inspectors)
	return err
}
