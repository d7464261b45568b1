package inbound

import (
	"fmt"
	"net/netip"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/network"
	"routec.dev/routec/ir"
)

// networksOf reads networks of the mesh, which were checked when the mesh was read.
func networksOf(list []string) []ir.NetworkMatch {
	var out []ir.NetworkMatch
	for _, s := range list {
		if p, err := network.Parse(s); err == nil {
			out = append(out, ir.NetworkMatch{Net: p})
		}
	}
	return out
}

// parseNetworks reads networks with exceptions; field is the path of the list.
func parseNetworks(list []manifest.Network, field string) ([]ir.NetworkMatch, *unreadable) {
	out := make([]ir.NetworkMatch, 0, len(list))
	for i, n := range list {
		block, err := network.Parse(n.CIDR)
		if err != nil {
			return nil, &unreadable{index(field, i) + ".cidr", err.Error()}
		}
		match := ir.NetworkMatch{Net: block}
		for j, e := range n.Except {
			except, err := network.Parse(e)
			if err != nil {
				return nil, &unreadable{index(index(field, i)+".except", j), err.Error()}
			}
			match.Except = append(match.Except, except)
		}
		out = append(out, match)
	}
	return out, nil
}

// checkExceptions reports exceptions that lie outside of their network, or take all of it.
// They are served as written.
func (c *Cluster) checkExceptions(m *manifest.Meta, networks []ir.NetworkMatch, field string) {
	for i, n := range networks {
		for j, e := range n.Except {
			if why, help := pointless(n.Net, e); why != "" {
				c.complain(diag.ExceptOutside, diag.Warning, m, index(index(field, i)+".except", j), why, help)
			}
		}
	}
}

func pointless(net, except netip.Prefix) (why, help string) {
	switch {
	case network.Contains(except, net):
		return fmt.Sprintf("the exception %s takes all of %s, so nobody is let in from this network", except, net), "remove the network or narrow the exception"
	case !network.Contains(net, except):
		return fmt.Sprintf("the exception %s lies outside of %s and takes nothing away", except, net), "remove the exception, or write one inside of the network"
	}
	return "", ""
}
