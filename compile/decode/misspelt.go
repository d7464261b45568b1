package decode

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// neighbours are kinds that exist, and are near a kind that is read.
var neighbours = []GroupKind{{manifest.GatewayGroup, "UDPRoute"}}

// misspelt returns the kind that one of a group that is read here was meant to be, or "".
func misspelt(k GroupKind) string {
	var kinds []string
	for o := range ours {
		if o.Group == k.Group {
			kinds = append(kinds, o.Kind)
		}
	}
	if len(kinds) == 0 || slices.Contains(neighbours, k) {
		return ""
	}
	slices.Sort(kinds) // of two equally near, always the same
	return diag.Nearest(k.Kind, kinds)
}

// misspelt reports an object whose kind no cluster has.
func (d *decoder) misspelt(k GroupKind, content map[string]any, meta typeMeta, at source.Place) {
	near := misspelt(k)
	if near == "" {
		return
	}
	d.report.Add(diag.Diagnostic{
		Code: diag.KindNotInstalled, Severity: diag.Error, Object: d.identity(meta, content).String(), At: at.Sub("kind"),
		Message: fmt.Sprintf("there is no kind %s: the cluster refuses the object (no matches for kind)", k),
		Help:    "did you mean " + near + "?",
		Fix:     []diag.Edit{{Value: near}},
	})
}
