package schema

import (
	"reflect"
	"slices"
	"testing"

	"routec.dev/routec/compile/admit/verdict"
)

// route is a small schema with one of everything.
func route() *Schema {
	return Fields(
		Required("name", Text(1, 5).Matching(Label)),
		Defaulted("kind", OneOf("Service", "Server"), "Service"),
		Optional("port", Int(Int32).Between(1, 65535)),
		Optional("free", Opaque()),
		Optional("hosts", List(2, Of(String)).Set()),
		Optional("headers", List(0, Fields(Required("name", Of(String)), Defaulted("type", Of(String), "Exact"))).By("name")),
		Optional("either", Fields(Optional("a", Of(String)), Optional("b", Of(String))).Either("a", "b")),
		Optional("timeout", &Schema{Type: String, Format: Duration}),
		Optional("weight", Of(IntOrString)),
		Optional("ratio", Of(Number)),
	)
}

type object = map[string]any

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name    string
		in      object
		fields  []string // of causes
		unknown []string
		out     object // nil where it does not matter
	}{
		{"defaults", object{"name": "a", "headers": []any{object{"name": "x"}}}, nil, nil,
			object{"name": "a", "kind": "Service", "headers": []any{object{"name": "x", "type": "Exact"}}}},
		{"null is absent", object{"name": "a", "kind": nil, "port": nil}, nil, nil, object{"name": "a", "kind": "Service"}},
		{"null is missing", object{"name": nil}, []string{"name"}, nil, nil},
		{"open content stays", object{"name": "a", "free": object{"x": nil, "y": object{}}}, nil, nil,
			object{"name": "a", "kind": "Service", "free": object{"x": nil, "y": object{}}}},
		{"unknown fields, one level", object{"name": "a", "x": object{"y": int64(1)}}, nil, []string{"x"}, nil},
		{"unknown fields in a text", object{"name": object{"x": int64(1)}}, []string{"name"}, []string{"name.x"}, nil},
		{"unknown fields in a list", object{"name": []any{object{"x": int64(1)}, []any{object{"y": int64(1)}}}}, []string{"name"}, []string{"name[0].x", "name[1][0].y"}, nil},
		{"an object for a list", object{"name": "a", "hosts": object{"x": int64(1)}}, []string{"hosts"}, []string{"hosts.x"}, nil},
		{"length before pattern", object{"name": ""}, []string{"name"}, nil, nil},
		{"type and enumeration", object{"name": "a", "kind": int64(1)}, []string{"kind", "kind"}, nil, nil},
		{"type and range", object{"name": "a", "port": int64(5000000000)}, []string{"<nil>", "port"}, nil, nil},
		{"fraction", object{"name": "a", "port": 1.5}, []string{"<nil>", "port"}, nil, nil},
		{"text for a number", object{"name": "a", "port": "80"}, []string{"port"}, nil, nil},
		{"number or text", object{"name": "a", "weight": int64(1)}, nil, nil, nil},
		{"neither number nor text", object{"name": "a", "weight": 0.5}, []string{"weight"}, nil, nil},
		{"whole number for a number", object{"name": "a", "ratio": int64(1)}, nil, nil, nil},
		{"too many, and twice", object{"name": "a", "hosts": []any{"x", "x", "x"}}, []string{"hosts", "hosts[1]"}, nil, nil},
		{"null item", object{"name": "a", "hosts": []any{nil}}, []string{"hosts[0]"}, nil, nil},
		{"key twice", object{"name": "a", "headers": []any{object{"name": "x"}, object{"name": "x"}, object{"name": "x"}}}, []string{"headers[1]"}, nil, nil},
		{"key missing twice", object{"name": "a", "headers": []any{object{}, object{}}}, []string{"headers[0].name", "headers[1].name", "headers[1]"}, nil, nil},
		{"entry that is no object", object{"name": "a", "headers": []any{object{"name": "x"}, "x", object{"name": "x"}}}, []string{"headers[1]", "headers[1]"}, nil, nil},
		{"neither alternative", object{"name": "a", "either": object{}}, []string{"<nil>", "either.a"}, nil, nil},
		{"both alternatives", object{"name": "a", "either": object{"a": "x", "b": "x"}}, []string{"<nil>"}, nil, nil},
		{"alternatives of a text", object{"name": "a", "either": "x"}, []string{"<nil>", "either"}, nil, nil},
		{"list for a duration", object{"name": "a", "timeout": []any{}}, nil, nil, nil},
		{"number for a duration", object{"name": "a", "timeout": int64(1)}, []string{"timeout"}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Judge(route(), c.in)
			var fields []string
			for _, cause := range found.Causes {
				fields = append(fields, cause.Field)
			}
			slices.Sort(fields)
			slices.Sort(c.fields)
			if !slices.Equal(fields, c.fields) || !slices.Equal(found.Unknown, c.unknown) {
				t.Errorf("causes %v, unknown %v; want %v, %v", fields, found.Unknown, c.fields, c.unknown)
			}
			if c.out != nil && !reflect.DeepEqual(c.in, c.out) {
				t.Errorf("became %v, want %v", c.in, c.out)
			}
		})
	}
}

func TestNulls(t *testing.T) {
	for _, c := range []struct {
		name string
		in   object
		want []verdict.Null
	}{
		{"nothing is null", object{"name": "a"}, nil},
		{"with and without a default", object{"name": "a", "kind": nil, "port": nil}, []verdict.Null{{Field: "kind", Default: "Service"}, {Field: "port"}}},
		{"in an entry of a list", object{"name": "a", "headers": []any{object{"name": "x", "type": nil}}}, []verdict.Null{{Field: "headers[0].type", Default: "Exact"}}},
		{"a required field is missing instead", object{"name": nil}, nil},
		{"a null item is of the wrong type", object{"name": "a", "hosts": []any{nil}}, nil},
		{"open content keeps its nulls", object{"name": "a", "free": object{"x": nil}}, nil},
	} {
		if got := Judge(route(), c.in).Nulls; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Defaults are copied: what one object does to them, no other sees.
func TestDefaultsAreFresh(t *testing.T) {
	s := Fields(Defaulted("path", Fields(Optional("type", Of(String))), object{"type": "PathPrefix"}))
	a, b := object{}, object{}
	Judge(s, a)
	a["path"].(object)["type"] = "Exact"
	Judge(s, b)
	if b["path"].(object)["type"] != "PathPrefix" {
		t.Error("a default is shared")
	}
}

func TestPrune(t *testing.T) {
	in := object{"name": int64(5), "x": int64(1), "headers": []any{object{"name": "a", "y": nil}}}
	Prune(route(), in)
	want := object{"name": int64(5), "kind": "Service", "headers": []any{object{"name": "a", "type": "Exact"}}}
	if !reflect.DeepEqual(in, want) {
		t.Errorf("became %v, want %v", in, want)
	}
}
