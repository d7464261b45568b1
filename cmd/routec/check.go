package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/plugins/gate"
)

type checkFlags struct {
	sourceFlags
	reportFlags
	Base          string
	Golden        string
	Write         bool
	AllTables     bool
	NoBinary      bool
	Evidence      string
	Output        string
	Reports       []string
	Budget        int
	NewOnly       bool
	FailOnChanges bool
	Unchanged     bool
}

func checkCommand(std streams) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [SOURCE...]",
		Short: "Everything that continuous integration asks, in one run with one exit code",
		Long: `Check compiles manifests once and says what is wrong with them, whether the golden bundle in
Git and the evidence in rendered manifests are those of this build, and what differs from a
base: one report, for people and for programs.

--base takes a git revision (which holds the same sources), a folder or file of manifests, a
bundle or oci://…. What is there as a folder or file is taken for one: git:REV says that a
revision is meant. Against manifests, findings are introduced, fixed or unchanged. What
differs from the base fails only with --fail-on-changes: it is there to be reviewed.

--golden names a bundle that is kept in Git. It has a bundle.pb where it had one before, and
a new one has none. --write brings it up to date. After a merge conflict in it, do the same:
nothing in it is worth merging by hand.

--require-evidence reads the output of kustomize or Argo CD, and demands that routec ran
there, on these manifests with these settings. The output can be the source as well, beside
the settings: it then proves itself.

Exit codes: 0 fine; 1 golden bundle or evidence are not those of this build, or changes with
--fail-on-changes; 2 findings at or above --fail-on, whatever else; 3 usage; 4 could not run.`,
		Example: `  routec check --base origin/main --golden frozen manifests
  routec check --golden frozen --write manifests
  routec check --base origin/main --new-only -o github --report markdown=review.md
  kustomize build --enable-alpha-plugins --enable-exec | routec check --require-evidence - - mesh.yaml`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args) },
	}
	f.bind(cmd)
	return cmd
}

func (f *checkFlags) bind(cmd *cobra.Command) {
	f.sourceFlags.bind(cmd)
	f.reportFlags.bind(cmd)
	f.registryFlags.bindPull(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.Base, "base", "", "compare with this `REV|DIR|BUNDLE`, or with oci://…")
	flags.StringVar(&f.Golden, "golden", "", "demand that the bundle in `DIR` is what the sources compile to")
	flags.BoolVar(&f.Write, "write", false, "bring the golden bundle up to date instead of failing")
	flags.BoolVar(&f.AllTables, "all-tables", false, "the golden bundle has text also for tables that only repeat the defaults")
	flags.BoolVar(&f.NoBinary, "no-binary", false, "the golden bundle has no bundle.pb (default: as it is; a new one has none)")
	flags.StringVar(&f.Evidence, "require-evidence", "", "demand current evidence of routec in the rendered manifests of `FILE|DIR|-`")
	flags.StringVarP(&f.Output, "output", "o", "text", "`FORMAT` of standard output: text, json, sarif, github, gitlab, junit or markdown")
	choices(cmd, "output", "text", "json", "sarif", "github", "gitlab", "junit", "markdown")
	flags.StringArrayVar(&f.Reports, "report", nil, "write the report also as `FORMAT=FILE` (repeatable)")
	flags.IntVar(&f.Budget, "budget", review.DefaultBudget, "at most `BYTES` of markdown")
	flags.BoolVar(&f.NewOnly, "new-only", false, "fail only on findings that the base does not have")
	flags.BoolVar(&f.FailOnChanges, "fail-on-changes", false, "fail where anything differs from the base")
	flags.BoolVar(&f.Unchanged, "unchanged", false, "list also the findings that the base has, in text")
}

func (f *checkFlags) run(ctx context.Context, std streams, specs []string) error {
	if len(specs) == 0 {
		specs = []string{"."}
	}
	outputs, err := f.outputs()
	if err != nil {
		return err
	}
	rendered := std.in
	if f.Evidence == "-" && slices.Contains(specs, "-") {
		if std.in, rendered, err = twice(std.in, f.Limits.FileSize); err != nil {
			return err
		}
	}
	head, err := f.decide(ctx, std, specs, nil)
	if err != nil {
		return err
	}
	std.in = rendered
	report, err := f.hold(ctx, std, head, specs)
	if err != nil {
		return err
	}
	texts := make([][]byte, len(outputs))
	for i, o := range outputs { // all of them, before the first is written
		if texts[i], err = f.render(report, o, std, specs); err != nil {
			return err
		}
	}
	for i, o := range outputs {
		if err := o.write(std.out, texts[i]); err != nil {
			return err
		}
	}
	return f.answer(report, std)
}

// twice lets standard input be read as a source and for evidence. Readers find out that it
// is larger than a file may be.
func twice(in io.Reader, most int64) (a, b io.Reader, err error) {
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read standard input: %w", err)
	}
	return bytes.NewReader(text), bytes.NewReader(text), nil
}

// hold opens what the result is held against.
func (f *checkFlags) hold(ctx context.Context, std streams, head *compile.Result, specs []string) (*gate.Report, error) {
	opts := gate.Options{FailOn: f.limit(), NewOnly: f.NewOnly, FailOnChanges: f.FailOnChanges}
	var err error
	if f.Base != "" {
		if opts.Base, err = f.base(ctx, std, head, specs); err != nil {
			return nil, err
		}
		if f.NewOnly && opts.Base.Result == nil {
			return nil, usageError{fmt.Errorf("--new-only needs a base of manifests: %s is a bundle, which holds no findings", f.Base)}
		}
	}
	if f.Golden != "" {
		opts.Golden = &gate.GoldenOptions{Dir: f.Golden, Write: f.Write, AllTables: f.AllTables, NoBinary: f.NoBinary, Partial: f.Mesh != ""}
	}
	if f.Evidence != "" {
		how := source.Options{Stdin: std.in}
		how.Load.Limits = f.Limits
		rendered, err := source.OpenAll(ctx, []string{f.Evidence}, how)
		if err != nil {
			return nil, fmt.Errorf("--require-evidence: %w", err)
		}
		defer rendered.Close()
		opts.Evidence = &gate.EvidenceOptions{Name: f.Evidence, Rendered: rendered, Source: how}
	}
	return gate.Run(ctx, head, opts)
}

// answer says by the exit code whether the run passes; where standard output is for programs,
// standard error says why it does not.
func (f *checkFlags) answer(report *gate.Report, std streams) error {
	verdict, why := report.Verdict()
	if verdict != gate.Passes && f.Output != string(diag.AsText) {
		fmt.Fprintf(std.err, "routec: check fails: %s\n", strings.Join(why, "; "))
	}
	switch verdict {
	case gate.Differs:
		return exit(exitDifferent)
	case gate.HasErrors:
		return exit(exitFindings)
	}
	return nil
}
