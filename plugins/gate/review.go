package gate

import (
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

// A Review is what changed for one mesh.
type Review struct {
	Mesh    string
	State   MeshState
	Changes *delta.Changes
	Refused []review.Refusal // tables that the proxy refuses now and did not before
	Unknown []bundle.Key     // tables that differ from a base which does not hold what they were
}

// A MeshState says whether both sides have a mesh.
type MeshState string

// The states.
const (
	Kept MeshState = ""
	New  MeshState = "new"
	Gone MeshState = "gone"
)

func (s MeshState) inBrackets() string {
	if s == Kept {
		return ""
	}
	return " (" + string(s) + ")"
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
		before, refused := nothingOf(c.Program), compile.Refused{}
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
		} else {
			r.State = New
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
	if b.Result != nil {
		for _, o := range b.Result.Clusters {
			if !known(o.Mesh.Name) {
				out = append(out, Review{Mesh: o.Mesh.Name, State: Gone, Changes: delta.Compare(o.Program, nothingOf(o.Program))})
			}
		}
	}
	for mesh, frozen := range b.Bundles {
		if known(mesh) {
			continue
		}
		before, unknown, err := frozen.Against(&ir.Program{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name, err)
		}
		out = append(out, Review{Mesh: mesh, State: Gone, Changes: delta.Compare(before, nothingOf(before)), Unknown: unknown})
	}
	return out, nil
}

// nothingOf is a program of the same settings that has no object: what a mesh is held against
// that the other side has not.
func nothingOf(p *ir.Program) *ir.Program {
	return &ir.Program{
		Settings: p.Settings, Absent: p.Absent, AbsentOpaque: p.AbsentOpaque, UndefinedPort: p.UndefinedPort, Fallback: p.Fallback,
	}
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

// leftOut says of which side objects are left out of the comparison, because they cannot be
// read or a cluster refuses them: what they say seems to go or to come.
func (r *Report) leftOut() (notes []string) {
	if !slices.ContainsFunc(r.Reviews, func(v Review) bool { return !v.Changes.Empty() }) {
		return nil
	}
	leaves := func(d diag.Diagnostic) bool {
		return d.Severity >= diag.Error && (strings.HasPrefix(string(d.Code), "RC00") || strings.HasPrefix(string(d.Code), "RC1"))
	}
	new := r.Findings.Introduced
	if !r.Findings.Classed {
		new = r.Findings.All
	}
	if slices.ContainsFunc(new, leaves) {
		notes = append(notes, "objects with errors are left out, so what they said before counts as gone")
	}
	if slices.ContainsFunc(r.Findings.Fixed, leaves) {
		notes = append(notes, "objects with errors were left out of the base, so what they say now counts as new")
	}
	return notes
}
