package decode

import (
	"fmt"
	"reflect"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// A Named is an object of which only the name is kept.
type Named struct {
	manifest.Identity
	Place source.Place
}

// Duplicates reports objects that share kind, namespace and name, whatever their
// versions: a cluster holds one of them, and which one depends on who applies last.
// Namespaces are compared as they are, so those left out are to be filled in before.
// Objects without a name are left to admission.
func Duplicates(objects []manifest.Unstructured, report *diag.Report) {
	named := make([]Named, len(objects))
	for i, u := range objects {
		named[i] = Named{u.Identity, u.Place}
	}
	DuplicateNames(named, func(i, j int) bool {
		return reflect.DeepEqual(objects[i].Content, objects[j].Content)
	}, report)
}

// DuplicateNames is [Duplicates] for those who have dropped the contents: same says
// whether the contents of two objects, given by their indexes, are equal. It is asked
// only about objects that share a name.
func DuplicateNames(objects []Named, same func(i, j int) bool, report *diag.Report) {
	type key struct{ group, kind, namespace, name string }
	first := make(map[key]int, len(objects))
	for i, o := range objects {
		if o.Name == "" {
			continue
		}
		k := key{o.Group, o.Kind, o.Namespace, o.Name}
		if j, twice := first[k]; twice {
			if equal := same(j, i); !equal || !written(objects[j], o) {
				report.Add(duplicate(objects[j], o, equal))
			}
			continue
		}
		first[k] = i
	}
}

// written reports whether two objects were written once: a kustomization that is the base
// of several others is built with each of them.
func written(a, b Named) bool {
	p, q := a.Place, b.Place
	return p.Doc != nil && q.Doc != nil && p.Item == q.Item && p.Doc.File == q.Doc.File && p.Doc.Index == q.Doc.Index
}

func duplicate(first, again Named, same bool) diag.Diagnostic {
	out := diag.Diagnostic{
		Code: diag.DuplicateObject, Severity: diag.Error, Object: again.String(), At: again.Place,
		Message: fmt.Sprintf("%s %s is defined twice with different content; which one a cluster gets depends on the order in which they are applied", again.Kind, again.Name),
		Related: []diag.Related{{At: first.Place, Message: "the other definition"}},
		Help:    "remove or rename one of them; if each is for a cluster of its own, give each cluster a Mesh with its sources",
	}
	if written(first, again) {
		out.Related[0].Message = "written once, but built by several kustomizations"
	}
	if same {
		out.Code, out.Severity = diag.RepeatedObject, diag.Warning
		out.Message = fmt.Sprintf("%s %s is defined twice with the same content", again.Kind, again.Name)
		out.Help = "remove one of them"
	}
	return out
}
