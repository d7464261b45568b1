package lift

import (
	"errors"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/ir"
)

// backend lifts a backend without its filters, whose messages differ by protocol.
func backend(m *outbound.Backend) (out ir.Backend, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.Metadata); err != nil {
		return out, err
	}
	if out.Queue, err = queue(m.Queue); err != nil {
		return out, at(err, "queue")
	}
	switch k := m.Kind.(type) {
	case *outbound.Backend_Balancer:
		out.Kind = ir.Balancer
		return out, at(balancer(&out, k.Balancer), "balancer")
	case *outbound.Backend_Forward:
		out.Kind = ir.Forward
		return out, at(forward(&out, k.Forward), "forward")
	}
	return out, nil
}

// queue lifts a queue; absent, it is none.
func queue(m *outbound.Queue) (ir.Queue, error) {
	if m == nil {
		return ir.Queue{}, nil
	}
	if err := known(m); err != nil {
		return ir.Queue{}, err
	}
	failfast, err := duration(m.FailfastTimeout)
	if err != nil {
		return ir.Queue{}, at(err, "failfastTimeout")
	}
	q := ir.Queue{Capacity: m.Capacity, Failfast: failfast}
	if q == (ir.Queue{}) {
		return q, errors.New("it has no capacity and no time, which no decided table can express")
	}
	return q, nil
}

func balancer(out *ir.Backend, m *outbound.Backend_BalanceP2C) (err error) {
	if err := present(m); err != nil {
		return err
	}
	if out.Authority, err = discovery(m.Discovery); err != nil {
		return at(err, "discovery")
	}
	switch l := m.Load.(type) {
	case *outbound.Backend_BalanceP2C_PeakEwma_:
		out.Load, err = peak(l.PeakEwma)
		return at(err, "peakEwma")
	case *outbound.Backend_BalanceP2C_PenaltyPeakEwma_:
		out.Load, err = penalty(l.PenaltyPeakEwma)
		return at(err, "penaltyPeakEwma")
	}
	return errors.New("no load estimation is set")
}

func discovery(m *outbound.Backend_EndpointDiscovery) (string, error) {
	if err := present(m); err != nil {
		return "", err
	}
	dst := m.GetDst()
	if dst == nil {
		return "", at(errMissing, "dst")
	}
	return dst.Path, known(dst)
}

func peak(m *outbound.Backend_BalanceP2C_PeakEwma) (out ir.Load, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.RTT, err = duration(m.DefaultRtt); err != nil {
		return out, at(err, "defaultRtt")
	}
	out.Decay, err = duration(m.Decay)
	return out, at(err, "decay")
}

func penalty(m *outbound.Backend_BalanceP2C_PenaltyPeakEwma) (out ir.Load, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	out.Penalize = true
	if out.RTT, err = duration(m.DefaultRtt); err != nil {
		return out, at(err, "defaultRtt")
	}
	if out.Decay, err = duration(m.Decay); err != nil {
		return out, at(err, "decay")
	}
	if out.Penalty, err = duration(m.Penalty); err != nil {
		return out, at(err, "penalty")
	}
	if out.RetryAfter, err = duration(m.MaxRetryAfter); err != nil {
		return out, at(err, "maxRetryAfter")
	}
	out.PenaltyDecay, err = duration(m.PenaltyDecay)
	return out, at(err, "penaltyDecay")
}

func forward(out *ir.Backend, m *destination.WeightedAddr) (err error) {
	if err := present(m); err != nil {
		return err
	}
	if err := plainAddr(m); err != nil {
		return err
	}
	out.Weight = m.Weight
	out.Addr, err = addrPort(m.Addr)
	return at(err, "addr")
}

// plainAddr fails on what only endpoints of profiles have.
func plainAddr(m *destination.WeightedAddr) error {
	return errors.Join(
		unexpected("metricLabels", len(m.MetricLabels) > 0),
		unexpected("tlsIdentity", m.TlsIdentity != nil),
		unexpected("protocolHint", m.ProtocolHint != nil),
		unexpected("authorityOverride", m.AuthorityOverride != nil),
		unexpected("http2", m.Http2 != nil),
		unexpected("resourceRef", m.ResourceRef != nil),
	)
}
