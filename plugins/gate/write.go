package gate

import (
	"fmt"
	"io"
	"strings"

	"routec.dev/routec/compile/diag"
)

// WriteOptions say how a report is rendered. The zero Options will do.
type WriteOptions struct {
	TextOptions
	Version string // of routec
	Budget  int    // bytes of markdown, 0 or at least [review.LeastBudget]
	Command string // that shows everything, for what markdown leaves out
}

// Write renders the report. Text, JSON and markdown have all of it. SARIF and Code Quality
// have the findings, all of them, because those who read them tell new ones themselves. JUnit
// and GitHub's annotations have the findings that can fail the run, and what else fails it.
func (r *Report) Write(w io.Writer, format diag.Format, opts WriteOptions) error {
	how := diag.Options{Version: opts.Version, FailOn: r.limit}
	switch format {
	case diag.AsText:
		return r.Text(w, opts.TextOptions)
	case diag.AsJSON:
		return r.json(w, opts)
	case diag.AsMarkdown:
		return r.markdown(w, opts)
	case diag.AsSARIF, diag.AsGitLab:
		return diag.Write(w, format, r.Findings.All, r.Result.Texts, how)
	}
	how.Failures = r.failures(opts)
	return diag.Write(w, format, r.judged(), r.Result.Texts, how)
}

// failures are what fails the run and is no finding.
func (r *Report) failures(opts WriteOptions) (out []diag.Failure) {
	fail := func(title, message string) { out = append(out, diag.Failure{Title: title, Message: message}) }
	if r.Golden != nil && !r.Golden.Written {
		for i := range r.Golden.Meshes {
			if m := &r.Golden.Meshes[i]; len(m.Was.Files) > 0 {
				names, rest := named(m.Was)
				if rest > 0 {
					names = append(names, fmt.Sprintf("… and %d more", rest))
				}
				message := append([]string{m.Dir + " is stale: " + staleness(m.Was)}, names...)
				fail("golden bundle", strings.Join(append(message, "This updates it: "+opts.Update), "\n"))
			}
		}
	}
	if r.Golden != nil {
		for _, dir := range r.Golden.Extra {
			fail("golden bundle", dir+" is a bundle of no mesh of the sources: remove it")
		}
	}
	if r.Evidence != nil {
		for i := range r.Evidence.Meshes {
			m := &r.Evidence.Meshes[i]
			if m.State != Current {
				fail("evidence", fmt.Sprintf("%s: the evidence of mesh %s is %s\nHelp: %s", r.Evidence.Name, m.Mesh, m.State, m.help()))
			}
		}
	}
	if r.changes && r.Changed() {
		fail("changes", "there are changes from "+r.Base)
	}
	return out
}
