package render

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxDepth bounds the nesting of messages in text, whose indentation grows with it. The
// proxy itself stops at 100.
const maxDepth = 500

var errMalformed = errors.New("truncated or malformed")

// A field is one occurrence of a field on the wire.
type field struct {
	*fieldPlan
	typ   protowire.Type
	value uint64 // varint and fixed types
	bytes []byte // length-delimited types
}

// fields splits one message into its known fields, by number; elements of a list keep their
// order. A packed list stays one field, see [field.elements].
func (p *plan) fields(buf []field, wire []byte) ([]field, error) {
	sorted := true
	last := protowire.Number(0)
	for len(wire) > 0 {
		buf = append(buf, field{})
		f := &buf[len(buf)-1]
		n := f.next(p, wire)
		if n < 0 {
			return nil, p.errorf("%w", errMalformed)
		}
		wire = wire[n:]
		if f.fieldPlan == nil {
			buf = buf[:len(buf)-1]
			continue
		}
		if f.typ != f.wire && !(f.list && f.typ == protowire.BytesType) {
			return nil, p.errorf("field %s has wire type %d", f.name, f.typ)
		}
		sorted = sorted && f.num >= last
		last = f.num
	}
	if !sorted { // the library writes a oneof at its first member's place
		slices.SortStableFunc(buf, func(a, b field) int { return int(a.num) - int(b.num) })
	}
	return buf, p.checkSingular(buf)
}

// next reads one field and returns its length, or a negative number. The plan of a field
// that the type does not know is nil.
func (f *field) next(p *plan, wire []byte) int {
	num, typ, tag := protowire.Number(wire[0]>>3), protowire.Type(wire[0]&7), 1
	if wire[0] >= 0x80 || num == 0 {
		if num, typ, tag = protowire.ConsumeTag(wire); tag < 0 {
			return tag
		}
	}
	f.fieldPlan, f.typ = p.field(num), typ
	n := f.consume(num, wire[tag:])
	if n < 0 {
		return n
	}
	return tag + n
}

// consume reads the value that follows a tag and returns its length, or a negative number.
func (f *field) consume(num protowire.Number, b []byte) (n int) {
	switch f.typ {
	case protowire.VarintType:
		f.value, n = protowire.ConsumeVarint(b)
	case protowire.Fixed64Type:
		f.value, n = protowire.ConsumeFixed64(b)
	case protowire.Fixed32Type:
		var v uint32
		v, n = protowire.ConsumeFixed32(b)
		f.value = uint64(v)
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(b)
	default:
		n = protowire.ConsumeFieldValue(num, f.typ, b)
	}
	return n
}

// checkSingular checks that no singular field and no oneof occurs twice in a sorted list.
func (p *plan) checkSingular(list []field) error {
	for i := 1; i < len(list); i++ {
		if f := list[i]; f.num == list[i-1].num && !f.repeated() {
			return p.errorf("field %s occurs twice", f.name)
		}
	}
	for i := range list {
		if list[i].oneof == 0 {
			continue
		}
		for j := i + 1; j < len(list); j++ {
			if list[i].oneof == list[j].oneof {
				return p.errorf("fields %s and %s of a oneof are both set", list[i].name, list[j].name)
			}
		}
	}
	return nil
}

// elements calls each for every element of a list field: itself, or those of a packed list.
func (f field) elements(each func(field) error) error {
	if f.typ == f.wire {
		return each(f)
	}
	for packed := f.bytes; len(packed) > 0; {
		e := field{fieldPlan: f.fieldPlan, typ: f.wire}
		n := e.consume(f.num, packed)
		if n < 0 {
			return fmt.Errorf("read %s: %w", f.name, errMalformed)
		}
		packed = packed[n:]
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// isLeaf reports whether a message of these fields holds nothing but scalars and empty
// messages, so that it reads well on one line.
func isLeaf(list []field) bool {
	for i := range list {
		if f := &list[i]; f.isMessage() && (len(f.bytes) > 0 || f.repeated()) {
			return false
		}
	}
	return true
}

func (p *plan) errorf(format string, args ...any) error {
	return fmt.Errorf("read %s: "+format, append([]any{p.name}, args...)...)
}
