// Package verdict is what an API server or a webhook says of one object it refuses.
//
// It holds the words only: who refuses what, and why, is decided by the packages
// beside it.
package verdict

import (
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
)

// NoField is how the API server names the field of a cause that has none.
const NoField = "<nil>"

// A Refusal is the answer to an apply that fails (spec/admission.md §1.4).
type Refusal struct {
	Status  int       // HTTP status: 400, 404 or 422
	Reason  string    // "Invalid", "BadRequest", "NotFound"; empty for webhooks
	Message string    // in the API server's or the webhook's words
	Code    diag.Code // of the refusal as a whole; for 422 that of the first cause
	Causes  []Cause   // one per finding for 422, else empty
	Unknown []string  // paths of the fields that a strict decoder does not know
	Field   string    // where to look when there are no causes; empty is the whole object
	Help    string    // what to do, where that is another thing than for others of the code; else empty
}

// A Cause is one finding of a refusal.
type Cause struct {
	Field   string // "spec.rules[0].matches[1].path", or NoField
	At      string // the field to look at, where the API server names one around it or none; else empty
	Reason  Reason
	Message string // such as "Required value"
	Code    diag.Code
}

// Where is the field to look at; empty is the whole object.
func (c *Cause) Where() string {
	switch {
	case c.At != "":
		return c.At
	case c.Field == NoField:
		return ""
	}
	return c.Field
}

// A Null is a field of an accepted object that was written as null, and that the API server
// therefore took for one that is not there (API-10).
type Null struct {
	Field   string // "spec.parentRefs"
	Default any    // what holds instead; nil is nothing
}

// A Reason is the API server's class of a cause.
type Reason string

// The classes of causes, as the API server spells them.
const (
	Required     Reason = "FieldValueRequired"
	Invalid      Reason = "FieldValueInvalid"
	WrongType    Reason = "FieldValueTypeInvalid"
	NotSupported Reason = "FieldValueNotSupported"
	TooLong      Reason = "FieldValueTooLong"
	TooMany      Reason = "FieldValueTooMany"
	Duplicate    Reason = "FieldValueDuplicate"
	Forbidden    Reason = "FieldValueForbidden"
)

// Blocks reports whether a cause of this class keeps the API server from running CEL rules.
func (r Reason) Blocks() bool {
	switch r {
	case Required, NotSupported, TooLong, TooMany, WrongType:
		return true
	}
	return false
}

// RulesNotChecked is the cause that tells that CEL rules were not run.
func RulesNotChecked() Cause {
	return Cause{
		Field:   NoField,
		Reason:  Invalid,
		Message: "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
		Code:    diag.RulesNotChecked,
	}
}

// AsInvalid makes the refusal of an object with findings; causes must not be empty.
// It takes over causes.
// what names the object: `GRPCRoute.gateway.networking.k8s.io "web"`.
func AsInvalid(what string, causes []Cause) *Refusal {
	return &Refusal{
		Status:  422,
		Reason:  "Invalid",
		Message: what + " is invalid: " + summary(causes),
		Code:    first(causes).Code,
		Causes:  causes,
	}
}

// first returns the cause that says most: one that names a field, if any does.
func first(causes []Cause) Cause {
	for _, c := range causes {
		if c.Field != NoField {
			return c
		}
	}
	return causes[0]
}

// spelledOut bounds how many causes a message repeats; all of them are in Causes.
const spelledOut = 20

func summary(causes []Cause) string {
	var parts []string
	for i, c := range causes {
		if i == spelledOut {
			parts = append(parts, "…")
			break
		}
		if text := c.Field + ": " + c.Message; !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Clip keeps what a message quotes readable: at most most bytes of it.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Quoted is how many bytes of a value messages quote.
const Quoted = 200

// BadRequest makes the refusal of an object that cannot be decoded.
func BadRequest(code diag.Code, message string) *Refusal {
	return &Refusal{Status: 400, Reason: "BadRequest", Message: message, Code: code}
}

// NotServed makes the refusal of a version or kind that the cluster does not have.
func NotServed(code diag.Code, message string) *Refusal {
	return &Refusal{Status: 404, Reason: "NotFound", Message: message, Code: code}
}

// Denied makes the refusal of a webhook, such as "linkerd-policy-validator.linkerd.io".
// at is the field that it is about; empty is the whole object.
func Denied(hook string, code diag.Code, at, message string) *Refusal {
	return &Refusal{
		Status:  400,
		Field:   at,
		Message: `admission webhook "` + hook + `" denied the request: ` + message,
		Code:    code,
	}
}
