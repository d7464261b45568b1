package check

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// eachBackend visits the backends that a decided route was written with.
func (in *Input) eachBackend(visit func(d *decidedRoute, rule, i int, to *ir.Distribution)) {
	for i := range in.decided {
		d := &in.decided[i]
		for j := range d.Rules {
			to := &d.Rules[j].Backends
			if to.Kind != ir.RandomAvailable { // the target itself: none are written
				continue
			}
			for k := range to.Backends {
				visit(d, j, k, to)
			}
		}
	}
}

// backendField is the field of a backendRef.
func backendField(rule, i int) string {
	return index(index("spec.rules", rule)+".backendRefs", i)
}

// share writes which part of a rule's requests a backend gets.
func share(to *ir.Distribution, i int) string {
	if len(to.Backends) == 1 {
		return percent(1, 1) // whatever its weight
	}
	sum := uint64(0)
	for _, b := range to.Backends {
		sum += uint64(b.Weight)
	}
	return percent(uint64(to.Backends[i].Weight), sum)
}

// failingBackends reports backendRefs that the controller replaces by a failure: to what does
// not exist, and to what it cannot use (spec/admission.md GW-23 to GW-26, GW-35).
func failingBackends(in *Input, report *diag.Report) {
	in.eachBackend(func(d *decidedRoute, rule, i int, to *ir.Distribution) {
		b := &to.Backends[i]
		if b.Kind != ir.Failing {
			return
		}
		message, fate := failure(b.Filters)
		what := fmt.Sprintf("%s of the requests of this rule %s", share(to, i), fate)
		field := backendField(rule, i)
		if missing := b.Meta.Ref; b.Meta.Default == "" && strings.Contains(message, "not found") {
			help, fix := "add it, or mend the name and namespace", []diag.Edit(nil)
			if missing.Kind == route.Service {
				help, fix = in.similarService(name{missing.Namespace, missing.Name})
			}
			say(report, diag.BackendMissing, diag.Warning, d.meta, field+".name",
				fmt.Sprintf("there is no %s among the manifests: where the cluster has none either, %s", short(missing), what), help)
			report.Fix(fix...)
			return
		}
		say(report, diag.BackendUnusable, diag.Error, d.meta, field, message+": "+what, usable(message))
	})
}

// failure finds the message of a failing backend, and says what becomes of its requests
// (spec/outbound.md §7.5).
func failure(filters []ir.Filter) (message, fate string) {
	for _, f := range filters {
		switch f := f.(type) {
		case ir.FailHTTP:
			return f.Message, fmt.Sprintf("are answered %d", f.Status)
		case ir.FailGRPC:
			return f.Message, fmt.Sprintf("fail with the gRPC status %d", f.Code)
		case ir.Invalid:
			return f.Message, "or connections fail"
		}
	}
	return "the backend cannot be reached", "fail"
}

// usable says what to do about the controller's complaint.
func usable(message string) string {
	switch {
	case strings.HasPrefix(message, "missing port"):
		return "add the port of the Service"
	case strings.HasPrefix(message, "unsupported backend type"):
		return "name a Service, or the EgressNetwork that is the parent"
	case strings.HasPrefix(message, "unsupported backend filter"):
		return "remove the filter"
	}
	return "use the EgressNetwork as a backend only where it is the parent"
}

// backendPorts reports ports that the backend does not declare, or not for TCP
// (spec/admission.md GW-27, SVC-23).
func backendPorts(in *Input, report *diag.Report) {
	in.eachBackend(func(d *decidedRoute, rule, i int, to *ir.Distribution) {
		b := &to.Backends[i]
		if b.Kind != ir.Balancer {
			return
		}
		s := in.service(b.Meta.Ref)
		if s == nil || s.Spec.Type == "ExternalName" {
			return
		}
		switch protocol := protocolOf(s, int32(b.Meta.Port)); protocol {
		case "TCP":
		case "":
			say(report, diag.BackendPortUnknown, diag.Warning, d.meta, backendField(rule, i)+".port",
				fmt.Sprintf("%s has no port %d: %s of the requests of this rule go to port %d of its Pods, without its targetPort", short(b.Meta.Ref), b.Meta.Port, share(to, i), b.Meta.Port),
				declared(s), diag.Related{At: s.At("spec.ports"), Message: "the Service's ports"})
		default:
			notTCP(d.meta, backendField(rule, i)+".port", s, int32(b.Meta.Port), protocol, report)
		}
	})
}

// parentPorts reports parentRefs to ports of UDP or SCTP (spec/admission.md SVC-23).
func parentPorts(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		for _, p := range r.parents {
			if !p.HasPort {
				continue
			}
			if s := in.service(p.Ref); s != nil {
				if protocol := protocolOf(s, p.Port); protocol != "" && protocol != "TCP" {
					notTCP(r.Meta, index("spec.parentRefs", p.Index)+".port", s, p.Port, protocol, report)
				}
			}
		}
	}
}

// protocolOf returns the protocol of a Service's port: "TCP" where that is one of several,
// "" where it is not declared.
func protocolOf(s *manifest.Object[manifest.ServiceSpec], port int32) string {
	out := ""
	for i := range s.Spec.Ports {
		if p := &s.Spec.Ports[i]; p.Port == port {
			if p.Protocol == "" || p.Protocol == "TCP" {
				return "TCP"
			}
			out = p.Protocol
		}
	}
	return out
}

func notTCP(m *manifest.Meta, field string, s *manifest.Object[manifest.ServiceSpec], port int32, protocol string, report *diag.Report) {
	say(report, diag.PortNotTCP, diag.Error, m, field,
		fmt.Sprintf("port %d of Service %s/%s is %s, and Linkerd's proxies carry TCP only: no request takes this way", port, s.Namespace, s.Name, protocol),
		"name a port whose protocol is TCP", diag.Related{At: s.At("spec.ports"), Message: "the Service's ports"})
}

// backendNamespaces reports backendRefs without a namespace on routes of another namespace than
// their parent's: the status is about one Service, and the traffic goes to another
// (spec/admission.md GW-32).
func backendNamespaces(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		parent := ""
		for _, p := range r.parents {
			if c, ok := r.accepted(p); ok && c.Status && p.Ref.Kind != route.Server && p.Ref.Namespace != r.Namespace {
				parent = p.Ref.Namespace
				break
			}
		}
		if parent == "" {
			continue
		}
		r.each(func(rule, i int, b *manifest.BackendRef) {
			ref := route.Backend(*b)
			if ref.OwnNamespace || ref.Ref.Kind != route.Service {
				return
			}
			say(report, diag.BackendNamespace, diag.Error, r.Meta, backendField(rule, i),
				in.twoServices(r.Namespace, parent, ref.Ref.Name),
				fmt.Sprintf("write namespace: %s or namespace: %s", r.Namespace, parent))
		})
	}
}

func (in *Input) twoServices(own, parent, service string) string {
	means := fmt.Sprintf("a backendRef without a namespace means %s/%s to the route's status and %s/%s to the proxies", own, service, parent, service)
	here, there := in.services[name{own, service}] != nil, in.services[name{parent, service}] != nil
	switch {
	case there && here:
		return means + ", which are different Services: requests go to the latter"
	case there:
		return means + ": requests go to the latter, while the status says BackendNotFound"
	case here:
		return means + ", and there is none of the latter: its share of requests fails, while the status is ResolvedRefs"
	}
	return means + ", and there is neither"
}

// repeatedBackends reports one backend twice in a rule (spec/admission.md GW-34).
func repeatedBackends(in *Input, report *diag.Report) {
	in.eachBackend(func(d *decidedRoute, rule, i int, to *ir.Distribution) {
		b := &to.Backends[i]
		for j := range to.Backends[:i] {
			if to.Backends[j].Meta != b.Meta || b.Meta.Default != "" || !sameFilters(to.Backends[j].Filters, b.Filters) {
				continue
			}
			say(report, diag.BackendRepeated, diag.Warning, d.meta, backendField(rule, i),
				fmt.Sprintf("%s is a backend of this rule twice, so it gets both shares: %s and %s of the requests", b.Meta, share(to, j), share(to, i)),
				"name each backend once, with its whole weight")
			return
		}
	})
}

// sameFilters reports whether neither backend changes requests; those that do are told apart
// by what they do.
func sameFilters(a, b []ir.Filter) bool { return len(a) == 0 && len(b) == 0 }

// redirects reports backends that no request reaches, because the rule redirects all
// (spec/admission.md LHR-11).
func redirects(in *Input, report *diag.Report) {
	in.eachBackend(func(d *decidedRoute, rule, i int, _ *ir.Distribution) {
		if i > 0 {
			return
		}
		for j, f := range d.Rules[rule].Filters {
			if _, ok := f.(ir.Redirect); ok {
				say(report, diag.RedirectWins, diag.Warning, d.meta, index("spec.rules", rule)+".backendRefs",
					"this rule redirects every request, so its backends get none", "remove the backendRefs, or the redirect",
					diag.Related{At: d.meta.At(index(index("spec.rules", rule)+".filters", j)), Message: "the redirect"})
				return
			}
		}
	})
}
