// Package gate is the door of continuous integration: one compilation held against what was
// before ([Base]), what is kept in Git ([Golden]) and what was rendered ([Evidence]), with one
// report and one answer to whether it passes.
//
// It compiles nothing and opens nothing: its callers do.
package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
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

// A Review is what changed for one mesh.
type Review struct {
	Mesh    string
	Changes *delta.Changes
	Refused []review.Refusal // tables that the proxy refuses now and did not before
	Unknown []bundle.Key     // tables that differ from a base which does not hold what they were
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

// reviews compares the programs mesh by mesh. Where either side has only one, the two are
// compared whatever their names.
func reviews(head *compile.Result, base *Base) ([]Review, error) {
	var old []*compile.Cluster
	if base.Result != nil {
		old = base.Result.Clusters
	}
	alone := len(head.Clusters) == 1 && (len(old) == 1 || len(base.Bundles) == 1)
	var out []Review
	for _, c := range head.Clusters {
		r := Review{Mesh: c.Mesh.Name}
		before, refused := &ir.Program{}, compile.Refused{}
		if i := slices.IndexFunc(old, func(o *compile.Cluster) bool { return alone || o.Mesh.Name == c.Mesh.Name }); i >= 0 {
			before, refused = old[i].Program, old[i].Refused
		} else if b := base.bundle(c.Mesh.Name, alone); b != nil {
			var err error
			if before, r.Unknown, err = b.Against(c.Program); err != nil {
				return nil, fmt.Errorf("%s: %w", base.Name, err)
			}
			for _, t := range b.Tables {
				if t.Refused != "" {
					refused[t.Key] = t.Refused
				}
			}
		}
		r.Changes = delta.Compare(before, c.Program)
		r.Refused = newlyRefused(refused, c.Refused)
		out = append(out, r)
	}
	gone, err := base.gone(head, alone)
	if err != nil {
		return nil, err
	}
	out = append(out, gone...)
	slices.SortStableFunc(out, func(a, b Review) int { return strings.Compare(a.Mesh, b.Mesh) })
	return out, nil
}

// gone are the reviews of meshes that the base has and the result has not.
func (b *Base) gone(head *compile.Result, alone bool) (out []Review, err error) {
	if alone {
		return nil, nil
	}
	known := func(mesh string) bool {
		return slices.ContainsFunc(head.Clusters, func(c *compile.Cluster) bool { return c.Mesh.Name == mesh })
	}
	nothing := &ir.Program{}
	if b.Result != nil {
		for _, o := range b.Result.Clusters {
			if !known(o.Mesh.Name) {
				out = append(out, Review{Mesh: o.Mesh.Name, Changes: delta.Compare(o.Program, nothing)})
			}
		}
	}
	for mesh, frozen := range b.Bundles {
		if known(mesh) {
			continue
		}
		before, unknown, err := frozen.Against(nothing)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name, err)
		}
		out = append(out, Review{Mesh: mesh, Changes: delta.Compare(before, nothing), Unknown: unknown})
	}
	return out, nil
}

func (b *Base) bundle(mesh string, alone bool) *bundle.Bundle {
	if alone {
		for _, only := range b.Bundles {
			return only
		}
	}
	return b.Bundles[mesh]
}

// newlyRefused lists the tables that the proxy refuses and did not refuse before, by key.
func newlyRefused(old, new compile.Refused) (out []review.Refusal) {
	for key, why := range new {
		if old[key] == "" {
			out = append(out, review.Refusal{Table: key.String(), Why: why})
		}
	}
	slices.SortFunc(out, func(a, b review.Refusal) int { return strings.Compare(a.Table, b.Table) })
	return out
}
