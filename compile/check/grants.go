package check

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
)

// grants reports, once a route, a backend in a namespace that is neither the route's nor a
// parent's: Linkerd never asks for a ReferenceGrant, and others do (spec/admission.md GW-33).
func grants(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		at := map[string]bool{r.Namespace: true}
		for _, p := range r.parents {
			at[p.Ref.Namespace] = true
		}
		said := len(r.parents) == 0 // another controller's
		r.each(func(rule, i int, b *manifest.BackendRef) {
			ref := route.Backend(*b)
			if said || !ref.OwnNamespace || ref.Ref.Kind != route.Service || at[ref.Ref.Namespace] {
				return
			}
			said = true
			say(report, diag.BackendForeign, diag.Info, r.Meta, backendField(rule, i)+".namespace",
				fmt.Sprintf("%s is in another namespace than the route: Linkerd sends requests there without asking, and never reads ReferenceGrants; other implementations of the Gateway API refuse the reference unless namespace %s grants it", short(ref.Ref), ref.Ref.Namespace),
				fmt.Sprintf("add a ReferenceGrant to namespace %s if the route is to work elsewhere, too", ref.Ref.Namespace))
		})
	}
}
