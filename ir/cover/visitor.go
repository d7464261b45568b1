package cover

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// visitors are clients of whom every other client is let in by the same authorizations as
// one; those come first that an authorization which matters here may let in. Clients differ
// by their network and by what they show, so that an address at each border between
// networks, with each identity that is named, are all that authorizations can tell apart.
func visitors(w *way, route *ir.Route) []eval.Client {
	var all []*ir.Authorization
	for i := range w.inbound.Authorizations {
		all = append(all, &w.inbound.Authorizations[i])
	}
	if route != nil {
		for i := range route.Authorizations {
			all = append(all, &route.Authorizations[i])
		}
	}
	var out []eval.Client
	if w.authorization != nil {
		out = likely(w.authorization)
	} else {
		for i := len(all) - 1; i >= 0; i-- { // the route's come first, and the first of them
			out = append(likely(all[i]), out...)
		}
	}
	shown := shows(all)
	for _, ip := range borders(all) {
		for _, c := range shown {
			if c.IP = ip; !slices.Contains(out[:min(len(out), 16)], c) {
				out = append(out, c)
			}
		}
		if len(out) > mostTries {
			break // the search will say that it is not decided
		}
	}
	return out
}

// borders are the first addresses of the stretches that networks and exceptions cut, with
// those of the machine itself, which is always let in, last.
func borders(all []*ir.Authorization) []netip.Addr {
	out := []netip.Addr{netip.AddrFrom4([4]byte{}), netip.IPv6Unspecified()}
	add := func(p netip.Prefix) {
		for _, ip := range []netip.Addr{p.Masked().Addr(), last(p).Next()} {
			if ip.IsValid() && !slices.Contains(out, ip) {
				out = append(out, ip)
			}
		}
	}
	for _, a := range all {
		for _, n := range a.Networks {
			add(n.Net)
			for _, e := range n.Except {
				add(e)
			}
		}
	}
	for _, local := range []string{"127.0.0.1", "::1"} {
		ip := netip.MustParseAddr(local)
		out = slices.DeleteFunc(out, func(a netip.Addr) bool { return a == ip || a == ip.Next() })
		out = append(out, ip.Next(), ip)
	}
	return out
}

// shows are the ways in which clients show who they are.
func shows(all []*ir.Authorization) []eval.Client {
	out := []eval.Client{{}, {Meshed: true}}
	add := func(id string) {
		if c := (eval.Client{Meshed: true, Identity: id}); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	label := "client"
	mentioned := func(l string) bool {
		return slices.ContainsFunc(all, func(a *ir.Authorization) bool {
			return slices.ContainsFunc(slices.Concat(a.Clients.Identities, a.Clients.Suffixes), func(id string) bool { return strings.Contains(id, l) })
		})
	}
	for n := 2; mentioned(label); n++ {
		label = "client" + strconv.Itoa(n)
	}
	add(label + ".example")
	add("spiffe://" + label) // no DNS name
	for _, a := range all {
		for _, id := range a.Clients.Identities {
			add(id)
		}
		for _, suffix := range a.Clients.Suffixes {
			if suffix != "" {
				add(label + suffix)
			}
		}
	}
	return out
}

// likely returns clients that an authorization may let in, the plainest first.
func likely(a *ir.Authorization) []eval.Client {
	var out []eval.Client
	for _, n := range a.Networks {
		block := ir.Block{Net: n.Net.Masked(), Except: n.Except}
		ip, ok := netip.AddrFrom4([4]byte{10, 0, 0, 1}), true
		if !block.Holds(ip) {
			ip, ok = within([]ir.Block{block})
		}
		if !ok {
			continue
		}
		switch a.Clients.Kind {
		case ir.AnyClient:
			out = append(out, eval.Client{IP: ip})
		case ir.MeshedTLS:
			out = append(out, eval.Client{IP: ip, Meshed: true}, eval.Client{IP: ip, Meshed: true, Identity: "client.example"})
		default:
			for _, id := range a.Clients.Identities {
				out = append(out, eval.Client{IP: ip, Meshed: true, Identity: id})
			}
			for _, suffix := range a.Clients.Suffixes {
				if suffix == "" {
					suffix = ".example"
				}
				out = append(out, eval.Client{IP: ip, Meshed: true, Identity: "client" + suffix})
			}
		}
	}
	return out
}
