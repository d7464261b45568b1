package compile

import (
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/routetest"
)

// What outlives the tree of a document has no room for a part of it: the tree's maps are lent
// again to the next document.
func TestNothingHoldsTrees(t *testing.T) {
	for _, kept := range []any{
		manifest.Set{}, admit.Record{}, []routetest.Test{}, decode.Counts{}, diag.Suppression{}, diag.Diagnostic{},
	} {
		seen := map[reflect.Type]bool{}
		var look func(at string, of reflect.Type)
		look = func(at string, of reflect.Type) {
			switch {
			case seen[of] || !strings.HasPrefix(of.PkgPath(), "routec.dev/") && of.PkgPath() != "":
				return // types of others keep what they have read, not what they were given
			case of == reflect.TypeFor[manifest.StoredProfile]():
				return // reads a copy
			case of == reflect.TypeFor[diag.Edit]():
				return // its value is a text or a number
			}
			seen[of] = true
			switch of.Kind() {
			case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
				t.Errorf("%s can hold a part of a tree", at)
			case reflect.Map:
				look(at+"[key]", of.Key())
				look(at+"[]", of.Elem())
			case reflect.Array, reflect.Pointer, reflect.Slice:
				look(at+"[]", of.Elem())
			case reflect.Struct:
				for i := range of.NumField() {
					look(at+"."+of.Field(i).Name, of.Field(i).Type)
				}
			}
		}
		look(reflect.TypeOf(kept).String(), reflect.TypeOf(kept))
	}
}
