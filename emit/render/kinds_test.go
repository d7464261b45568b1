package render

import (
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/durationpb"
)

// kindsProto is a message type with a field of every kind.
const kindsProto = `
name: "kinds.proto" package: "test" syntax: "proto3" dependency: "google/protobuf/duration.proto"
enum_type { name: "Colour" value { name: "RED" number: 0 } value { name: "ON" number: 3 } }
message_type {
  name: "Kinds"
  field { name: "a_bool" number: 1 type: TYPE_BOOL label: LABEL_OPTIONAL }
  field { name: "colour" number: 2 type: TYPE_ENUM type_name: ".test.Colour" label: LABEL_OPTIONAL }
  field { name: "i32" number: 3 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "s32" number: 4 type: TYPE_SINT32 label: LABEL_OPTIONAL }
  field { name: "sf32" number: 5 type: TYPE_SFIXED32 label: LABEL_OPTIONAL }
  field { name: "u32" number: 6 type: TYPE_UINT32 label: LABEL_OPTIONAL }
  field { name: "f32" number: 7 type: TYPE_FIXED32 label: LABEL_OPTIONAL }
  field { name: "i64" number: 8 type: TYPE_INT64 label: LABEL_OPTIONAL }
  field { name: "s64" number: 9 type: TYPE_SINT64 label: LABEL_OPTIONAL }
  field { name: "sf64" number: 10 type: TYPE_SFIXED64 label: LABEL_OPTIONAL }
  field { name: "u64" number: 11 type: TYPE_UINT64 label: LABEL_OPTIONAL }
  field { name: "f64" number: 12 type: TYPE_FIXED64 label: LABEL_OPTIONAL }
  field { name: "a_float" number: 13 type: TYPE_FLOAT label: LABEL_OPTIONAL }
  field { name: "a_double" number: 14 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "text" number: 15 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "raw" number: 16 type: TYPE_BYTES label: LABEL_OPTIONAL }
  field { name: "time" number: 17 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL }
  field { name: "child" number: 18 type: TYPE_MESSAGE type_name: ".test.Kinds" label: LABEL_OPTIONAL }
  field { name: "numbers" number: 19 type: TYPE_SINT32 label: LABEL_REPEATED }
  field { name: "colours" number: 20 type: TYPE_ENUM type_name: ".test.Colour" label: LABEL_REPEATED }
  field { name: "texts" number: 21 type: TYPE_STRING label: LABEL_REPEATED }
  field { name: "times" number: 22 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_REPEATED }
  field { name: "children" number: 23 type: TYPE_MESSAGE type_name: ".test.Kinds" label: LABEL_REPEATED }
  field { name: "by_number" number: 24 type: TYPE_MESSAGE type_name: ".test.Kinds.ByNumberEntry" label: LABEL_REPEATED }
  field { name: "by_text" number: 25 type: TYPE_MESSAGE type_name: ".test.Kinds.ByTextEntry" label: LABEL_REPEATED }
  field { name: "by_bool" number: 26 type: TYPE_MESSAGE type_name: ".test.Kinds.ByBoolEntry" label: LABEL_REPEATED }
  field { name: "one_text" number: 27 type: TYPE_STRING oneof_index: 0 label: LABEL_OPTIONAL }
  field { name: "one_number" number: 29 type: TYPE_INT64 oneof_index: 0 label: LABEL_OPTIONAL }
  field { name: "plain" number: 28 type: TYPE_UINT32 label: LABEL_OPTIONAL }
  field { name: "maybe" number: 30 type: TYPE_BOOL oneof_index: 1 proto3_optional: true label: LABEL_OPTIONAL }
  nested_type {
    name: "ByNumberEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_INT64 label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".test.Kinds" label: LABEL_OPTIONAL }
  }
  nested_type {
    name: "ByTextEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  }
  nested_type {
    name: "ByBoolEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_BOOL label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_BYTES label: LABEL_OPTIONAL }
  }
  oneof_decl { name: "one" }
  oneof_decl { name: "_maybe" }
}`

func kinds(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	var file descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal([]byte(kindsProto), &file); err != nil {
		t.Fatal(err)
	}
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{
		protodesc.ToFileDescriptorProto((&descriptorpb.FileDescriptorProto{}).ProtoReflect().Descriptor().ParentFile()),
		durationFile(), &file,
	}}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		t.Fatal(err)
	}
	d, err := files.FindDescriptorByName("test.Kinds")
	if err != nil {
		t.Fatal(err)
	}
	return d.(protoreflect.MessageDescriptor)
}

// randomMessage fills about half of the fields of a message type.
func randomMessage(r *rand.Rand, m protoreflect.Message, depth int) {
	if m.Descriptor().FullName() == durationName {
		seconds := r.Int64N(1000)
		if r.IntN(5) == 0 {
			seconds = MaxDurationSeconds
		}
		m.Set(m.Descriptor().Fields().ByNumber(1), protoreflect.ValueOfInt64(seconds))
		m.Set(m.Descriptor().Fields().ByNumber(2), protoreflect.ValueOfInt32([]int32{0, 0, 5e8, 1e6, 1e3, 999999999}[r.IntN(6)]))
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if r.IntN(2) == 0 || fd.Message() != nil && depth > 7 {
			continue
		}
		switch {
		case fd.IsMap():
			for range r.IntN(3) {
				k := randomScalar(r, fd.MapKey()).MapKey()
				if fd.MapValue().Message() != nil {
					randomMessage(r, m.Mutable(fd).Map().Mutable(k).Message(), depth+2)
				} else {
					m.Mutable(fd).Map().Set(k, randomScalar(r, fd.MapValue()))
				}
			}
		case fd.IsList():
			for range r.IntN(4) {
				if fd.Message() != nil {
					randomMessage(r, m.Mutable(fd).List().AppendMutable().Message(), depth+1)
				} else {
					m.Mutable(fd).List().Append(randomScalar(r, fd))
				}
			}
		case fd.Message() != nil:
			randomMessage(r, m.Mutable(fd).Message(), depth+1)
		default:
			m.Set(fd, randomScalar(r, fd))
		}
	}
}

var hardTexts = []string{
	"", "/", "a", "web.prod.svc.cluster.local:80", "null", "~", "NULL", "yes", "No", "on", "1", "1e3", "0x1", "-", "- a",
	"a: b", "a #b", "#", "'", "\"", "\\", "\n", "a\nb", "\t", "\x00", "\x7f", "é", "\u0085", "\u2028", "\ufeff", "😀", "{", "}", "[", "]", ",",
	"&a", "*a", "!t", "|", ">", "%", "@", "`", "? a", ": a", "a:", " a ", "^/api/(v[12])/.*$", "---", "...", "=", "<<", "\u202eabc", "true", "n", "2001-01-01",
}

func randomScalar(r *rand.Rand, fd protoreflect.FieldDescriptor) protoreflect.Value {
	big := r.IntN(2) == 0
	pick := func(n uint64) uint64 {
		if big {
			return n
		}
		return n % 100
	}
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(big)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(r.IntN(5)))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(pick(uint64(r.Uint32()))))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(pick(uint64(r.Uint32()))))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(int64(pick(r.Uint64())))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(pick(r.Uint64()))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32([]float32{0, 1, 0.1, -2.5e-7, 3e38, r.Float32()}[r.IntN(6)])
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64([]float64{0, 1, 0.1, -2.5e-7, 3e300, r.Float64()}[r.IntN(6)])
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(hardTexts[r.IntN(len(hardTexts))] + "\xff"[r.IntN(2):]))
	}
	return protoreflect.ValueOfString(hardTexts[r.IntN(len(hardTexts))])
}

func durationFile() *descriptorpb.FileDescriptorProto {
	d := dynamicDuration().ProtoReflect().Descriptor()
	return protodesc.ToFileDescriptorProto(d.ParentFile())
}

func newKinds(t testing.TB) func() proto.Message {
	d := kinds(t)
	return func() proto.Message { return dynamicpb.NewMessage(d) }
}
