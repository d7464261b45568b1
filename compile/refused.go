package compile

import (
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// reportRefusal reports why a cluster would not take an object: a diagnostic for each cause.
func reportRefusal(report *diag.Report, u manifest.Unstructured, r *verdict.Refusal, consequence string) {
	if len(r.Causes) == 0 {
		report.Add(diag.Diagnostic{
			Code: r.Code, Severity: diag.Error, Object: u.Identity.String(),
			Message: r.Message + "; " + consequence, At: u.Place.Sub(r.Field),
		})
		return
	}
	for _, c := range r.Causes {
		d := diag.Diagnostic{Code: c.Code, Severity: diag.Error, Object: u.Identity.String(), At: u.Place}
		d.Message = c.Message + "; " + consequence
		if c.Field != verdict.NoField {
			d.At = u.Place.Sub(c.Field)
			d.Message = c.Field + ": " + d.Message
		}
		report.Add(d)
	}
}

const (
	refused = "the cluster refuses the object"
	denied  = "the webhook refuses the object wherever it is asked"
)
