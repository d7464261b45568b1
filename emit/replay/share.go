package replay

import (
	"math/big"
	"net/netip"

	"github.com/linkerd/linkerd2-proxy-api/go/net"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

// A Kind is how a distribution picks a backend (§4).
type Kind uint8

const (
	Empty  Kind = iota // nothing to pick
	First              // the first available
	Random             // a weighted draw among the available
)

func (k Kind) String() string { return [...]string{"empty", "first", "random"}[k] }

// The message has a type of entry for each kind of route; these are what they
// share.
type (
	entry[F any] interface {
		GetBackend() *outbound.Backend
		GetFilters() []F
	}
	weighted[E any] interface {
		GetBackend() E
		GetWeight() uint32
	}
)

func first[F any, E entry[F]](o *Outbound, list []E, backend func(*outbound.Backend, []F) Backend) {
	o.Kind = First
	for _, e := range list {
		b := backend(e.GetBackend(), e.GetFilters())
		b.Weight = 1
		o.Backends = append(o.Backends, b)
	}
	o.share()
}

func random[F any, E entry[F], W weighted[E]](o *Outbound, list []W, backend func(*outbound.Backend, []F) Backend) {
	o.Kind = Random
	for _, w := range list {
		b := backend(w.GetBackend().GetBackend(), w.GetBackend().GetFilters())
		b.Weight = w.GetWeight()
		o.Backends = append(o.Backends, b)
	}
	o.share()
}

// dispatch says where a backend sends what it is picked for.
func dispatch(b *outbound.Backend) Backend {
	out := Backend{Meta: b.GetMetadata()}
	switch kind := b.GetKind().(type) {
	case *outbound.Backend_Balancer:
		out.Balancer = kind.Balancer.GetDiscovery().GetDst().GetPath()
	case *outbound.Backend_Forward:
		out.Forward = address(kind.Forward.GetAddr())
	}
	return out
}

func (b *Backend) dispatches() bool { return b.Balancer != "" || b.Forward.IsValid() }

// address cuts the port to 16 bits, as the proxy does.
func address(a *net.TcpAddress) netip.AddrPort {
	return netip.AddrPortFrom(ipAddress(a.GetIp()), uint16(a.GetPort()))
}

// share fills in each backend's share when every backend is available.
func (o *Outbound) share() {
	for i, s := range o.Shares(func(int) bool { return true }) {
		o.Backends[i].Share = s
	}
}

// Shares is each backend's part of the requests that reach the distribution
// while some backends are unavailable: a balancer in fail-fast, or a forward
// address in fail-fast over HTTP. A backend without dispatcher is always
// available. The parts sum to 1, or to 0 where every request is shed and
// answered 503.
func (o *Outbound) Shares(available func(backend int) bool) []*big.Rat {
	shares := make([]*big.Rat, len(o.Backends))
	weights := make([]uint64, len(o.Backends))
	sum := uint64(0)
	for i := range o.Backends {
		shares[i] = new(big.Rat)
		if available(i) || !o.Backends[i].dispatches() {
			weights[i] = o.weight(i, sum)
			sum += weights[i]
		}
	}
	for i, w := range weights {
		if w > 0 {
			shares[i].SetFrac(new(big.Int).SetUint64(w), new(big.Int).SetUint64(sum))
		}
	}
	return shares
}

// weight is what counts in the draw. Of a first-available list only the first
// available entry counts; the weight of a single entry is never looked at.
func (o *Outbound) weight(i int, before uint64) uint64 {
	switch {
	case o.Kind == Random && len(o.Backends) > 1:
		return uint64(o.Backends[i].Weight)
	case before > 0:
		return 0
	}
	return 1
}
