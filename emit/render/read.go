package render

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Read fills a message from text that [YAML] or [JSON] wrote, or that people wrote in the
// same part of YAML: no anchors, tags or multi-line scalars. What the message held before
// is lost. Errors name the line. Unknown keys, a key twice and two members of a oneof are
// errors; null is the same as no key.
func Read(text []byte, into proto.Message) error {
	proto.Reset(into)
	m := into.ProtoReflect()
	name := m.Descriptor().FullName()
	if !utf8.Valid(text) {
		return fmt.Errorf("read %s: the text is not UTF-8", name)
	}
	root, err := parse(string(text))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := readMessage(root, m); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func (n *node) errorf(format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{n.line}, args...)...)
}

func readMessage(n *node, m protoreflect.Message) error {
	desc := m.Descriptor()
	if desc.FullName() == durationName {
		return readDuration(n, m)
	}
	if n.kind != mapNode {
		return n.errorf("%s is not a mapping", desc.Name())
	}
	seen := make(map[protoreflect.FieldNumber]bool, len(n.keys))
	for i, key := range n.keys {
		item := n.items[i]
		fd := desc.Fields().ByJSONName(key)
		if fd == nil {
			fd = desc.Fields().ByTextName(key)
		}
		if fd == nil {
			return item.errorf("%s has no field %q", desc.Name(), key)
		}
		if seen[fd.Number()] {
			return item.errorf("the key %q occurs twice", key)
		}
		seen[fd.Number()] = true
		if item.isNull() {
			continue
		}
		if one := fd.ContainingOneof(); one != nil && m.WhichOneof(one) != nil {
			return item.errorf("%q and %q exclude each other", key, m.WhichOneof(one).JSONName())
		}
		if err := readField(item, m, fd); err != nil {
			return err
		}
	}
	return nil
}

func readField(n *node, m protoreflect.Message, fd protoreflect.FieldDescriptor) error {
	switch {
	case fd.IsMap():
		return readMap(n, m.Mutable(fd).Map(), fd)
	case fd.IsList():
		return readList(n, m.Mutable(fd).List(), fd)
	case fd.Message() != nil:
		return readMessage(n, m.Mutable(fd).Message())
	}
	v, err := readScalar(n, fd)
	if err != nil {
		return err
	}
	m.Set(fd, v)
	return nil
}

func readList(n *node, list protoreflect.List, fd protoreflect.FieldDescriptor) error {
	if n.kind != listNode {
		return n.errorf("%s is not a list", fd.JSONName())
	}
	for _, item := range n.items {
		if fd.Message() != nil {
			if err := readMessage(item, list.AppendMutable().Message()); err != nil {
				return err
			}
			continue
		}
		v, err := readScalar(item, fd)
		if err != nil {
			return err
		}
		list.Append(v)
	}
	return nil
}

func readMap(n *node, m protoreflect.Map, fd protoreflect.FieldDescriptor) error {
	if n.kind != mapNode {
		return n.errorf("%s is not a mapping", fd.JSONName())
	}
	for i, text := range n.keys {
		item := n.items[i]
		k, err := readScalar(&node{line: item.line, text: text}, fd.MapKey())
		if err != nil {
			return err
		}
		key := k.MapKey()
		if m.Has(key) {
			return item.errorf("the key %q occurs twice", text)
		}
		if fd.MapValue().Message() != nil {
			if err := readMessage(item, m.Mutable(key).Message()); err != nil {
				return err
			}
			continue
		}
		v, err := readScalar(item, fd.MapValue())
		if err != nil {
			return err
		}
		m.Set(key, v)
	}
	return nil
}

// readScalar reads a value of a scalar field's type.
func readScalar(n *node, fd protoreflect.FieldDescriptor) (protoreflect.Value, error) {
	if n.kind != scalarNode {
		return protoreflect.Value{}, n.errorf("%s is not a single value", fd.JSONName())
	}
	v, err := scalarValue(n.text, fd)
	if err != nil {
		var num *strconv.NumError
		if errors.As(err, &num) {
			err = num.Err
		}
		return v, n.errorf("%s: %q is not of type %s: %w", fd.JSONName(), n.text, fd.Kind(), err)
	}
	return v, nil
}

func scalarValue(s string, fd protoreflect.FieldDescriptor) (v protoreflect.Value, err error) {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		if s != "true" && s != "false" {
			return v, errors.New("neither true nor false")
		}
		return protoreflect.ValueOfBool(s == "true"), nil
	case protoreflect.EnumKind:
		return enumValue(s, fd.Enum())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		i, err := strconv.ParseInt(s, 10, 32)
		return protoreflect.ValueOfInt32(int32(i)), err
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		i, err := strconv.ParseInt(s, 10, 64)
		return protoreflect.ValueOfInt64(i), err
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		u, err := strconv.ParseUint(s, 10, 32)
		return protoreflect.ValueOfUint32(uint32(u)), err
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		u, err := strconv.ParseUint(s, 10, 64)
		return protoreflect.ValueOfUint64(u), err
	case protoreflect.FloatKind:
		f, err := floatValue(s, 32)
		return protoreflect.ValueOfFloat32(float32(f)), err
	case protoreflect.DoubleKind:
		f, err := floatValue(s, 64)
		return protoreflect.ValueOfFloat64(f), err
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(s), nil
	case protoreflect.BytesKind:
		b, err := bytesValue(s)
		return protoreflect.ValueOfBytes(b), err
	}
	return v, errors.New("a type without text")
}

func enumValue(s string, desc protoreflect.EnumDescriptor) (protoreflect.Value, error) {
	if v := desc.Values().ByName(protoreflect.Name(s)); v != nil {
		return protoreflect.ValueOfEnum(v.Number()), nil
	}
	i, err := strconv.ParseInt(s, 10, 32)
	return protoreflect.ValueOfEnum(protoreflect.EnumNumber(i)), err
}

// floatValue takes JSON's numbers and proto JSON's three words, not Go's other spellings.
func floatValue(s string, bits int) (float64, error) {
	switch s {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	if strings.Trim(s, "0123456789.eE+-") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, bits)
}

// bytesValue takes both alphabets of base64, with and without padding.
func bytesValue(s string) ([]byte, error) {
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	return enc.DecodeString(strings.TrimRight(s, "="))
}

// readDuration reads "1.500s" into a google.protobuf.Duration.
func readDuration(n *node, m protoreflect.Message) error {
	seconds, nanos, ok := parseDuration(n.text)
	if n.kind != scalarNode || !ok {
		return n.errorf("%q is not a duration", n.text)
	}
	if reason := noDuration(seconds, nanos); reason != "" {
		return n.errorf("%s", reason)
	}
	fields := m.Descriptor().Fields()
	m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(seconds))
	m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(int32(nanos)))
	return nil
}

func parseDuration(s string) (seconds, nanos int64, ok bool) {
	body, found := strings.CutSuffix(s, "s")
	body, negative := strings.CutPrefix(body, "-")
	whole, fraction, _ := strings.Cut(body, ".")
	if !found || whole == "" || len(fraction) > 9 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, 0, false
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	nanos, _ = strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if negative {
		return -seconds, -nanos, true
	}
	return seconds, nanos, true
}
