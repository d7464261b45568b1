package eval

import (
	"math/big"

	"routec.dev/routec/ir"
)

// Shares returns what part of the requests that reach a distribution each of its backends
// gets, while some are unavailable: a balancer or a forward whose queue is in fail-fast
// (§4). A failing backend is always available, and answers what it gets. The parts sum to
// 1, or to 0 where every request is shed with 503. A nil function: all are available.
//
// Each attempt draws anew, so that a retry may land on another backend.
func Shares(d ir.Distribution, available func(backend int) bool) []*big.Rat {
	up := func(i int) bool {
		return available == nil || d.Backends[i].Kind == ir.Failing || available(i)
	}
	if d.Kind == ir.RandomAvailable && len(d.Backends) > 1 {
		return drawn(d.Backends, up)
	}
	out := zeros(len(d.Backends))
	for i := range out {
		if up(i) {
			out[i].SetInt64(1)
			break
		}
	}
	return out
}

// drawn shares by weight among two or more backends; a lone one gets everything, whatever
// its weight.
func drawn(backends []ir.Weighted, up func(int) bool) []*big.Rat {
	out := zeros(len(backends))
	sum := int64(0)
	for i := range backends {
		if up(i) {
			sum += int64(backends[i].Weight)
		}
	}
	for i := range backends {
		if sum != 0 && up(i) {
			out[i].SetFrac64(int64(backends[i].Weight), sum)
		}
	}
	return out
}

func zeros(n int) []*big.Rat {
	out := make([]*big.Rat, n)
	for i := range out {
		out[i] = new(big.Rat)
	}
	return out
}
