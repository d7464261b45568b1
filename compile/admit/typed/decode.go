package typed

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"routec.dev/routec/compile/admit/tree"
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
	d := decoder{path: tree.NewPath(), above: above, inWords: inWords}
	if above != "" {
		d.path.Into(above)
	}
	d.structure(t.types[name], value)
	slices.Sort(d.found.Unknown)
	return d.found
}

// A decoder walks one object. Of several wrong values it keeps that of the least path,
// for maps have no order.
type decoder struct {
	path    tree.Path
	key     string // "[KEY]" of the entry of a map that is being decoded
	above   string
	inWords bool
	found   Result
}

// structure decodes the fields of a map.
func (d *decoder) structure(s *structure, m map[string]any) {
	for name, v := range m {
		f, ok := s.fields[name]
		if !ok {
			if len(d.found.Unknown) < limit {
				d.found.Unknown = append(d.found.Unknown, d.path.Field(name))
			}
			continue
		}
		if v == nil {
			delete(m, name)
			continue
		}
		d.path.Into(name)
		out, changed := d.value(f, v, s.name)
		d.path.Out()
		switch {
		case !f.pointer && !f.always && empty(f, out):
			delete(m, name)
		case changed:
			m[name] = out
		}
	}
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

// value decodes v and returns it as the type would write it, and whether that is another
// value. in names the structure around it.
func (d *decoder) value(f *shape, v any, in string) (out any, changed bool) {
	switch f.kind {
	case rawKind:
		return v, false
	case structKind:
		if m, ok := v.(map[string]any); ok {
			d.structure(f.of, m)
			return m, false
		}
	case listKind:
		if list, ok := v.([]any); ok {
			for i, item := range list {
				d.path.Item(i)
				if out, changed := d.item(f.elem, item, in); changed {
					list[i] = out
				}
				d.path.Out()
			}
			return list, false
		}
	case mapKind:
		if m, ok := v.(map[string]any); ok {
			for key, item := range m {
				d.key = "[" + key + "]"
				if out, changed := d.item(f.elem, item, in); changed {
					m[key] = out
				}
			}
			d.key = ""
			return m, false
		}
	default:
		if out, changed, ok := scalar(f.kind, v); ok {
			return out, changed
		}
	}
	d.wrong(f, v, in)
	return v, false
}

// item decodes an entry of a list or map, where null stands for the empty value.
func (d *decoder) item(f *shape, v any, in string) (out any, changed bool) {
	if v != nil {
		return d.value(f, v, in)
	}
	switch f.kind {
	case structKind:
		return map[string]any{}, true
	case textKind:
		return "", true
	case int32Kind, int64Kind:
		return int64(0), true
	case quantityKind:
		return "0", true
	}
	return nil, false
}

// scalar decodes a value that holds no others; changed tells whether it is written
// differently.
func scalar(k kind, v any) (out any, changed, ok bool) {
	_, isFloat := v.(float64)
	switch k {
	case textKind:
		_, ok = v.(string)
	case boolKind:
		_, ok = v.(bool)
	case int32Kind, int64Kind:
		n, whole := integer(v)
		ok = whole && (k == int64Kind || n >= math.MinInt32 && n <= math.MaxInt32)
		if ok && isFloat {
			return n, true, true
		}
	case intOrTextKind:
		if _, ok = v.(string); !ok {
			return scalar(int32Kind, v)
		}
	case quantityKind:
		q, ok := quantity(v)
		return q, true, ok
	case timeKind:
		text, isText := v.(string)
		_, err := time.Parse(time.RFC3339, text)
		ok = isText && err == nil
	}
	return v, false, ok
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

// wrong records a value of a wrong type where the walk stands.
func (d *decoder) wrong(f *shape, v any, in string) {
	words := d.path.String()
	at := words + d.key
	if d.found.Wrong != "" && d.found.WrongField <= at {
		return
	}
	if !d.inWords {
		words = strings.TrimPrefix(strings.TrimPrefix(words, d.above), ".")
	}
	d.found.WrongField = at
	d.found.Wrong = fmt.Sprintf("json: cannot unmarshal %s into Go struct field %s.%s of type %s",
		jsonName(f, v), in, withoutIndexes(words), f.text)
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
