// Package core judges the built-in kinds that routec reads, as the API server's own
// Go code does: it fills in defaults and validates Services, Namespaces, Pods and the
// workloads that make Pods (spec/admission.md §11).
//
// Metadata, names and unknown fields are judged by package admit and package typed.
package core

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

type object = tree.Object

// findings collects the causes of one object.
type findings struct {
	list []verdict.Cause
}

// most bounds how many findings are kept of one object.
const most = 2000

func (f *findings) add(code diag.Code, r verdict.Reason, field, message string) {
	if len(f.list) < most {
		f.list = append(f.list, verdict.Cause{Field: field, Reason: r, Message: message, Code: code})
	}
}

func (f *findings) invalid(code diag.Code, field string, value any, detail string) {
	f.add(code, verdict.Invalid, field, "Invalid value: "+quoted(value)+": "+detail)
}

// invalidAll records one finding for each detail, as for several rules about one text.
func (f *findings) invalidAll(code diag.Code, field string, value any, details []string) {
	for _, d := range details {
		f.invalid(code, field, value, d)
	}
}

func (f *findings) required(code diag.Code, field string, detail ...string) {
	f.add(code, verdict.Required, field, strings.Join(append([]string{"Required value"}, detail...), ": "))
}

func (f *findings) forbidden(code diag.Code, field, detail string) {
	f.add(code, verdict.Forbidden, field, "Forbidden: "+detail)
}

func (f *findings) duplicate(code diag.Code, field string, value any) {
	f.add(code, verdict.Duplicate, field, "Duplicate value: "+quoted(value))
}

func (f *findings) unsupported(code diag.Code, field, value string, supported ...string) {
	texts := make([]string, len(supported))
	for i, s := range supported {
		texts[i] = quoted(s)
	}
	f.add(code, verdict.NotSupported, field, "Unsupported value: "+quoted(value)+": supported values: "+strings.Join(texts, ", "))
}

// quoted writes a value as messages do.
func quoted(value any) string {
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", verdict.Clip(s, verdict.Quoted))
	}
	return verdict.Clip(fmt.Sprint(value), verdict.Quoted)
}

// setDefault fills a field that is missing.
func setDefault(o object, field string, value any) {
	if !tree.Has(o, field) {
		o[field] = value
	}
}
