package kustomize

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
)

// pluginText checks the configurations of generators, transformers and validators in
// a text: only kustomize's built-in ones are run, and those only on what is here.
func (g *Graph) pluginText(n *node, at load.Document, text []byte) {
	var ignored diag.Report // what is no YAML is reported elsewhere
	for _, doc := range load.Parse("", text, g.opts.Limits, &ignored) {
		content, _ := doc.Content(g.opts.Limits, &ignored)
		if content == nil {
			continue
		}
		kind, _ := content["kind"].(string)
		if content["apiVersion"] != "builtin" || kind == "HelmChartInflationGenerator" || isFunction(content) {
			n.problem(at, "", diag.KustomizePlugin, fmt.Sprintf("the kustomization uses the plugin %s, which would run a program", kind),
				"build it yourself: kustomize build --enable-alpha-plugins … | routec compile - …, and leave the folder out with .routecignore")
		}
		for _, path := range pathsIn(content) {
			if isRemote(path) {
				n.problem(at, "", diag.RemoteBase, fmt.Sprintf("the plugin %s of the kustomization needs %s, which is not in this source; nothing is fetched", kind, path), "copy it into the repository")
			}
		}
	}
}

// isFunction reports whether a plugin is a program in a container or a file.
func isFunction(content map[string]any) bool {
	metadata, _ := content["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	return annotations["config.kubernetes.io/function"] != nil || annotations["config.k8s.io/function"] != nil
}

// pathsIn returns all text in the fields of a built-in plugin that name files.
func pathsIn(content map[string]any) []string {
	var paths []string
	for _, field := range []string{"path", "paths", "files", "envs", "env", "replacements", "patches", "targetFilePath"} {
		paths = append(paths, pathText(field, content[field])...)
	}
	return paths
}

// pathText returns the text in a value; of objects, that in their "path".
func pathText(field string, v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v, afterEquals(v)}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, pathText(field, item)...)
		}
		return all
	case map[string]any:
		return pathText("path", v["path"])
	}
	return nil
}
