package schema

import (
	"slices"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// A Finding is what a walk says of one object.
type Finding struct {
	Unknown []string       // paths of fields that the schema does not know, sorted
	Nulls   []verdict.Null // fields that may be missing and were null, in the order of the schema
	Causes  []verdict.Cause
}

// Limit bounds how many findings are kept of one object: enough to be exact for
// anything a person wrote, small enough for anything else.
const Limit = 2000

// Judge walks the object by its schema. It removes from it, in place, what the
// schema does not know and nulls, fills in defaults, and returns the findings.
// Lists and maps must not be shared between parts of the object.
func Judge(s *Schema, object map[string]any) Finding {
	w := walker{path: tree.NewPath()}
	w.object(s, object, "")
	slices.Sort(w.found.Unknown)
	return w.found
}

// Prune removes what the schema does not know and nulls, and fills in defaults,
// in place, without judging: what reading a stored object does.
func Prune(s *Schema, object map[string]any) {
	w := walker{silent: true}
	w.object(s, object, "")
}

// Unknown returns the paths below path of fields that the schema does not know, sorted.
func Unknown(s *Schema, value any, path string) []string {
	w := walker{names: true}
	w.path.Into(path)
	w.strangers(s, value)
	slices.Sort(w.found.Unknown)
	return w.found.Unknown
}

// A walker carries what is known on the way down.
type walker struct {
	path   tree.Path
	found  Finding
	silent bool
	names  bool // look at field names only and change nothing
}

// object judges the properties of an object; code is that of the nearest schema above that has one.
func (w *walker) object(s *Schema, m map[string]any, code diag.Code) {
	known := 0
	for i := range s.Fields {
		f := &s.Fields[i]
		v, there := m[f.Name]
		if v == nil {
			if there {
				w.null(f)
			}
			if there && f.Default == nil {
				delete(m, f.Name)
				there = false
			}
			if f.Default != nil {
				v, there = tree.Clone(f.Default), true
				m[f.Name] = v
			}
		}
		if !there {
			if f.Required && !w.silent {
				w.require(f.Name, w.codeOfMissing(f, code))
			}
			continue
		}
		known++
		w.path.Into(f.Name)
		w.value(f.Schema, v, code)
		w.path.Out()
	}
	if known != len(m) && !s.Open {
		w.prune(s, m)
	}
}

// codeOfMissing is the code of a field that is missing; for the spec as a whole it is
// that of the API's own rules.
func (w *walker) codeOfMissing(f *Field, code diag.Code) diag.Code {
	if w.path.AtRoot() {
		return ""
	}
	return firstCode(f.Schema.Code, code)
}

// prune removes the fields that are not in the schema.
func (w *walker) prune(s *Schema, m map[string]any) {
	for name := range m {
		if s.Field(name) == nil {
			w.unknown(name)
			delete(m, name)
		}
	}
}

// value judges a value that is not null, or is a null item of a list.
func (w *walker) value(s *Schema, v any, code diag.Code) {
	code = firstCode(s.Code, code)
	switch v := v.(type) {
	case map[string]any:
		if s.Type == Object {
			w.object(s, v, code)
		} else {
			w.prune(s, v)
		}
	case []any:
		if s.Type == Array && s.Items != nil {
			for i, item := range v {
				w.path.Item(i)
				w.value(s.Items, item, code)
				w.path.Out()
			}
		} else {
			w.strangers(s, v)
		}
	}
	if !w.silent {
		w.check(s, v, code)
	}
}

// strangers finds the unknown fields of a value in a place where the schema does not
// expect one of its type; unless names is set it removes them.
func (w *walker) strangers(s *Schema, v any) {
	if s != nil && s.Open {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			var f *Field
			if s != nil {
				f = s.Field(name)
			}
			if f == nil {
				w.unknown(name)
				if !w.names {
					delete(v, name)
				}
				continue
			}
			w.path.Into(name)
			w.strangers(f.Schema, child)
			w.path.Out()
		}
	case []any:
		var items *Schema
		if s != nil && s.Type == Array {
			items = s.Items
		}
		for i, child := range v {
			w.path.Item(i)
			w.strangers(items, child)
			w.path.Out()
		}
	}
}

func (w *walker) unknown(name string) {
	if !w.silent && len(w.found.Unknown) < Limit {
		w.found.Unknown = append(w.found.Unknown, w.at(name))
	}
}

// null keeps a field that is null; one that has to be there is told as missing.
func (w *walker) null(f *Field) {
	if !w.silent && (!f.Required || f.Default != nil) && len(w.found.Nulls) < Limit {
		w.found.Nulls = append(w.found.Nulls, verdict.Null{Field: w.at(f.Name), Default: f.Default})
	}
}

// at returns the path of a field of the current value; an empty name is the value itself.
func (w *walker) at(name string) string { return w.path.Field(name) }

func firstCode(codes ...diag.Code) diag.Code {
	for _, c := range codes {
		if c != "" {
			return c
		}
	}
	return ""
}
