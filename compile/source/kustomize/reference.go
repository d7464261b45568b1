package kustomize

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir/source"
)

// A reference is something that a kustomization names in one of its fields.
type reference struct {
	path  string // as written
	field string // field path in the kustomization, such as "resources[1]"
	role  role
}

// role says what a reference may lead to.
type role int

const (
	resource  role = iota // a file of objects, or a folder with a kustomization
	component             // a folder with a kustomization of kind Component
	plugin                // like resource, but what it holds configures plugins
	data                  // a YAML file of no objects, such as a patch
	raw                   // a file of any content
)

// listFields are the fields that are lists of references. Those of plugins, and
// patchesStrategicMerge, may hold YAML in place of a path.
var listFields = []struct {
	name        string
	role        role
	mayHoldYAML bool
}{
	{"resources", resource, false}, {"bases", resource, false}, {"components", component, false},
	{"generators", plugin, true}, {"transformers", plugin, true}, {"validators", plugin, true},
	{"crds", data, false}, {"configurations", data, false}, {"patchesStrategicMerge", data, true},
}

// pathFields are the lists whose items name a file in "path".
var pathFields = []string{"patches", "patchesJson6902", "replacements"}

// references returns everything that a kustomization names, and the plugin
// configurations that it holds itself, as text.
func references(content map[string]any) (refs []reference, inline []string) {
	for _, f := range listFields {
		for i, v := range list(content[f.name]) {
			path, _ := v.(string)
			switch {
			case path == "":
			case isRemote(path), !f.mayHoldYAML, !isInline(path):
				refs = append(refs, reference{path, source.Index(f.name, i), f.role})
			case f.role == plugin:
				inline = append(inline, path)
			}
		}
	}
	for _, name := range pathFields {
		for i, v := range list(content[name]) {
			item, _ := v.(map[string]any)
			if path, _ := item["path"].(string); path != "" {
				refs = append(refs, reference{path, source.Index(name, i) + ".path", data})
			}
		}
	}
	if openapi, _ := content["openapi"].(map[string]any); openapi != nil {
		if path, _ := openapi["path"].(string); path != "" {
			refs = append(refs, reference{path, "openapi.path", data})
		}
	}
	for _, name := range []string{"configMapGenerator", "secretGenerator"} {
		refs = append(refs, generated(name, list(content[name]))...)
	}
	return refs, inline
}

// generated returns the files that generators of ConfigMaps and Secrets name.
func generated(name string, generators []any) []reference {
	var refs []reference
	add := func(field string, v any) {
		if path, _ := v.(string); path != "" {
			refs = append(refs, reference{afterEquals(path), field, raw})
		}
	}
	for i, v := range generators {
		g, _ := v.(map[string]any)
		at := source.Index(name, i)
		for _, field := range []string{"files", "envs"} {
			for j, v := range list(g[field]) {
				add(fmt.Sprintf("%s.%s[%d]", at, field, j), v)
			}
		}
		add(at+".env", g["env"])
	}
	return refs
}

// afterEquals returns FILE of "KEY=FILE".
func afterEquals(path string) string {
	if _, after, ok := strings.Cut(path, "="); ok {
		return after
	}
	return path
}

// isInline reports whether an entry is YAML rather than a path.
func isInline(entry string) bool {
	return strings.Contains(entry, "\n") || strings.Contains(entry, ": ") || strings.HasPrefix(strings.TrimSpace(entry), "{")
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}
