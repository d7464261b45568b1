package render

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A plan is a message type as printing needs it, so that no field costs a look-up in a map
// of descriptors. Printing a table then costs about what encoding it does (BenchmarkYAML,
// BenchmarkBinary: 9 µs each for 3.5 kB of text).
type plan struct {
	name   protoreflect.FullName
	known  []*fieldPlan // by number; nil where the type has no such field
	others map[protowire.Number]*fieldPlan
}

// A fieldPlan is one field of a message type.
type fieldPlan struct {
	num      protowire.Number
	name     protoreflect.FullName
	kind     protoreflect.Kind
	wire     protowire.Type
	yaml     string // key and colon
	json     string // quoted key and colon
	list     bool
	oneof    int // from 1; 0: in none
	message  *plan
	enum     protoreflect.EnumValueDescriptors
	key      *fieldPlan // map only
	value    *fieldPlan // map only
	duration bool
}

// dense is how many field numbers a plan finds by index.
const dense = 64

// newPlan makes the plan of a type and of all types that it mentions.
func newPlan(desc protoreflect.MessageDescriptor, made map[protoreflect.FullName]*plan) *plan {
	if p := made[desc.FullName()]; p != nil {
		return p
	}
	p := &plan{name: desc.FullName()}
	made[p.name] = p
	fields := desc.Fields()
	for i := range fields.Len() {
		f := newFieldPlan(fields.Get(i), made)
		if f.num < dense {
			for len(p.known) <= int(f.num) {
				p.known = append(p.known, nil)
			}
			p.known[f.num] = f
			continue
		}
		if p.others == nil {
			p.others = map[protowire.Number]*fieldPlan{}
		}
		p.others[f.num] = f
	}
	return p
}

func newFieldPlan(fd protoreflect.FieldDescriptor, made map[protoreflect.FullName]*plan) *fieldPlan {
	f := &fieldPlan{num: fd.Number(), name: fd.FullName(), kind: fd.Kind(), wire: wireType(fd.Kind()), list: fd.IsList()}
	key := writer{}
	key.quoted(fd.JSONName())
	f.json = string(key.out) + ":"
	f.yaml = fd.JSONName() + ":"
	if !isPlain(fd.JSONName()) {
		f.yaml = f.json
	}
	if one := fd.ContainingOneof(); one != nil {
		f.oneof = one.Index() + 1
	}
	if fd.Kind() == protoreflect.EnumKind {
		f.enum = fd.Enum().Values()
	}
	if fd.Message() != nil {
		f.message = newPlan(fd.Message(), made)
		f.duration = f.message.name == durationName
	}
	if fd.IsMap() {
		f.key = f.message.field(1)
		f.value = f.message.field(2)
	}
	return f
}

// field returns the field of that number, or nil.
func (p *plan) field(num protowire.Number) *fieldPlan {
	if int(num) < len(p.known) {
		return p.known[num]
	}
	return p.others[num]
}

// isMessage reports whether the field prints as a mapping: a message other than those that
// have a scalar form in proto JSON.
func (f *fieldPlan) isMessage() bool { return f.message != nil && !f.duration }

func (f *fieldPlan) repeated() bool { return f.list || f.key != nil }

func wireType(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	}
	return protowire.VarintType
}
