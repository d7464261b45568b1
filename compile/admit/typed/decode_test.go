package typed

import (
	"reflect"
	"slices"
	"testing"
)

type object = map[string]any

func TestDecode(t *testing.T) {
	table := New()
	for _, c := range []struct {
		name, kind string
		in         object
		field      string // of the wrong value
		wrong      string
		unknown    []string
		out        object
	}{
		{"empty fields vanish", "ServiceSpec", object{"type": "", "ports": []any{}, "selector": object{}, "externalName": nil, "appProtocol": nil},
			"", "", []string{"x.appProtocol"}, object{"appProtocol": nil}},
		{"pointers stay", "ServicePort", object{"appProtocol": "", "name": "", "port": int64(0)}, "", "", nil, object{"appProtocol": "", "port": int64(0)}},
		{"null items", "ServiceSpec", object{"clusterIPs": []any{nil}, "selector": object{"a": nil}}, "", "", nil, object{"clusterIPs": []any{""}, "selector": object{"a": ""}}},
		{"quantities", "ResourceRequirements", object{"limits": object{"cpu": "1000m", "memory": int64(1024)}}, "", "", nil, object{"limits": object{"cpu": "1", "memory": "1024"}}},
		{"whole float", "ServicePort", object{"port": 80.0}, "", "", nil, object{"port": int64(80)}},
		{"number for a text", "ServiceSpec", object{"ports": []any{object{"name": int64(1)}}}, "x.ports[0].name",
			"json: cannot unmarshal number into Go struct field ServicePort.x.ports.name of type string", nil, nil},
		{"text for a number", "ServicePort", object{"port": "80"}, "x.port", "json: cannot unmarshal string into Go struct field ServicePort.x.port of type int32", nil, nil},
		{"beyond the type", "ServicePort", object{"port": int64(5000000000)}, "x.port", "json: cannot unmarshal number 5000000000 into Go struct field ServicePort.x.port of type int32", nil, nil},
		{"text for a list", "PodSpec", object{"containers": "x"}, "x.containers", "json: cannot unmarshal string into Go struct field PodSpec.x.containers of type []v1.Container", nil, nil},
		{"the least path", "ServicePort", object{"port": "x", "name": true, "nodePort": "y"}, "x.name", "json: cannot unmarshal bool into Go struct field ServicePort.x.name of type string", nil, nil},
		{"no time", "ObjectMeta", object{"creationTimestamp": "yesterday"}, "x.creationTimestamp", "json: cannot unmarshal string into Go struct field ObjectMeta.x.creationTimestamp of type time", nil, nil},
		{"unknown fields", "ServiceSpec", object{"ports": []any{object{"prot": int64(1)}}, "zz": object{"a": int64(1)}}, "", "", []string{"x.ports[0].prot", "x.zz"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := table.Decode(c.kind, "x", true, c.in)
			if got.WrongField != c.field || got.Wrong != c.wrong || !slices.Equal(got.Unknown, c.unknown) {
				t.Errorf("%+v", got)
			}
			if c.out != nil && !reflect.DeepEqual(c.in, c.out) {
				t.Errorf("became %v, want %v", c.in, c.out)
			}
		})
	}
}

func TestQuantity(t *testing.T) {
	for text, want := range map[string]string{"1": "1", "1000m": "1", "0.5": "500m", "1Gi": "1Gi", "1024Mi": "1Gi", "1e3": "1e3", "1e-99999999": "1e-99999999"} {
		if got, ok := Quantity(text); !ok || got != want {
			t.Errorf("Quantity(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "1e1.5", "1 ", "--1", "xe-9999"} {
		if got, ok := Quantity(text); ok {
			t.Errorf("Quantity(%q) = %q", text, got)
		}
	}
}
