package check

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
)

// foreignParents reports routes that attach to nothing, and parentRefs that look like Linkerd's
// and are not: nobody writes a status for them (spec/admission.md GW-05 to GW-07, LHR-03).
func foreignParents(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		if len(r.refs) == 0 {
			say(report, diag.NoParents, diag.Warning, r.Meta, "spec",
				"a route without parentRefs attaches to nothing, so nobody uses it", "add parentRefs, or remove the route")
			continue
		}
		if len(r.parents) == len(r.refs) {
			continue
		}
		ours := map[int]bool{}
		for _, p := range r.parents {
			ours[p.Index] = true
		}
		for j := range r.refs {
			if !ours[j] {
				foreignParent(r, j, report)
			}
		}
	}
}

func foreignParent(r *routeView, i int, report *diag.Report) {
	ref := &r.refs[i]
	group, kind := text(ref.Group), text(ref.Kind)
	if !knownGroup(group) {
		return // another controller's
	}
	field := index("spec.parentRefs", i)
	switch {
	case strings.EqualFold(kind, route.Service):
		say(report, diag.ParentGroup, diag.Error, r.Meta, field,
			fmt.Sprintf("this parentRef means a Service of the group %s, which the cluster fills in where no group is written, and which has no Services: Linkerd ignores the parentRef without a word", group),
			`write group: "" or group: core`)
	case strings.EqualFold(kind, route.Server), strings.EqualFold(kind, route.EgressNetwork):
		say(report, diag.ParentGroup, diag.Error, r.Meta, field,
			fmt.Sprintf("this parentRef names a %s of %s, which does not exist, so Linkerd ignores it without a word", kind, groupInWords(group)),
			"write group: policy.linkerd.io")
	case group == manifest.GatewayGroup:
		return // Gateways and their like belong to other controllers
	case group == manifest.PolicyGroup && kind == "Gateway":
		say(report, diag.ParentKind, diag.Error, r.Meta, field,
			"this parentRef means a Gateway of the group policy.linkerd.io, which the cluster fills in where they are not written, and which does not exist: Linkerd ignores the parentRef without a word",
			"write group and kind: core and Service, or policy.linkerd.io and Server")
	default:
		say(report, diag.ParentKind, diag.Warning, r.Meta, field,
			fmt.Sprintf("a %s of %s is no parent of routes, so Linkerd ignores this parentRef without a word", kind, groupInWords(group)),
			"name a Service, an EgressNetwork or a Server")
	}
}

// knownGroup reports whether all kinds of a group are known here.
func knownGroup(group string) bool {
	switch group {
	case manifest.CoreGroup, route.Core, manifest.GatewayGroup, manifest.PolicyGroup:
		return true
	}
	return false
}

func groupInWords(group string) string {
	if group == "" || group == route.Core {
		return "the core group"
	}
	return "the group " + group
}

func text[S ~string](s *S) string {
	if s == nil {
		return ""
	}
	return string(*s)
}
