package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
)

// maxNesting bounds the recursion into a printed message. The two messages nest
// about fifteen deep.
const maxNesting = 64

// protoJSON rewrites what Go's encoding/json makes of a generated message, as
// `linkerd diagnostics policy -o json` prints it, into proto JSON. There each
// oneof is an object under the oneof's Go name, {"Kind":{"Http1":{…}}}, fields
// have their proto names, and a duration is {"seconds":1,"nanos":2}.
func protoJSON(text []byte, message protoreflect.MessageDescriptor) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	value, err := plainMessage(value, message, 0)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func plainMessage(value any, message protoreflect.MessageDescriptor, depth int) (any, error) {
	object, ok := value.(map[string]any)
	switch {
	case !ok:
		return value, nil // proto JSON's own reader says what is wrong with it
	case depth > maxNesting:
		return nil, fmt.Errorf("%s nests too deep", message.FullName())
	case message.FullName() == "google.protobuf.Duration":
		return plainDuration(object)
	}
	plain := make(map[string]any, len(object))
	for name, value := range object {
		field := message.Fields().ByName(protoreflect.Name(name))
		if field == nil {
			if field, value = oneofMember(message, name, value); field == nil {
				if value == nil {
					continue // a oneof that is not set
				}
				return nil, fmt.Errorf("%s has no field %q", message.FullName(), name)
			}
		}
		value, err := plainField(value, field, depth)
		if err != nil {
			return nil, err
		}
		plain[field.JSONName()] = value
	}
	return plain, nil
}

// oneofMember finds the one field that is set in {"Http1":{…}}, under the Go
// name of a oneof.
func oneofMember(message protoreflect.MessageDescriptor, name string, value any) (protoreflect.FieldDescriptor, any) {
	members, _ := value.(map[string]any)
	if len(members) != 1 {
		return nil, value
	}
	for i := range message.Oneofs().Len() {
		oneof := message.Oneofs().Get(i)
		if goName(string(oneof.Name())) != goName(name) {
			continue
		}
		for j := range oneof.Fields().Len() {
			field := oneof.Fields().Get(j)
			for member, value := range members {
				if goName(string(field.Name())) == goName(member) {
					return field, value
				}
			}
		}
	}
	return nil, value
}

// goName forgets what the generator changes in a name: underscores and case.
func goName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

func plainField(value any, field protoreflect.FieldDescriptor, depth int) (any, error) {
	if field.Message() == nil || field.IsMap() {
		return value, nil
	}
	list, ok := value.([]any)
	if !ok || !field.IsList() {
		return plainMessage(value, field.Message(), depth+1)
	}
	plain := make([]any, len(list))
	for i, item := range list {
		item, err := plainMessage(item, field.Message(), depth+1)
		if err != nil {
			return nil, err
		}
		plain[i] = item
	}
	return plain, nil
}

func plainDuration(object map[string]any) (any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var d durationpb.Duration
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("read a duration: %w", err)
	}
	sign := ""
	if d.Seconds < 0 || d.Nanos < 0 {
		sign, d.Seconds, d.Nanos = "-", -d.Seconds, -d.Nanos
	}
	return fmt.Sprintf("%s%d.%09ds", sign, d.Seconds, d.Nanos), nil
}
