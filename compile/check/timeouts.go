package check

import (
	"fmt"
	"slices"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
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

// retries reports retry limits of 0, which count as 1 or leave the Service's, and retries
// that no status sets off (spec/admission.md ANN-04, ANN-08).
func retries(in *Input, report *diag.Report) {
	in.eachReader(func(m *manifest.Meta, r *routeView) {
		a := m.Annotations
		limit, hasLimit := a[annotation.RetryLimit]
		timeout, hasTimeout := a[annotation.RetryTimeout]
		if !hasLimit && !hasTimeout {
			return
		}
		n, err := annotation.Uint(limit, 16)
		if hasLimit && err != nil {
			return // refused, and reported
		}
		zero := true
		if hasTimeout {
			d, err := annotation.Duration(timeout)
			if err != nil {
				return
			}
			zero = d == ir.Duration{}
		}
		conditions := false
		for _, key := range conditionKeys(r) {
			_, set := a[key]
			conditions = conditions || set
		}
		switch {
		case hasLimit && n == 0 && (conditions || !zero):
			say(report, diag.RetryLimitZero, diag.Error, m, annotationField(annotation.RetryLimit),
				"a retry limit of 0 counts as none beside the other retry annotations, and the limit is then 1: requests are retried once",
				"remove all retry annotations to have no retries")
		case !conditions && (n > 0 || !zero):
			say(report, diag.RetryConditions, diag.Info, m, annotationField(firstSet(a, annotation.RetryLimit, annotation.RetryTimeout)),
				"without conditions no response is retried, whatever its status: only attempts that exceed the retry timeout, and requests that no endpoint has taken",
				"add "+conditionKeys(r)[0]+", such as "+example(conditionKeys(r)[0]))
		}
	})
	zeroLimits(in, report)
}

// zeroLimits reports routes whose limit of 0 leaves the Service's retries in force.
func zeroLimits(in *Input, report *diag.Report) {
	said := map[*manifest.Meta]bool{}
	for i := range in.decided {
		d := &in.decided[i]
		if limit, set := d.meta.Annotations[annotation.RetryLimit]; !set || said[d.meta] || limit != "0" || d.ownRetry() {
			continue
		}
		for j := range d.Rules {
			if retry := d.Rules[j].Retry; retry.Present {
				said[d.meta] = true
				say(report, diag.RetryLimitZero, diag.Error, d.meta, annotationField(annotation.RetryLimit),
					fmt.Sprintf("a retry limit of 0 counts as none, so the retries of %s stay in force: requests are retried up to %d times", short(d.target.Ref), retry.Limit),
					"there is no way to switch retries off on a route: remove them from the Service, and set them on its other routes")
				break
			}
		}
	}
}

// ownRetry reports whether a route's annotations make a retry policy of their own.
func (d *decidedRoute) ownRetry() bool {
	read := annotation.HTTPRetry
	if d.table.Protocol == ir.GRPC {
		read = annotation.GRPCRetry
	}
	r, err := read(d.meta.Annotations)
	return err == nil && r.Present
}

// conditionKeys are the annotations with retry conditions that are read on a route, or on a
// target.
func conditionKeys(r *routeView) []string {
	switch {
	case r == nil:
		return []string{annotation.RetryHTTP, annotation.RetryGRPC}
	case r.rank == grpc:
		return []string{annotation.RetryGRPC}
	}
	return []string{annotation.RetryHTTP}
}

func example(key string) string {
	if key == annotation.RetryGRPC {
		return "unavailable"
	}
	return "5xx"
}

func firstSet(a map[string]string, keys ...string) string {
	for _, key := range keys {
		if _, set := a[key]; set {
			return key
		}
	}
	return keys[0]
}

// retryTimeouts reports retry timeouts that the request timeout always cuts off: it spans all
// attempts, so that none is ever retried for being slow (spec/matching.md §6.2).
func retryTimeouts(in *Input, report *diag.Report) {
	said := map[source.Place]bool{}
	for i := range in.decided {
		d := &in.decided[i]
		for j := range d.Rules {
			r := &d.Rules[j]
			if !r.Retry.Present || !r.Retry.Timeout.Set || !r.Timeouts.Request.Set || r.Timeouts.Request.Duration == (ir.Duration{}) || less(r.Retry.Timeout.Duration, r.Timeouts.Request.Duration) {
				continue
			}
			m, field := in.retryTimeoutOf(d, j)
			at := m.At(field)
			if said[at] {
				continue
			}
			said[at] = true
			say(report, diag.RetryTimeoutLong, diag.Warning, m, field,
				fmt.Sprintf("the retry timeout %s is not below the request timeout %s, which counts for all attempts together: a slow attempt ends the request, and is never retried", r.Retry.Timeout, r.Timeouts.Request),
				"write a retry timeout well below the request timeout: a third of it for two retries")
		}
	}
}

// retryTimeoutOf finds what a rule's retry timeout was written as.
func (in *Input) retryTimeoutOf(d *decidedRoute, rule int) (*manifest.Meta, string) {
	field := annotationField(annotation.RetryTimeout)
	if _, own := d.meta.Annotations[annotation.RetryTimeout]; own {
		return d.meta, field
	}
	if m := in.targetMeta(d.target.Ref); m != nil && m.Annotations[annotation.RetryTimeout] != "" {
		return m, field
	}
	return d.meta, index("spec.rules", rule)
}

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

// ruleFields reports fields of rules that Linkerd does not read, or cannot (spec/admission.md
// HTTP-14 to HTTP-16, GRPC-21, LHR-12).
func ruleFields(in *Input, report *diag.Report) {
	for i := range in.Set.HTTPRoutes {
		r := &in.Set.HTTPRoutes[i]
		if in.metas[refOf(&r.Meta)] == nil || !in.isOutbound(&r.Meta) {
			continue
		}
		for j := range r.Spec.Rules {
			rule := &r.Spec.Rules[j]
			at := index("spec.rules", j)
			if rule.Timeouts != nil && rule.Timeouts.BackendRequest != nil {
				unread(&r.Meta, at+".timeouts.backendRequest", "a timeout of one attempt is set by the annotation "+annotation.RetryTimeout, report)
			}
			if rule.Timeouts != nil && rule.Timeouts.Request != nil {
				requestTimeout(&r.Meta, at+".timeouts.request", string(*rule.Timeouts.Request), report)
			}
			if rule.Retry != nil {
				unread(&r.Meta, at+".retry", "retries are set by the annotations "+annotation.RetryLimit+" and "+annotation.RetryHTTP, report)
			}
			if rule.SessionPersistence != nil {
				unread(&r.Meta, at+".sessionPersistence", "remove it: Linkerd has nothing like it", report)
			}
		}
	}
	for i := range in.Set.GRPCRoutes {
		r := &in.Set.GRPCRoutes[i]
		for j := range r.Spec.Rules {
			if r.Spec.Rules[j].SessionPersistence != nil && in.isOutbound(&r.Meta) {
				unread(&r.Meta, index("spec.rules", j)+".sessionPersistence", "remove it: Linkerd has nothing like it", report)
			}
		}
	}
}

// isOutbound reports whether a route has a parent that clients look up.
func (in *Input) isOutbound(m *manifest.Meta) bool {
	if in.outboundMetas == nil {
		in.outboundMetas = map[*manifest.Meta]bool{}
		for i := range in.routes {
			in.outboundMetas[in.routes[i].Meta] = in.routes[i].outbound()
		}
	}
	return in.outboundMetas[m]
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

func less(a, b ir.Duration) bool {
	return a.Seconds < b.Seconds || a.Seconds == b.Seconds && a.Nanos < b.Nanos
}
