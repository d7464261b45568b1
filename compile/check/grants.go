package check

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
)

// grants reports, once a route, a backend in a namespace that is neither the route's nor a
// parent's: Linkerd never asks for a ReferenceGrant, and others do (spec/admission.md GW-33).
func grants(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		said := len(r.parents) == 0 // another controller's
		r.each(func(rule, i int, b *manifest.BackendRef) {
			if said || b.Namespace == nil {
				return
			}
			ref := route.Backend(*b)
			beside := func(p route.Parent) bool { return p.Ref.Namespace == ref.Ref.Namespace }
			if ref.Ref.Kind != route.Service || ref.Ref.Namespace == r.Namespace || slices.ContainsFunc(r.parents, beside) {
				return
			}
			said = true
			say(report, diag.BackendForeign, diag.Info, r.Meta, backendField(rule, i)+".namespace",
				fmt.Sprintf("%s is in another namespace than the route: Linkerd sends requests there without asking, and never reads ReferenceGrants; other implementations of the Gateway API refuse the reference unless namespace %s grants it", short(ref.Ref), ref.Ref.Namespace),
				fmt.Sprintf("add a ReferenceGrant to namespace %s if the route is to work elsewhere, too", ref.Ref.Namespace))
		})
	}
}
