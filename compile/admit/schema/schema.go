// Package schema judges unstructured values by structural schemas, as an API server
// does with custom resources: it finds unknown fields, drops nulls, fills in defaults
// and checks types, sizes, patterns and list keys, all in one walk.
//
// It knows no kind; the tables are in package crd. The rules are those of
// spec/admission.md §1.1 and §1.4.
package schema

import "routec.dev/routec/compile/diag"

// A Type is the JSON type that a schema asks for.
type Type uint8

// The types. IntOrString takes an integer or a text; Number takes any number.
const (
	Object Type = iota
	Array
	String
	Integer
	Number
	Boolean
	IntOrString
)

var typeNames = [...]string{"object", "array", "string", "integer", "number", "boolean", "integer,string"}

// String returns the type's name in messages.
func (t Type) String() string { return typeNames[t] }

// A Format narrows numbers and texts further.
type Format uint8

// The formats that the API server enforces.
const (
	NoFormat Format = iota
	Int32
	Int64
	Float
	Duration
	DateTime
)

var formatNames = [...]string{"", "int32", "int64", "float", "duration", "date-time"}

// A Schema says what a value may be. It is immutable once built and is shared by
// everything that is judged by it.
type Schema struct {
	Type   Type
	Format Format
	Code   diag.Code // of findings here and below; empty inherits

	Fields []Field    // of an object, in the order in which they are judged
	Open   bool       // an object whose content is neither checked nor pruned
	OneOf  [][]string // alternatives of which exactly one set of fields must be there

	Items    *Schema // of a list; nil leaves the items alone
	MinItems int
	MaxItems int      // 0 is no limit
	Key      string   // field that tells the entries of a list apart
	Inert    []string // fields demanded of the list itself: told only of an object in its place
	Unique   bool     // no scalar may be in the list twice

	MustBeTrue bool // a boolean that may not be false
	AnyOf      bool // an IntOrString that says so twice, and is told so once more

	Enum    []string
	Numbers []int64 // the enumeration of an integer
	MinLen  int
	MaxLen  int // in characters; 0 is no limit
	Pattern *Pattern

	Min, Max int64
	HasMin   bool
	HasMax   bool
}

// A Field is a property of an object.
type Field struct {
	Name     string
	Required bool
	Default  any // filled in where the field is missing or null; nil is none
	Schema   *Schema
}

// Field returns the field of that name, or nil.
func (s *Schema) Field(name string) *Field {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return &s.Fields[i]
		}
	}
	return nil
}
