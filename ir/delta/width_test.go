package delta

import (
	"net/netip"
	"testing"

	"routec.dev/routec/ir"
)

func TestWidth(t *testing.T) {
	from := func(c ir.Clients, nets ...string) *ir.Authorization {
		a := &ir.Authorization{Clients: c}
		for _, n := range nets {
			a.Networks = append(a.Networks, ir.NetworkMatch{Net: netip.MustParsePrefix(n)})
		}
		return a
	}
	except := func(a *ir.Authorization, nets ...string) *ir.Authorization {
		for _, n := range nets {
			a.Networks[0].Except = append(a.Networks[0].Except, netip.MustParsePrefix(n))
		}
		return a
	}
	named := func(names ...string) ir.Clients { return ir.Clients{Kind: ir.Identified, Identities: names} }
	suffixed := func(s ...string) ir.Clients { return ir.Clients{Kind: ir.Identified, Suffixes: s} }
	anyone, meshed := ir.Clients{}, ir.Clients{Kind: ir.MeshedTLS}
	for _, tc := range []struct {
		name     string
		old, new *ir.Authorization
		want     Width
	}{
		{"same", from(anyone, "10.0.0.0/8"), from(anyone, "10.0.0.0/8"), SameWidth},
		{"host bits", from(anyone, "10.0.0.0/8"), from(anyone, "10.1.0.0/8"), SameWidth},
		{"network", from(anyone, "10.0.0.0/8"), from(anyone, "0.0.0.0/0"), Wider},
		{"one more network", from(anyone, "10.0.0.0/8"), from(anyone, "10.0.0.0/8", "fd00::/8"), Wider},
		{"another network", from(anyone, "10.0.0.0/8"), from(anyone, "11.0.0.0/8"), Unclear},
		{"exception", from(anyone, "10.0.0.0/8"), except(from(anyone, "10.0.0.0/8"), "10.1.0.0/16"), Narrower},
		{"smaller exception", except(from(anyone, "10.0.0.0/8"), "10.1.0.0/16"), except(from(anyone, "10.0.0.0/8"), "10.1.1.0/24"), Wider},
		{"exception outside", from(anyone, "10.0.0.0/16"), except(from(anyone, "10.0.0.0/16"), "10.1.0.0/16"), SameWidth},
		{"no TLS any more", from(meshed, "10.0.0.0/8"), from(anyone, "10.0.0.0/8"), Wider},
		{"identities wanted", from(meshed, "10.0.0.0/8"), from(named("a"), "10.0.0.0/8"), Narrower},
		{"one more name", from(named("a"), "10.0.0.0/8"), from(named("a", "b"), "10.0.0.0/8"), Wider},
		{"another name", from(named("a"), "10.0.0.0/8"), from(named("b"), "10.0.0.0/8"), Unclear},
		{"suffix for a name", from(named("a.ns"), "10.0.0.0/8"), from(suffixed(".ns"), "10.0.0.0/8"), Wider},
		{"longer suffix", from(suffixed(".ns"), "10.0.0.0/8"), from(suffixed(".a.ns"), "10.0.0.0/8"), Narrower},
		{"every suffix", from(suffixed(".ns"), "10.0.0.0/8"), from(suffixed(""), "10.0.0.0/8"), Wider},
		{"TLS for networks", from(anyone, "10.0.0.0/8"), from(meshed, "0.0.0.0/0"), Unclear},
	} {
		if got := width(tc.old, tc.new); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
