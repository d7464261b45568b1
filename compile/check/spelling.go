package check

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
)

// spelling reports kinds in another letter case than their own: Linkerd does not mind it in
// ASCII, and whoever else reads the route takes it for another kind (spec/admission.md GW-14).
func spelling(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		for _, p := range r.parents {
			if written := text(r.refs[p.Index].Kind); written != p.Ref.Kind {
				kindSpelling(r, index("spec.parentRefs", p.Index), written, p.Ref.Kind, report)
			}
		}
		r.each(func(rule, i int, b *manifest.BackendRef) {
			switch written := text(b.Kind); written {
			case "", route.Service, route.EgressNetwork:
			default:
				if to := route.Backend(*b).Ref; to.Kind == route.Service || to.Kind == route.EgressNetwork {
					kindSpelling(r, backendField(rule, i), written, to.Kind, report)
				}
			}
		})
	}
}

func kindSpelling(r *routeView, field, written, kind string, report *diag.Report) {
	if written == "" {
		return
	}
	say(report, diag.KindSpelling, diag.Info, r.Meta, field+".kind",
		fmt.Sprintf("Linkerd reads the kind %s as %s; other implementations of the Gateway API mind the case of letters, and refuse or ignore this reference", written, kind),
		"write kind: "+kind)
}
