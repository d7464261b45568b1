package decode

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/golden/jsonschema"
)

// bothMesh asks the decoder and the schema of a Mesh.
func bothMesh(t *testing.T, s *jsonschema.Schema, text string) (report *diag.Report, ok bool, wrong []string) {
	t.Helper()
	report = &diag.Report{}
	u := found(meshHead+text, report).Meshes[0]
	_, ok = Mesh(u, report)
	content, err := json.Marshal(u.Content)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err = s.Check(content); err != nil {
		t.Fatal(err)
	}
	return report, ok, wrong
}

// The schema's fields and words are the decoder's, which lists them when asked for one that
// there is not.
func TestMeshSchemaFields(t *testing.T) {
	s, err := jsonschema.Parse(MeshSchema)
	if err != nil {
		t.Fatal(err)
	}
	const stranger = "zqzqzqzqzq"
	listed := func(text, before string) []string {
		report, ok, wrong := bothMesh(t, s, text)
		if ok || len(wrong) == 0 {
			t.Errorf("%s: taken by the decoder %v, by the schema %v", text, ok, len(wrong) == 0)
		}
		for d := range report.All() {
			if list, ok := strings.CutPrefix(d.Help, before); ok {
				return slices.Sorted(slices.Values(strings.Split(list, ", ")))
			}
		}
		t.Fatalf("%s: %v", text, told(report))
		return nil
	}
	spec := []string{"properties", "spec"}
	for _, c := range []struct {
		text string
		path []string
	}{
		{stranger + ": 1\n", nil},
		{"spec: {" + stranger + ": 1}\n", spec},
		{"spec: {gatewayAPI: {" + stranger + ": 1}}\n", append(spec, "properties", "gatewayAPI")},
		{"spec: {ignore: [{code: RC2006, reason: x, " + stranger + ": 1}]}\n", append(spec, "properties", "ignore", "items")},
	} {
		if want, got := listed(c.text, "the fields here are "), s.Names(c.path...); !slices.Equal(want, got) {
			t.Errorf("%v: the decoder knows %v, the schema %v", c.path, want, got)
		}
	}
	for _, field := range s.Names(spec...) {
		words, ok := s.At(append(spec, "properties", field)...)["enum"].([]any)
		if !ok {
			continue
		}
		want := listed("spec: {"+field+": "+stranger+"}\n", "write one of ")
		if got := fmt.Sprint(slices.Sorted(slices.Values(asWords(words)))); got != fmt.Sprint(want) {
			t.Errorf("%s: the decoder knows %v, the schema %v", field, want, got)
		}
	}
}

func asWords(list []any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.(string)
	}
	return out
}

// Values that the decoder takes are taken, and others are not.
func TestMeshSchemaValues(t *testing.T) {
	s, err := jsonschema.Parse(MeshSchema)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"":        true,
		"spec:\n": true,
		"spec: {clusterDomain: k.local, clusterNetworks: [10.0.0.0/8, \"fd00::/8\"], defaultOpaquePorts: [25, \"3306\", 4000-4010]}\n": true,
		"spec: {admission: permit, creationOrder: git, gatewayAPI: {bundle: 1.5.1, channel: standard}, sources: [clusters/prod, .]}\n": true,
		"spec: {ignore: [{code: RC2006, object: Service/shop/*, reason: meant so}], allowL5dRequestHeaders: true}\n":                   true,
		"spec: {clusterDomain: K_}\n":               false,
		"spec: {clusterDomain: 7}\n":                false,
		"spec: {clusterNetworks: 10.0.0.0/8}\n":     false,
		"spec: {clusterNetworks: [10.0.0.0]}\n":     false,
		"spec: {defaultOpaquePorts: [0]}\n":         false,
		"spec: {defaultOpaquePorts: [a]}\n":         false,
		"spec: {allowL5dRequestHeaders: \"yes\"}\n": false,
		"spec: {defaultNamespace: a.b}\n":           false,
		"spec: {gatewayAPI: {bundle: 1.5}}\n":       false,
		"spec: {gatewayAPI: 1.5.1}\n":               false,
		"spec: {ignore: [{code: RC2006}]}\n":        false,
		"spec: {ignore: [{code: R, reason: x}]}\n":  false,
		"spec: {sources: [/etc]}\n":                 false,
		"spec: []\n":                                false,
	} {
		if _, ok, wrong := bothMesh(t, s, text); ok != want || (len(wrong) == 0) != want {
			t.Errorf("%s: taken by the decoder %v; the schema says %v", text, ok, wrong)
		}
	}
}
