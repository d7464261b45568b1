package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

// The message has four kinds of route, each with distribution types of its own that differ in
// nothing but their filters. These interfaces are what they share.
type (
	listOf[T any] interface {
		message
		GetBackends() []T
	}
	routeBackend[F any] interface {
		message
		GetBackend() *outbound.Backend
		GetFilters() []F
	}
	weightedBackend[B any] interface {
		message
		GetBackend() B
		GetWeight() uint32
	}
)

// none lifts a distribution without backends.
func none(m message) (ir.Distribution, error) { return ir.Distribution{}, present(m) }

// firstAvailable lifts a distribution to the first backend that is available.
func firstAvailable[B any](m listOf[B], lift func(B, uint32) (ir.Weighted, error)) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	out.Kind = ir.FirstAvailable
	out.Backends, err = each(m.GetBackends(), func(b B) (ir.Weighted, error) { return lift(b, 0) }, "firstAvailable")
	return out, err
}

// randomAvailable lifts a distribution by weight.
func randomAvailable[B any, W weightedBackend[B]](m listOf[W], lift func(B, uint32) (ir.Weighted, error)) (out ir.Distribution, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	out.Kind = ir.RandomAvailable
	out.Backends, err = each(m.GetBackends(), func(w W) (ir.Weighted, error) {
		if err := present(w); err != nil {
			return ir.Weighted{}, err
		}
		return lift(w.GetBackend(), w.GetWeight())
	}, "randomAvailable")
	return out, err
}

// weighted lifts a backend with its filters, and gives it its weight.
func weighted[F any](m routeBackend[F], filter func(F) (ir.Filter, error), weight uint32) (ir.Weighted, error) {
	if err := present(m); err != nil {
		return ir.Weighted{}, err
	}
	filters, err := each(m.GetFilters(), filter, "filters")
	if err != nil {
		return ir.Weighted{}, err
	}
	b, err := backend(m.GetBackend())
	b.Filters = filters
	return ir.Weighted{Weight: weight, Backend: b}, at(err, "backend")
}
