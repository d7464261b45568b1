package gate

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
)

// A Verdict is whether a run passes.
type Verdict uint8

// The verdicts; the later ones prevail.
const (
	Passes    Verdict = iota
	Differs           // golden bundle or evidence are not those of the build, or there are changes that may not be
	HasErrors         // findings from the limit on
)

// Verdict is the answer to the run, with a reason for each thing that fails.
func (r *Report) Verdict() (Verdict, []string) {
	verdict := Passes
	var why []string
	fail := func(v Verdict, reason string) {
		verdict = max(verdict, v)
		why = append(why, reason)
	}
	if n := r.failing(); n > 0 {
		what := "finding"
		if r.newOnly {
			what = "introduced finding"
		}
		fail(HasErrors, fmt.Sprintf("%s at or above %s", count(n, what), r.limit))
	}
	if r.Golden != nil && r.Golden.Stale() {
		fail(Differs, "the golden bundle is stale")
	}
	if r.Evidence != nil && !r.Evidence.Holds() {
		fail(Differs, "the evidence is not that of this build")
	}
	if r.changes && r.Changed() {
		fail(Differs, "there are changes from the base")
	}
	return verdict, why
}

// failing counts the findings that fail the run.
func (r *Report) failing() int {
	n := 0
	if r.limit > 0 {
		for _, d := range r.judged() {
			if d.Severity >= r.limit {
				n++
			}
		}
	}
	return n
}

// judged are the findings that can fail the run.
func (r *Report) judged() []diag.Diagnostic {
	if r.newOnly {
		return r.Findings.Introduced
	}
	return r.Findings.All
}

// Changed reports whether anything differs from the base.
func (r *Report) Changed() bool {
	return slices.ContainsFunc(r.Reviews, func(v Review) bool {
		return v.State != Kept || !v.Changes.Empty() || len(v.Unknown)+len(v.Refused) > 0
	})
}

// count writes a number with its noun, in the plural where that is due.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
