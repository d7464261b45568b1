package exact

import (
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
)

// nullsOf finds the fields of an object that are null and count as absent, sorted: all that
// the schema names, but does not call nullable.
func nullsOf(content map[string]any, s *structuralschema.Structural) []verdict.Null {
	w := nullWalker{path: tree.NewPath()}
	w.object(content, s)
	slices.SortFunc(w.found, func(a, b verdict.Null) int { return strings.Compare(a.Field, b.Field) })
	return w.found
}

type nullWalker struct {
	path  tree.Path
	found []verdict.Null
}

func (w *nullWalker) value(v any, s *structuralschema.Structural) {
	switch v := v.(type) {
	case map[string]any:
		w.object(v, s)
	case []any:
		if s.Items == nil {
			return
		}
		for i, item := range v {
			w.path.Item(i)
			w.value(item, s.Items)
			w.path.Out()
		}
	}
}

func (w *nullWalker) object(m map[string]any, s *structuralschema.Structural) {
	for name, v := range m {
		f, known := s.Properties[name]
		switch {
		case !known:
		case v == nil && !f.Nullable:
			if len(w.found) < mostCauses {
				w.found = append(w.found, verdict.Null{Field: w.path.Field(name), Default: f.Default.Object})
			}
		default:
			w.path.Into(name)
			w.value(v, &f)
			w.path.Out()
		}
	}
}
