package delta

import (
	"net/netip"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// authorizations pairs authorizations by the resource or default that they stand for. The
// order of authorizations has no meaning.
func authorizations(old, new []ir.Authorization) (out []Change) {
	keys := func(list []ir.Authorization) [][]string {
		out := make([][]string, len(list))
		for i := range list {
			out[i] = []string{list[i].String(), list[i].Meta.String()}
		}
		return out
	}
	for _, p := range pairs(keys(old), keys(new)) {
		change := Change{Part: Authorization}
		switch {
		case p.old < 0:
			a := &new[p.new]
			change.Op, change.Name, change.Origin, change.To = Added, a.Meta.String(), a.Origin, letsIn(a)
			if change.Danger = widening(old, *a); change.Danger != NoDanger {
				change.Width = Wider
			}
		case p.new < 0:
			a := &old[p.old]
			change.Op, change.Name, change.Origin, change.From = Removed, a.Meta.String(), a.Origin, letsIn(a)
			if widening(new, *a) != NoDanger {
				change.Width = Narrower
			}
		default:
			a, b := &old[p.old], &new[p.new]
			if ir.EqualAuthorizations(a, b) {
				continue
			}
			change.Name, change.Width, change.Origin = b.Meta.String(), width(a, b), b.Origin
			change.From, change.To = letsIn(a), letsIn(b)
			change.Danger = widening(old, *b)
		}
		out = append(out, change)
	}
	return out
}

// letsIn is whom an authorization lets in, and from where.
func letsIn(a *ir.Authorization) string {
	return a.Clients.String() + " from " + join(a.Networks, ir.NetworkMatch.String)
}

// width compares the clients that two authorizations let in, as sets.
func width(old, new *ir.Authorization) Width {
	grows := covers(new, old)
	shrinks := covers(old, new)
	switch {
	case grows && shrinks:
		return SameWidth
	case grows:
		return Wider
	case shrinks:
		return Narrower
	}
	return Unclear
}

// covers reports whether a surely lets in everyone whom b does.
func covers(a, b *ir.Authorization) bool {
	return coversClients(&a.Clients, &b.Clients) && coversNetworks(a.Networks, b.Networks)
}

func coversClients(a, b *ir.Clients) bool {
	if a.Kind != ir.Identified || b.Kind != ir.Identified {
		return a.Kind <= b.Kind // anyone, then anyone with mesh TLS, then those listed
	}
	for _, name := range b.Identities {
		if !slices.Contains(a.Identities, name) && !slices.ContainsFunc(a.Suffixes, func(s string) bool { return holdsName(s, name) }) {
			return false
		}
	}
	for _, suffix := range b.Suffixes {
		if !slices.ContainsFunc(a.Suffixes, func(s string) bool { return s == "" || strings.HasSuffix(suffix, s) }) {
			return false
		}
	}
	return true
}

// holdsName reports whether a suffix surely holds an identity; the empty one holds every
// DNS name, and whether a name is one is not asked here.
func holdsName(suffix, name string) bool { return suffix != "" && strings.HasSuffix(name, suffix) }

// coversNetworks reports whether each network of b lies in one of a.
func coversNetworks(a, b []ir.NetworkMatch) bool {
	for _, inner := range b {
		if !slices.ContainsFunc(a, func(outer ir.NetworkMatch) bool { return coversNetwork(outer, inner) }) {
			return false
		}
	}
	return true
}

func coversNetwork(outer, inner ir.NetworkMatch) bool {
	if !within(inner.Net, outer.Net) {
		return false
	}
	for _, hole := range outer.Except {
		filled := !hole.Masked().Overlaps(inner.Net.Masked()) ||
			slices.ContainsFunc(inner.Except, func(e netip.Prefix) bool { return within(hole, e) })
		if !filled {
			return false
		}
	}
	return true
}

// within reports whether every address of a is in b.
func within(a, b netip.Prefix) bool {
	return a.Bits() >= b.Bits() && b.Masked().Contains(a.Addr())
}
