package compile

import (
	"reflect"

	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// duplicates reports objects of one kind and name. Trees are gone by then: those few that
// share a name are decoded again to tell copies from contradictions.
func (docs documents) duplicates(candidates []candidate, report *diag.Report) {
	named := make([]decode.Named, len(candidates))
	for i, c := range candidates {
		named[i] = decode.Named{Identity: c.object.Identity, Place: c.object.Place}
	}
	at := map[docKey]int{}
	same := func(i, j int) bool {
		if len(at) == 0 {
			for n, d := range docs {
				at[docKey{d.Doc.File, d.Doc.Index}] = n
			}
		}
		return reflect.DeepEqual(docs.content(at, named[i].Place), docs.content(at, named[j].Place))
	}
	decode.DuplicateNames(named, same, report)
}

// content decodes one object again.
func (docs documents) content(at map[docKey]int, place source.Place) map[string]any {
	var ignored diag.Report // it was decoded before
	d := docs[at[docKey{place.Doc.File, place.Doc.Index}]]
	for _, u := range decode.Objects([]load.Document{d}, decode.Options{}, &ignored).Objects {
		if u.Place.Item == place.Item {
			return u.Content
		}
	}
	return nil
}

// overridden marks objects that a later one of the same kind and name replaces, as it would
// when one is applied after the other.
func overridden(candidates []candidate) map[int]bool {
	out := map[int]bool{}
	last := make(map[manifest.Identity]int, len(candidates))
	for i, c := range candidates {
		if c.add == nil {
			continue
		}
		id := c.object.Identity
		id.Version = "" // versions of one object are one object
		if before, ok := last[id]; ok {
			out[before] = true
		}
		last[id] = i
	}
	return out
}
