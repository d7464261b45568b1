package check

import (
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// serverRoutes reports parts of routes on Servers alone that no proxy gets: it sends what it
// lets in to its own workload (spec/inbound.md §3.8, §5.4, Q38).
func serverRoutes(in *Input, report *diag.Report) {
	for i := range in.Set.HTTPRoutes {
		r := &in.Set.HTTPRoutes[i]
		if !in.onServersOnly(&r.Meta) {
			continue
		}
		for j := range r.Spec.Rules {
			rule := &r.Spec.Rules[j]
			unreadOnServers(&r.Meta, j, len(rule.BackendRefs), rule.Timeouts != nil, report)
			for k, f := range rule.Filters {
				if f.Type == responseHeaders {
					unread(&r.Meta, index(index("spec.rules", j)+".filters", k), onService, report)
				}
			}
		}
	}
	for i := range in.Set.GRPCRoutes {
		r := &in.Set.GRPCRoutes[i]
		if !in.onServersOnly(&r.Meta) {
			continue
		}
		for j := range r.Spec.Rules {
			rule := &r.Spec.Rules[j]
			unreadOnServers(&r.Meta, j, len(rule.BackendRefs), false, report)
			for k, f := range rule.Filters {
				if f.Type == responseHeaders {
					unread(&r.Meta, index(index("spec.rules", j)+".filters", k), "remove it: no proxy gets it", report)
				}
			}
		}
	}
}

const (
	responseHeaders = "ResponseHeaderModifier" // a type of filter

	onService = "write it on a route whose parent is the Service, or remove it"
	toItself  = "remove it: the proxy of a Server sends requests to its own workload; a route whose parent is the Service sends them elsewhere"
)

// unreadOnServers reports the backends and timeouts of a rule.
func unreadOnServers(m *manifest.Meta, rule, backends int, timeouts bool, report *diag.Report) {
	at := index("spec.rules", rule)
	if backends > 0 {
		unread(m, at+".backendRefs", toItself, report)
	}
	if timeouts {
		unread(m, at+".timeouts", onService, report)
	}
}

// onServersOnly reports whether all parents of a route are Servers.
func (in *Input) onServersOnly(m *manifest.Meta) bool {
	r := in.viewOf(m)
	return r != nil && !r.broken && len(r.parents) > 0 && len(r.parents) == len(r.refs) && !r.outbound()
}
