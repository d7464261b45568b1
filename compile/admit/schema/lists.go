package schema

import (
	"encoding/json"
	"fmt"

	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

func (w *walker) checkList(s *Schema, list []any, code diag.Code) {
	if s.MaxItems > 0 && len(list) > s.MaxItems {
		w.say(verdict.TooMany, code, "Too many: %d: must have at most %d items", len(list), s.MaxItems)
	}
	if len(list) < s.MinItems {
		w.say(verdict.Invalid, code, "Invalid value: %d: %s in body should have at least %d items", len(list), w.at(""), s.MinItems)
	}
	switch {
	case s.Key != "":
		w.checkKeys(s, list, code)
	case s.Unique:
		w.checkUnique(list, code)
	}
}

// few is how many entries are compared with each other rather than through a map.
const few = 16

// checkKeys wants entries that differ in the key field. An entry that is no object is
// told alone; a missing key equals a missing key.
func (w *walker) checkKeys(s *Schema, list []any, code diag.Code) {
	if _, ok := first(list).(map[string]any); ok && len(list) == 1 {
		return
	}
	keys := make([]any, len(list))
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok && item != nil {
			w.duplicate(i, code, verdict.Invalid, "must be an object for an array of list-type map")
			return
		}
		keys[i] = m[s.Key]
	}
	for _, i := range repeated(keys) {
		body := map[string]any{}
		if keys[i] != nil {
			body[s.Key] = keys[i]
		}
		w.duplicate(i, code, verdict.Duplicate, "Duplicate value: "+asJSON(body))
	}
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (w *walker) checkUnique(list []any, code diag.Code) {
	for _, i := range repeated(list) {
		w.duplicate(i, code, verdict.Duplicate, "Duplicate value: "+asJSON(list[i]))
	}
}

// repeated returns the index of the second occurrence of each value that comes twice or more.
func repeated(values []any) []int {
	if len(values) < 2 {
		return nil
	}
	if len(values) <= few && allTexts(values) {
		return repeatedTexts(values)
	}
	var at []int
	seen := make(map[any]int, len(values))
	for i, v := range values {
		switch v.(type) {
		case map[string]any, []any:
			v = [1]string{asJSON(v)} // its own type, so that no text equals it
		}
		seen[v]++
		if seen[v] == 2 {
			at = append(at, i)
		}
	}
	return at
}

func allTexts(values []any) bool {
	for _, v := range values {
		if _, ok := v.(string); !ok {
			return false
		}
	}
	return true
}

// repeatedTexts is repeated for a short list of texts, without a map.
func repeatedTexts(values []any) []int {
	var at []int
	for i := 1; i < len(values); i++ {
		before := 0
		for j := 0; j < i; j++ {
			if values[i].(string) == values[j].(string) {
				before++
			}
		}
		if before == 1 {
			at = append(at, i)
		}
	}
	return at
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return verdict.Clip(string(b), verdict.Quoted)
}
