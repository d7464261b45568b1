package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/ir"
)

type compileFlags struct {
	sourceFlags
	reportFlags
	Out       string
	AllTables bool
	NoBinary  bool
	Print     string
}

func compileCommand(std streams) *cobra.Command {
	var f compileFlags
	cmd := &cobra.Command{
		Use:   "compile [SOURCE...]",
		Short: "Compile manifests to a bundle of frozen tables, or print a summary",
		Long: `Compile reads manifests, decides their routing as Linkerd's control plane would, and freezes
the tables of every proxy in a bundle. Without -o it prints a summary and writes nothing.

A SOURCE is a folder, a file, "-" for standard input, or git:REV[:PATH]; the current folder
by default. Folders with a kustomization are built, not read raw. Several Mesh documents
make a fleet: a bundle each, in a folder of the mesh's name.`,
		Example: `  routec compile
  routec compile clusters/prod -o frozen
  routec compile git:origin/main:apps --print ir`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args) },
	}
	f.sourceFlags.bind(cmd)
	f.reportFlags.bind(cmd)
	cmd.Flags().StringVarP(&f.Out, "out", "o", "", "write the bundle to `DIR`")
	cmd.Flags().BoolVar(&f.AllTables, "all-tables", false, "write text also for tables that only repeat the defaults")
	cmd.Flags().BoolVar(&f.NoBinary, "no-binary", false, "leave bundle.pb out")
	cmd.Flags().StringVar(&f.Print, "print", "", "print the decided program instead: ir is the only `FORM`")
	choices(cmd, "print", "ir")
	return cmd
}

func (f *compileFlags) run(ctx context.Context, std streams, specs []string) error {
	if f.Print != "" && f.Print != "ir" {
		return usageError{fmt.Errorf("--print is ir, not %q", f.Print)}
	}
	if err := f.check(); err != nil {
		return err
	}
	result, err := f.build(ctx, std, specs)
	if err != nil {
		return err
	}
	if f.Print == "ir" {
		for _, c := range result.Clusters {
			if err := ir.Fprint(std.out, c.Program); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
	} else if !f.Quiet {
		if err := summarize(std.out, result, f.Out); err != nil {
			return err
		}
	}
	return f.finish(std, result)
}

func (f *compileFlags) build(ctx context.Context, std streams, specs []string) (*compile.Result, error) {
	if f.Out == "" || f.Print != "" {
		return f.decide(ctx, std, specs, nil)
	}
	return f.with(ctx, std, specs, func(sources source.Set, opts compile.Options) (*compile.Result, error) {
		return compile.Build(ctx, sources, f.Out, opts, bundle.Options{AllTables: f.AllTables, NoBinary: f.NoBinary})
	})
}
