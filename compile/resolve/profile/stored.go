package profile

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// A stored ServiceProfile is one that the destination controller can decode.
type stored struct {
	*manifest.Meta
	spec manifest.ServiceProfileSpec
}

// readAll converts every ServiceProfile that decodes. The others are hazards.
func readAll(set *manifest.Set, report *diag.Report) []*converted {
	out := make([]*converted, 0, len(set.ServiceProfiles))
	for i := range set.ServiceProfiles {
		sp := &set.ServiceProfiles[i]
		spec, faults := read(sp.Spec)
		if len(faults) > 0 {
			undecodable(set, i, faults, report)
			continue
		}
		out = append(out, convert(&stored{&sp.Meta, spec}))
	}
	return out
}

// undecodable reports a ServiceProfile that is stored and cannot be listed. The controller
// lists all of them at once, so that those of other users go down with it (SP-24 of
// spec/admission.md).
func undecodable(set *manifest.Set, culprit int, faults []fault, report *diag.Report) {
	hit := "no ServiceProfile of the cluster takes effect once it restarts"
	if others := othersThan(set, culprit); len(others) > 0 {
		hit = "all others go down with it once it restarts: " + among(others)
	}
	sp := &set.ServiceProfiles[culprit]
	for _, f := range faults {
		report.Add(diag.Diagnostic{
			Code: diag.ProfileUndecodable, Severity: diag.Hazard, Object: sp.Identity.String(), At: sp.At(f.field),
			Message: fmt.Sprintf("%s; the cluster stores the object, but with it the destination controller cannot list ServiceProfiles any more, and %s", f.why, hit),
			Help:    "write a value of the right type (texts such as methods and paths in quotes), or remove the field",
		})
	}
}

// othersThan names a few of the other ServiceProfiles, and counts the rest.
func othersThan(set *manifest.Set, culprit int) []string {
	var out []string
	for i := range set.ServiceProfiles {
		switch {
		case i == culprit:
		case len(out) == mostWords:
			return append(out, fmt.Sprintf("%d more", len(set.ServiceProfiles)-1-mostWords))
		default:
			out = append(out, set.ServiceProfiles[i].Namespace+"/"+set.ServiceProfiles[i].Name)
		}
	}
	return out
}
