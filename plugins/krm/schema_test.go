package krm

import (
	"slices"
	"testing"

	"routec.dev/routec/compile/decode"
	"routec.dev/routec/golden/jsonschema"
)

// The data that a schema knows are the options of this door and the settings of a Mesh.
func TestConfigSchema(t *testing.T) {
	own, err := jsonschema.Parse(ConfigSchema)
	if err != nil {
		t.Fatal(err)
	}
	mesh, err := jsonschema.Parse(decode.MeshSchema)
	if err != nil {
		t.Fatal(err)
	}
	names := own.Names("properties", "data")
	settings := mesh.Names("properties", "spec")
	for _, name := range names {
		values := []string{"x"}
		if words, ok := own.At("properties", "data", "properties", name)["enum"].([]any); ok {
			values = nil
			for _, w := range words {
				values = append(values, w.(string))
			}
		}
		for _, v := range values {
			var c config
			if known, err := c.option(name, v); err != nil || !known && !slices.Contains(settings, name) {
				t.Errorf("%s: %s: known %v, %v", name, v, known, err)
			}
		}
	}
	for _, name := range append(settings, "output", "failOn", "mesh", "namespace") {
		if !slices.Contains(names, name) {
			t.Errorf("the schema does not know %s", name)
		}
	}
	for text, want := range map[string]bool{
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "prod"}, "data": {"output": "digest", "clusterNetworks": "[10.0.0.0/8]"}}`: true,
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "prod"}, "data": {"ouput": "digest"}}`:                                     false,
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "prod"}, "data": {"output": "all"}}`:                                       false,
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "prod"}, "data": {"allowL5dRequestHeaders": true}}`:                        false,
	} {
		if wrong, err := own.Check([]byte(text)); err != nil || (len(wrong) == 0) != want {
			t.Errorf("%s: %v, %v", text, wrong, err)
		}
	}
}
