package schema

import (
	"fmt"

	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// say records a finding at the current value.
func (w *walker) say(r verdict.Reason, code diag.Code, format string, args ...any) {
	if len(w.found.Causes) < Limit {
		w.add(verdict.Cause{Field: w.at(""), Reason: r, Message: fmt.Sprintf(format, args...), Code: orDefault(code, r)})
	}
}

// require records a missing field of the current value.
func (w *walker) require(name string, code diag.Code) {
	if len(w.found.Causes) < Limit {
		w.add(verdict.Cause{Field: w.at(name), Reason: verdict.Required, Message: "Required value", Code: orDefault(code, verdict.Required)})
	}
}

// sayNowhere records a finding for which the API server names no field.
func (w *walker) sayNowhere(code diag.Code, format string, args ...any) {
	if len(w.found.Causes) < Limit {
		w.add(verdict.Cause{
			Field:   verdict.NoField,
			At:      w.at(""),
			Reason:  verdict.Invalid,
			Message: `Invalid value: "": ` + fmt.Sprintf(format, args...),
			Code:    orDefault(code, verdict.Invalid),
		})
	}
}

// duplicate records a finding about the keys of a list, at one of its entries.
func (w *walker) duplicate(index int, code diag.Code, r verdict.Reason, text string) {
	if len(w.found.Causes) < Limit {
		w.add(verdict.Cause{Field: w.at("") + fmt.Sprintf("[%d]", index), Reason: r, Message: text, Code: orDefault(code, r)})
	}
}

func (w *walker) add(c verdict.Cause) { w.found.Causes = append(w.found.Causes, c) }

// orDefault gives findings of schemas without a code that of the API's own rules.
func orDefault(code diag.Code, r verdict.Reason) diag.Code {
	switch {
	case code != "":
		return code
	case r == verdict.Required:
		return diag.FieldMissing
	case r == verdict.WrongType:
		return diag.WrongType
	}
	return diag.ValueRefused
}
