package ir

import (
	"net/netip"
	"slices"
	"strconv"
)

// Authority is the name by which a proxy discovers the endpoints of a Service's port.
func Authority(service Ref, port uint16, clusterDomain string) string {
	return service.Name + "." + service.Namespace + ".svc." + clusterDomain + ":" + strconv.Itoa(int(port))
}

// A Destination is what a template is completed with.
type Destination struct {
	Target Ref            // the Service or EgressNetwork asked for
	Port   uint16         // the port asked for
	Addr   netip.AddrPort // the original destination; only EgressNetworks and the fallback use it
}

// At completes a template, or a table of an EgressNetwork, for a destination. The result
// shares with o what does not depend on the destination.
func (o Outbound) At(d Destination, clusterDomain string) Outbound {
	c := completion{Destination: d, template: o.Meta, domain: clusterDomain}
	o.Meta = c.meta(o.Meta)
	o.Routes = c.routes(o.Routes)
	o.OpaqueRoutes = c.routes(o.OpaqueRoutes)
	return o
}

// A completion replaces what a template leaves open.
type completion struct {
	Destination
	template Meta // the template's own subject
	domain   string
}

// open reports whether the template leaves a subject's port open: the target's own, and in
// tables of EgressNetworks that of every EgressNetwork.
func (c *completion) open(m Meta) bool {
	if m.Default != "" || m.Port != 0 {
		return false
	}
	return m.Ref == c.template.Ref || c.template.Ref.Kind == egressNetwork && m.Ref.Kind == egressNetwork
}

const egressNetwork = "EgressNetwork"

func (c *completion) meta(m Meta) Meta {
	if !c.open(m) {
		return m
	}
	if m.Ref == c.template.Ref {
		m.Ref = c.Target
	}
	m.Port = c.Port
	return m
}

func (c *completion) routes(routes []Route) []Route {
	out := slices.Clone(routes)
	for i := range out {
		rules := slices.Clone(out[i].Rules)
		for j := range rules {
			backends := slices.Clone(rules[j].Backends.Backends)
			for k := range backends {
				c.backend(&backends[k].Backend)
			}
			rules[j].Backends.Backends = backends
		}
		out[i].Rules = rules
	}
	return out
}

func (c *completion) backend(b *Backend) {
	open := c.open(b.Meta)
	b.Meta = c.meta(b.Meta)
	switch {
	case b.Kind == Forward:
		b.Addr = c.Addr
	case b.Kind == Balancer && open:
		b.Authority = Authority(b.Meta.Ref, b.Meta.Port, c.domain)
	}
}
