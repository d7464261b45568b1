package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/diag"
)

type lintFlags struct {
	sourceFlags
	reportFlags
	Output string
}

func lintCommand(std streams) *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use:   "lint [SOURCE...]",
		Short: "Print what a cluster would refuse, ignore or break on",
		Long: `Lint compiles manifests and prints every finding: what the cluster would refuse, what
Linkerd would ignore, and what its proxies would do instead. Hazards come first: manifests
that pass every gate and then hurt the control plane or other users.

'routec codes CODE' explains a code. A finding is ignored by an annotation of its object,
routec.dev/ignore: "CODE reason" (several separated by ; or lines), or by the mesh's
spec.ignore: [{code: CODE, object: OBJECT, reason: REASON}].

JSON follows the schema in compile/diag/schema/findings-v1.json.`,
		Example: `  routec lint
  routec lint clusters/prod -o sarif > routec.sarif
  routec lint git:origin/main:apps --fail-on warning`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args) },
	}
	f.sourceFlags.bind(cmd)
	f.reportFlags.bind(cmd)
	cmd.Flags().StringVarP(&f.Output, "output", "o", "text", "`FORMAT`: text, json, sarif, github, gitlab, junit or markdown")
	choices(cmd, "output", "text", "json", "sarif", "github", "gitlab", "junit", "markdown")
	return cmd
}

func (f *lintFlags) run(ctx context.Context, std streams, specs []string) error {
	format, err := diag.ParseFormat(f.Output)
	if err != nil {
		return usageError{fmt.Errorf("--output: %w", err)}
	}
	if err := f.check(); err != nil {
		return err
	}
	result, err := f.decide(ctx, std, specs, nil)
	if err != nil {
		return err
	}
	all := result.Findings()
	shown := f.shown(all)
	opts := diag.Options{Excerpts: isTerminal(std.out), Version: version(), FailOn: f.limit()}
	if err := diag.Write(std.out, format, shown, result.Texts, opts); err != nil {
		return err
	}
	if format == diag.AsText && !f.Quiet {
		fmt.Fprintln(std.out, diag.Summary(shown))
	}
	return f.verdict(all)
}
