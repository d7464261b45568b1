package check

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

// zeroTimeouts reports timeout annotations of 0, which are no way to have none: the deadline
// has passed when the request begins (spec/admission.md ANN-02, spec/matching.md §6.2).
func zeroTimeouts(in *Input, report *diag.Report) {
	in.eachReader(func(m *manifest.Meta, _ *routeView) {
		if len(m.Annotations) == 0 {
			return
		}
		if _, err := annotation.Timeouts(m.Annotations); err != nil {
			return // refused as a whole, and reported
		}
		for _, key := range timeoutKeys {
			value, set := m.Annotations[key]
			if d, err := annotation.Duration(value); !set || err != nil || d != (ir.Duration{}) {
				continue
			}
			say(report, diag.ZeroTimeout, diag.Error, m, annotationField(key),
				fmt.Sprintf("%s: %s does not switch the timeout off: it has passed when a request begins, so every request fails (504, gRPC status 4)", key, value),
				"remove the annotation to have no timeout")
		}
	})
}

// longest is the longest duration that proxy JSON can express, in seconds.
const longest = 315_576_000_000

// longDurations reports durations that are sent and have no JSON form (spec/outbound.md §5.1).
func longDurations(in *Input, report *diag.Report) {
	in.eachReader(func(m *manifest.Meta, _ *routeView) {
		for _, key := range durationKeys {
			value, set := m.Annotations[key]
			if !set {
				continue
			}
			if d, err := annotation.Duration(value); err == nil && d.Seconds > longest {
				say(report, diag.DurationTooLong, diag.Warning, m, annotationField(key),
					fmt.Sprintf("%s: %s is sent as it is, and tools that print tables as JSON, which ends at %d seconds, cannot show it", key, value, longest),
					"write a shorter time")
			}
		}
	})
}

// durationKeys are the annotations that hold a duration.
var durationKeys = append(slices.Clone(timeoutKeys), annotation.RetryTimeout, annotation.MaxPenalty, annotation.MinPenalty, annotation.SuccessWindow, annotation.BiaserRetryAfter)

// targetMeta returns the Service or EgressNetwork of a target, or nil.
func (in *Input) targetMeta(r ir.Ref) *manifest.Meta {
	if s := in.service(r); s != nil {
		return &s.Meta
	}
	return in.networks[name{r.Namespace, r.Name}]
}

// cutOffTimeouts reports timeouts of a target that a route's own cut off: one of them is
// enough to put all three aside (spec/outbound.md §5.7).
func cutOffTimeouts(in *Input, report *diag.Report) {
	for i := range in.decided {
		d := &in.decided[i]
		m := in.targetMeta(d.target.Ref)
		if m == nil || len(m.Annotations) == 0 {
			continue
		}
		inherited, err := annotation.Timeouts(m.Annotations)
		if err != nil || !inherited.Present {
			continue
		}
		for j := range d.Rules {
			if key := lost(inherited, d.Rules[j].Timeouts); key != "" {
				say(report, diag.TimeoutsCutOff, diag.Info, d.meta, index("spec.rules", j),
					fmt.Sprintf("this rule has a timeout of its own, which puts aside all of %s: its %s does not apply here", short(d.target.Ref), key),
					"write "+key+" on the route, too, if it is to apply",
					diag.Related{At: m.At(annotationField(key)), Message: "the timeout that does not apply"})
				break
			}
		}
	}
}

// lost returns a timeout that is inherited and not in force.
func lost(inherited, own ir.Timeouts) string {
	switch {
	case inherited.Request.Set && !own.Request.Set:
		return annotation.TimeoutRequest
	case inherited.Response.Set && !own.Response.Set:
		return annotation.TimeoutResponse
	case inherited.Idle.Set && !own.Idle.Set:
		return annotation.TimeoutIdle
	}
	return ""
}
