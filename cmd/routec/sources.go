package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
)

// sourceFlags say which manifests are read, and how.
type sourceFlags struct {
	Include, Exclude []string
	Namespace        string
	Admission        string
	Mesh             string
	Verify           bool
	CRDs             []string
	Limits           load.Limits
	registryFlags    // of verbs that take a bundle; they bind them
}

func (f *sourceFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.Include, "include", nil, "read only files that match this `PATTERN` (gitignore syntax, repeatable)")
	flags.StringArrayVar(&f.Exclude, "exclude", nil, "leave out files that match this `PATTERN` (gitignore syntax, repeatable)")
	flags.StringVarP(&f.Namespace, "namespace", "n", "", "`NAMESPACE` of objects that name none (default: the mesh's)")
	flags.StringVar(&f.Admission, "admission", "", "`enforce` or permit: whether webhooks refuse objects (default: the mesh's setting)")
	flags.StringVar(&f.Mesh, "mesh", "", "build only the mesh of this `NAME`, where the sources hold several")
	flags.BoolVar(&f.Verify, "verify", false, "check the program's invariants")
	flags.StringArrayVar(&f.CRDs, "crds", nil, "judge custom resources by the CRDs in this file or folder `PATH`, as the API server does (repeatable)")
	f.bindLimits(cmd)
}

// bindLimits bounds what a hostile source can cost.
func (f *sourceFlags) bindLimits(cmd *cobra.Command) {
	flags, d := cmd.Flags(), load.DefaultLimits()
	flags.Int64Var(&f.Limits.DocumentSize, "max-document-size", d.DocumentSize, "`BYTES` of one document")
	flags.Int64Var(&f.Limits.FileSize, "max-file-size", d.FileSize, "`BYTES` of one file")
	flags.Int64Var(&f.Limits.TotalSize, "max-total-size", d.TotalSize, "`BYTES` of all files together")
	flags.IntVar(&f.Limits.Files, "max-files", d.Files, "`NUMBER` of files")
	flags.IntVar(&f.Limits.Documents, "max-documents", d.Documents, "`NUMBER` of documents in one file")
	flags.IntVar(&f.Limits.Depth, "max-depth", d.Depth, "`NUMBER` of maps and lists inside one another")
	flags.IntVar(&f.Limits.AliasNodes, "max-alias-nodes", d.AliasNodes, "`NUMBER` of values that YAML aliases add to a document")
}

// decide opens the sources and takes them as far as decided programs.
func (f *sourceFlags) decide(ctx context.Context, std streams, specs []string, more func(*compile.Options)) (*compile.Result, error) {
	return f.with(ctx, std, specs, func(sources source.Set, opts compile.Options) (*compile.Result, error) {
		if more != nil {
			more(&opts)
		}
		return compile.Decide(ctx, sources, opts)
	})
}

// with opens the sources for the time of a call.
func (f *sourceFlags) with(ctx context.Context, std streams, specs []string, do func(source.Set, compile.Options) (*compile.Result, error)) (*compile.Result, error) {
	opts := compile.Options{Namespace: f.Namespace, Mesh: f.Mesh, Verify: f.Verify, CRDs: f.CRDs}
	if f.Admission != "" {
		var err error
		if opts.Admission, err = manifest.ParseAdmission(f.Admission); err != nil {
			return nil, usageError{fmt.Errorf("--admission is %w", err)}
		}
	}
	if len(f.CRDs) > 0 {
		judgingPace()
	}
	opts.Source.Stdin = std.in
	opts.Source.Load.Include, opts.Source.Load.Exclude = f.Include, f.Exclude
	opts.Source.Load.Limits = f.Limits
	if len(specs) == 0 {
		specs = []string{"."}
	}
	sources, err := source.OpenAll(ctx, specs, opts.Source)
	if err != nil {
		return nil, err
	}
	defer sources.Close()
	return do(sources, opts)
}

// one returns the only cluster of a result.
func one(r *compile.Result) (*compile.Cluster, error) {
	if len(r.Clusters) != 1 {
		return nil, usageError{fmt.Errorf("the sources hold %d meshes: choose one with --mesh", len(r.Clusters))}
	}
	return r.Clusters[0], nil
}
