package schema

import "routec.dev/routec/compile/diag"

// Fields makes an object of these fields.
func Fields(fields ...Field) *Schema { return &Schema{Type: Object, Fields: fields} }

// Opaque is an object whose content is neither checked nor pruned.
func Opaque() *Schema { return &Schema{Type: Object, Open: true} }

// List makes a list of at most max items; 0 is no limit.
func List(max int, items *Schema) *Schema {
	return &Schema{Type: Array, Items: items, MaxItems: max}
}

// Text makes a text of min to max characters; a max of 0 is no limit.
func Text(min, max int) *Schema { return &Schema{Type: String, MinLen: min, MaxLen: max} }

// OneOf makes a text that is one of values.
func OneOf(values ...string) *Schema { return &Schema{Type: String, Enum: values} }

// Int makes an integer.
func Int(format Format) *Schema { return &Schema{Type: Integer, Format: format} }

// Of makes a plain value of a type.
func Of(t Type) *Schema { return &Schema{Type: t} }

// Optional, Required and Defaulted make fields.
func Optional(name string, s *Schema) Field { return Field{Name: name, Schema: s} }

// Required makes a field that must be there.
func Required(name string, s *Schema) Field { return Field{Name: name, Required: true, Schema: s} }

// Defaulted makes a field that is filled in when it is missing.
func Defaulted(name string, s *Schema, value any) Field {
	return Field{Name: name, Default: value, Schema: s}
}

// Matching adds a pattern to a text.
func (s *Schema) Matching(p *Pattern) *Schema { s.Pattern = p; return s }

// Between adds bounds to an integer.
func (s *Schema) Between(min, max int64) *Schema {
	s.Min, s.Max, s.HasMin, s.HasMax = min, max, true, true
	return s
}

// AtLeast adds a smallest number of items to a list.
func (s *Schema) AtLeast(items int) *Schema { s.MinItems = items; return s }

// By makes a list one whose entries differ in a field.
func (s *Schema) By(key string) *Schema { s.Key = key; return s }

// Set makes a list one that holds nothing twice.
func (s *Schema) Set() *Schema { s.Unique = true; return s }

// Demanding demands fields of a list itself, which has none: a slip in a schema.
func (s *Schema) Demanding(fields ...string) *Schema { s.Inert = fields; return s }

// Either demands that exactly one of two fields is there.
func (s *Schema) Either(a, b string) *Schema {
	s.OneOf = [][]string{{a}, {b}}
	return s
}

// Coded gives findings here and below a code.
func (s *Schema) Coded(code diag.Code) *Schema { s.Code = code; return s }

// OneNumber makes an integer that is one of values.
func OneNumber(values ...int64) *Schema { return &Schema{Type: Integer, Numbers: values} }

// NoLess adds a lower bound to an integer.
func (s *Schema) NoLess(min int64) *Schema { s.Min, s.HasMin = min, true; return s }

// Names makes an object of texts: for places where only field names count.
func Names(names ...string) *Schema {
	s := &Schema{Type: Object}
	for _, name := range names {
		s.Fields = append(s.Fields, Optional(name, Of(String)))
	}
	return s
}
