// Package render gives protobuf messages stable bytes: YAML text, JSON text and binary, and
// reads them back.
//
// The protobuf library's own JSON and text forms change from one build of a program to the
// next on purpose; these do not. Both texts are printed from the deterministic binary form,
// without reflection, so that what people read is what machines get. The package prints; it
// does not know what any message means.
//
// Text follows the proto JSON mapping: lowerCamelCase names, 64-bit integers as strings,
// durations as "1.500s", enums by name, bytes in base64. Keys are in the order of field
// numbers. A field is printed exactly where it is present on the wire. Fields that the
// message type does not know are not printed.
package render

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A NoTextError says why a message has a binary form only: proto JSON cannot write it.
type NoTextError struct {
	At     string // full name of the field or message type that holds the value
	Reason string
}

// Error returns where the value is and the reason.
func (e *NoTextError) Error() string {
	return "no text form: " + e.At + ": " + e.Reason
}

// Binary returns the deterministic binary form of a message. It fails only where a string
// is not UTF-8.
func Binary(m proto.Message) ([]byte, error) { return AppendBinary(nil, m) }

// AppendBinary appends what [Binary] returns.
func AppendBinary(dst []byte, m proto.Message) ([]byte, error) {
	return appendBinary(dst, m, proto.MarshalOptions{Deterministic: true})
}

// AppendField appends a message as a length-delimited field of another.
func AppendField(dst []byte, num protowire.Number, m proto.Message) ([]byte, error) {
	size := proto.Size(m)
	dst = slices.Grow(dst, protowire.SizeTag(num)+protowire.SizeBytes(size))
	dst = protowire.AppendTag(dst, num, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(size))
	return appendBinary(dst, m, proto.MarshalOptions{Deterministic: true, UseCachedSize: true})
}

func appendBinary(dst []byte, m proto.Message, how proto.MarshalOptions) ([]byte, error) {
	dst, err := how.MarshalAppend(dst, m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.ProtoReflect().Descriptor().FullName(), err)
	}
	return dst, nil
}

// YAML returns the canonical YAML text of a message, ending in a line break. The error is a
// [NoTextError] where the message has no text. Use a [Printer] for many messages.
func YAML(m proto.Message) ([]byte, error) { return print(m, (*Printer).AppendYAML) }

// JSON returns a message as one line of JSON, without a line break. The error is a
// [NoTextError] where the message has no text. Use a [Printer] for many messages.
func JSON(m proto.Message) ([]byte, error) { return print(m, (*Printer).AppendJSON) }

func print(m proto.Message, form func(*Printer, []byte, []byte) ([]byte, error)) ([]byte, error) {
	wire, err := Binary(m)
	if err != nil {
		return nil, err
	}
	return form(For(m), nil, wire)
}

// A Printer prints messages of one type. It is safe for concurrent use.
type Printer struct{ root *plan }

// For returns a printer of the message's type; the message itself does not matter.
func For(m proto.Message) *Printer {
	return &Printer{newPlan(m.ProtoReflect().Descriptor(), map[protoreflect.FullName]*plan{})}
}

// AppendYAML appends what [YAML] returns for the message whose [Binary] form is wire. Bytes
// that Binary would not write (a singular field twice, a truncated message) are an error.
func (p *Printer) AppendYAML(dst, wire []byte) ([]byte, error) {
	w := writer{out: dst}
	if err := w.document(p.root, wire); err != nil {
		return nil, err
	}
	return w.out, nil
}

// AppendJSON appends what [JSON] returns, as [Printer.AppendYAML] does for YAML.
func (p *Printer) AppendJSON(dst, wire []byte) ([]byte, error) {
	w := writer{out: dst, json: true}
	if err := w.flowMessage(p.root, wire, 0); err != nil {
		return nil, err
	}
	return w.out, nil
}
