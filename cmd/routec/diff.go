package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
	"routec.dev/routec/ir/markdown"
)

type diffFlags struct {
	sourceFlags
	Base   string
	Output string
	Budget int
}

func diffCommand(std streams) *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "Say which tables differ, and in which rule, match, backend or weight",
		Long: `Diff compares the routing of two sources: manifests or bundles, in a folder or a registry.
Rules and backends are paired by what they are, not by where they stand in a list.

OLD is the last commit, and NEW the current folder, where they are not given. With --base,
OLD is what the revision holds of NEW, or a bundle. Exit code 1 says that there are
differences.

Changes that can do harm are named first: what is left without backends, routes and backends
that are gone, authorizations that let in more, routes without a say. Markdown is a comment
for a pull request, in sections of which as many are shown as fit into --budget bytes.`,
		Example: `  routec diff
  routec diff frozen ./manifests
  routec diff --base origin/main clusters/prod
  routec diff --base oci://ghcr.io/org/mesh:prod clusters/prod`,
		Args: usageArgs(cobra.MaximumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args) },
	}
	f.bind(cmd)
	f.registryFlags.bindPull(cmd)
	cmd.Flags().StringVar(&f.Base, "base", "", "compare with what this `REV` holds of NEW, or with a bundle: oci://…")
	cmd.Flags().StringVarP(&f.Output, "output", "o", "text", "`FORMAT`: text, json or markdown")
	choices(cmd, "output", "text", "json", "markdown")
	cmd.Flags().IntVar(&f.Budget, "budget", review.DefaultBudget, "at most `BYTES` of markdown")
	return cmd
}

func (f *diffFlags) run(ctx context.Context, std streams, args []string) error {
	render, ok := map[string]func(io.Writer, *delta.Changes) error{"text": diffText, "json": review.JSON, "markdown": f.markdown}[f.Output]
	switch {
	case !ok:
		return usageError{fmt.Errorf("--output is text, json or markdown, not %q", f.Output)}
	case f.Budget < review.LeastBudget:
		return usageError{fmt.Errorf("--budget is at least %d bytes", review.LeastBudget)}
	}
	old, new, err := f.sides(args)
	if err != nil {
		return err
	}
	before, after, err := f.programs(ctx, std, old, new)
	if err != nil {
		return err
	}
	changes := delta.Compare(before, after)
	if err := render(std.out, changes); err != nil {
		return fmt.Errorf("print differences: %w", err)
	}
	if !changes.Empty() {
		return exit(exitDifferent)
	}
	return nil
}

func diffText(w io.Writer, c *delta.Changes) error { return review.Text(w, c) }

// markdown writes a comment for a pull request, under the name of the mesh if it is chosen.
func (f *diffFlags) markdown(w io.Writer, c *delta.Changes) error {
	return review.Markdown(w, c, cmp.Or(f.Mesh, "diff"), markdown.Code("routec diff")+" shows all of them.", f.Budget)
}

// sides says what is compared with what.
func (f *diffFlags) sides(args []string) (old, new string, err error) {
	rev := "HEAD"
	switch {
	case len(args) == 2 && f.Base != "":
		return "", "", usageError{fmt.Errorf("--base stands for OLD: give NEW alone")}
	case len(args) == 2:
		return args[0], args[1], nil
	case len(args) == 1 && f.Base == "":
		return args[0], ".", nil
	case len(args) == 1:
		new = args[0]
	default:
		new = "."
	}
	if oci.Names(f.Base) {
		return f.Base, new, nil
	}
	if f.Base != "" {
		rev = f.Base
	}
	at, err := atRevision(rev, []string{new})
	if err != nil {
		return "", "", err
	}
	return at[0], new, nil
}

// programs takes both sides. A bundle without bundle.pb is read against the other side: its
// text has what something decided, and its digests tell whether the rest is the same.
func (f *diffFlags) programs(ctx context.Context, std streams, old, new string) (before, after *ir.Program, err error) {
	before, err = f.side(ctx, std, old)
	if errors.Is(err, bundle.ErrTextOnly) {
		if after, err = f.side(ctx, std, new); err == nil {
			before, err = f.against(ctx, std, old, after)
		}
		return before, after, err
	}
	if err != nil {
		return nil, nil, err
	}
	after, err = f.side(ctx, std, new)
	if errors.Is(err, bundle.ErrTextOnly) {
		after, err = f.against(ctx, std, new, before)
	}
	return before, after, err
}

// side is one of the programs, with the name of the side in errors.
func (f *diffFlags) side(ctx context.Context, std streams, spec string) (*ir.Program, error) {
	p, err := f.program(ctx, std, []string{spec})
	if err != nil && !oci.Names(spec) { // whose errors name it
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return p, err
}

func (f *diffFlags) against(ctx context.Context, std streams, spec string, other *ir.Program) (*ir.Program, error) {
	b, err := f.frozen(ctx, spec)
	if err != nil {
		return nil, err
	}
	p, unknown, err := b.Against(other)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	for _, k := range unknown {
		fmt.Fprintf(std.err, "routec: %s differs, but %s does not hold what it was: the bundle has no bundle.pb\n", k, spec)
	}
	return p, nil
}
