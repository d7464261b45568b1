package check

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

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
			retryTimeoutLong(m, field, r.Retry.Timeout, r.Timeouts.Request, report)
		}
	}
	in.defaultRetryTimeouts(report)
}

// defaultRetryTimeouts does so for Services and EgressNetworks without a route: what they are
// annotated with holds for the default route.
func (in *Input) defaultRetryTimeouts(report *diag.Report) {
	routed := map[ir.Ref]bool{}
	for i := range in.decided {
		routed[in.decided[i].target.Ref] = true
	}
	in.eachReader(func(m *manifest.Meta, r *routeView) {
		if r != nil || m.Annotations[annotation.RetryTimeout] == "" || m.Annotations[annotation.TimeoutRequest] == "" || routed[m.Ref()] {
			return
		}
		retry, err := annotation.HTTPRetry(m.Annotations)
		timeouts, bad := annotation.Timeouts(m.Annotations)
		request := timeouts.Request
		if err == nil && bad == nil && retry.Timeout.Set && request.Set && request.Duration != (ir.Duration{}) && !less(retry.Timeout.Duration, request.Duration) {
			retryTimeoutLong(m, annotationField(annotation.RetryTimeout), retry.Timeout, request, report)
		}
	})
}

func retryTimeoutLong(m *manifest.Meta, field string, retry, request ir.Timeout, report *diag.Report) {
	say(report, diag.RetryTimeoutLong, diag.Warning, m, field,
		fmt.Sprintf("the retry timeout %s is not below the request timeout %s, which counts for all attempts together: a slow attempt ends the request, and is never retried", retry, request),
		"write a retry timeout well below the request timeout: a third of it for two retries")
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

func less(a, b ir.Duration) bool {
	return a.Seconds < b.Seconds || a.Seconds == b.Seconds && a.Nanos < b.Nanos
}
