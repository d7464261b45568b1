// Package typed decodes unstructured objects as Go's JSON decoder would decode them
// into the API server's own types: it finds values of the wrong type and unknown
// fields, and leaves the object as those types would write it again, without empty
// fields (spec/admission.md §11 SVC-15, §1.1 for metadata).
package typed

import (
	_ "embed"
	"strings"
)

// typesText lists the types: one a line, "Name: field kind, field kind, …". A kind is
// a scalar, a type of the list, "[]" or "map:" before a kind, "*" for a value that is
// kept though empty, and "!" at the end for a field that is always written.
//
//go:embed types.txt
var typesText string

// A Table holds the types. It is immutable and safe for concurrent use.
type Table struct {
	types map[string]*structure
}

// A structure is one type of the table.
type structure struct {
	name   string
	fields map[string]*shape
}

// A shape is what a field or an item holds.
type shape struct {
	kind    kind
	pointer bool // an empty value is kept
	always  bool // written even when empty
	elem    *shape
	of      *structure
	text    string // for messages
}

// A kind is a form that a value may have.
type kind uint8

const (
	textKind kind = iota
	boolKind
	int32Kind
	int64Kind
	intOrTextKind
	quantityKind
	timeKind
	rawKind
	listKind
	mapKind
	structKind
)

var scalars = map[string]kind{
	"string": textKind, "bool": boolKind, "int32": int32Kind, "int64": int64Kind,
	"intstr": intOrTextKind, "quantity": quantityKind, "time": timeKind, "raw": rawKind,
}

// New reads the types.
func New() *Table {
	t := &Table{types: map[string]*structure{}}
	for line := range strings.Lines(typesText) {
		name, fields, _ := strings.Cut(strings.TrimSpace(line), ":")
		s := t.named(name)
		for _, field := range strings.Split(fields, ",") {
			if name, form, ok := strings.Cut(strings.TrimSpace(field), " "); ok {
				s.fields[name] = t.shape(form)
			}
		}
	}
	return t
}

// named returns the type of that name, which may not have been read yet.
func (t *Table) named(name string) *structure {
	s, ok := t.types[name]
	if !ok {
		s = &structure{name: name, fields: map[string]*shape{}}
		t.types[name] = s
	}
	return s
}

func (t *Table) shape(form string) *shape {
	s := &shape{text: form}
	form, s.always = strings.CutSuffix(form, "!")
	form, s.pointer = strings.CutPrefix(form, "*")
	s.text = form
	if elem, ok := strings.CutPrefix(form, "[]"); ok {
		s.kind, s.elem = listKind, t.shape(elem)
		s.text = "[]" + s.elem.text
		return s
	}
	if elem, ok := strings.CutPrefix(form, "map:"); ok {
		s.kind, s.elem = mapKind, t.shape(elem)
		s.text = "map[string]" + s.elem.text
		return s
	}
	if k, ok := scalars[form]; ok {
		s.kind = k
		return s
	}
	s.kind, s.of, s.text = structKind, t.named(form), "v1."+form
	return s
}
