package compile

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/compile/source"
)

// documents are everything that the sources hold, as text. Their trees are made, used and
// dropped one at a time: a repository's text is small, its trees are not.
type documents []load.Document

// of returns the documents of a mesh's sources.
func (docs documents) of(mesh manifest.Mesh, sources source.Set) documents {
	if len(mesh.Sources) == 0 {
		return docs
	}
	return slices.DeleteFunc(slices.Clone(docs), func(d load.Document) bool {
		return !sources.Within(d.Doc.File, mesh.Sources)
	})
}

// loadAll reads every unit of the sources in parallel; documents keep the units' order.
func loadAll(ctx context.Context, sources source.Set, opts Options, report *diag.Report) (documents, error) {
	units, err := sources.Units(ctx, opts.Source, report)
	if err != nil {
		return nil, err
	}
	lists, err := parallel.Each(ctx, units, report, func(u *source.Unit, report *diag.Report) []load.Document {
		return u.Documents(report)
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(lists...), nil
}

// texts indexes the documents for those who look for positions.
func (docs documents) texts() *Texts {
	t := &Texts{byDoc: make(map[docKey]load.Document, len(docs))}
	for _, d := range docs {
		t.byDoc[docKey{d.Doc.File, d.Doc.Index}] = d
	}
	return t
}

// mayHoldMesh reports whether a document can hold a Mesh: its text names both the group and
// the kind. RouteTests, of which there may be as many as routes, are read once.
func mayHoldMesh(text []byte) bool {
	return bytes.Contains(text, []byte("routec.dev")) && bytes.Contains(text, []byte("Mesh"))
}

// meshes returns the settings of each cluster, by name: those of the Mesh documents, or the
// defaults where there is none. Only documents that can hold one are read for it.
func (docs documents) meshes(opts Options, report *diag.Report) ([]manifest.Mesh, error) {
	var out []manifest.Mesh
	for _, d := range docs {
		if !mayHoldMesh(d.Text) {
			continue
		}
		var ignored diag.Report // the document is decoded again with all others
		found := decode.Objects([]load.Document{d}, decode.Options{Limits: opts.Source.Load.Limits}, &ignored)
		for _, u := range found.Meshes {
			mesh, ok := decode.Mesh(u, report)
			if !ok {
				return nil, nil // a table by settings nobody meant is worse than none
			}
			out = append(out, mesh)
		}
	}
	if len(out) == 0 {
		out = append(out, manifest.DefaultMesh())
	}
	slices.SortStableFunc(out, func(a, b manifest.Mesh) int { return cmp.Compare(a.Name, b.Name) })
	for i := 1; i < len(out); i++ {
		if out[i].Name == out[i-1].Name {
			return nil, fmt.Errorf("two Mesh documents are named %s, in %s and in %s", out[i].Name, out[i-1].Place.Doc.File, out[i].Place.Doc.File)
		}
	}
	if opts.Mesh != "" {
		names := make([]string, 0, len(out))
		for _, m := range out {
			names = append(names, m.Name)
		}
		out = slices.DeleteFunc(out, func(m manifest.Mesh) bool { return m.Name != opts.Mesh })
		if len(out) == 0 {
			return nil, fmt.Errorf("there is no mesh %q: the sources hold %s", opts.Mesh, strings.Join(names, ", "))
		}
	}
	for i := range out {
		if opts.Admission != "" {
			out[i].Admission = opts.Admission
		}
	}
	return out, nil
}
