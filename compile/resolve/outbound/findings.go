package outbound

import (
	"errors"
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/ir"
)

// Complain tells what resolution finds on its way.
type Complain struct{ *diag.Report }

// annotation returns a func that reports an annotation which the controller ignores, with
// what is the case instead.
func (c Complain) annotation(m *manifest.Meta) func(effect string, err error) {
	return func(effect string, err error) {
		var bad *annotation.Invalid
		if !errors.As(err, &bad) {
			return
		}
		c.Add(diag.Diagnostic{
			Code: diag.AnnotationIgnored, Severity: diag.Error,
			Object:  m.Identity.String(),
			Message: fmt.Sprintf("%s: %v; Linkerd ignores it, so %s", bad.Key, bad.Err, effect),
			At:      m.At("metadata.annotations[" + bad.Key + "]"),
			Help:    "write a value that the annotation takes, or remove it",
		})
	}
}

// unconvertible reports a route that the controller accepts but does not use.
func (c Complain) unconvertible(r status.Route, err error) {
	field := ""
	var bad *route.Error
	if errors.As(err, &bad) {
		field = bad.Field
	}
	c.Add(diag.Diagnostic{
		Code: diag.RouteUnconvertible, Severity: diag.Error,
		Object:  r.Meta.Identity.String(),
		Message: fmt.Sprintf("%v; the policy controller uses no rule of this route, and it still conflicts with routes of lower kinds", err),
		At:      r.Meta.At(field),
		Help:    "mend or remove what it cannot convert",
	})
}

// starvedParent reports a port-less parentRef that is admitted by a sibling on fewer ports.
func (c Complain) starvedParent(r status.Route, target ir.Ref) {
	index := 0
	for _, p := range r.Parents {
		if p.Ref.Name == target.Name && p.Ref.Namespace == target.Namespace {
			index = p.Index
		}
	}
	c.Add(diag.Diagnostic{
		Code: diag.ParentStarved, Severity: diag.Warning,
		Object:  r.Meta.Identity.String(),
		Message: fmt.Sprintf("this parentRef asks for every port of %s, but the route is only accepted for some; which ports serve it can depend on the controller's history", target),
		At:      r.Meta.At(fmt.Sprintf("spec.parentRefs[%d]", index)),
		Help:    "name the port, or make the parent one that accepts the route",
	})
}
