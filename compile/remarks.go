package compile

import (
	"fmt"
	"regexp"
	"strings"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// remark reports what is worth saying of an object that the API server takes: its version is
// deprecated, or one that Linkerd does not watch (spec/admission.md VER-03, VER-04).
func remark(j admit.Judgement, u manifest.Unstructured, report *diag.Report) {
	d := diag.Diagnostic{Object: u.Identity.String(), At: u.Place.Sub("apiVersion")}
	switch {
	case j.Stored != nil && j.View == nil:
		d.Code, d.Severity = diag.KindUnwatched, diag.Error
		d.Message = fmt.Sprintf("the cluster stores this %s, but serves it in no version that Linkerd watches, so Linkerd sees none of it", u.Kind)
		d.Help = "install the experimental channel of a Gateway API release that serves v1alpha2 of the kind, or remove the object"
	case j.Warning != "":
		d.Code, d.Severity = diag.VersionDeprecated, diag.Warning
		d.Message = j.Warning + "; later releases of the CRD refuse this version"
		d.Help = "write the version that is named"
		if use := successor(j.Warning, u.Group); use != "" {
			d.Fix = []diag.Edit{{Value: use}}
		}
	default:
		return
	}
	report.Add(d)
}

// successor finds the apiVersion that a warning about a deprecated one names, in the form that
// the API server and authors of CRDs give it: "…; use v1", "…; use GROUP/VERSION KIND".
func successor(warning, group string) string {
	_, use, _ := strings.Cut(warning, "; use ")
	use, _, _ = strings.Cut(use, " ")
	of, version, grouped := strings.Cut(use, "/")
	if !grouped {
		of, version = group, use
	}
	if of != group || !isVersion.MatchString(version) {
		return ""
	}
	return group + "/" + version
}

var isVersion = regexp.MustCompile(`^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$`)
