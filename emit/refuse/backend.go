package refuse

import (
	"math"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/replay/syntax"
)

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
