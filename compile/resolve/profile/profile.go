// Package profile decides the destination profiles of Services: which ServiceProfile is
// selected for whom, what the controller makes of it, and which of profile and outbound
// policy the proxies obey (spec/profiles.md §1–§4).
//
// It knows what the destination controller and the proxy do to a ServiceProfile; admission
// is over when it begins. Outbound tables must be decided before.
package profile

import (
	"cmp"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// Resolve completes a program that has its outbound tables: it decides the profiles of
// every Service, the endpoint profiles of ExternalWorkloads, and who governs. DefaultOpaque
// are the mesh's default opaque ports.
func Resolve(set *manifest.Set, defaultOpaque ir.PortSet, program *ir.Program, report *diag.Report) {
	program.Settings.DefaultOpaquePorts = defaultOpaque
	all := readAll(set, report)
	index := byName(all)
	type looked struct {
		svc    *manifest.Object[manifest.ServiceSpec]
		target *ir.Target
	}
	var services []looked
	for i := range set.Services {
		if target := program.Target(set.Services[i].Ref()); target != nil {
			services = append(services, looked{&set.Services[i], target})
		}
	}
	parallel.Map(services, report, func(s looked, _ *diag.Report) struct{} {
		selected := index[fqdn(&s.svc.Meta, program.Settings.ClusterDomain)]
		s.target.Headless = headless(s.svc)
		s.target.Profiles = profiles(s.svc, selected, defaultOpaque, program.Settings.ClusterDomain)
		s.target.Governs = program.Governance(s.target, proxy())
		return struct{}{}
	})
	program.Endpoints = endpoints(set, defaultOpaque)
	find(set, all, program, report)
}

// proxy compiles path patterns as the proxies do. Outbound tables that they refuse are
// findings of a later stage; here, every table counts as good.
func proxy() ir.Proxy {
	return ir.Proxy{Compiles: func(pattern string) bool { return automata.Check(pattern) == nil }}
}

// fqdn returns the full name of a Service: the one name under which ServiceProfiles are
// found, and the name in its profiles.
func fqdn(svc *manifest.Meta, domain string) string {
	return svc.Name + "." + svc.Namespace + ".svc." + domain
}

// byName finds the ServiceProfiles of a name, by namespace.
func byName(all []*converted) map[string][]*converted {
	index := map[string][]*converted{}
	for _, c := range all {
		index[c.Name] = append(index[c.Name], c)
	}
	for _, list := range index {
		slices.SortFunc(list, func(a, b *converted) int { return cmp.Compare(a.Namespace, b.Namespace) })
	}
	return index
}

// profiles decides the profiles of a Service by port, then client: one for the clients of
// each namespace that holds a ServiceProfile for it, and one, of the Service's own
// namespace or of none, for all others (spec/profiles.md §1.4). Existence selects, never
// content.
func profiles(svc *manifest.Object[manifest.ServiceSpec], selected []*converted, defaults ir.PortSet, domain string) []ir.Profile {
	opaque, ports := opaquePorts(svc, defaults), declared(svc)
	out := slices.Grow([]ir.Profile(nil), len(ports))
	for _, port := range ports {
		if svc.Spec.Type == "ExternalName" {
			out = append(out, ir.Profile{Port: port, Answer: ir.Refusal})
			continue
		}
		base := ir.Profile{
			Port:   port,
			Name:   fqdn(&svc.Meta, domain),
			Opaque: opaque.Has(port),
			Budget: ir.DefaultBudget(),
			Parent: ir.Meta{Ref: svc.Ref(), Port: port},
			Source: ir.Meta{Ref: ir.Ref{Group: manifest.ProfileGroup}},
		}
		if _, set := svc.Annotations[annotation.OpaquePorts]; set {
			base.DecidedBy = []ir.Origin{{Object: base.Parent.Ref, Place: svc.Place}}
		}
		out = append(out, base)
		others := len(out) - 1
		for _, sp := range selected {
			if sp.Namespace == svc.Namespace {
				out[others] = sp.complete(base)
			} else {
				own := sp.complete(base)
				own.Client = sp.Namespace
				out = append(out, own)
			}
		}
	}
	return out
}

// complete puts a selected ServiceProfile into the profile of a port.
func (sp *converted) complete(p ir.Profile) ir.Profile {
	p.Source = ir.Meta{Ref: sp.Ref()}
	// The controller takes the kind from an object that came by a watch, where it is empty
	// (spec/profiles.md §2.8; recorded answers show no other).
	p.Source.Ref.Kind = ""
	p.DecidedBy = append([]ir.Origin{{Object: sp.Ref(), Place: sp.Place}}, p.DecidedBy...)
	if len(sp.faults) > 0 {
		p.Answer = ir.Silence
		return p
	}
	p.Routes, p.Budget = sp.routes, sp.budget
	p.Overrides = overrides(sp.spec.DstOverrides, p.Port)
	return p
}

// declared returns the ports of a Service, ascending.
func declared(svc *manifest.Object[manifest.ServiceSpec]) []uint16 {
	var out []uint16
	for _, p := range svc.Spec.Ports {
		if 1 <= p.Port && p.Port <= 65535 {
			out = append(out, uint16(p.Port))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// headless reports whether the Service gets no address (spec/outbound.md §1.4).
func headless(svc *manifest.Object[manifest.ServiceSpec]) bool {
	return strings.EqualFold(svc.Spec.ClusterIP, "None")
}
