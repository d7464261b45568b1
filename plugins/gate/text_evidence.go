package gate

import "strings"

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
			t.line("  help: ", m.help())
		case Stale:
			t.line("evidence ", e.Name, ": mesh ", m.Mesh, " is stale: this build is ", m.Want)
			for _, f := range m.Found {
				t.line("  ConfigMap ", f.Object, ": ", orNone(f.Digest))
			}
			t.line("  help: ", m.help())
		}
	}
	if !e.Holds() {
		for _, d := range e.Unreadable {
			t.line("  ", d.At.Doc.File, ": ", d.Message)
		}
	}
}

// help says what makes evidence current, where it is not.
func (m *MeshEvidence) help() string {
	if m.State == Missing {
		return "run kustomize with --enable-alpha-plugins --enable-exec: without the latter it skips functions in silence; Argo CD runs a plugin only where the application names it"
	}
	return "render again, from the same manifests and settings of the mesh"
}

func orNone(s string) string {
	if s == "" {
		return "no digest"
	}
	return s
}
