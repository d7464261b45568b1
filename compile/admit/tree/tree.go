// Package tree reads unstructured objects: what is missing or of another type reads as
// empty, so that rules need not ask twice.
package tree

import (
	"maps"
	"slices"
	"strconv"
)

// An Object is a map of an unstructured tree. Reading a nil Object finds nothing.
type Object = map[string]any

// Text returns a text field; "" where there is none.
func Text(o Object, field string) string { s, _ := o[field].(string); return s }

// Int returns an integer field; 0 where there is none.
func Int(o Object, field string) int64 { n, _ := o[field].(int64); return n }

// Bool returns a boolean field; false where there is none.
func Bool(o Object, field string) bool { b, _ := o[field].(bool); return b }

// Has reports whether the field is there.
func Has(o Object, field string) bool { _, ok := o[field]; return ok }

// Child returns an object field; nil where there is none.
func Child(o Object, field string) Object { c, _ := o[field].(Object); return c }

// List returns a list field; nil where there is none.
func List(o Object, field string) []any { l, _ := o[field].([]any); return l }

// Item returns the i-th entry of a list where it is an object, else nil.
func Item(l []any, i int) Object { o, _ := l[i].(Object); return o }

// Index appends an index to a path: Index("spec.rules", 1) is "spec.rules[1]".
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Clone copies a tree.
func Clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, child := range v {
			m[key] = Clone(child)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, child := range v {
			list[i] = Clone(child)
		}
		return list
	}
	return v
}

// Keys returns the keys of an object in order.
func Keys(o Object) []string { return slices.Sorted(maps.Keys(o)) }
