package schema

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// check judges a value, but not the values in it. All checks that fit the value's own
// type are made, whatever type the schema asks for.
func (w *walker) check(s *Schema, v any, code diag.Code) {
	w.checkType(s, v, code)
	w.checkOneOf(s, v, code)
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Inert {
			w.require(name, code)
		}
	case string:
		w.checkText(s, v, code)
	case int64:
		w.checkNumber(s, float64(v), v, true, code)
	case float64:
		w.checkNumber(s, v, int64(v), math.Abs(v) < 1<<63, code)
	case []any:
		w.checkList(s, v, code)
	}
	w.checkEnum(s, v, code)
}

// checkType wants the schema's type. A list stands for a text with a format, as the
// API server's library has it.
func (w *walker) checkType(s *Schema, v any, code diag.Code) {
	if s.Type.holds(v) {
		return
	}
	wanted, actual := s.Type.String(), typeOf(v)
	if s.Format != NoFormat {
		if s.Type == String && actual == "array" {
			return
		}
		if actual != "string" && actual != "array" && actual != "null" {
			wanted, actual = formatNames[s.Format], formatOf(v)
		}
	}
	w.say(verdict.WrongType, code, "Invalid value: %q: %s in body must be of type %s: %q", actual, w.at(""), wanted, actual)
	if s.AnyOf {
		w.sayNowhere(code, "%q must validate at least one schema (anyOf)", w.at(""))
		w.say(verdict.WrongType, code, "Invalid value: %q: %s in body must be of type integer: %q", actual, w.at(""), actual)
		if _, ok := v.(float64); ok {
			w.sayNowhere(code, "%s is not a 64-bit integer: %v", w.at(""), v)
		}
	}
}

// holds reports whether a value is of the type.
func (t Type) holds(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return t == Object
	case []any:
		return t == Array
	case string:
		return t == String || t == IntOrString
	case bool:
		return t == Boolean
	case int64:
		return t == Integer || t == Number || t == IntOrString
	case float64:
		return t == Number || (t == Integer || t == IntOrString) && wholeJSON(v)
	}
	return false
}

// wholeJSON reports whether a float counts as an integer.
func wholeJSON(f float64) bool { return math.Abs(f) <= 1<<53 && f == math.Trunc(f) }

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case int64:
		return "integer"
	}
	return "number"
}

func formatOf(v any) string {
	switch v.(type) {
	case int64:
		return "int64"
	case float64:
		return "float64"
	}
	return ""
}

// checkOneOf wants the fields of exactly one alternative. What is no object has none
// to miss, so it meets all of them.
func (w *walker) checkOneOf(s *Schema, v any, code diag.Code) {
	if s.OneOf == nil {
		return
	}
	m, isObject := v.(map[string]any)
	met := 0
	for _, names := range s.OneOf {
		if !isObject || hasAll(m, names) {
			met++
		}
	}
	if met == 1 {
		return
	}
	found := "Found none valid"
	if met > 1 {
		found = fmt.Sprintf("Found %d valid alternatives", met)
	}
	w.sayNowhere(code, "%q must validate one and only one schema (oneOf). %s", w.at(""), found)
	if met == 0 {
		for _, name := range s.OneOf[0] {
			w.require(name, code)
		}
	}
}

func hasAll(m map[string]any, names []string) bool {
	for _, name := range names {
		if _, ok := m[name]; !ok {
			return false
		}
	}
	return true
}

// checkText tells only the first of length and pattern, as the API server does.
func (w *walker) checkText(s *Schema, v string, code diag.Code) {
	switch {
	case s.MaxLen > 0 && len(v) > s.MaxLen && utf8.RuneCountInString(v) > s.MaxLen:
		w.say(verdict.TooLong, code, "Too long: may not be more than %d bytes", s.MaxLen)
	case s.MinLen > 0 && utf8.RuneCountInString(v) < s.MinLen:
		w.say(verdict.Invalid, code, "Invalid value: %q: %s in body should be at least %d chars long", v, w.at(""), s.MinLen)
	case s.Pattern != nil && !s.Pattern.Match(v):
		w.say(verdict.Invalid, code, "Invalid value: %q: %s in body should match '%s'", verdict.Clip(v, verdict.Quoted), w.at(""), s.Pattern.Text)
	}
	if s.Format == Duration && !IsDuration(v) || s.Format == DateTime && !isDateTime(v) {
		w.say(verdict.WrongType, code, "Invalid value: %q: %s in body must be of type %s: %q", verdict.Clip(v, verdict.Quoted), w.at(""), formatNames[s.Format], verdict.Clip(v, verdict.Quoted))
	}
}

// checkNumber wants the range of the format and the bounds. whole is the value as an
// integer where it fits into 64 bits.
func (w *walker) checkNumber(s *Schema, v float64, whole int64, fits bool, code diag.Code) {
	whole64 := fits && v == math.Trunc(v)
	switch {
	case s.Type == Integer && s.Format == Int32:
		if !whole64 || v < math.MinInt32 || v > math.MaxInt32 {
			w.sayNowhere(code, "%s is not a 32-bit integer: %v", w.at(""), v)
		}
	case s.Type == Integer && !whole64:
		w.sayNowhere(code, "%s is not a 64-bit integer: %v", w.at(""), v)
	case s.Format == Float && math.Abs(v) > math.MaxFloat32:
		w.sayNowhere(code, "%s is out of the range of a 32-bit float: %v", w.at(""), v)
	}
	if s.HasMax && v > float64(s.Max) {
		w.say(verdict.Invalid, code, "Invalid value: %v: %s in body should be less than or equal to %d", number(v, whole, fits), w.at(""), s.Max)
	}
	if s.HasMin && v < float64(s.Min) {
		w.say(verdict.Invalid, code, "Invalid value: %v: %s in body should be greater than or equal to %d", number(v, whole, fits), w.at(""), s.Min)
	}
}

func number(v float64, whole int64, fits bool) any {
	if fits && v == math.Trunc(v) {
		return whole
	}
	return v
}

// checkEnum compares by value, whatever the type.
func (w *walker) checkEnum(s *Schema, v any, code diag.Code) {
	if s.Enum == nil && s.Numbers == nil && !s.MustBeTrue {
		return
	}
	if v == any(true) && s.MustBeTrue {
		return
	}
	if text, ok := v.(string); ok && slices.Contains(s.Enum, text) {
		return
	}
	if n, ok := v.(int64); ok && slices.Contains(s.Numbers, n) {
		return
	}
	var allowed []string
	for _, text := range s.Enum {
		allowed = append(allowed, strconv.Quote(text))
	}
	for _, n := range s.Numbers {
		allowed = append(allowed, fmt.Sprintf("\"%d\"", n))
	}
	if s.MustBeTrue {
		allowed = append(allowed, `"true"`)
	}
	w.say(verdict.NotSupported, code, "Unsupported value: %s: supported values: %s", asJSON(v), strings.Join(allowed, ", "))
}
