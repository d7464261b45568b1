package inbound

import (
	"net/netip"

	"routec.dev/routec/ir"
)

// modes are the default policies, which Servers may also take as their accessPolicy.
var modes = []string{"all-unauthenticated", "all-authenticated", "cluster-unauthenticated", "cluster-authenticated", "deny", "audit"}

var (
	// authenticated maps the modes that let anybody in to those that ask for an identity
	// instead. "audit" is not among them: it stays open (spec/inbound.md §2.5).
	authenticated = map[string]string{
		"all-unauthenticated":     "all-authenticated",
		"cluster-unauthenticated": "cluster-authenticated",
	}
	everywhere = []ir.NetworkMatch{{Net: netip.MustParsePrefix("0.0.0.0/0")}, {Net: netip.MustParsePrefix("::/0")}}
)

// defaultAuthorizations returns what a mode lets in (spec/inbound.md §2.6).
func (c *Cluster) defaultAuthorizations(mode string) []ir.Authorization {
	a := ir.Authorization{Meta: ir.Meta{Default: mode}, Networks: everywhere}
	switch mode {
	case "all-unauthenticated", "audit":
	case "all-authenticated":
		a.Clients = anyIdentity
	case "cluster-unauthenticated":
		a.Networks = c.clusterNetworks
	case "cluster-authenticated":
		a.Networks, a.Clients = c.clusterNetworks, anyIdentity
	default:
		return nil
	}
	return []ir.Authorization{a}
}

var anyIdentity = ir.Clients{Kind: ir.Identified, Suffixes: []string{""}}

// The route of a server without routes of its own, and its gRPC sibling.
var (
	defaultHTTP = ir.Route{
		Meta:  ir.Meta{Default: "default"},
		Rules: []ir.Rule{{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/"}}}}},
	}
	defaultGRPC = ir.Route{
		Meta:  ir.Meta{Default: "default"},
		Rules: []ir.Rule{{Matches: []ir.Match{{RPC: ir.RPCMatch{Present: true}}}}},
	}
)

// defaultRoutes returns the HTTP routes of a port with these probe paths: probes are let in
// from the probe networks, where the mesh has any (spec/inbound.md §2.7).
func (c *Cluster) defaultRoutes(probes []string) []ir.Route {
	if len(probes) == 0 || len(c.probeNetworks) == 0 {
		return c.onlyDefault
	}
	probe := ir.Route{
		Meta:  ir.Meta{Default: "probe"},
		Rules: []ir.Rule{{}},
		Authorizations: []ir.Authorization{{
			Meta: ir.Meta{Default: "probe"}, Networks: c.probeNetworks,
		}},
	}
	for _, path := range probes {
		m := ir.Match{Path: ir.PathMatch{Kind: ir.PathExact, Value: path}, Method: "GET"}
		probe.Rules[0].Matches = append(probe.Rules[0].Matches, m)
	}
	return []ir.Route{defaultHTTP, probe}
}
