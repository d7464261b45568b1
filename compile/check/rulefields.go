package check

import (
	"fmt"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
)

// ruleFields reports fields of rules that Linkerd does not read, or cannot (spec/admission.md
// HTTP-14 to HTTP-16, GRPC-21, LHR-12).
func ruleFields(in *Input, report *diag.Report) {
	for i := range in.Set.HTTPRoutes {
		r := &in.Set.HTTPRoutes[i]
		if in.metas[r.Ref()] == nil || !in.isOutbound(&r.Meta) {
			continue
		}
		others := in.hasOtherParents(&r.Meta)
		for j := range r.Spec.Rules {
			rule := &r.Spec.Rules[j]
			at := index("spec.rules", j)
			if rule.Timeouts != nil && rule.Timeouts.BackendRequest != nil && !others {
				unread(&r.Meta, at+".timeouts.backendRequest", "a timeout of one attempt is set by the annotation "+annotation.RetryTimeout, report)
			}
			if rule.Timeouts != nil && rule.Timeouts.Request != nil {
				requestTimeout(&r.Meta, at+".timeouts.request", string(*rule.Timeouts.Request), report)
			}
			if rule.Retry != nil && !others {
				unread(&r.Meta, at+".retry", "retries are set by the annotations "+annotation.RetryLimit+" and "+annotation.RetryHTTP, report)
			}
			if rule.SessionPersistence != nil && !others {
				unread(&r.Meta, at+".sessionPersistence", "remove it: Linkerd has nothing like it", report)
			}
		}
	}
	for i := range in.Set.GRPCRoutes {
		r := &in.Set.GRPCRoutes[i]
		for j := range r.Spec.Rules {
			if r.Spec.Rules[j].SessionPersistence != nil && in.isOutbound(&r.Meta) && !in.hasOtherParents(&r.Meta) {
				unread(&r.Meta, index("spec.rules", j)+".sessionPersistence", "remove it: Linkerd has nothing like it", report)
			}
		}
	}
}

// isOutbound reports whether a route has a parent that clients look up.
func (in *Input) isOutbound(m *manifest.Meta) bool {
	r := in.viewOf(m)
	return r != nil && r.outbound()
}

// hasOtherParents reports whether a route has parents of other controllers, too, which may
// read what Linkerd does not.
func (in *Input) hasOtherParents(m *manifest.Meta) bool {
	r := in.viewOf(m)
	return r != nil && len(r.parents) < len(r.refs)
}

func (in *Input) viewOf(m *manifest.Meta) *routeView {
	in.viewsOnce.Do(func() {
		in.views = make(map[*manifest.Meta]*routeView, len(in.routes))
		for i := range in.routes {
			in.views[in.routes[i].Meta] = &in.routes[i]
		}
	})
	return in.views[m]
}

func unread(m *manifest.Meta, field, help string, report *diag.Report) {
	say(report, diag.FieldUnused, diag.Warning, m, field, "Linkerd does not read this field, so it has no effect", help)
}

func requestTimeout(m *manifest.Meta, field, value string, report *diag.Report) {
	if _, set := m.Annotations[annotation.TimeoutRequest]; set {
		say(report, diag.FieldUnused, diag.Warning, m, field,
			"the annotation "+annotation.TimeoutRequest+" of this route stands in for its rules' timeouts, so this one has no effect", "remove one of the two",
			diag.Related{At: m.At(annotationField(annotation.TimeoutRequest)), Message: "the annotation"})
		return
	}
	if m.Group == manifest.PolicyGroup {
		return // another grammar, which takes sums
	}
	if _, err := annotation.Duration(value); err == nil {
		return
	}
	help := "write one number with one unit"
	if d, err := time.ParseDuration(value); err == nil {
		help = "write " + oneUnit(d)
	}
	say(report, diag.TimeoutIgnored, diag.Error, m, field,
		fmt.Sprintf("Linkerd reads one number with one unit, which %s is not, and takes it for no timeout at all: requests of this rule may take forever", value), help)
}

// oneUnit writes a duration with one unit.
func oneUnit(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return fmt.Sprintf("%dms", d.Milliseconds())
}
