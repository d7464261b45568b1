package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
)

// reportFlags say what becomes of findings.
type reportFlags struct {
	FailOn string
	Quiet  bool
}

func (f *reportFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.FailOn, "fail-on", "error", "exit with 2 on findings of this `SEVERITY` or worse: info, warning, error, hazard or never")
	cmd.Flags().BoolVarP(&f.Quiet, "quiet", "q", false, "print findings at or above --fail-on only")
}

// check reads the flags; it is called before any work.
func (f *reportFlags) check() error {
	if _, ok := diag.ParseSeverity(f.FailOn); !ok && f.FailOn != "never" {
		return usageError{fmt.Errorf("--fail-on is info, warning, error, hazard or never, not %q", f.FailOn)}
	}
	return nil
}

// finish prints the findings to standard error and says by the exit code whether any is
// severe enough.
func (f *reportFlags) finish(std streams, result *compile.Result) error {
	limit, failing := diag.ParseSeverity(f.FailOn)
	all := findings(result)
	shown := all.Sorted()
	if f.Quiet {
		kept := shown[:0]
		for _, d := range shown {
			if failing && d.Severity >= limit {
				kept = append(kept, d)
			}
		}
		shown = kept
	}
	if err := diag.Text(std.err, shown, result.Texts, isTerminal(std.err)); err != nil {
		return fmt.Errorf("print findings: %w", err)
	}
	if failing && all.AtLeast(limit) {
		return exit(exitFindings)
	}
	return nil
}

// findings are those of the run and of every cluster.
func findings(result *compile.Result) *diag.Report {
	all := &diag.Report{}
	all.Join(result.Report)
	for _, c := range result.Clusters {
		all.Join(c.Report)
	}
	return all
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
