package exact

import (
	"fmt"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// The library compares every finding with all that came before. So that this stays
// bounded, lists that are too long by their schema are cut to what still tells so, and an
// object that has more values than any that is in use is not judged at all.
const (
	longList   = 200
	mostValues = 40_000
)

// trim returns the content without the rest of lists that are far longer than they may
// be, and whether it is small enough to be judged. content is not changed: what has no long
// list, which is nearly everything, is returned as it is.
func trim(content map[string]any, s *structuralschema.Structural) (out map[string]any, small bool) {
	if values, longest := measure(content); values <= mostValues && longest <= longList {
		return content, true
	}
	t := trimmer{}
	out, _ = t.value(content, s).(map[string]any)
	return out, t.values <= mostValues
}

// measure counts the values of a tree and the entries of its longest list. It gives up
// counting where there are too many values.
func measure(v any) (values, longest int) {
	values = 1
	add := func(v any) bool {
		n, l := measure(v)
		values, longest = values+n, max(longest, l)
		return values <= mostValues
	}
	switch v := v.(type) {
	case map[string]any:
		for _, child := range v {
			if !add(child) {
				break
			}
		}
	case []any:
		longest = len(v)
		for _, child := range v {
			if !add(child) {
				break
			}
		}
	}
	return values, longest
}

type trimmer struct{ values int }

func (t *trimmer) value(v any, s *structuralschema.Structural) any {
	if t.values++; t.values > mostValues {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		return t.object(v, s)
	case []any:
		return t.list(v, s)
	}
	return v
}

func (t *trimmer) object(m map[string]any, s *structuralschema.Structural) map[string]any {
	out := make(map[string]any, len(m))
	for key, v := range m {
		var below *structuralschema.Structural
		if s != nil {
			if p, ok := s.Properties[key]; ok {
				below = &p
			}
		}
		out[key] = t.value(v, below)
	}
	return out
}

func (t *trimmer) list(list []any, s *structuralschema.Structural) []any {
	var items *structuralschema.Structural
	if s != nil {
		items = s.Items
		if most := s.ValueValidation; most != nil && most.MaxItems != nil && *most.MaxItems >= 0 {
			if keep := max(int(min(*most.MaxItems, 1<<20))+1, longList); len(list) > keep {
				list = list[:keep]
			}
		}
	}
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = t.value(v, items)
	}
	return out
}

func tooLarge() verdict.Cause {
	return verdict.Cause{
		Field: verdict.NoField, Reason: verdict.TooLong, Code: diag.ValueRefused,
		Message: fmt.Sprintf("Too long: an object of more than %d values is not judged by its CRD", mostValues),
	}
}
