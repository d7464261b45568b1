package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A reader says what of an object's annotations about traffic is read.
type reader struct {
	what  string // the object in words
	reads func(key string) bool
}

// Annotations about traffic, by what they concern (spec/admission.md §12.1).
var (
	timeoutKeys = []string{annotation.TimeoutRequest, annotation.TimeoutResponse, annotation.TimeoutIdle}
	retryKeys   = []string{annotation.RetryLimit, annotation.RetryTimeout, annotation.RetryHTTP, annotation.RetryGRPC}
	consecutive = []string{annotation.MaxFailures, annotation.MaxPenalty, annotation.MinPenalty, annotation.JitterRatio}
	successRate = []string{annotation.SuccessThreshold, annotation.SuccessWindow, annotation.SuccessRequests, annotation.HonorRetryAfter}
	biaser      = []string{annotation.PenalizeFailures, annotation.BiaserPenalty, annotation.BiaserRetryAfter}
	trafficKeys = slices.Concat(timeoutKeys, retryKeys, []string{annotation.FailureAccrual}, consecutive, successRate, biaser)

	trafficGroups = []string{"timeout.linkerd.io", "retry.linkerd.io", "balancer.linkerd.io", "balancer.alpha.linkerd.io"}

	// injectorKeys are those of the proxy's configuration that change tables; a word near
	// one of them and unlike all others is a slip.
	injectorKeys = []string{
		annotation.OpaquePorts, "config.linkerd.io/default-inbound-policy",
		"config.linkerd.io/skip-inbound-ports", "config.linkerd.io/skip-outbound-ports", "linkerd.io/inject",
	}
)

var (
	anyTarget  = reader{"a Service", func(string) bool { return true }}
	anyNetwork = reader{"an EgressNetwork", func(key string) bool { return !slices.Contains(biaser, key) }}
	httpReader = reader{"an HTTPRoute", func(key string) bool { return key != annotation.RetryGRPC && !isBalancer(key) }}
	grpcReader = reader{"a GRPCRoute", func(key string) bool { return key != annotation.RetryHTTP && !isBalancer(key) }}
)

func isBalancer(key string) bool { return strings.HasPrefix(key, "balancer.") }

// readsNothing is the reader of objects whose traffic annotations nobody reads.
func readsNothing(what string) reader { return reader{what, func(string) bool { return false }} }

// annotationNames reports annotations about traffic that do not exist, or are not read where
// they stand (spec/admission.md ANN-22, ANN-23, HTTP-22, L4-08).
func annotationNames(in *Input, report *diag.Report) {
	set := in.Set
	for i := range set.Services {
		anyTarget.check(&set.Services[i].Meta, "", set.Services[i].Annotations, report)
	}
	for i := range set.EgressNetworks {
		anyNetwork.check(&set.EgressNetworks[i].Meta, "", set.EgressNetworks[i].Annotations, report)
	}
	for i := range in.routes {
		r := &in.routes[i]
		r.reader().check(r.Meta, "", r.Annotations, report)
	}
	for i := range set.Servers {
		readsNothing("a Server").check(&set.Servers[i].Meta, "", set.Servers[i].Annotations, report)
	}
	for i := range set.Namespaces {
		readsNothing("a Namespace").check(&set.Namespaces[i], "", set.Namespaces[i].Annotations, report)
	}
	for i := range set.Workloads {
		w := &set.Workloads[i]
		readsNothing("a "+w.Kind).check(&w.Meta, "", w.Annotations, report)
		if t, field := manifest.Template(w); field != "" {
			readsNothing("a Pod").check(&w.Meta, field, t.Metadata.Annotations, report)
		}
	}
}

func (r *routeView) reader() reader {
	switch {
	case len(r.parents) == 0:
		return reader{"a " + r.Kind, func(string) bool { return true }} // another controller's
	case r.rank == tls || r.rank == tcp:
		return readsNothing("a " + r.Kind)
	case !r.outbound():
		return readsNothing("a route with Server parents only")
	case r.rank == grpc:
		return grpcReader
	}
	return httpReader
}

// check looks at the annotations of an object, or of the template at a field of it.
func (rd reader) check(m *manifest.Meta, field string, annotations map[string]string, report *diag.Report) {
	var keys []string
	for key := range annotations {
		if strings.Contains(key, "linkerd.io/") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		at := source.Join(field, annotationField(key))
		group, _, _ := strings.Cut(key, "/")
		switch {
		case slices.Contains(trafficKeys, key):
			if !rd.reads(key) {
				say(report, diag.AnnotationElsewhere, diag.Warning, m, at,
					fmt.Sprintf("%s is not read on %s, so it has no effect", key, rd.what), readOn(key))
			}
		case slices.Contains(trafficGroups, group):
			sayMisspelt(report, m, at, key, meant(key), "those of this group are "+strings.Join(ofGroup(group), ", "))
		case !slices.Contains(injectorKeys, key):
			if near := misspelt(key, group); near != "" {
				sayMisspelt(report, m, at, key, near, "")
			}
		}
	}
}

// sayMisspelt reports an annotation that nobody reads, with the one that was meant, if any.
func sayMisspelt(report *diag.Report, m *manifest.Meta, at, key, near, otherwise string) {
	help := otherwise
	if near != "" {
		help = fmt.Sprintf("did you mean %s?", near)
	}
	say(report, diag.AnnotationUnknown, diag.Error, m, at,
		fmt.Sprintf("there is no annotation %s: nobody reads it, so it has no effect", key), help)
	if near != "" {
		report.Fix(diag.Edit{Key: near})
	}
}

// misspelt returns what a key outside of the known groups was meant to be, or "".
func misspelt(key, group string) string {
	if near := diag.Nearest(key, injectorKeys); near != "" {
		return near
	}
	if near := diag.Nearest(group, trafficGroups); near != "" {
		return diag.Nearest(near+strings.TrimPrefix(key, group), trafficKeys)
	}
	return ""
}

// meant returns the annotation that a key was meant to be, also one that has the same name in
// another group, or "".
func meant(key string) string {
	if near := diag.Nearest(key, trafficKeys); near != "" {
		return near
	}
	_, word, _ := strings.Cut(key, "/")
	for _, k := range trafficKeys {
		if _, w, _ := strings.Cut(k, "/"); w == word {
			return k
		}
	}
	return ""
}

// ofGroup are the annotations of a group.
func ofGroup(group string) (keys []string) {
	for _, k := range trafficKeys {
		if g, _, _ := strings.Cut(k, "/"); g == group {
			keys = append(keys, k)
		}
	}
	return keys
}

// readOn says where an annotation is read.
func readOn(key string) string {
	switch {
	case slices.Contains(biaser, key):
		return "write it on the Service"
	case isBalancer(key):
		return "write it on the Service or EgressNetwork"
	case key == annotation.RetryGRPC:
		return "write it on a GRPCRoute, or on the Service or EgressNetwork; HTTPRoutes read " + annotation.RetryHTTP
	case key == annotation.RetryHTTP:
		return "write it on an HTTPRoute, or on the Service or EgressNetwork; GRPCRoutes read " + annotation.RetryGRPC
	}
	return "write it on the Service or EgressNetwork, or on an HTTPRoute or GRPCRoute that has it as a parent"
}

// inertAnnotations reports annotations that another one would have to switch on, or that switch
// themselves off (spec/admission.md ANN-05, ANN-13, ANN-14, ANN-17).
func inertAnnotations(in *Input, report *diag.Report) {
	in.eachReader(func(m *manifest.Meta, r *routeView) {
		if len(m.Annotations) == 0 {
			return
		}
		if d, err := annotation.Duration(m.Annotations[annotation.RetryTimeout]); err == nil && d == (ir.Duration{}) {
			inert(m, annotation.RetryTimeout, "a retry timeout of 0 counts as none", "remove it, or write a time", report)
		}
		if r == nil {
			inertAccrual(m, report)
		}
	})
}

// eachReader visits what reads annotations about its traffic: Services, EgressNetworks, and
// HTTPRoutes and GRPCRoutes on them.
func (in *Input) eachReader(visit func(m *manifest.Meta, r *routeView)) {
	for i := range in.Set.Services {
		visit(&in.Set.Services[i].Meta, nil)
	}
	for i := range in.Set.EgressNetworks {
		visit(&in.Set.EgressNetworks[i].Meta, nil)
	}
	for i := range in.routes {
		if r := &in.routes[i]; len(r.Annotations) > 0 && r.rank >= http && !r.broken && r.outbound() {
			visit(r.Meta, r)
		}
	}
}

func inertAccrual(m *manifest.Meta, report *diag.Report) {
	a := m.Annotations
	mode, set := a[annotation.FailureAccrual]
	if set && mode != "consecutive" && mode != "unified" {
		return // refused as a whole, and reported
	}
	each := func(keys []string, why, help string) {
		for _, key := range slices.Sorted(slices.Values(keys)) {
			if _, written := a[key]; written {
				inert(m, key, why, help, report)
			}
		}
	}
	if !set {
		each(consecutive, "without "+annotation.FailureAccrual+" there is no circuit breaker to configure", "add "+annotation.FailureAccrual+": consecutive")
	}
	if mode != "unified" {
		each(successRate, "it is read only beside "+annotation.FailureAccrual+": unified", "write that mode, or remove it")
	}
	if accrual, err := annotation.Accrual(a); set && err == nil && accrual.MaxFailures == 0 && accrual.Threshold == 0 {
		inert(m, annotation.FailureAccrual, "0 failures in a row and a success rate of 0 never trip the circuit breaker", "allow at least one failure, or remove the annotations", report)
	}
	if on, err := annotation.Bool(a[annotation.PenalizeFailures]); m.Kind == "Service" && (err != nil || !on) {
		if _, written := a[annotation.PenalizeFailures]; !written || err == nil {
			each(biaser[1:], "it is read only beside "+annotation.PenalizeFailures+`: "true"`, "add that annotation, or remove this one")
		}
	}
}

func inert(m *manifest.Meta, key, why, help string, report *diag.Report) {
	say(report, diag.AnnotationInert, diag.Warning, m, annotationField(key), why+", so "+key+" has no effect", help)
}

// keysOf are the keys of a map, sorted.
func keysOf(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
