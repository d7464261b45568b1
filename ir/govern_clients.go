package ir

import (
	"cmp"
	"slices"
)

// Governance decides every declared port of a Service for every client namespace that has
// a table or a profile of its own there, by port, then client; the client "" stands for all
// others.
func (p *Program) Governance(t *Target, by Proxy) []Governs {
	cells := t.clientPorts()
	out := make([]Governs, len(cells))
	reach := p.Settings.Reach(t)
	for i, key := range cells {
		out[i] = Govern(t.PolicyFor(key.port, key.client), t.ProfileFor(key.port, key.client), reach, by)
		out[i].Client = key.client
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
	out := make([]clientPort, 0, len(t.Profiles)+len(t.Tables))
	for i := range t.Profiles {
		out = append(out, clientPort{t.Profiles[i].Port, t.Profiles[i].Client})
		if t.Profiles[i].Client != "" {
			continue
		}
		for j := range t.Others { // once for each port: each has a profile for all other clients
			if client := t.Others[j].Client; client != "" {
				out = append(out, clientPort{t.Profiles[i].Port, client})
			}
		}
	}
	for i := range t.Tables {
		if o := &t.Tables[i]; t.profileOf(o.Meta.Port, "") != nil {
			out = append(out, clientPort{o.Meta.Port, o.Client})
		}
	}
	slices.SortFunc(out, clientPort.compare)
	return slices.Compact(out)
}

// PolicyFor returns the table that the clients of a namespace are given for a port, as
// [Program.OutboundName] chooses it; a template stays uncompleted. The result is never nil.
func (t *Target) PolicyFor(port uint16, client string) *Outbound {
	if o := t.portTable(clientPort{port, client}); o != nil {
		return o
	}
	if o := t.portTable(clientPort{port: port}); o != nil {
		return o
	}
	opaque := t.Opaque.Has(port)
	if o := t.template(client, opaque); o != nil {
		return o
	}
	if o := t.template("", opaque); o != nil {
		return o
	}
	if opaque { // no table was decided: the defaults
		return &Outbound{Protocol: Opaque}
	}
	return &Outbound{Protocol: Detect}
}

func (t *Target) portTable(key clientPort) *Outbound {
	i, found := slices.BinarySearchFunc(t.Tables, key, func(o Outbound, key clientPort) int {
		return clientPort{o.Meta.Port, o.Client}.compare(key)
	})
	if !found {
		return nil
	}
	return &t.Tables[i]
}

func (t *Target) template(client string, opaque bool) *Outbound {
	i, _ := slices.BinarySearchFunc(t.Others, client, func(o Outbound, client string) int { return cmp.Compare(o.Client, client) })
	for ; i < len(t.Others) && t.Others[i].Client == client; i++ {
		if t.Others[i].OfOpaquePorts == opaque {
			return &t.Others[i]
		}
	}
	return nil
}
