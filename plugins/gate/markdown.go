package gate

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/ir/delta"
	"routec.dev/routec/ir/markdown"
)

// markdown writes the report as a page for a pull request.
func (r *Report) markdown(w io.Writer, opts WriteOptions) error {
	p := review.Page{Name: r.name(), Title: "check passes", More: "the JSON report shows everything."}
	if opts.Command != "" {
		p.More = markdown.Code(opts.Command) + " shows everything."
	}
	if verdict, why := r.Verdict(); verdict != Passes {
		p.Title = "check fails: " + strings.Join(why, "; ")
	}
	findings, err := r.findingSections(&p)
	if err != nil {
		return err
	}
	p.Sections = findings.grave
	r.goldenPage(&p, opts)
	r.evidencePage(&p, opts)
	var changes []review.Section
	for i := range r.Reviews {
		changes = append(changes, r.Reviews[i].page(&p, r)...)
	}
	p.Summary = append(p.Summary, r.leftOut()...)
	slices.SortStableFunc(changes, review.ByDanger)
	harmless := slices.IndexFunc(changes, func(s review.Section) bool { return s.Danger == delta.NoDanger })
	if harmless < 0 {
		harmless = len(changes)
	}
	p.Sections = slices.Concat(p.Sections, changes[:harmless], findings.slight, changes[harmless:], findings.old)
	return p.Write(w, opts.Budget)
}

// name is that of the page's marker: the meshes.
func (r *Report) name() string {
	var names []string
	for _, c := range r.Result.Clusters {
		names = append(names, c.Mesh.Name)
	}
	return strings.Join(names, ",")
}

// sectionsOfFindings are in the order in which a page has them: dangers come after what is
// grave.
type sectionsOfFindings struct {
	grave, slight []review.Section // new, or not known to be old
	old           []review.Section // fixed and unchanged
}

// findingSections sums the findings up, and puts them into sections.
func (r *Report) findingSections(p *review.Page) (out sectionsOfFindings, err error) {
	f := &r.Findings
	line, label, list := f.summary(), "introduced", f.Introduced
	if !f.Classed {
		label, list = "", f.All
		if r.Base != "" && len(f.All) > 0 {
			line += "; whether they are new is not known, as the base is a bundle, which holds no findings"
		}
	}
	p.Summary = append(p.Summary, line)
	isGrave := func(d diag.Diagnostic) bool { return d.Severity >= diag.Error }
	isSlight := func(d diag.Diagnostic) bool { return d.Severity < diag.Error }
	if out.grave, err = sections(label, slices.DeleteFunc(slices.Clone(list), isSlight), r.Result.Texts); err != nil {
		return out, err
	}
	if out.slight, err = sections(label, slices.DeleteFunc(slices.Clone(list), isGrave), r.Result.Texts); err != nil {
		return out, err
	}
	fixed, err := sections("fixed", f.Fixed, f.Old)
	if err != nil {
		return out, err
	}
	unchanged, err := sections("unchanged", f.Unchanged, r.Result.Texts)
	out.old = slices.Concat(fixed, unchanged)
	return out, err
}

// mostInSection is how many findings a section has at most.
const mostInSection = 20

// sections puts findings into sections by code, the most severe first.
func sections(label string, list []diag.Diagnostic, where diag.Locator) (out []review.Section, err error) {
	entries, err := diag.Entries()
	if err != nil {
		return nil, err
	}
	titles := map[diag.Code]string{}
	for _, e := range entries {
		titles[e.Code] = ": " + e.Title
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b diag.Diagnostic) int {
		if a.Severity != b.Severity {
			return int(b.Severity) - int(a.Severity)
		}
		return strings.Compare(string(a.Code), string(b.Code))
	})
	for len(list) > 0 {
		n := 1
		for n < min(len(list), mostInSection) && list[n].Code == list[0].Code && list[n].Severity == list[0].Severity {
			n++
		}
		var body strings.Builder
		if err := diag.Write(&body, diag.AsText, list[:n], where, diag.Options{}); err != nil {
			return nil, err
		}
		title := fmt.Sprintf("%s %s%s (%d)", list[0].Severity, list[0].Code, titles[list[0].Code], n)
		out = append(out, review.Section{Label: label, Title: title, Body: body.String()})
		list = list[n:]
	}
	return out, nil
}

// section renders lines of the text report.
func section(label, title string, opts WriteOptions, write func(*text)) review.Section {
	var body strings.Builder
	t := &text{Writer: bufio.NewWriter(&body), opts: TextOptions{Update: opts.Update}}
	write(t)
	t.Flush()
	return review.Section{Label: label, Title: title, Body: body.String()}
}

func (r *Report) goldenPage(p *review.Page, opts WriteOptions) {
	g := r.Golden
	switch {
	case g == nil:
	case g.Stale():
		line := "golden bundle " + markdown.Code(g.Dir) + ": **stale**"
		if opts.Update != "" {
			line += "; this updates it: " + markdown.Code(opts.Update)
		}
		p.Summary = append(p.Summary, line)
		p.Sections = append(p.Sections, section("stale", "golden bundle "+g.Dir, opts, func(t *text) { t.golden(g) }))
	case g.outdated():
		p.Summary = append(p.Summary, "golden bundle "+markdown.Code(g.Dir)+": updated")
	default:
		p.Summary = append(p.Summary, "golden bundle "+markdown.Code(g.Dir)+": up to date")
	}
}

func (r *Report) evidencePage(p *review.Page, opts WriteOptions) {
	e := r.Evidence
	switch {
	case e == nil:
	case e.Holds():
		p.Summary = append(p.Summary, "evidence in "+markdown.Code(e.Name)+": current")
	default:
		p.Summary = append(p.Summary, "evidence in "+markdown.Code(e.Name)+": **not that of this build**")
		p.Sections = append(p.Sections, section("evidence", e.Name, opts, func(t *text) { t.evidence(e) }))
	}
}

// page sums a review up, and returns its sections.
func (v *Review) page(p *review.Page, r *Report) []review.Section {
	prefix, mesh := "", ""
	if len(r.Reviews) > 1 || v.State != Kept {
		prefix, mesh = "mesh "+v.Mesh+": ", ", mesh "+markdown.Code(v.Mesh)+v.State.inBrackets()
	}
	list, dangers := review.Sections(prefix, v.Changes, v.Refused...)
	line := "changes from " + markdown.Code(r.Base) + mesh + ": " + review.Summary(v.Changes)
	if len(dangers) > 0 {
		line += "; **" + count(len(dangers), "danger") + "**"
	}
	p.Summary = append(p.Summary, line)
	p.Dangers = append(p.Dangers, dangers...)
	if len(v.Unknown) > 0 {
		list = append(list, section("unknown", prefix+count(len(v.Unknown), "table")+" of which the base does not hold what they were", WriteOptions{}, func(t *text) {
			t.unknown(v.Unknown, r.Base)
		}))
	}
	return list
}
