// Package jsonschema checks JSON values by a JSON Schema, for tests of what is printed and read.
package jsonschema

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A Schema checks values by the part of JSON Schema (draft 7) that the schemas of this module
// and of SARIF use; a keyword that it does not know is an error.
type Schema struct {
	root map[string]any
}

// Parse reads a schema.
func Parse(text []byte) (*Schema, error) {
	s := &Schema{}
	return s, json.Unmarshal(text, &s.root)
}

// Check returns what is wrong with a JSON text, one line each.
func (s *Schema) Check(text []byte) ([]string, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return s.value("$", s.root, value), nil
}

// At returns the part of the schema below keywords and names, such as "properties", "spec".
func (s *Schema) At(path ...string) map[string]any {
	at := s.root
	for _, key := range path {
		at, _ = at[key].(map[string]any)
	}
	return at
}

// Names returns the names of the properties of the part of the schema below a path, sorted.
func (s *Schema) Names(path ...string) []string {
	properties, _ := s.At(path...)["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

func (s *Schema) value(at string, rule map[string]any, v any) (wrong []string) {
	fail := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	for key, want := range rule {
		switch key {
		case "$schema", "$id", "id", "title", "description", "default", "definitions", "format", "readOnly", "examples":
		case "$ref":
			name := strings.TrimPrefix(want.(string), "#/definitions/")
			def, ok := s.root["definitions"].(map[string]any)[name].(map[string]any)
			if !ok {
				fail("no definition %v", want)
				continue
			}
			wrong = append(wrong, s.value(at, def, v)...)
		case "type":
			if !isType(v, want) {
				fail("%v is no %v", v, want)
			}
		case "enum":
			if !contains(want.([]any), v) {
				fail("%v is none of %v", v, want)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				fail("%q does not match %v", text, want)
			}
		case "minLength":
			if text, ok := v.(string); ok && float64(len(text)) < want.(float64) {
				fail("%q is too short", text)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < want.(float64) {
				fail("%v is below %v", n, want)
			}
		case "maximum":
			if n, ok := v.(float64); ok && n > want.(float64) {
				fail("%v is above %v", n, want)
			}
		case "minItems":
			if list, ok := v.([]any); ok && float64(len(list)) < want.(float64) {
				fail("%d items are too few", len(list))
			}
		case "uniqueItems":
			list, _ := v.([]any)
			for i := range list {
				if contains(list[:i], list[i]) {
					fail("item %d is there twice", i)
				}
			}
		case "items":
			list, _ := v.([]any)
			for i := range list {
				wrong = append(wrong, s.value(fmt.Sprintf("%s[%d]", at, i), want.(map[string]any), list[i])...)
			}
		case "required":
			object, ok := v.(map[string]any)
			for _, name := range want.([]any) {
				if _, has := object[name.(string)]; ok && !has {
					fail("%v is missing", name)
				}
			}
		case "properties", "additionalProperties":
			if key == "properties" || rule["properties"] == nil {
				wrong = append(wrong, s.object(at, rule, v)...)
			}
		case "anyOf", "oneOf":
			held := 0
			for _, option := range want.([]any) {
				if len(s.value(at, option.(map[string]any), v)) == 0 {
					held++
				}
			}
			if held == 0 || key == "oneOf" && held > 1 {
				fail("%d of %s hold", held, key)
			}
		case "not":
			if len(s.value(at, want.(map[string]any), v)) == 0 {
				fail("what is not allowed holds")
			}
		default:
			fail("the keyword %s is not known to this test", key)
		}
	}
	return wrong
}

func (s *Schema) object(at string, rule map[string]any, v any) (wrong []string) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	properties, _ := rule["properties"].(map[string]any)
	for name, value := range object {
		if p, ok := properties[name].(map[string]any); ok {
			wrong = append(wrong, s.value(at+"."+name, p, value)...)
			continue
		}
		switch more := rule["additionalProperties"].(type) {
		case bool:
			if !more {
				wrong = append(wrong, at+": "+name+" is not allowed")
			}
		case map[string]any:
			wrong = append(wrong, s.value(at+"."+name, more, value)...)
		}
	}
	return wrong
}

func isType(v, want any) bool {
	if list, ok := want.([]any); ok {
		for _, w := range list {
			if isType(v, w) {
				return true
			}
		}
		return false
	}
	switch n, number := v.(float64); want {
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "null":
		return v == nil
	case "integer":
		return number && n == math.Trunc(n)
	default:
		return number
	}
}

func contains(list []any, v any) bool {
	for _, x := range list {
		if reflect.DeepEqual(x, v) {
			return true
		}
	}
	return false
}
