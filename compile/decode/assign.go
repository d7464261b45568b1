package decode

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// An assigner fills typed values from unstructured ones, by the json tags of their fields.
//
// It does what marshalling to JSON and back would do, without the text in between (on
// GRPCRoutes of four rules that was a sixth of all compile time), and it is stricter: names
// of fields are compared exactly, and numbers must fit.
type assigner struct{ plans sync.Map } // reflect.Type → *plan

// A plan is where the fields of a struct are.
type plan struct{ fields map[string][]int }

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// assign sets dst to v; at is the path of the value, for errors.
func (a *assigner) assign(dst reflect.Value, v any, at string) error {
	if v == nil {
		return nil
	}
	if dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		return a.assign(dst.Elem(), v, at)
	}
	if dst.CanAddr() && dst.Addr().Type().Implements(unmarshaler) {
		return a.viaJSON(dst, v, at)
	}
	switch v := v.(type) {
	case string:
		if dst.Kind() == reflect.String {
			dst.SetString(v)
			return nil
		}
	case bool:
		if dst.Kind() == reflect.Bool {
			dst.SetBool(v)
			return nil
		}
	case int64:
		if number(dst, v) {
			return nil
		}
	case float64:
		if dst.Kind() == reflect.Float64 || dst.Kind() == reflect.Float32 {
			dst.SetFloat(v)
			return nil
		}
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 && number(dst, int64(v)) {
			return nil
		}
	case []any:
		if dst.Kind() == reflect.Slice {
			return a.list(dst, v, at)
		}
	case map[string]any:
		switch dst.Kind() {
		case reflect.Struct:
			return a.fields(dst, v, at)
		case reflect.Map:
			return a.entries(dst, v, at)
		}
	}
	if dst.Kind() == reflect.Interface && dst.NumMethod() == 0 {
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	return fmt.Errorf("%s: a %s cannot hold %T", at, dst.Kind(), v)
}

// number sets an integer or float; it reports false where n does not fit.
func number(dst reflect.Value, n int64) bool {
	switch {
	case dst.CanInt() && !dst.OverflowInt(n):
		dst.SetInt(n)
	case dst.CanUint() && n >= 0 && !dst.OverflowUint(uint64(n)):
		dst.SetUint(uint64(n))
	case dst.CanFloat():
		dst.SetFloat(float64(n))
	default:
		return false
	}
	return true
}

func (a *assigner) viaJSON(dst reflect.Value, v any, at string) error {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, dst.Addr().Interface())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

func (a *assigner) list(dst reflect.Value, list []any, at string) error {
	out := reflect.MakeSlice(dst.Type(), len(list), len(list))
	for i, item := range list {
		if err := a.assign(out.Index(i), item, at); err != nil {
			return err
		}
	}
	dst.Set(out)
	return nil
}

func (a *assigner) entries(dst reflect.Value, entries map[string]any, at string) error {
	if dst.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("%s: a %s cannot hold an object", at, dst.Type())
	}
	out := reflect.MakeMapWithSize(dst.Type(), len(entries))
	for k, v := range entries {
		item := reflect.New(dst.Type().Elem()).Elem()
		if err := a.assign(item, v, at+"."+k); err != nil {
			return err
		}
		out.SetMapIndex(reflect.ValueOf(k).Convert(dst.Type().Key()), item)
	}
	dst.Set(out)
	return nil
}

// fields fills a struct; entries that it has no field for are left out.
func (a *assigner) fields(dst reflect.Value, entries map[string]any, at string) error {
	p := a.plan(dst.Type())
	var failed error
	var first string // the error of the least name, so that it does not depend on map order
	for name, v := range entries {
		index, ok := p.fields[name]
		if !ok {
			continue
		}
		if err := a.assign(dst.FieldByIndex(index), v, name); err != nil && (failed == nil || name < first) {
			failed, first = err, name
		}
	}
	if failed != nil {
		return fmt.Errorf("%s: %w", at, failed)
	}
	return nil
}

func (a *assigner) plan(t reflect.Type) *plan {
	if p, ok := a.plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{fields: map[string][]int{}}
	p.add(t, nil)
	stored, _ := a.plans.LoadOrStore(t, p)
	return stored.(*plan)
}

// add takes in the fields of a struct; those of an embedded one count as its own.
func (p *plan) add(t reflect.Type, prefix []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		index := append(slices.Clone(prefix), i)
		switch {
		case name == "-" || !f.IsExported():
		case name != "":
			p.fields[name] = index
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			p.add(f.Type, index)
		default:
			p.fields[f.Name] = index
		}
	}
}
