package typed

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Result is what decoding found.
type Result struct {
	Wrong      string   // the decoder's words on the first value of a wrong type; empty is none
	WrongField string   // its field
	Unknown    []string // paths of unknown fields, sorted
}

// limit bounds how many unknown fields are kept.
const limit = 2000

// Decode decodes a value as the type called name, in place. above is the path of the
// value in the object; the decoder's words leave it out where inWords is false, as those
// on the metadata of custom resources do.
func (t *Table) Decode(name, above string, inWords bool, value map[string]any) Result {
	d := decoder{root: above}
	if inWords && above != "" {
		d.words = above + "."
	}
	d.structure(t.types[name], value, above)
	slices.Sort(d.found.Unknown)
	return d.found
}

// A decoder walks one object. Of several wrong values it keeps that of the least path,
// for maps have no order.
type decoder struct {
	root  string
	words string
	found Result
}

// structure decodes the fields of a map.
func (d *decoder) structure(s *structure, m map[string]any, path string) {
	for name, v := range m {
		f, ok := s.fields[name]
		if !ok {
			if len(d.found.Unknown) < limit {
				d.found.Unknown = append(d.found.Unknown, join(path, name))
			}
			continue
		}
		if v == nil {
			delete(m, name)
			continue
		}
		v = d.value(f, v, s.name, func() string { return join(path, name) })
		if f.pointer || f.always || !empty(f, v) {
			m[name] = v
		} else {
			delete(m, name)
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// empty reports whether a type leaves the value out when it is written.
func empty(f *shape, v any) bool {
	switch v := v.(type) {
	case string:
		return v == "" && f.kind != intOrTextKind
	case bool:
		return !v
	case int64:
		return v == 0 && f.kind != intOrTextKind
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0 && f.kind == mapKind
	}
	return false
}

// value decodes v and returns it as the type would write it. in names the structure
// around it; path is asked only for what is reported or goes deeper.
func (d *decoder) value(f *shape, v any, in string, path func() string) any {
	switch f.kind {
	case rawKind:
		return v
	case structKind:
		if m, ok := v.(map[string]any); ok {
			d.structure(f.of, m, path())
			return m
		}
	case listKind:
		if list, ok := v.([]any); ok {
			for i, item := range list {
				list[i] = d.item(f.elem, item, in, func() string { return path() + "[" + strconv.Itoa(i) + "]" })
			}
			return list
		}
	case mapKind:
		if m, ok := v.(map[string]any); ok {
			for key, item := range m {
				m[key] = d.item(f.elem, item, in, path)
			}
			return m
		}
	default:
		if out, ok := scalar(f.kind, v); ok {
			return out
		}
	}
	d.wrong(f, v, in, path())
	return v
}

// item decodes an entry of a list or map, where null stands for the empty value.
func (d *decoder) item(f *shape, v any, in string, path func() string) any {
	if v != nil {
		return d.value(f, v, in, path)
	}
	switch f.kind {
	case structKind:
		return map[string]any{}
	case textKind:
		return ""
	case int32Kind, int64Kind:
		return int64(0)
	case quantityKind:
		return "0"
	}
	return nil
}

// scalar decodes a value that holds no others.
func scalar(k kind, v any) (any, bool) {
	switch k {
	case textKind:
		s, ok := v.(string)
		return s, ok
	case boolKind:
		b, ok := v.(bool)
		return b, ok
	case int32Kind:
		n, ok := integer(v)
		return n, ok && n >= math.MinInt32 && n <= math.MaxInt32
	case int64Kind:
		return integer(v)
	case intOrTextKind:
		if s, ok := v.(string); ok {
			return s, true
		}
		return scalar(int32Kind, v)
	case quantityKind:
		return quantity(v)
	case timeKind:
		s, ok := v.(string)
		if !ok {
			return nil, false
		}
		_, err := time.Parse(time.RFC3339, s)
		return s, err == nil
	}
	return v, true
}

// integer takes whole floats too: JSON writes them without a fraction.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<63
	}
	return 0, false
}

func (d *decoder) wrong(f *shape, v any, in, path string) {
	if d.found.Wrong != "" && d.found.WrongField <= path {
		return
	}
	d.found.WrongField = path
	d.found.Wrong = fmt.Sprintf("json: cannot unmarshal %s into Go struct field %s.%s of type %s",
		jsonName(f, v), in, d.words+withoutIndexes(strings.TrimPrefix(strings.TrimPrefix(path, d.root), ".")), f.text)
}

func jsonName(f *shape, v any) string {
	switch v := v.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case int64:
		if f.kind == int32Kind {
			return "number " + strconv.FormatInt(v, 10)
		}
		return "number"
	case float64:
		return "number " + strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		return "array"
	}
	return "object"
}

// withoutIndexes drops the list indexes of a path, which the decoder does not tell.
func withoutIndexes(path string) string {
	var b strings.Builder
	for path != "" {
		before, rest, ok := strings.Cut(path, "[")
		b.WriteString(before)
		if !ok {
			break
		}
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}
