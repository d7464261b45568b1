package kustomize

import (
	"slices"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/ir/source"
)

func TestIsRemote(t *testing.T) {
	for path, want := range map[string]bool{
		"../base":                           false,
		"deployment.yaml":                   false,
		"a@b/c":                             true, // kustomize takes it for a user and a host
		"github.com":                        false,
		"github.company.com/x":              false,
		"GitHub.com/o/r":                    true,
		"github.com:o/r":                    true,
		"gh:o/r":                            true,
		"git::https://x/y":                  true,
		"git@github.com:o/r.git":            true,
		"ssh://git@x/y":                     true,
		"FILE:///etc":                       true,
		"https://x/y?ref=z":                 true,
		"http:x":                            true,
		" https://x":                        true,
		"org-1234@github.example.com/o/r":   true,
		"dir/with://odd":                    false,
		"https://x: y":                      true,
		"a: https://x":                      false,
		"git+ssh://x":                       true,
		"a..b":                              false,
		"https-is-fine/kustomization.yaml":  false,
		"example.com/looks/like/a/host/not": false,
	} {
		if got := isRemote(path); got != want {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

func TestReferences(t *testing.T) {
	const text = `
resources: [a.yaml, ../base]
bases: [b]
components: [c]
crds: [d.yaml]
configurations: [e.yaml]
generators:
- f.yaml
- |-
  apiVersion: builtin
  kind: X
transformers: [g.yaml, "{apiVersion: builtin, kind: Y}"]
validators: [h.yaml]
patchesStrategicMerge: [i.yaml, "kind: Service"]
patchesJson6902: [{path: j.yaml}, {patch: "[]"}]
patches: [{path: k.yaml}, {patch: x}, 5]
replacements: [{path: l.yaml}]
openapi: {path: m.json}
configMapGenerator: [{files: [nn, k=o], envs: [p], env: q}]
secretGenerator: [{files: [r]}]
namePrefix: s
`
	var report diag.Report
	content, _ := load.Document{Doc: source.Doc{Line: 1}, Text: []byte(text)}.Content(load.Limits{}, &report)
	refs, inline := references(content)
	want := []reference{
		{"a.yaml", "resources[0]", resource}, {"../base", "resources[1]", resource}, {"b", "bases[0]", resource}, {"c", "components[0]", component},
		{"f.yaml", "generators[0]", plugin}, {"g.yaml", "transformers[0]", plugin}, {"h.yaml", "validators[0]", plugin},
		{"d.yaml", "crds[0]", data}, {"e.yaml", "configurations[0]", data}, {"i.yaml", "patchesStrategicMerge[0]", data},
		{"k.yaml", "patches[0].path", data}, {"j.yaml", "patchesJson6902[0].path", data}, {"l.yaml", "replacements[0].path", data}, {"m.json", "openapi.path", data},
		{"nn", "configMapGenerator[0].files[0]", raw}, {"o", "configMapGenerator[0].files[1]", raw}, {"p", "configMapGenerator[0].envs[0]", raw}, {"q", "configMapGenerator[0].env", raw},
		{"r", "secretGenerator[0].files[0]", raw},
	}
	if !slices.Equal(refs, want) {
		t.Errorf("got  %v\nwant %v", refs, want)
	}
	if len(inline) != 2 {
		t.Errorf("inline %q", inline)
	}
}
