package decode

import (
	"fmt"
	"path"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// A typeMeta is an object's kind, as its apiVersion and kind say it.
type typeMeta struct{ group, version, kind string }

// typeMeta reads apiVersion and kind. ok is false when the content is no object,
// which is counted, or names its kind by half, which is reported.
func (d *decoder) typeMeta(content map[string]any, at source.Place, inherited typeMeta) (meta typeMeta, ok bool) {
	apiVersion, versionIsText := content["apiVersion"].(string)
	kind, kindIsText := content["kind"].(string)
	_, hasVersion := content["apiVersion"]
	_, hasKind := content["kind"]
	if !hasVersion && !hasKind {
		return d.untyped(content, at, inherited)
	}
	if !versionIsText || !kindIsText || apiVersion == "" || kind == "" {
		d.halfNamed(content, at)
		return typeMeta{}, false
	}
	group, version, valid := splitVersion(apiVersion)
	if !valid {
		d.report.Add(diag.Diagnostic{
			Code: diag.HalfNamed, Severity: diag.Error, At: at.Sub("apiVersion"),
			Message: fmt.Sprintf("apiVersion %q is neither VERSION nor GROUP/VERSION, so no cluster takes the object", apiVersion),
			Help:    "write it like v1 or gateway.networking.k8s.io/v1",
		})
		return typeMeta{}, false
	}
	return typeMeta{group, version, kind}, true
}

// untyped gives an item of a typed list its kind. Elsewhere, what names no kind is
// no object.
func (d *decoder) untyped(content map[string]any, at source.Place, inherited typeMeta) (typeMeta, bool) {
	switch {
	case inherited.kind != "":
		content["apiVersion"], content["kind"] = inherited.apiVersion(), inherited.kind
		return inherited, true
	case at.Item != "":
		d.report.Add(diag.Diagnostic{
			Code: diag.BadList, Severity: diag.Error, At: at,
			Message: "this item of a list has neither apiVersion nor kind, so no cluster takes it",
			Help:    "add apiVersion and kind to the item",
		})
	default:
		d.notObject(content, at)
	}
	return typeMeta{}, false
}

func (t typeMeta) apiVersion() string {
	if t.group == "" {
		return t.version
	}
	return t.group + "/" + t.version
}

// splitVersion reads "v1" or "apps/v1".
func splitVersion(apiVersion string) (group, version string, ok bool) {
	group, version, found := strings.Cut(apiVersion, "/")
	if !found {
		return "", apiVersion, apiVersion != ""
	}
	return group, version, !strings.Contains(version, "/")
}

// notObject counts a document that does not claim to be an object.
func (d *decoder) notObject(content map[string]any, at source.Place) {
	d.found.Counts.NotObjects++
	_, spec := content["spec"].(map[string]any)
	metadata, _ := content["metadata"].(map[string]any)
	if name, _ := metadata["name"].(string); spec && name != "" {
		d.report.Add(diag.Diagnostic{
			Code: diag.LooksLikeObject, Severity: diag.Info, At: at,
			Message: "this looks like a Kubernetes object, but it has neither apiVersion nor kind, so it is not read as one",
			Help:    "add apiVersion and kind; if it is a patch or a fragment, all is well",
		})
	}
}

// halfNamed reports a document that names its kind by half. Charts and
// kustomizations may do so.
func (d *decoder) halfNamed(content map[string]any, at source.Place) {
	if namedByHalf[path.Base(at.Doc.File)] {
		d.found.Counts.NotObjects++
		return
	}
	missing, there := "kind", "apiVersion"
	if v, _ := content["apiVersion"].(string); v == "" {
		missing, there = there, missing
	}
	out := diag.Diagnostic{
		Code: diag.HalfNamed, Severity: diag.Error, At: at.Sub(there),
		Message: fmt.Sprintf("the document has %s but no %s, so no cluster takes it", there, missing),
		Help:    fmt.Sprintf("add %s; if this is no Kubernetes object, leave it out with .routecignore", missing),
	}
	if v, ok := content[missing]; ok && v != nil && v != "" {
		out.At = at.Sub(missing)
		out.Message = fmt.Sprintf("%s is not text, so no cluster takes the document", missing)
		out.Help = fmt.Sprintf("write %s as one word, in quotes if need be", missing)
	}
	if _, ok := content["metadata"]; !ok && at.Item == "" {
		out.Severity = diag.Info // more likely settings of something else, such as a chart's values
		d.found.Counts.NotObjects++
	}
	d.report.Add(out)
}

// namedByHalf are files of tools whose documents need no kind or no apiVersion.
var namedByHalf = map[string]bool{
	"Chart.yaml":         true,
	"kustomization.yaml": true,
	"kustomization.yml":  true,
	"Kustomization":      true,
}
