package profile

import (
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// governance reports what is overruled or left without effect at a Service, each once for
// all ports and clients that it concerns (spec/profiles.md §4.4–§4.8).
func (f *finder) governance(svc *manifest.Object[manifest.ServiceSpec]) {
	t := f.program.Target(svc.Ref())
	if t == nil {
		return
	}
	f.masked(t)
	f.annotationsMasked(svc, t)
	f.routesUnused(svc, t)
	f.http1Removed(svc, t)
	f.opaqueness(svc, t)
}

// masked reports routes that a ServiceProfile overrules, with the way out.
func (f *finder) masked(t *ir.Target) {
	type mask struct{ route, profile ir.Ref }
	var found grouped[mask]
	for i := range t.Governs {
		g := &t.Governs[i]
		for _, route := range g.Masked {
			found.at(mask{route, g.Profile}).add(t, g)
		}
	}
	if len(found.keys) == 0 {
		return
	}
	origins := routeOrigins(t)
	for _, key := range found.keys {
		c := found.of[key]
		f.report.Add(diag.Diagnostic{
			Code: diag.RouteMasked, Severity: diag.Error, Object: manifest.Named(key.route).String(), At: origins[key.route].Place,
			Message: fmt.Sprintf("%s governs %s for %s, so this route has no say there: requests go to %s, by the ServiceProfile's routes, timeouts and retries",
				title(key.profile), c.where(t), c.who(t), c.destination()),
			Related: []diag.Related{{At: f.place(key.profile), Message: "the ServiceProfile that governs"}},
			Help:    wayOut(t, key.profile),
		})
	}
}

// wayOut says how routes come into force again (spec/profiles.md §7.4).
func wayOut(t *ir.Target, profile ir.Ref) string {
	if profile.Namespace == t.Ref.Namespace {
		return "remove the ServiceProfile or empty its spec; to begin with one client namespace, put an empty ServiceProfile (spec: {}) of the same name there"
	}
	return "remove the ServiceProfile (one in the Service's namespace would then apply) or empty its spec"
}

// routeOrigins finds where the routes of a Service's tables were written.
func routeOrigins(t *ir.Target) map[ir.Ref]ir.Origin {
	out := map[ir.Ref]ir.Origin{}
	for _, tables := range [][]ir.Outbound{t.Tables, t.Others} {
		for i := range tables {
			for _, routes := range [][]ir.Route{tables[i].Routes, tables[i].OpaqueRoutes} {
				for j := range routes {
					out[routes[j].Meta.Ref] = routes[j].Origin
				}
			}
		}
	}
	return out
}

// overruled reports whether an annotation of a Service means nothing under a ServiceProfile.
func overruled(key string) bool {
	group, _, _ := strings.Cut(key, "/")
	switch group {
	case "retry.linkerd.io", "timeout.linkerd.io", "balancer.linkerd.io", "balancer.alpha.linkerd.io":
		return true
	}
	return false
}

// annotationsMasked reports retries, timeouts and failure accrual of a Service that a
// ServiceProfile switches off.
func (f *finder) annotationsMasked(svc *manifest.Object[manifest.ServiceSpec], t *ir.Target) {
	var keys []string
	for key := range svc.Annotations {
		if overruled(key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	var found grouped[ir.Ref]
	for i := range t.Governs {
		if g := &t.Governs[i]; g.HTTP == ir.ByProfile {
			found.at(g.Profile).add(t, g)
		}
	}
	for _, profile := range found.keys {
		c := found.of[profile]
		f.report.Add(diag.Diagnostic{
			Code: diag.AnnotationMasked, Severity: diag.Warning, Object: svc.Identity.String(), At: svc.At(annotationField(keys[0])),
			Message: fmt.Sprintf("%s governs %s for %s, so %s %s no effect there, not even on requests that match none of its routes",
				title(profile), c.where(t), c.who(t), few(keys), have(len(keys))),
			Related: []diag.Related{{At: f.place(profile), Message: "the ServiceProfile that governs"}},
			Help:    "use the ServiceProfile's isRetryable, retryBudget and timeout, or remove the ServiceProfile",
		})
	}
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func annotationField(key string) string { return "metadata.annotations[" + key + "]" }

// routesUnused reports a ServiceProfile's routes where connections are opaque or TLS.
func (f *finder) routesUnused(svc *manifest.Object[manifest.ServiceSpec], t *ir.Target) {
	type reason struct {
		profile ir.Ref
		why     ir.Reason
	}
	var found grouped[reason]
	for i := range t.Governs {
		if g := &t.Governs[i]; g.Reason == ir.RoutesOnOpaque || g.Reason == ir.NoProfileOnTLS {
			found.at(reason{g.Profile, g.Reason}).add(t, g)
		}
	}
	for _, key := range found.keys {
		c := found.of[key]
		f.report.Add(diag.Diagnostic{
			Code: diag.ProfileRoutesUnused, Severity: diag.Warning, Object: manifest.Named(key.profile).String(), At: f.place(key.profile).Sub("spec"),
			Message: fmt.Sprintf("connections to %s are %s for %s, so the OutboundPolicy governs, and this ServiceProfile has no effect there",
				c.where(t), map[ir.Reason]string{ir.RoutesOnOpaque: "opaque", ir.NoProfileOnTLS: "TLS"}[key.why], c.who(t)),
			Related: []diag.Related{{At: svc.Place, Message: "the Service"}},
			Help:    "opaque ports come of config.linkerd.io/opaque-ports, appProtocol or TCPRoutes, TLS of TLSRoutes",
		})
	}
}

// http1Removed reports a masked GRPCRoute of which one thing is left: the proxy expects
// HTTP/2 (spec/profiles.md §4.5 B).
func (f *finder) http1Removed(svc *manifest.Object[manifest.ServiceSpec], t *ir.Target) {
	var found grouped[ir.Ref]
	for i := range t.Governs {
		g := &t.Governs[i]
		if g.HTTP != ir.ByProfile || g.Wire != ir.HTTP2 || appProtocol(svc, g.Port) != "" {
			continue
		}
		for _, route := range g.Masked {
			if route.Kind == "GRPCRoute" {
				found.at(route).add(t, g)
			}
		}
	}
	if len(found.keys) == 0 {
		return
	}
	origins := routeOrigins(t)
	for _, route := range found.keys {
		c := found.of[route]
		f.report.Add(diag.Diagnostic{
			Code: diag.HTTP1Removed, Severity: diag.Warning, Object: manifest.Named(route).String(), At: origins[route].Place,
			Message: fmt.Sprintf("%s is governed by a ServiceProfile, and all that this GRPCRoute does there is to end HTTP/1: such connections of %s fail", c.where(t), c.who(t)),
			Help:    "remove the GRPCRoute, or the ServiceProfile",
		})
	}
}

func appProtocol(svc *manifest.Object[manifest.ServiceSpec], port uint16) string {
	out := ""
	for _, p := range svc.Spec.Ports {
		if p.Port == int32(port) && p.AppProtocol != nil {
			out = *p.AppProtocol
		}
	}
	return out
}
