package refuse

import (
	"math"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/replay/syntax"
)

// The message has four kinds of route, each with distribution types of its own
// that differ in nothing but their filters. choices is what they share.
type choices[F any] struct {
	first, random string // field path of the list; one of them is "" or both are
	backends      []choice[F]
}

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
	cs := choices[F]{first: "firstAvailable", backends: make([]choice[F], len(list))}
	for i, b := range list {
		cs.backends[i] = choice[F]{backend: b.GetBackend(), filters: b.GetFilters()}
	}
	return cs
}

func random[F any, B routeBackend[F], W weightedBackend[B]](list []W) choices[F] {
	cs := choices[F]{random: "randomAvailable", backends: make([]choice[F], len(list))}
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
	}
	return choices[*outbound.HttpRoute_Filter]{}
}

func grpcBackends(d *outbound.GrpcRoute_Distribution) choices[*outbound.GrpcRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.GrpcRoute_Distribution_FirstAvailable_:
		return first[*outbound.GrpcRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.GrpcRoute_Distribution_RandomAvailable_:
		return random[*outbound.GrpcRoute_Filter, *outbound.GrpcRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	}
	return choices[*outbound.GrpcRoute_Filter]{}
}

func opaqueBackends(d *outbound.OpaqueRoute_Distribution) choices[*outbound.OpaqueRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.OpaqueRoute_Distribution_FirstAvailable_:
		return first[*outbound.OpaqueRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.OpaqueRoute_Distribution_RandomAvailable_:
		return random[*outbound.OpaqueRoute_Filter, *outbound.OpaqueRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	}
	return choices[*outbound.OpaqueRoute_Filter]{}
}

func tlsBackends(d *outbound.TlsRoute_Distribution) choices[*outbound.TlsRoute_Filter] {
	switch kind := d.GetKind().(type) {
	case *outbound.TlsRoute_Distribution_FirstAvailable_:
		return first[*outbound.TlsRoute_Filter](kind.FirstAvailable.GetBackends())
	case *outbound.TlsRoute_Distribution_RandomAvailable_:
		return random[*outbound.TlsRoute_Filter, *outbound.TlsRoute_RouteBackend](kind.RandomAvailable.GetBackends())
	}
	return choices[*outbound.TlsRoute_Filter]{}
}

func filters[F any](c *Checker, list []F, filter func(F)) {
	for i, f := range list {
		c.each("filters", i, "invalid filter")
		filter(f)
		c.out()
	}
}

// distribution checks a rule's backends and, for a weighted draw, the weights.
func distribution[F any](c *Checker, given, hasKind bool, cs choices[F], filter func(F)) {
	if !given {
		c.reject("backends", "missing distribution")
		return
	}
	c.in("backends", "invalid distribution")
	defer c.out()
	switch {
	case !hasKind:
		c.reject("", "missing distribution kind")
		return
	case cs.first == "" && cs.random == "":
		return // empty: every request is answered 503
	}
	c.in(cs.first+cs.random, "")
	defer c.out()
	for i, b := range cs.backends {
		c.each("backends", i, "")
		routeBackendOf(c, b, cs.random != "", filter)
		c.out()
	}
	if len(cs.backends) == 0 {
		name := "FirstAvailable"
		if cs.random != "" {
			name = "RandomAvailable"
		}
		c.reject("backends", "a "+name+" distribution may not be empty")
	}
	if cs.random != "" && len(cs.backends) > 1 {
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
	for i, f := range b.filters {
		c.each("filters", i, "invalid backend filter")
		filter(f)
		c.out()
	}
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

// backend checks one backend. One without kind is accepted: it answers 502.
func (c *Checker) backend(b *outbound.Backend) {
	if b.GetMetadata() == nil {
		c.reject("metadata", "missing backend metadata")
	} else {
		c.in("", "invalid backend metadata")
		c.metadata(b.GetMetadata())
		c.out()
	}
	switch kind := b.GetKind().(type) {
	case *outbound.Backend_Balancer:
		c.in("balancer", "")
		c.balancer(kind.Balancer)
		c.out()
	case *outbound.Backend_Forward:
		c.forward(kind)
	}
	if b.GetQueue() == nil {
		c.reject("queue", "missing queue")
		return
	}
	c.in("queue", "")
	c.requiredDuration("failfastTimeout", "queue failfast timeout", b.GetQueue().GetFailfastTimeout())
	c.out()
}

// forward wants an address; its port is cut to 16 bits, and 0 crashes (P4).
func (c *Checker) forward(f *outbound.Backend_Forward) {
	addr := f.Forward.GetAddr()
	if addr.GetIp().GetIp() == nil {
		c.reject("forward.addr", "invalid forward endpoint")
		return
	}
	if addr.GetPort()%(math.MaxUint16+1) == 0 {
		c.panics("forward.addr.port", "the forward address has port 0")
	}
}

func (c *Checker) balancer(b *outbound.Backend_BalanceP2C) {
	if b.GetDiscovery() == nil {
		c.reject("discovery", "missing balancer discovery")
	} else if dst := b.GetDiscovery().GetDst(); b.GetDiscovery().GetKind() == nil {
		c.reject("discovery", "invalid endpoint discovery: missing discovery kind")
	} else if !syntax.NameAddr(dst.GetPath()) {
		c.panics("discovery.dst.path", "the balancer's path is not a DNS name and a port") // P3
	}
	switch load := b.GetLoad().(type) {
	case nil:
		c.reject("", "missing balancer load")
	case *outbound.Backend_BalanceP2C_PeakEwma_:
		c.in("peakEwma", "")
		c.requiredDuration("defaultRtt", "peak EWMA default RTT", load.PeakEwma.GetDefaultRtt())
		c.requiredDuration("decay", "peak EWMA decay", load.PeakEwma.GetDecay())
		c.out()
	case *outbound.Backend_BalanceP2C_PenaltyPeakEwma_:
		c.in("penaltyPeakEwma", "")
		p := load.PenaltyPeakEwma
		c.backendDuration("defaultRtt", "penalty peak EWMA default RTT", p.GetDefaultRtt())
		c.backendDuration("decay", "penalty peak EWMA decay", p.GetDecay())
		c.backendDuration("penalty", "penalty peak EWMA penalty", p.GetPenalty())
		c.backendDuration("penaltyDecay", "penalty peak EWMA penalty decay", p.GetPenaltyDecay())
		c.backendDuration("maxRetryAfter", "penalty peak EWMA max retry-after", p.GetMaxRetryAfter())
		c.out()
	}
}

func (c *Checker) requiredDuration(field, name string, d *durationpb.Duration) {
	if d == nil {
		c.reject(field, "missing "+name)
		return
	}
	c.backendDuration(field, name, d)
}

func (c *Checker) backendDuration(field, name string, d *durationpb.Duration) {
	if why := negative(d); why != "" {
		c.reject(field, "invalid "+name+" duration: "+why)
	}
}
