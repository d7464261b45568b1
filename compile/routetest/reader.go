package routetest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// A reader reads a RouteTest, strictly: ok is false once anything is wrong.
type reader struct {
	object string
	report *diag.Report
	ok     bool
}

func (r *reader) bad(at source.Place, help, format string, args ...any) {
	r.add(diag.TestBadValue, at, fmt.Sprintf(format, args...), help)
}

func (r *reader) add(code diag.Code, at source.Place, message, help string) {
	r.ok = false
	r.report.Add(diag.Diagnostic{
		Code: code, Severity: diag.Error, Object: r.object, At: at, Message: message + "; the test is not run", Help: help,
	})
}

// A field is one field of an object and how it is read.
type field struct {
	name string
	read func(at source.Place, v any)
}

// fields reads an object. Fields that are null count as absent.
func (r *reader) fields(at source.Place, v any, of string, list []field) {
	object, ok := v.(map[string]any)
	if !ok {
		r.bad(at, "write the fields of "+of, "%s is %s, where an object is wanted", of, diag.Describe(v))
		return
	}
	known := 0
	for _, f := range list {
		value, present := object[f.name]
		if present {
			known++
		}
		if value != nil {
			f.read(at.Sub(f.name), value)
		}
	}
	if known < len(object) {
		r.unknown(at, object, of, list)
	}
}

func (r *reader) unknown(at source.Place, object map[string]any, of string, list []field) {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.name
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if slices.Contains(names, key) {
			continue
		}
		help, near := "the fields here are "+strings.Join(names, ", "), diag.Nearest(key, names)
		if near != "" {
			help = fmt.Sprintf("did you mean %s?", near)
		}
		r.add(diag.TestUnknownField, at.Sub(step(key)), fmt.Sprintf("%s has no field %q", of, key), help)
		if near != "" {
			r.report.Fix(diag.Edit{Key: near})
		}
	}
}

// step writes a key as a step of a field path.
func step(key string) string {
	if key == "" || strings.ContainsAny(key, ".[]") {
		return "[" + key + "]"
	}
	return key
}

// each reads a list.
func (r *reader) each(at source.Place, v any, of string, read func(at source.Place, v any)) {
	list, ok := v.([]any)
	if !ok {
		r.bad(at, "begin each item with -", "%s is %s, where a list is wanted", of, diag.Describe(v))
		return
	}
	for i, item := range list {
		read(at.Sub(source.Index("", i)), item)
	}
}

func (r *reader) text(to *string, what string) func(source.Place, any) {
	return func(at source.Place, v any) {
		s, ok := v.(string)
		if !ok || s == "" {
			r.bad(at, "write "+what, "%s is wanted here, not %s", what, diag.Describe(v))
			return
		}
		*to = s
	}
}

func (r *reader) textPointer(to **string, what string) func(source.Place, any) {
	return func(at source.Place, v any) {
		var s string
		if r.text(&s, what)(at, v); s != "" {
			*to = &s
		}
	}
}

func (r *reader) truth(to **bool) func(source.Place, any) {
	return func(at source.Place, v any) {
		b, ok := v.(bool)
		if !ok {
			r.bad(at, "write true or false", "true or false is wanted here, not %s", diag.Describe(v))
			return
		}
		*to = &b
	}
}

func (r *reader) number(to **int, least, most int) func(source.Place, any) {
	return func(at source.Place, v any) {
		n, ok := v.(int64)
		if !ok || n < int64(least) || n > int64(most) {
			r.bad(at, "", "a number from %d to %d is wanted here, not %s", least, most, diag.Describe(v))
			return
		}
		i := int(n)
		*to = &i
	}
}

func (r *reader) port(to *uint16) func(source.Place, any) {
	return func(at source.Place, v any) {
		var n *int
		if r.number(&n, 1, 65535)(at, v); n != nil {
			*to = uint16(*n)
		}
	}
}

// choice reads one of a few words.
func (r *reader) choice(words []string, set func(i int)) func(source.Place, any) {
	return func(at source.Place, v any) {
		s, _ := v.(string)
		i := slices.Index(words, s)
		if i < 0 {
			help, near := "write one of "+strings.Join(words, ", "), diag.Nearest(s, words)
			if near != "" {
				help = fmt.Sprintf("did you mean %s?", near)
			}
			r.bad(at, help, "%s is none of %s", diag.Describe(v), strings.Join(words, ", "))
			if near != "" {
				r.report.Fix(diag.Edit{Value: near})
			}
			return
		}
		set(i)
	}
}

// trimFloat writes a number as people do.
func trimFloat(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
