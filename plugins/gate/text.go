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

func (t *text) golden(g *Golden) {
	for i := range g.Meshes {
		m := &g.Meshes[i]
		if len(m.Was.Files) == 0 {
			if !t.opts.Quiet {
				t.line("golden ", m.Dir, ": up to date, ", count(m.Summary.Tables, "table"))
			}
			continue
		}
		if isMissing(m.Was) && g.Written {
			t.line("golden ", m.Dir, ": written, ", count(m.Summary.Tables, "table"))
			continue
		}
		if g.Written {
			t.line("golden ", m.Dir, ": updated")
		} else {
			t.line("golden ", m.Dir, ": stale: ", staleness(m.Was))
		}
		names, rest := named(m.Was)
		for _, n := range names {
			t.line("  ", n)
		}
		if rest > 0 {
			t.line(fmt.Sprintf("  … and %d more", rest))
		}
		if !g.Written && t.opts.Update != "" {
			t.line("  this updates it: ", t.opts.Update)
		}
	}
	for _, dir := range g.Extra {
		t.line("golden ", dir, ": stale: a bundle of no mesh of the sources: remove it")
	}
}

// staleness says in one phrase what is the matter.
func staleness(s *bundle.Staleness) string {
	switch {
	case s.Broken != nil && len(s.Files) > 0 && isMissing(s):
		return "there is no bundle yet"
	case s.Broken != nil:
		return s.Broken.Error()
	case len(s.Tables) == 0:
		return "no table differs, but what is said of them does"
	}
	if len(s.Tables) == 1 {
		return "1 table differs from what the sources compile to"
	}
	return count(len(s.Tables), "table") + " differ from what the sources compile to"
}

// isMissing reports whether nothing of a bundle is there.
func isMissing(s *bundle.Staleness) bool {
	for _, f := range s.Files {
		if f.State != bundle.Missing {
			return false
		}
	}
	return true
}

// named lists the tables that differ or, where none does or they cannot be told, the files;
// and how many more there are.
func named(s *bundle.Staleness) (names []string, rest int) {
	if s.Broken != nil && isMissing(s) {
		return nil, 0
	}
	for _, t := range s.Tables {
		names = append(names, mark(t.State)+t.Key)
	}
	if len(names) == 0 {
		for _, f := range s.Files {
			names = append(names, mark(f.State)+f.Path)
		}
	}
	if n := len(names) - mostNamed; n > 0 {
		return names[:mostNamed], n
	}
	return names, 0
}

// mark says what an update does to a table or file, as reviews do.
func mark(s bundle.StaleState) string {
	switch s {
	case bundle.Missing:
		return "+ "
	case bundle.Leftover:
		return "- "
	}
	return "~ "
}

func (t *text) evidence(e *Evidence) {
	for i := range e.Meshes {
		m := &e.Meshes[i]
		switch m.State {
		case Current:
			if !t.opts.Quiet {
				t.line("evidence ", e.Name, ": mesh ", m.Mesh, " is current, ", m.Want)
			}
		case Missing:
			t.line("evidence ", e.Name, ": mesh ", m.Mesh, " has none: no ConfigMap with the annotation routec.dev/evidence: digest")
			if len(e.Others) > 0 {
				t.line("  there is evidence of other meshes: ", strings.Join(e.Others, ", "))
			}
			t.line("  help: kustomize skips functions in silence without --enable-alpha-plugins --enable-exec; Argo CD runs a plugin only where the application names it")
		case Stale:
			t.line("evidence ", e.Name, ": mesh ", m.Mesh, " is stale: this build is ", m.Want)
			for _, f := range m.Found {
				t.line("  ConfigMap ", f.Object, ": ", orNone(f.Digest))
			}
			t.line("  help: render again, from the same manifests and settings of the mesh")
		}
	}
	if !e.Holds() {
		for _, d := range e.Unreadable {
			t.line("  ", d.At.Doc.File, ": ", d.Message)
		}
	}
}

func orNone(s string) string {
	if s == "" {
		return "no digest"
	}
	return s
}

func (t *text) reviews(r *Report) error {
	if t.opts.Quiet {
		return nil
	}
	for i := range r.Reviews {
		v := &r.Reviews[i]
		title := "changes from " + r.Base
		if len(r.Reviews) > 1 {
			title += ", mesh " + v.Mesh
		}
		t.line(title + ":")
		if err := review.Text(t, v.Changes, v.Refused...); err != nil {
			return err
		}
		t.unknown(v.Unknown, r.Base)
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
