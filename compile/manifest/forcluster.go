package manifest

import "strings"

// ForCluster reports whether the content of a document is an object that a cluster could be
// given. The compiler's own documents and kustomize's are read before, and go no further.
func ForCluster(content map[string]any) bool {
	version, _ := content["apiVersion"].(string)
	kind, _ := content["kind"].(string)
	group, _, grouped := strings.Cut(version, "/")
	if version == "" || kind == "" {
		return false
	}
	return !grouped || group != "routec.dev" && group != "kustomize.config.k8s.io"
}
