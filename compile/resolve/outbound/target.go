package outbound

import (
	"cmp"
	"net/netip"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/compile/resolve/network"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// targets builds the tables of every Service and EgressNetwork, and of absent Services that
// a route is attached to all the same.
func (b *builder) targets(in Input, attached map[ir.Ref][]attachedRoute, complain Complain) []ir.Target {
	services := parallel.Map(pointers(in.Set.Services), complain.Report, func(s *manifest.Object[manifest.ServiceSpec], report *diag.Report) ir.Target {
		t := serviceTarget(s)
		set := serviceSettings(s, in.DefaultOpaque, Complain{report}.annotation(&s.Meta))
		t.Opaque = set.opaque
		b.tables(&t, &set, attached[t.Ref])
		return t
	})
	var networks []ir.Target
	for ref, routes := range attached {
		if ref.Kind == route.Service && !b.existing[ref] {
			t := ir.Target{Ref: ref}
			b.tables(&t, &settings{load: plain}, routes)
			services = append(services, t)
		}
	}
	for i := range in.Set.EgressNetworks {
		n := &in.Set.EgressNetworks[i]
		t := networkTarget(n, in.ClusterNetworks)
		set := readSettings(&n.Meta, in.DefaultOpaque, complain.annotation(&n.Meta))
		set.egress = &egress{allow: n.Spec.TrafficPolicy == "Allow"}
		t.Opaque = set.opaque
		b.tables(&t, &set, attached[t.Ref])
		networks = append(networks, t)
	}
	byName := func(x, y ir.Target) int { return x.Ref.Compare(y.Ref) }
	slices.SortFunc(services, byName)
	slices.SortFunc(networks, byName)
	return append(services, networks...)
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func serviceTarget(s *manifest.Object[manifest.ServiceSpec]) ir.Target {
	t := ir.Target{Ref: s.Ref()}
	t.Origin = ir.Origin{Object: t.Ref, Place: s.Place}
	ips := s.Spec.ClusterIPs
	if len(ips) == 0 && s.Spec.ClusterIP != "" {
		ips = []string{s.Spec.ClusterIP}
	}
	for _, ip := range ips {
		if a, err := netip.ParseAddr(ip); err == nil {
			t.Addresses = append(t.Addresses, a)
		}
	}
	for _, p := range s.Spec.Ports {
		if p.Port >= 1 && p.Port <= 65535 {
			t.Ports = append(t.Ports, uint16(p.Port))
		}
	}
	slices.Sort(t.Ports)
	t.Ports = slices.Compact(t.Ports)
	return t
}

func networkTarget(n *manifest.Object[manifest.EgressNetworkSpec], cluster []netip.Prefix) ir.Target {
	t := ir.Target{Ref: n.Ref(), Created: n.Created}
	t.Origin = ir.Origin{Object: t.Ref, Place: n.Place}
	if n.Spec.Networks == nil {
		t.Blocks = everythingBut(cluster)
		return t
	}
	for _, w := range n.Spec.Networks {
		block := ir.Block{Net: mustParse(w.CIDR)}
		for _, e := range w.Except {
			block.Except = append(block.Except, mustParse(e))
		}
		t.Blocks = append(t.Blocks, block)
	}
	return t
}

// everythingBut is what an EgressNetwork without networks stands for: every address outside
// of the cluster networks (spec/outbound.md §1.5).
func everythingBut(cluster []netip.Prefix) []ir.Block {
	v4 := ir.Block{Net: netip.MustParsePrefix("0.0.0.0/0")}
	v6 := ir.Block{Net: netip.MustParsePrefix("::/0")}
	for _, c := range cluster {
		if c.Addr().Is4() {
			v4.Except = append(v4.Except, c.Masked())
		} else {
			v6.Except = append(v6.Except, c.Masked())
		}
	}
	return []ir.Block{v4, v6}
}

// mustParse reads a block of an object that the controller can decode, which was checked.
func mustParse(s string) netip.Prefix {
	p, err := network.Parse(s)
	if err != nil {
		panic("outbound: an EgressNetwork that does not decode was kept: " + err.Error())
	}
	return p.Masked()
}

// tables builds a target's tables: one for each port that is declared or that a route
// names, and templates for every other port; each for clients in general and for every
// namespace with consumer routes there.
func (b *builder) tables(t *ir.Target, s *settings, routes []attachedRoute) {
	list := slices.Clone(t.Ports)
	for _, r := range routes {
		list = append(list, r.at.specific...)
	}
	slices.Sort(list)
	for _, port := range slices.Compact(list) {
		here := at(routes, port)
		for _, client := range clients(t.Ref, here) {
			t.Tables = append(t.Tables, b.table(t, s, port, s.of(port), client, here))
		}
	}
	everywhere := at(routes, 0)
	if len(everywhere) == 0 && !s.spoken && s.egress == nil {
		return // other ports get the templates of a Service that says nothing
	}
	for _, client := range clients(t.Ref, everywhere) {
		t.Others = append(t.Others, b.table(t, s, 0, noProtocol, client, everywhere))
		if len(s.opaque) > 0 {
			o := b.table(t, s, 0, opaque, client, everywhere)
			o.OfOpaquePorts = true
			t.Others = append(t.Others, o)
		}
	}
}

// at returns the routes attached at a port; port 0 asks for those attached at every port.
func at(routes []attachedRoute, port uint16) []attachedRoute {
	var out []attachedRoute
	for _, r := range routes {
		if r.at.all || port != 0 && r.at.has(port) {
			out = append(out, r)
		}
	}
	return out
}

// clients returns the client namespaces that need a table of their own, after "" for all
// others: those with consumer routes.
func clients(target ir.Ref, routes []attachedRoute) []string {
	out := []string{""}
	for _, r := range routes {
		if r.consumer(target) {
			out = append(out, r.meta.Namespace)
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return slices.Compact(out)
}
