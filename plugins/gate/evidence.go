package gate

import (
	"cmp"
	"context"
	"fmt"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/plugins/evidence"
)

// EvidenceOptions say where rendered manifests are, that must prove a compilation.
type EvidenceOptions struct {
	Name     string     // as the user wrote it
	Rendered source.Set // closed by the caller
	Source   source.Options
}

// Evidence is what rendered manifests prove.
type Evidence struct {
	Name       string
	Meshes     []MeshEvidence // by name
	Others     []string       // other meshes of which there is evidence
	Unreadable []diag.Diagnostic
}

// An EvidenceState says what rendered manifests prove of a mesh.
type EvidenceState string

// The states.
const (
	Current EvidenceState = "current"
	Stale   EvidenceState = "stale"
	Missing EvidenceState = "missing"
)

// MeshEvidence is that of one mesh.
type MeshEvidence struct {
	Mesh  string
	State EvidenceState
	Want  string           // the digest of this build
	Found []evidence.Found // in the order of the manifests
}

// Holds reports whether every mesh is proven.
func (e *Evidence) Holds() bool {
	for _, m := range e.Meshes {
		if m.State != Current {
			return false
		}
	}
	return true
}

func holdEvidence(ctx context.Context, head *compile.Result, opts EvidenceOptions) (*Evidence, error) {
	var report diag.Report
	found, err := evidence.Find(ctx, opts.Rendered, opts.Source, &report)
	if err != nil {
		return nil, fmt.Errorf("look for evidence: %w", err)
	}
	want, err := evidence.Digests(ctx, head)
	if err != nil {
		return nil, err
	}
	out := &Evidence{Name: opts.Name}
	for _, c := range head.Clusters {
		m := MeshEvidence{Mesh: c.Mesh.Name, State: Missing, Want: want[c.Mesh.Name]}
		for _, f := range found {
			if f.Mesh != m.Mesh {
				continue
			}
			m.Found = append(m.Found, f)
			if f.Digest != m.Want {
				m.State = Stale
			} else if m.State == Missing {
				m.State = Current
			}
		}
		out.Meshes = append(out.Meshes, m)
	}
	seen := map[string]bool{}
	for _, f := range found {
		if _, known := want[f.Mesh]; !known && !seen[f.Mesh] {
			seen[f.Mesh] = true
			out.Others = append(out.Others, cmp.Or(f.Mesh, "one without a name"))
		}
	}
	for _, d := range report.Sorted() {
		if d.Severity >= diag.Error {
			out.Unreadable = append(out.Unreadable, d)
		}
	}
	return out, nil
}
