package eval

import (
	"errors"
	"net/netip"

	"routec.dev/routec/ir"
)

// prepared is all that is told to the clients of a namespace about one destination.
type prepared struct {
	lookup  Lookup
	target  ir.Ref
	table   *Table
	profile *Profile
	governs ir.Governs
}

type preparedKey struct {
	lookup Lookup
	target ir.Ref
	addr   netip.AddrPort // without a target
	port   uint16
	client string
}

// find prepares what is told about a destination.
func (c *Cluster) find(f found, client string) (*prepared, Answer) {
	key := preparedKey{lookup: f.lookup, port: f.port, client: client}
	if f.target != nil {
		key.target = f.target.Ref
	} else {
		key.addr = f.addr
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.prepared[key]
	if p == nil {
		p = c.prepareFor(&f, client)
		c.prepared[key] = p
	}
	return p, Answer{Lookup: p.lookup, Target: p.target, Port: f.port, Governs: p.governs}
}

// prepareFor makes the lookups of a proxy: policy and profile of one destination.
func (c *Cluster) prepareFor(f *found, client string) *prepared {
	p := &prepared{lookup: f.lookup}
	var outbound ir.Outbound
	var profile ir.Profile
	switch {
	case f.lookup == ServicePort:
		p.target = f.target.Ref
		outbound = c.ofService(f, client)
		if decided := f.target.ProfileFor(f.port, client); decided != nil {
			profile = *decided
		}
	case f.lookup == UndeclaredPort:
		p.target = f.target.Ref
		outbound = c.Program.UndefinedPort.At(ir.Destination{Target: p.target, Port: f.port, Addr: f.addr}, c.Program.Settings.ClusterDomain)
	case f.lookup == Pods: // each has an address of its own, in no manifest
		p.target = f.target.Ref
		outbound = forward(f.addr)
		profile.Opaque = c.Program.Settings.DefaultOpaquePorts.Has(f.port)
	default:
		outbound, profile = c.ofAddress(p, f.addr, client)
	}
	p.table = c.table(outbound)
	p.profile = c.prepare.profile(profile)
	p.governs = c.govern(p, f, &profile, client)
	return p
}

// table prepares an outbound table, or what the proxy runs instead.
func (c *Cluster) table(o ir.Outbound) *Table {
	if c.refused.Outbound != nil {
		if why := c.refused.Outbound(&o); why != nil {
			return Invalid(o, why)
		}
	}
	t, err := c.prepare.outbound(o)
	if err != nil {
		return Invalid(o, err)
	}
	return t
}

func (c *Cluster) govern(p *prepared, f *found, profile *ir.Profile, client string) ir.Governs {
	reach := ir.Reached
	if f.target != nil && f.lookup != Pods {
		reach = c.Program.Settings.Reach(f.target)
	}
	outbound := p.table.Outbound
	g := ir.Govern(&outbound, profile, reach, ir.Proxy{
		Compiles: func(pattern string) bool { _, err := c.prepare.search(pattern); return err == nil },
		Refuses:  func(*ir.Outbound) bool { return p.table.Refused != nil },
	})
	g.Port, g.Client = f.port, client
	if f.lookup == Pods { // the profiles of Pods are looked up, but are never a ServiceProfile's
		g.Reason = ir.NoClusterIP
	}
	return g
}

// ofService returns the table of a declared port.
func (c *Cluster) ofService(f *found, client string) ir.Outbound {
	authority := ir.Authority(f.target.Ref, f.port, c.Program.Settings.ClusterDomain)
	o, err := c.Program.OutboundName(authority, client)
	if err != nil {
		panic("eval: " + authority + ": " + err.Error()) // a Service's own name is always an authority
	}
	return o
}

// ofAddress returns what is told about an address that is no Service's.
func (c *Cluster) ofAddress(p *prepared, addr netip.AddrPort, client string) (o ir.Outbound, profile ir.Profile) {
	if c.inCluster(addr.Addr()) {
		profile, _ = c.Program.Profile(addr.String(), client) // without one, the proxy goes on with the policy
	}
	o, err := c.Program.OutboundAddr(addr, client)
	switch {
	case errors.Is(err, ir.ErrNoSuchService):
		p.lookup = Unknown
		return forward(addr), profile
	case err != nil:
		panic("eval: " + addr.String() + ": " + err.Error()) // no port is 0
	case o.Meta.Ref.Kind == "EgressNetwork":
		p.lookup, p.target = Network, o.Meta.Ref
	default:
		p.lookup = Outside
	}
	return o, profile
}

func (c *Cluster) inCluster(ip netip.Addr) bool {
	for _, n := range c.Program.Settings.ClusterNetworks {
		if n.Masked().Contains(ip) {
			return true
		}
	}
	return false
}

// forward is the table that a proxy makes for itself where the controller knows none:
// everything goes to the original destination (§7.1).
func forward(addr netip.AddrPort) ir.Outbound {
	to := []ir.Weighted{{Backend: ir.Backend{Meta: ir.Meta{Default: "forward"}, Kind: ir.Forward, Addr: addr}}}
	routes := []ir.Route{{Meta: ir.Meta{Default: "forward"}, Rules: []ir.Rule{{
		Backends: ir.Distribution{Kind: ir.FirstAvailable, Backends: to},
	}}}}
	return ir.Outbound{Meta: ir.Meta{Default: "forward"}, Protocol: ir.Detect, Routes: routes, OpaqueRoutes: routes}
}
