// Package visible leaves out the objects that the policy controller cannot decode: they
// neither attach, nor conflict, nor stand behind a backendRef (spec/outbound.md §1.2).
package visible

import (
	"errors"
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/network"
	"routec.dev/routec/ir/source"
)

// Routing returns the set without the routes and EgressNetworks that the controller cannot
// decode, and reports each.
func Routing(set *manifest.Set, report *diag.Report) *manifest.Set {
	out := *set
	out.HTTPRoutes = keep(set.HTTPRoutes, httpRoute, report)
	out.TLSRoutes = keep(set.TLSRoutes, tlsRoute, report)
	out.EgressNetworks = keep(set.EgressNetworks, egressNetwork, report)
	return &out
}

// Statused lists the objects of the kinds on which the controller writes a status.
func Statused(set *manifest.Set) []*manifest.Meta {
	var out []*manifest.Meta
	out = metas(out, set.HTTPRoutes)
	out = metas(out, set.GRPCRoutes)
	out = metas(out, set.TLSRoutes)
	out = metas(out, set.TCPRoutes)
	out = metas(out, set.EgressNetworks)
	return metas(out, set.HTTPLocalRateLimitPolicies)
}

func metas[T any](to []*manifest.Meta, list []manifest.Object[T]) []*manifest.Meta {
	for i := range list {
		to = append(to, &list[i].Meta)
	}
	return to
}

// A defect is what keeps an object from being decoded.
type defect struct {
	field string
	err   error
	help  string
}

func keep[T any](list []manifest.Object[T], check func(*manifest.Object[T]) *defect, report *diag.Report) []manifest.Object[T] {
	return slices.DeleteFunc(slices.Clone(list), func(o manifest.Object[T]) bool {
		d := check(&o)
		if d != nil {
			report.Add(d.diagnostic(&o.Meta))
		}
		return d != nil
	})
}

func (d *defect) diagnostic(m *manifest.Meta) diag.Diagnostic {
	out := diag.Diagnostic{
		Code: diag.ObjectInvisible, Severity: diag.Error,
		Object:  m.Identity.String(),
		Message: fmt.Sprintf("%v; the policy controller cannot decode this object and behaves as if it were not there", d.err),
		At:      m.At(d.field),
		Help:    d.help,
	}
	if errors.Is(d.err, annotation.ErrPanics) {
		out.Code, out.Severity = diag.WatchKilled, diag.Hazard
		out.Message = fmt.Sprintf("%v; while this object exists no policy.linkerd.io HTTPRoute of the whole cluster is processed, not even after a restart of the controller", d.err)
	}
	return out
}

// httpRoute checks what policy.linkerd.io's type demands beyond its schema.
func httpRoute(r *manifest.Object[manifest.HTTPRouteSpec]) *defect {
	if r.Group != manifest.PolicyGroup {
		return nil
	}
	for i, rule := range r.Spec.Rules {
		at := source.Index("spec.rules", i)
		if t := rule.Timeouts; t != nil {
			if t.Request != nil {
				if _, err := annotation.PolicyDuration(string(*t.Request)); err != nil {
					return &defect{at + ".timeouts.request", err, "write a duration such as 10s or 1h30m"}
				}
			}
			if t.BackendRequest != nil {
				if _, err := annotation.PolicyDuration(string(*t.BackendRequest)); err != nil {
					return &defect{at + ".timeouts.backendRequest", err, "write a duration such as 10s or 1h30m"}
				}
			}
		}
		for j, f := range rule.Filters {
			missing := f.RequestHeaderModifier == nil
			switch f.Type {
			case "ResponseHeaderModifier":
				missing = f.ResponseHeaderModifier == nil
			case "RequestRedirect":
				missing = f.RequestRedirect == nil
			}
			if missing {
				return &defect{source.Index(at+".filters", j), fmt.Errorf("a filter of type %s has no such field beside its type", f.Type), "add the field that the type names"}
			}
		}
	}
	return nil
}

func tlsRoute(r *manifest.Object[manifest.TLSRouteSpec]) *defect {
	if r.Spec.Hostnames == nil {
		return &defect{"spec", errors.New("a TLSRoute without hostnames lacks a field that Linkerd requires"), "add hostnames, even as an empty list"}
	}
	return nil
}

func egressNetwork(n *manifest.Object[manifest.EgressNetworkSpec]) *defect {
	for i, w := range n.Spec.Networks {
		at := source.Index("spec.networks", i)
		if _, err := network.Parse(w.CIDR); err != nil {
			return &defect{at + ".cidr", err, "write an address or ADDRESS/PREFIX"}
		}
		for j, e := range w.Except {
			if _, err := network.Parse(e); err != nil {
				return &defect{source.Index(at+".except", j), err, "write an address or ADDRESS/PREFIX"}
			}
		}
	}
	return nil
}
