// Package status decides what the policy controller would write on routes and
// EgressNetworks: which parents accept them, and whether their backends resolve
// (spec/outbound.md §2).
//
// Acceptance is all that later steps need of it; the messages are for people.
package status

import (
	"net/netip"
	"slices"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// A Rank orders the kinds of routes by precedence: where two kinds name one parent, the
// higher one wins. Both HTTPRoute kinds share a rank.
type Rank uint8

const (
	TCP Rank = iota
	TLS
	HTTP
	GRPC
)

// A Route is what acceptance depends on.
type Route struct {
	Meta     *manifest.Meta
	Rank     Rank
	Parents  []route.Parent
	Backends []route.BackendRef // of all rules, in order
}

// Outbound reports whether the route has a parent other than Servers.
func (r Route) Outbound() bool {
	return slices.ContainsFunc(r.Parents, func(p route.Parent) bool { return p.Ref.Kind != route.Server })
}

// An Entry is a status entry that the controller wrote for one parent of a route.
type Entry struct {
	Parent   ir.Ref
	Port     uint16
	HasPort  bool
	Accepted bool
}

// A Board holds the statuses of a cluster.
type Board struct {
	networks map[ir.Ref]bool // EgressNetworks, and whether each is accepted
	services map[ir.Ref]bool // Services, and whether each can be a parent
	servers  map[ir.Ref]bool
	ranks    map[key]Rank // the highest rank that names a parent
}

// key is a parent as conflicts compare it.
type key struct {
	parent  ir.Ref
	port    uint16
	hasPort bool
}

// NewBoard decides which EgressNetworks, Services and Servers can be parents, and which
// kinds of routes name each.
func NewBoard(set *manifest.Set, clusterNetworks []netip.Prefix, routes []Route) *Board {
	b := &Board{
		networks: map[ir.Ref]bool{}, services: map[ir.Ref]bool{},
		servers: map[ir.Ref]bool{}, ranks: map[key]Rank{},
	}
	for i := range set.EgressNetworks {
		n := &set.EgressNetworks[i]
		b.networks[n.Ref()] = !overlaps(n.Spec.Networks, clusterNetworks)
	}
	for i := range set.Services {
		s := &set.Services[i]
		b.services[s.Ref()] = validParent(s.Spec)
	}
	for i := range set.Servers {
		b.servers[set.Servers[i].Ref()] = true
	}
	for i := range routes {
		for _, p := range routes[i].Parents {
			if k, ok := keyOf(p); ok {
				b.ranks[k] = max(b.ranks[k], routes[i].Rank)
			}
		}
	}
	return b
}

// keyOf returns how the status logic sees a parentRef; a port beyond 16 bits discards it.
func keyOf(p route.Parent) (key, bool) {
	if p.Ref.Kind == route.Server || !p.HasPort {
		return key{parent: p.Ref}, true
	}
	return key{p.Ref, uint16(p.Port), true}, p.Port >= 0 && p.Port <= 65535
}

// Network returns the status of an EgressNetwork.
func (b *Board) Network(m *manifest.Meta) ir.Status {
	r := m.Ref()
	c := ir.Condition{Type: accepted, Status: true, Reason: "Accepted"}
	if !b.networks[r] {
		c = ir.Condition{Type: accepted, Reason: "EgressReasonNetworkOverlap", Message: "networks overlap with clusterNetworks"}
	}
	return ir.Status{Object: r, Conditions: []ir.Condition{c}, Origin: origin(r, m)}
}

func origin(r ir.Ref, m *manifest.Meta) ir.Origin { return ir.Origin{Object: r, Place: m.Place} }

// Route returns the status of a route, and its entries as attachment reads them.
func (b *Board) Route(r Route) (ir.Status, []Entry) {
	object := r.Meta.Ref()
	status := ir.Status{Object: object, Origin: origin(object, r.Meta)}
	var entries []Entry
	for _, p := range r.Parents {
		k, ok := keyOf(p)
		if !ok {
			continue
		}
		if k.hasPort && k.port == 0 {
			return ir.Status{Object: object, Origin: status.Origin}, nil // the status schema refuses port 0, and with it the whole patch
		}
		accept := b.accept(k, r.Rank)
		conditions := []ir.Condition{accept}
		if p.Ref.Kind != route.Server {
			conditions = append(conditions, b.resolved(r, p.Ref))
		}
		status.Parents = append(status.Parents, ir.ParentStatus{Parent: p.Ref, Port: k.port, HasPort: k.hasPort, Conditions: conditions})
		entries = append(entries, Entry{Parent: p.Ref, Port: k.port, HasPort: k.hasPort, Accepted: accept.Status})
	}
	return status, entries
}
