package verdict

import (
	"fmt"
	"testing"
)

func TestAsInvalid(t *testing.T) {
	one := Cause{Field: NoField, Reason: Invalid, Message: "first", Code: "RC1"}
	two := Cause{Field: "spec.a", Reason: Required, Message: "Required value", Code: "RC2"}
	for _, c := range []struct {
		causes  []Cause
		message string
		code    string
	}{
		{[]Cause{two}, `X "a" is invalid: spec.a: Required value`, "RC2"},
		{[]Cause{one, two, two}, `X "a" is invalid: [<nil>: first, spec.a: Required value]`, "RC2"},
		{[]Cause{one}, `X "a" is invalid: <nil>: first`, "RC1"},
	} {
		got := AsInvalid(`X "a"`, c.causes)
		if got.Message != c.message || string(got.Code) != c.code || got.Status != 422 {
			t.Errorf("%+v", got)
		}
	}
	var many []Cause
	for i := range 100 {
		many = append(many, Cause{Field: fmt.Sprint("f", i), Message: "x"})
	}
	if got := AsInvalid("X", many); len(got.Message) > 300 || len(got.Causes) != 100 {
		t.Errorf("%d bytes, %d causes", len(got.Message), len(got.Causes))
	}
}
