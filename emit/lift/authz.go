package lift

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/net"

	"routec.dev/routec/ir"
)

func authorizations(list []*inbound.Authz) ([]ir.Authorization, error) {
	return each(list, authorization, "authorizations")
}

func authorization(m *inbound.Authz) (out ir.Authorization, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	if !maps.Equal(m.Labels, labels(out.Meta)) {
		return out, fmt.Errorf("labels: %v do not repeat the metadata", m.Labels)
	}
	if out.Networks, err = each(m.Networks, network, "networks"); err != nil {
		return out, err
	}
	out.Clients, err = clients(m.Authentication)
	return out, at(err, "authentication")
}

func network(m *inbound.Network) (out ir.NetworkMatch, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Net, err = block(m.Net); err != nil {
		return out, at(err, "net")
	}
	out.Except, err = each(m.Except, block, "except")
	return out, err
}

func block(m *net.IPNetwork) (netip.Prefix, error) {
	if err := present(m); err != nil {
		return netip.Prefix{}, err
	}
	a, err := address(m.Ip)
	if err != nil {
		return netip.Prefix{}, err
	}
	if !a.IsValid() || m.PrefixLen > uint32(a.BitLen()) {
		return netip.Prefix{}, fmt.Errorf("%v/%d is not a network", a, m.PrefixLen)
	}
	return netip.PrefixFrom(a, int(m.PrefixLen)), nil
}

func clients(m *inbound.Authn) (ir.Clients, error) {
	if err := present(m); err != nil {
		return ir.Clients{}, err
	}
	switch p := m.Permit.(type) {
	case *inbound.Authn_Unauthenticated:
		return ir.Clients{Kind: ir.AnyClient}, present(p.Unauthenticated)
	case *inbound.Authn_MeshTLS:
		out, err := meshed(p.MeshTLS)
		return out, at(err, "meshTLS")
	}
	return ir.Clients{}, errNoKind
}

func meshed(m *inbound.Authn_PermitMeshTLS) (out ir.Clients, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch c := m.Clients.(type) {
	case *inbound.Authn_PermitMeshTLS_Unauthenticated:
		return ir.Clients{Kind: ir.MeshedTLS}, present(c.Unauthenticated)
	case *inbound.Authn_PermitMeshTLS_Identities:
		if err := present(c.Identities); err != nil {
			return out, err
		}
		out.Kind = ir.Identified
		if out.Identities, err = each(c.Identities.Identities, identity, "identities"); err != nil {
			return out, err
		}
		out.Suffixes, err = each(c.Identities.Suffixes, identitySuffix, "suffixes")
		return out, err
	}
	return out, errNoKind
}

// identitySuffix joins parts with a leading dot; no parts are the suffix of every identity.
func identitySuffix(m *inbound.IdentitySuffix) (string, error) {
	if err := present(m); err != nil || len(m.Parts) == 0 {
		return "", err
	}
	if slices.ContainsFunc(m.Parts, func(p string) bool { return strings.Contains(p, ".") }) {
		return "", errors.New("a part holds a dot")
	}
	return "." + strings.Join(m.Parts, "."), nil
}
