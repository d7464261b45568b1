package outbound

import (
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

// settings is what a Service or EgressNetwork says about its own traffic, read from
// annotations (spec/outbound.md §5). The zero settings are those of an absent Service.
type settings struct {
	load     ir.Load
	accrual  ir.Accrual
	timeouts ir.Timeouts
	http     ir.Retry
	grpc     ir.Retry
	opaque   ir.PortSet
	protocol map[uint16]appProtocol // Service ports that declare one

	egress *egress // EgressNetwork only
	spoken bool    // an annotation had a say beyond the defaults
}

// egress is what an EgressNetwork adds to the settings.
type egress struct{ allow bool }

// appProtocol is what a Service port's appProtocol means to Linkerd.
type appProtocol uint8

const (
	noProtocol appProtocol = iota
	http1
	http2
	opaque // also any protocol that Linkerd does not know (spec/outbound.md §7.2)
)

// plain is the load estimator of a balancer without a biaser.
var plain = ir.Load{RTT: ir.Milliseconds(30), Decay: ir.Milliseconds(10_000)}

// readSettings reads the annotations that Services and EgressNetworks share. Each error
// drops what the controller drops; findings are told to complain.
func readSettings(m *manifest.Meta, defaultOpaque ir.PortSet, complain func(effect string, err error)) settings {
	a := m.Annotations
	s := settings{load: plain, opaque: defaultOpaque}
	try := func(effect string, err error) bool {
		if err != nil {
			complain(effect, err)
		}
		return err == nil
	}
	if list, set := a[annotation.OpaquePorts]; set {
		ports, err := annotation.Ports(list)
		try("no port of it is opaque, not even the default ones", wrap(annotation.OpaquePorts, list, err))
		s.opaque, s.spoken = ports, true
	}
	var err error
	if s.accrual, err = annotation.Accrual(a); try("it has no failure accrual", err) && s.accrual.Kind == ir.Unified {
		s.accrual.Backoff.RetryAfter, err = annotation.HonorsRetryAfter(a)
		try("Retry-After is not honoured", err)
	}
	s.timeouts, err = annotation.Timeouts(a)
	try("it has no timeouts at all", err)
	s.http, err = annotation.HTTPRetry(a)
	try("HTTP requests are not retried", err)
	s.grpc, err = annotation.GRPCRetry(a)
	try("gRPC requests are not retried", err)
	s.spoken = s.spoken || s.accrual.Kind != ir.NoAccrual || s.timeouts.Present || s.http.Present || s.grpc.Present
	return s
}

func wrap(key, value string, err error) error {
	if err == nil {
		return nil
	}
	return &annotation.Invalid{Key: key, Value: value, Err: err}
}

// serviceSettings reads everything that a Service says.
func serviceSettings(s *manifest.Object[manifest.ServiceSpec], defaultOpaque ir.PortSet, complain func(string, error)) settings {
	out := readSettings(&s.Meta, defaultOpaque, complain)
	if err := annotation.Biaser(s.Annotations, &out.load); err != nil {
		complain("failures are not penalized", err)
	}
	out.spoken = out.spoken || out.load.Penalize
	out.protocol = protocols(s.Spec.Ports)
	return out
}

// protocols reads the appProtocol of each port number; a later entry replaces an earlier.
func protocols(ports []manifest.ServicePort) map[uint16]appProtocol {
	var out map[uint16]appProtocol
	for _, p := range ports {
		if p.AppProtocol == nil || p.Port < 1 || p.Port > 65535 {
			continue
		}
		if out == nil {
			out = map[uint16]appProtocol{}
		}
		out[uint16(p.Port)] = meaning(*p.AppProtocol)
	}
	return out
}

func meaning(text string) appProtocol {
	switch strings.ToLower(text) {
	case "http":
		return http1
	case "kubernetes.io/h2c":
		return http2
	}
	return opaque
}

// of returns the protocol that governs a port: its appProtocol, else its opaqueness.
func (s *settings) of(port uint16) appProtocol {
	if p := s.protocol[port]; p != noProtocol {
		return p
	}
	if s.opaque.Has(port) {
		return opaque
	}
	return noProtocol
}
