package render

import (
	"encoding/base64"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	stringKind   = protoreflect.StringKind
	durationName = "google.protobuf.Duration"

	// MaxDurationSeconds is the longest duration that proto JSON can write, in seconds.
	MaxDurationSeconds = 315576000000
)

// scalar prints one value that is not a mapping.
func (w *writer) scalar(f field) error {
	switch f.kind {
	case protoreflect.StringKind:
		w.text(f.bytes)
	case protoreflect.BoolKind:
		w.out = strconv.AppendBool(w.out, f.value != 0)
	case protoreflect.EnumKind:
		w.enum(f)
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		w.out = strconv.AppendInt(w.out, int64(int32(f.value)), 10)
	case protoreflect.Sint32Kind:
		w.out = strconv.AppendInt(w.out, int64(int32(protowire.DecodeZigZag(f.value&math.MaxUint32))), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		w.out = strconv.AppendUint(w.out, uint64(uint32(f.value)), 10)
	case protoreflect.Int64Kind, protoreflect.Sfixed64Kind:
		w.quoted(strconv.FormatInt(int64(f.value), 10))
	case protoreflect.Sint64Kind:
		w.quoted(strconv.FormatInt(protowire.DecodeZigZag(f.value), 10))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.quoted(strconv.FormatUint(f.value, 10))
	case protoreflect.FloatKind:
		w.float(float64(math.Float32frombits(uint32(f.value))), 32)
	case protoreflect.DoubleKind:
		w.float(math.Float64frombits(f.value), 64)
	case protoreflect.BytesKind:
		w.base64(f)
	case protoreflect.MessageKind:
		return w.duration(f)
	default:
		return &NoTextError{string(f.name), "groups have no form in proto JSON"}
	}
	return nil
}

// enum prints the value's name, or its number where the type has no name for it.
func (w *writer) enum(f field) {
	n := protoreflect.EnumNumber(int32(f.value))
	if v := f.enum.ByNumber(n); v != nil {
		w.text([]byte(v.Name()))
		return
	}
	w.out = strconv.AppendInt(w.out, int64(n), 10)
}

// float prints the shortest text that reads back as the same number, in the exponent form
// that JavaScript would choose.
func (w *writer) float(v float64, bits int) {
	switch {
	case math.IsNaN(v):
		w.quoted("NaN")
	case math.IsInf(v, 1):
		w.quoted("Infinity")
	case math.IsInf(v, -1):
		w.quoted("-Infinity")
	default:
		format := byte('f')
		if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
			format = 'e'
		}
		w.out = strconv.AppendFloat(w.out, v, format, -1, bits)
	}
}

// base64 prints bytes, and notes for people what they are where that is readable.
func (w *writer) base64(f field) {
	w.out = append(w.out, '"')
	w.out = base64.StdEncoding.AppendEncode(w.out, f.bytes)
	w.out = append(w.out, '"')
	if w.json || len(f.bytes) == 0 || len(f.bytes) > 200 {
		return
	}
	for _, c := range f.bytes {
		if c < ' ' || c > '~' {
			return
		}
	}
	w.notes = append(w.notes, f.yaml+" "+strconv.Quote(string(f.bytes)))
}

// duration prints a google.protobuf.Duration with no, 3, 6 or 9 digits after the point.
func (w *writer) duration(f field) error {
	var buf [2]field
	list, err := f.message.fields(buf[:0], f.bytes)
	if err != nil {
		return err
	}
	var seconds, nanos int64
	for _, e := range list {
		switch e.num {
		case 1:
			seconds = int64(e.value)
		case 2:
			nanos = int64(int32(e.value))
		}
	}
	if reason := noDuration(seconds, nanos); reason != "" {
		return &NoTextError{string(f.name), reason}
	}
	if w.json {
		w.out = append(w.out, '"')
	}
	w.out = appendDuration(w.out, seconds, nanos)
	if w.json {
		w.out = append(w.out, '"')
	}
	return nil
}

// noDuration returns why proto JSON cannot write a duration, or nothing.
func noDuration(seconds, nanos int64) string {
	switch {
	case seconds > MaxDurationSeconds || seconds < -MaxDurationSeconds:
		return "a duration of " + strconv.FormatInt(seconds, 10) + "s is beyond proto JSON's limit of " +
			strconv.Itoa(MaxDurationSeconds) + "s"
	case nanos <= -1e9 || nanos >= 1e9:
		return strconv.FormatInt(nanos, 10) + " nanoseconds are a second or more"
	case seconds > 0 && nanos < 0 || seconds < 0 && nanos > 0:
		return "seconds and nanoseconds of a duration have different signs"
	}
	return ""
}

func appendDuration(out []byte, seconds, nanos int64) []byte {
	if seconds < 0 || nanos < 0 {
		out = append(out, '-')
		seconds, nanos = -seconds, -nanos
	}
	out = strconv.AppendInt(out, seconds, 10)
	if nanos != 0 {
		digits := strconv.FormatInt(1e9+nanos, 10)[1:]
		for digits[len(digits)-3:] == "000" {
			digits = digits[:len(digits)-3]
		}
		out = append(out, '.')
		out = append(out, digits...)
	}
	return append(out, 's')
}
