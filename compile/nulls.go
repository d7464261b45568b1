package compile

import (
	"encoding/json"
	"fmt"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// nulls reports fields of a stored object that were written as null: the API server takes
// them for absent (spec/admission.md API-10).
func nulls(j admit.Judgement, u manifest.Unstructured, report *diag.Report) {
	for _, n := range j.Nulls {
		report.Add(diag.Diagnostic{
			Code: diag.FieldNull, Severity: diag.Warning, Object: u.Identity.String(), At: u.Place.Sub(n.Field),
			Message: fmt.Sprintf("%s is null, so it counts as absent: %s", n.Field, inPlaceOf(u.Kind, n)),
			Help:    "write a value, or remove the field",
		})
	}
}

// inPlaceOf says what holds where a field of a kind is absent.
func inPlaceOf(kind string, n verdict.Null) string {
	if n.Default != nil {
		text, _ := json.Marshal(n.Default) // of a schema, which was read from JSON
		return "its default holds, " + string(text)
	}
	switch {
	case n.Field == "spec.parentRefs":
		return "the route attaches to nothing, so nobody uses it"
	case n.Field == "spec.hostnames" && (kind == "HTTPRoute" || kind == "GRPCRoute"):
		return "the route takes every host"
	}
	return "the cluster stores the object without it"
}
