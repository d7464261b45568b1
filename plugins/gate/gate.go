// Package gate is the door of continuous integration: one compilation held against what was
// before ([Base]), what is kept in Git ([Golden]) and what was rendered ([Evidence]), with one
// report and one answer to whether it passes.
//
// It compiles nothing and opens nothing: its callers do.
package gate

import (
	"context"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/bundle"
)

// Options say what a result is held against, and what it may not have. The zero Options ask
// for nothing but findings.
type Options struct {
	Base          *Base
	Golden        *GoldenOptions
	Evidence      *EvidenceOptions
	FailOn        diag.Severity // findings from here on fail; 0 is never
	NewOnly       bool          // only those that the base does not have
	FailOnChanges bool          // any difference from the base fails
}

// A Base is what a result is compared with: the result of other manifests, or bundles.
type Base struct {
	Name    string                    // as the user wrote it
	Result  *compile.Result           // nil where the base is bundles
	Bundles map[string]*bundle.Bundle // by mesh
}

// A Report is everything that is to be said of one run.
type Report struct {
	Result   *compile.Result
	Findings Findings
	Golden   *Golden   // nil: not asked for
	Evidence *Evidence // likewise
	Base     string    // "" where there is none
	Reviews  []Review  // one a mesh, by name; none without a base

	limit   diag.Severity
	newOnly bool
	changes bool
}

// Findings are those of the run, classed where there is something to class them by. All
// lists are sorted as [diag.Report.Sorted] does.
type Findings struct {
	All     []diag.Diagnostic
	Classed bool // the base has findings, and the following says what became of them
	diag.Comparison
	Old *compile.Texts // finds the places of Fixed
}

// Run holds a result against what the options name.
func Run(ctx context.Context, head *compile.Result, opts Options) (*Report, error) {
	r := &Report{Result: head, limit: opts.FailOn, newOnly: opts.NewOnly, changes: opts.FailOnChanges}
	r.Findings.All = head.Findings().Sorted()
	if opts.Base != nil {
		r.Base = opts.Base.Name
		r.Findings.classify(opts.Base)
		var err error
		if r.Reviews, err = reviews(head, opts.Base); err != nil {
			return nil, err
		}
	}
	if opts.Golden != nil {
		var err error
		if r.Golden, err = holdGolden(ctx, head, *opts.Golden); err != nil {
			return nil, err
		}
	}
	if opts.Evidence != nil {
		var err error
		if r.Evidence, err = holdEvidence(ctx, head, *opts.Evidence); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (f *Findings) classify(base *Base) {
	if base.Result == nil {
		return
	}
	f.Classed, f.Old = true, base.Result.Texts
	f.Comparison = diag.Compare(base.Result.Findings().Sorted(), f.All)
}
