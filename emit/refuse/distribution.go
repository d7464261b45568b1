package refuse

import (
	"math"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

// The message has four kinds of route, each with distribution types of its own
// that differ in nothing but their filters. choices is what they share.
type choices[F any] struct {
	absent   bool   // there is no distribution at all
	kind     string // the kind's proto JSON name; "" if the distribution has none
	backends []choice[F]
}

const (
	empty           = "empty"
	firstAvailable  = "firstAvailable"
	randomAvailable = "randomAvailable"
)

type choice[F any] struct {
	absent  bool // a weighted entry without backend
	backend *outbound.Backend
	filters []F
	weight  uint32
}

type routeBackend[F any] interface {
	comparable
	GetBackend() *outbound.Backend
	GetFilters() []F
}

type weightedBackend[B any] interface {
	GetBackend() B
	GetWeight() uint32
}

func first[F any, B routeBackend[F]](list []B) choices[F] {
	cs := choices[F]{kind: firstAvailable, backends: make([]choice[F], len(list))}
	for i, b := range list {
		cs.backends[i] = choice[F]{backend: b.GetBackend(), filters: b.GetFilters()}
	}
	return cs
}

func random[F any, B routeBackend[F], W weightedBackend[B]](list []W) choices[F] {
	cs := choices[F]{kind: randomAvailable, backends: make([]choice[F], len(list))}
	for i, w := range list {
		var none B
		b := w.GetBackend()
		cs.backends[i] = choice[F]{absent: b == none, weight: w.GetWeight(), backend: b.GetBackend(), filters: b.GetFilters()}
	}
	return cs
}

func httpBackends(d *outbound.HttpRoute_Distribution) choices[*outbound.HttpRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.HttpRoute_Distribution_FirstAvailable_:
		return first[*outbound.HttpRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.HttpRoute_Distribution_RandomAvailable_:
		return random[*outbound.HttpRoute_Filter, *outbound.HttpRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	case *outbound.HttpRoute_Distribution_Empty_:
		return choices[*outbound.HttpRoute_Filter]{kind: empty}
	}
	return choices[*outbound.HttpRoute_Filter]{absent: d == nil}
}

func grpcBackends(d *outbound.GrpcRoute_Distribution) choices[*outbound.GrpcRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.GrpcRoute_Distribution_FirstAvailable_:
		return first[*outbound.GrpcRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.GrpcRoute_Distribution_RandomAvailable_:
		return random[*outbound.GrpcRoute_Filter, *outbound.GrpcRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	case *outbound.GrpcRoute_Distribution_Empty_:
		return choices[*outbound.GrpcRoute_Filter]{kind: empty}
	}
	return choices[*outbound.GrpcRoute_Filter]{absent: d == nil}
}

func opaqueBackends(d *outbound.OpaqueRoute_Distribution) choices[*outbound.OpaqueRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.OpaqueRoute_Distribution_FirstAvailable_:
		return first[*outbound.OpaqueRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.OpaqueRoute_Distribution_RandomAvailable_:
		return random[*outbound.OpaqueRoute_Filter, *outbound.OpaqueRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	case *outbound.OpaqueRoute_Distribution_Empty_:
		return choices[*outbound.OpaqueRoute_Filter]{kind: empty}
	}
	return choices[*outbound.OpaqueRoute_Filter]{absent: d == nil}
}

func tlsBackends(d *outbound.TlsRoute_Distribution) choices[*outbound.TlsRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.TlsRoute_Distribution_FirstAvailable_:
		return first[*outbound.TlsRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.TlsRoute_Distribution_RandomAvailable_:
		return random[*outbound.TlsRoute_Filter, *outbound.TlsRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	case *outbound.TlsRoute_Distribution_Empty_:
		return choices[*outbound.TlsRoute_Filter]{kind: empty}
	}
	return choices[*outbound.TlsRoute_Filter]{absent: d == nil}
}

func filters[F any](c *Checker, list []F, says string, filter func(F)) {
	for i, f := range list {
		c.each("filters", i, says)
		filter(f)
		c.out()
	}
}

// distribution checks a rule's backends and, for a weighted draw, the weights.
func distribution[F any](c *Checker, cs choices[F], filter func(F)) {
	if cs.absent {
		c.reject("backends", "missing distribution")
		return
	}
	c.in("backends", "invalid distribution")
	defer c.out()
	switch cs.kind {
	case "":
		c.reject("", "missing distribution kind")
		return
	case empty:
		return // every request is answered 503
	}
	c.in(cs.kind, "")
	defer c.out()
	for i, b := range cs.backends {
		c.each("backends", i, "")
		routeBackendOf(c, b, cs.kind == randomAvailable, filter)
		c.out()
	}
	switch {
	case len(cs.backends) == 0 && cs.kind == firstAvailable:
		c.reject("backends", "a FirstAvailable distribution may not be empty")
	case len(cs.backends) == 0:
		c.reject("backends", "a RandomAvailable distribution may not be empty")
	case len(cs.backends) > 1 && cs.kind == randomAvailable:
		weights(c, cs)
	}
}

func routeBackendOf[F any](c *Checker, b choice[F], weighted bool, filter func(F)) {
	if b.absent {
		c.reject("backend", "a weighted backend had no backend")
		return
	}
	field := ""
	if weighted {
		field = "backend" // a weighted entry wraps what the other list has
	}
	c.in(field, "invalid backend")
	defer c.out()
	if b.backend == nil {
		c.reject("backend", "missing backend")
		return
	}
	c.in("backend", "")
	c.backend(b.backend)
	c.out()
	filters(c, b.filters, "invalid backend filter", filter)
}

// weights reports the sums that a draw among two or more entries cannot take
// (spec/matching.md §2.3 P1, P2). A single entry's weight is never looked at.
func weights[F any](c *Checker, cs choices[F]) {
	sum := uint64(0)
	for _, b := range cs.backends {
		sum += uint64(b.weight)
	}
	switch {
	case sum == 0:
		c.panics("backends", "the weights of all backends are 0")
	case sum > math.MaxUint32:
		c.panics("backends", "the weights of the backends sum to more than 4294967295")
	}
}
