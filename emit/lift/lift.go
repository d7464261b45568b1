// Package lift turns messages of the proxy API back into decided tables: the inverse of the
// lowerings in emit/{outbound,inbound,profile}.
//
// For every table t that the compiler decides, lift(lower(t)) equals t but for its key and
// origins, which no message carries. And for every message m, whatever served it, lift(m)
// either fails or gives a table whose lowering equals m: what no decided table can express
// is an error that names the field, never something left out.
package lift

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// errMissing says that a message lacks what the control plane always sends.
var errMissing = errors.New("missing")

// at adds the place of an error in the message, outermost first.
func at(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// A message is any generated message.
type message interface{ ProtoReflect() protoreflect.Message }

// present fails on a message that is missing, and as [known] does.
func present(m message) error {
	if !m.ProtoReflect().IsValid() {
		return errMissing
	}
	return known(m)
}

// known fails on fields that this version of the proxy API does not have.
func known(m message) error {
	if unknown := m.ProtoReflect().GetUnknown(); len(unknown) > 0 {
		return fmt.Errorf("%s has %d bytes of fields that this version of routec does not know",
			m.ProtoReflect().Descriptor().Name(), len(unknown))
	}
	return nil
}

// unexpected fails on a field that the control plane never sets.
func unexpected(field string, set bool) error {
	if set {
		return fmt.Errorf("%s is set, which no decided table can express", field)
	}
	return nil
}

// each lifts the elements of a list.
func each[M, T any](list []M, one func(M) (T, error), name string) ([]T, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]T, len(list))
	for i, m := range list {
		var err error
		if out[i], err = one(m); err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", name, i, err)
		}
	}
	return out, nil
}
