package inbound

import (
	"net/netip"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/net"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func authorizations(list []ir.Authorization) []*inbound.Authz {
	out := make([]*inbound.Authz, 0, len(list))
	for _, a := range list {
		out = append(out, &inbound.Authz{
			Networks:       networks(a.Networks),
			Authentication: authentication(a.Clients),
			Labels:         labels(a.Meta),
			Metadata:       wire.Meta(a.Meta),
		})
	}
	return out
}

func networks(list []ir.NetworkMatch) []*inbound.Network {
	var out []*inbound.Network
	for _, n := range list {
		c := &inbound.Network{Net: block(n.Net)}
		for _, e := range n.Except {
			c.Except = append(c.Except, block(e))
		}
		out = append(out, c)
	}
	return out
}

// block converts a network with its host bits.
func block(p netip.Prefix) *net.IPNetwork {
	return &net.IPNetwork{Ip: wire.Addr(p.Addr()), PrefixLen: uint32(p.Bits())}
}

func authentication(c ir.Clients) *inbound.Authn {
	if c.Kind == ir.AnyClient {
		return &inbound.Authn{Permit: &inbound.Authn_Unauthenticated{Unauthenticated: &inbound.Authn_PermitUnauthenticated{}}}
	}
	tls := &inbound.Authn_PermitMeshTLS{}
	switch c.Kind {
	case ir.MeshedTLS:
		tls.Clients = &inbound.Authn_PermitMeshTLS_Unauthenticated{Unauthenticated: &inbound.Authn_PermitUnauthenticated{}}
	case ir.Identified:
		clients := &inbound.Authn_PermitMeshTLS_PermitClientIdentities{Identities: identities(c.Identities)}
		for _, s := range c.Suffixes {
			clients.Suffixes = append(clients.Suffixes, &inbound.IdentitySuffix{Parts: parts(s)})
		}
		tls.Clients = &inbound.Authn_PermitMeshTLS_Identities{Identities: clients}
	}
	return &inbound.Authn{Permit: &inbound.Authn_MeshTLS{MeshTLS: tls}}
}

// parts returns a suffix's labels; the suffix of every identity has none.
func parts(suffix string) []string {
	if suffix == "" {
		return nil
	}
	return strings.Split(suffix[1:], ".")
}

func identities(list []string) []*inbound.Identity {
	var out []*inbound.Identity
	for _, name := range list {
		out = append(out, &inbound.Identity{Name: name})
	}
	return out
}
