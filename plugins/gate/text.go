package gate

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/ir"
)

// mostNamed is how many tables, files or keys a text names before it counts the rest.
const mostNamed = 20

// TextOptions say how much a text tells.
type TextOptions struct {
	Unchanged bool   // list also the findings that the base has
	Quiet     bool   // only what fails
	Excerpts  bool   // as in [diag.Options]
	Update    string // the command that updates the golden bundle
}

// Text writes the report for people: findings, golden bundle, evidence, changes, and last
// whether the run passes.
func (r *Report) Text(w io.Writer, opts TextOptions) error {
	t := &text{Writer: bufio.NewWriter(w), opts: opts}
	if err := t.findings(r); err != nil {
		return err
	}
	if r.Golden != nil {
		t.golden(r.Golden)
	}
	if r.Evidence != nil {
		t.evidence(r.Evidence)
	}
	if err := t.reviews(r); err != nil {
		return err
	}
	switch verdict, why := r.Verdict(); {
	case verdict != Passes:
		t.line("check fails: ", strings.Join(why, "; "))
	case !opts.Quiet:
		t.line("check passes")
	}
	return t.Flush()
}

// A text writes lines; what manifests say may hold anything.
type text struct {
	*bufio.Writer
	opts TextOptions
}

func (t *text) line(parts ...string) {
	t.WriteString(ir.Printable(strings.Join(parts, "")))
	t.WriteByte('\n')
}

func (t *text) findings(r *Report) error {
	f := &r.Findings
	list := func(list []diag.Diagnostic, where diag.Locator) error {
		return diag.Write(t, diag.AsText, list, where, diag.Options{Excerpts: t.opts.Excerpts})
	}
	switch {
	case t.opts.Quiet:
		return list(r.atLimit(), r.Result.Texts)
	case !f.Classed:
		t.line(f.summary(), unclassed(r))
		return list(f.All, r.Result.Texts)
	}
	t.line(f.summary())
	if err := list(f.Introduced, r.Result.Texts); err != nil {
		return err
	}
	if len(f.Fixed) > 0 {
		t.line("fixed:")
		if err := list(f.Fixed, f.Old); err != nil {
			return err
		}
	}
	if t.opts.Unchanged && len(f.Unchanged) > 0 {
		t.line("unchanged:")
		return list(f.Unchanged, r.Result.Texts)
	}
	return nil
}

// atLimit are the findings that fail the run.
func (r *Report) atLimit() (out []diag.Diagnostic) {
	for _, d := range r.judged() {
		if r.limit > 0 && d.Severity >= r.limit {
			out = append(out, d)
		}
	}
	return out
}

// unclassed says why findings are not told apart, where someone could expect it.
func unclassed(r *Report) string {
	if r.Base == "" || len(r.Findings.All) == 0 {
		return ""
	}
	return "; " + r.Base + " is a bundle, which holds no findings: whether these are new is not known"
}

// summary counts: "findings: 2 introduced (1 error, 1 warning), 1 fixed, 3 unchanged".
func (f *Findings) summary() string {
	switch {
	case len(f.All) == 0 && len(f.Fixed) == 0:
		return "no findings"
	case !f.Classed:
		return "findings: " + diag.Summary(f.All)
	}
	introduced := "none introduced"
	if n := len(f.Introduced); n > 0 {
		introduced = fmt.Sprintf("%d introduced (%s)", n, diag.Summary(f.Introduced))
	}
	return fmt.Sprintf("findings: %s, %d fixed, %d unchanged", introduced, len(f.Fixed), len(f.Unchanged))
}

func (t *text) reviews(r *Report) error {
	if t.opts.Quiet {
		return nil
	}
	for i := range r.Reviews {
		v := &r.Reviews[i]
		title := "changes from " + r.Base
		if len(r.Reviews) > 1 || v.State != Kept {
			title += ", mesh " + v.Mesh + v.State.inBrackets()
		}
		t.line(title + ":")
		if err := review.Text(t, v.Changes, v.Refused...); err != nil {
			return err
		}
		t.unknown(v.Unknown, r.Base)
	}
	for _, note := range r.leftOut() {
		t.line("note: ", note)
	}
	return nil
}

// unknown names tables that differ from a bundle which has no text of them.
func (t *text) unknown(list []bundle.Key, base string) {
	for i, k := range list {
		if i == mostNamed {
			t.line(fmt.Sprintf("… and %d more", len(list)-mostNamed))
			return
		}
		t.line("~ ", k.String(), " differs, but ", base, " does not hold what it was: the bundle has no bundle.pb")
	}
}
