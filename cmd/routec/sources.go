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
	flags.StringVar(&f.Admission, "admission", "", "`MODE` of webhooks: enforce or permit; they refuse objects, or let them pass (default: the mesh's setting)")
	choices(cmd, "admission", "enforce", "permit")
	flags.StringVar(&f.Mesh, "mesh", "", "build only the mesh of this `NAME`, where the sources hold several")
	flags.BoolVar(&f.Verify, "verify", false, "also check what the compiler has decided for contradictions, which would be bugs of its own")
	flags.StringArrayVar(&f.CRDs, "crds", nil, "judge custom resources by the CRDs in this file or folder `PATH`, as the API server does (repeatable)")
	f.bindLimits(cmd)
}

// bindLimits bounds what a hostile source can cost.
func (f *sourceFlags) bindLimits(cmd *cobra.Command) {
	flags, d := cmd.Flags(), load.DefaultLimits()
	flags.Int64Var(&f.Limits.DocumentSize, "max-document-size", d.DocumentSize, "at most `BYTES` in one document")
	flags.Int64Var(&f.Limits.FileSize, "max-file-size", d.FileSize, "at most `BYTES` in one file")
	flags.Int64Var(&f.Limits.TotalSize, "max-total-size", d.TotalSize, "at most `BYTES` in all files together")
	flags.IntVar(&f.Limits.Files, "max-files", d.Files, "at most `NUMBER` files")
	flags.IntVar(&f.Limits.Documents, "max-documents", d.Documents, "at most `NUMBER` documents in one file")
	flags.IntVar(&f.Limits.Depth, "max-depth", d.Depth, "at most `NUMBER` maps and lists inside one another")
	flags.IntVar(&f.Limits.AliasNodes, "max-alias-nodes", d.AliasNodes, "at most `NUMBER` values that YAML aliases add to a document")
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
