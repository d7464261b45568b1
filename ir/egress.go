package ir

import (
	"cmp"
	"net/netip"
)

// network returns the EgressNetwork that holds an address for the clients of a namespace, or
// nil. Networks of the client's own namespace, if there are any at all, hide those of the
// global one, whether they hold the address or not (spec/outbound.md §8.3).
func (p *Program) network(ip netip.Addr, client string) *Target {
	candidates := p.networks(client)
	if len(candidates) == 0 {
		candidates = p.networks(p.Settings.EgressNamespace)
	}
	var best *Target
	var bestSize uint64
	for _, t := range candidates {
		size, holds := t.size(ip)
		if holds && (best == nil || cmp.Or(cmp.Compare(size, bestSize), compareNetworks(t, best)) < 0) {
			best, bestSize = t, size
		}
	}
	return best
}

func (p *Program) networks(namespace string) []*Target {
	var out []*Target
	for i := range p.Targets {
		if t := &p.Targets[i]; t.Ref.Kind == egressNetwork && t.Ref.Namespace == namespace {
			out = append(out, t)
		}
	}
	return out
}

// compareNetworks orders networks of one size: one without a creation time first, then the
// older, then by name.
func compareNetworks(a, b *Target) int {
	if a.Created.IsZero() != b.Created.IsZero() {
		if a.Created.IsZero() {
			return -1
		}
		return 1
	}
	return cmp.Or(a.Created.Compare(b.Created), a.Ref.Compare(b.Ref))
}

// size returns the size of the smallest block that holds the address.
func (t *Target) size(ip netip.Addr) (size uint64, holds bool) {
	for _, b := range t.Blocks {
		if !b.Holds(ip) {
			continue
		}
		if s := b.size(); !holds || s < size {
			size, holds = s, true
		}
	}
	return size, holds
}

// Holds reports whether an address is in the block and in none of its exceptions.
func (b Block) Holds(ip netip.Addr) bool {
	if !b.Net.Contains(ip) {
		return false
	}
	for _, e := range b.Except {
		if e.Contains(ip) {
			return false
		}
	}
	return true
}

// size counts the hosts of a block as the controller does: modulo 2^64, so that exceptions
// that outweigh the block wrap around, and every IPv6 prefix up to /64 counts as 0.
func (b Block) size() uint64 {
	n := hosts(b.Net)
	for _, e := range b.Except {
		n -= hosts(e)
	}
	return n
}

func hosts(p netip.Prefix) uint64 {
	free := p.Addr().BitLen() - p.Bits()
	switch {
	case free >= 64:
		return 0
	case p.Addr().Is4() && free >= 2:
		return 1<<free - 2
	}
	return 1 << free
}
