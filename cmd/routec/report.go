package main

import (
	"fmt"
	"io"
	"os"
	"slices"

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
	choices(cmd, "fail-on", "info", "warning", "error", "hazard", "never")
	cmd.Flags().BoolVarP(&f.Quiet, "quiet", "q", false, "print findings at or above --fail-on only")
}

// check reads the flags; it is called before any work.
func (f *reportFlags) check() error {
	if _, err := diag.ParseLimit(f.FailOn); err != nil {
		return usageError{fmt.Errorf("--fail-on is %w", err)}
	}
	return nil
}

// finish prints the findings to standard error and says by the exit code whether any is
// severe enough.
func (f *reportFlags) finish(std streams, result *compile.Result) error {
	all := result.Findings()
	opts := diag.Options{Excerpts: isTerminal(std.err)}
	if err := diag.Write(std.err, diag.AsText, f.shown(all), result.Texts, opts); err != nil {
		return err
	}
	return f.verdict(all)
}

// shown are the findings to print, sorted.
func (f *reportFlags) shown(all *diag.Report) []diag.Diagnostic {
	sorted := all.Sorted()
	if !f.Quiet {
		return sorted
	}
	return slices.DeleteFunc(sorted, func(d diag.Diagnostic) bool { return f.limit() == 0 || d.Severity < f.limit() })
}

// limit is the severity from which on the run fails; 0 is never.
func (f *reportFlags) limit() diag.Severity {
	limit, _ := diag.ParseLimit(f.FailOn) // checked
	return limit
}

// verdict ends the program with its own code where a finding is severe enough.
func (f *reportFlags) verdict(all *diag.Report) error {
	if limit := f.limit(); limit > 0 && all.AtLeast(limit) {
		return exit(exitFindings)
	}
	return nil
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

// errorsIn returns the findings that are errors or worse.
func errorsIn(result *compile.Result) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, d := range result.Findings().Sorted() {
		if d.Severity >= diag.Error {
			out = append(out, d)
		}
	}
	return out
}
