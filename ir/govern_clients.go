package ir

import (
	"cmp"
	"slices"
)

// Governance decides every declared port of a Service for every client namespace that has
// a table or a profile of its own there, by port, then client; the client "" stands for all
// others.
func (p *Program) Governance(t *Target, by Proxy) []Governs {
	var out []Governs
	reach := p.Settings.Reach(t)
	policies := policiesOf(t)
	for _, key := range t.clientPorts() {
		g := Govern(policies.find(t, key), t.ProfileFor(key.port, key.client), reach, by)
		g.Client = key.client
		out = append(out, g)
	}
	return out
}

// A clientPort is one cell of a Service's governance.
type clientPort struct {
	port   uint16
	client string
}

func (c clientPort) compare(o clientPort) int {
	return cmp.Or(cmp.Compare(c.port, o.port), cmp.Compare(c.client, o.client))
}

// clientPorts lists the cells: each port that has profiles, with the clients of the profiles
// and tables of that port and with those of the templates, which stand for every port.
func (t *Target) clientPorts() []clientPort {
	var out []clientPort
	declared := map[uint16]bool{}
	for i := range t.Profiles {
		declared[t.Profiles[i].Port] = true
		out = append(out, clientPort{t.Profiles[i].Port, t.Profiles[i].Client})
	}
	for i := range t.Tables {
		if key := (clientPort{t.Tables[i].Meta.Port, t.Tables[i].Client}); declared[key.port] {
			out = append(out, key)
		}
	}
	for i := range t.Others {
		for port := range declared {
			out = append(out, clientPort{port, t.Others[i].Client})
		}
	}
	slices.SortFunc(out, clientPort.compare)
	return slices.Compact(out)
}

// policies are the outbound tables of a Service by what they stand for.
type policies struct {
	ports  map[clientPort]*Outbound
	others map[string][2]*Outbound // by client: of ports that are opaque, or not
}

func policiesOf(t *Target) policies {
	p := policies{make(map[clientPort]*Outbound, len(t.Tables)), make(map[string][2]*Outbound, len(t.Others))}
	for i := range t.Tables {
		p.ports[clientPort{t.Tables[i].Meta.Port, t.Tables[i].Client}] = &t.Tables[i]
	}
	for i := range t.Others {
		o := &t.Others[i]
		pair := p.others[o.Client]
		pair[index(o.OfOpaquePorts)] = o
		p.others[o.Client] = pair
	}
	return p
}

// find returns the table that the clients of a namespace are given for a port, as
// [Program.OutboundName] chooses it; a template stays uncompleted. The result is never nil.
func (p policies) find(t *Target, key clientPort) *Outbound {
	if o := p.ports[key]; o != nil {
		return o
	}
	if o := p.ports[clientPort{port: key.port}]; o != nil {
		return o
	}
	opaque := index(t.Opaque.Has(key.port))
	if o := p.others[key.client][opaque]; o != nil {
		return o
	}
	if o := p.others[""][opaque]; o != nil {
		return o
	}
	return &Outbound{Protocol: [...]Protocol{Detect, Opaque}[opaque]} // no table was decided: the default
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}
