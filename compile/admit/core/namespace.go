package core

import "routec.dev/routec/compile/admit/tree"

// NamespaceDefaults fills in what the API server fills in: every Namespace carries its
// own name as a label.
func NamespaceDefaults(content map[string]any) {
	meta := tree.Child(content, "metadata")
	name := tree.Text(meta, "name")
	if meta == nil || name == "" {
		return
	}
	labels := tree.Child(meta, "labels")
	if labels == nil {
		labels = object{}
		meta["labels"] = labels
	}
	labels["kubernetes.io/metadata.name"] = name
	spec := tree.Child(content, "spec")
	if spec == nil {
		spec = object{}
		content["spec"] = spec
	}
	setDefault(spec, "finalizers", []any{"kubernetes"})
}
