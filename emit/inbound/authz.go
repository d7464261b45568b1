package inbound

import (
	"net/netip"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/net"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func authorization(a *ir.Authorization) *inbound.Authz {
	return &inbound.Authz{
		Networks:       wire.List(a.Networks, network),
		Authentication: authentication(a.Clients),
		Labels:         labels(a.Meta),
		Metadata:       wire.Meta(a.Meta),
	}
}

func network(n *ir.NetworkMatch) *inbound.Network {
	return &inbound.Network{Net: block(&n.Net), Except: wire.List(n.Except, block)}
}

// block converts a network with its host bits.
func block(p *netip.Prefix) *net.IPNetwork {
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
		tls.Clients = &inbound.Authn_PermitMeshTLS_Identities{Identities: &inbound.Authn_PermitMeshTLS_PermitClientIdentities{
			Identities: wire.List(c.Identities, identity), Suffixes: wire.List(c.Suffixes, suffix),
		}}
	}
	return &inbound.Authn{Permit: &inbound.Authn_MeshTLS{MeshTLS: tls}}
}

// suffix splits a suffix into labels; that of every identity has none.
func suffix(s *string) *inbound.IdentitySuffix {
	if *s == "" {
		return &inbound.IdentitySuffix{}
	}
	return &inbound.IdentitySuffix{Parts: strings.Split((*s)[1:], ".")}
}

func identity(name *string) *inbound.Identity { return &inbound.Identity{Name: *name} }
