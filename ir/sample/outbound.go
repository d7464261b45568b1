package sample

import (
	"net/netip"

	"routec.dev/routec/ir"
)

// Outbound draws an outbound table of some Service's port.
func (m Maker) Outbound() ir.Outbound {
	o := ir.Outbound{
		Meta:     ir.Meta{Ref: m.ref("Service"), Port: m.port()},
		Protocol: pick(m, ir.Detect, ir.Detect, ir.HTTP1, ir.HTTP2, ir.GRPC, ir.TLS, ir.Opaque),
	}
	kind := map[ir.Protocol]kind{ir.GRPC: grpc, ir.TLS: tls, ir.Opaque: raw}[o.Protocol]
	o.Routes = list(m, 3, func() ir.Route { return m.route(kind) })
	if o.Protocol == ir.Detect {
		o.DetectTimeout = m.duration()
		o.OpaqueRoutes = list(m, 1, func() ir.Route { return m.route(raw) })
	}
	if kind == http || kind == grpc {
		o.Accrual = m.accrual()
	}
	for _, r := range o.Routes {
		if r.Meta.Default == "" && m.once(2) {
			o.DecidedBy = append(o.DecidedBy, m.origin(r.Meta.Ref))
		}
	}
	return o
}

// A kind is a kind of route.
type kind uint8

const (
	http kind = iota
	grpc
	tls
	raw
	serverHTTP
	serverGRPC
)

func (m Maker) route(k kind) ir.Route {
	r := ir.Route{Meta: ir.Meta{Ref: m.routeRef()}}
	if m.once(4) {
		r.Meta = ir.Meta{Default: "http"}
	}
	if k != raw {
		r.Hosts = list(m, 2, m.host)
	}
	r.Rules = list(m, 3, func() ir.Rule { return m.rule(k) })
	return r
}

func (m Maker) host() ir.Host {
	return pick(m, ir.Host{Name: "web.example.com"}, ir.Host{Suffix: true, Name: "example.com"}, ir.Host{Suffix: true}, ir.Host{Name: ""})
}

func (m Maker) rule(k kind) ir.Rule {
	r := ir.Rule{Filters: list(m, 2, func() ir.Filter { return m.filter(k) })}
	if k == http || k == grpc || k == serverHTTP || k == serverGRPC {
		r.Matches = list(m, 2, func() ir.Match { return m.match(k) })
	}
	if k == serverHTTP || k == serverGRPC {
		return r
	}
	r.Backends = m.distribution(k)
	if k == http || k == grpc {
		r.Timeouts, r.Retry, r.AllowL5d = m.timeouts(), m.retry(k), m.once(5)
	}
	return r
}

func (m Maker) match(k kind) ir.Match {
	c := ir.Match{Headers: list(m, 2, func() ir.HeaderMatch {
		return ir.HeaderMatch{Name: pick(m, "x-a", "x-b"), Regex: m.once(2), Value: m.text()}
	})}
	if k == grpc || k == serverGRPC {
		c.RPC = pick(m, ir.RPCMatch{}, ir.RPCMatch{Present: true}, ir.RPCMatch{Present: true, Service: "s", Method: "m"})
		return c
	}
	if kind := ir.PathKind(m.IntN(4)); kind != ir.PathAny {
		c.Path = ir.PathMatch{Kind: kind, Value: m.text()}
	}
	c.Method = pick(m, "", "GET", "TRACE", "BREW")
	c.Query = list(m, 2, func() ir.ValueMatch { return ir.ValueMatch{Name: m.text(), Regex: m.once(2), Value: m.text()} })
	return c
}

func (m Maker) filter(k kind) ir.Filter {
	headers := func() []ir.Header {
		return list(m, 2, func() ir.Header { return ir.Header{Name: "x-a", Value: pick(m, "v", "\xff\x00", "")} })
	}
	modify := ir.ModifyHeaders{Add: headers(), Set: headers(), Remove: list(m, 2, m.name)}
	redirect := ir.Redirect{Scheme: pick(m, "", "http", "https", "ftp"), Host: m.text(), Port: uint32(m.port()), Status: 302}
	if kind := ir.RewriteKind(m.IntN(3)); kind != ir.KeepPath {
		redirect.Path = ir.PathRewrite{Kind: kind, Value: m.text()}
	}
	fail := ir.FailHTTP{Status: 500, Message: m.text()}
	switch k {
	case http:
		if m.once(2) {
			modify.Response = true
		}
		return pick[ir.Filter](m, modify, redirect, fail)
	case serverHTTP:
		return pick[ir.Filter](m, modify, redirect, fail, ir.Empty{})
	case grpc, serverGRPC:
		return pick[ir.Filter](m, modify, ir.FailGRPC{Code: 7, Message: m.text()}, ir.Empty{})
	}
	return pick[ir.Filter](m, ir.Invalid{Message: m.text()}, ir.Forbidden{})
}

func (m Maker) distribution(k kind) ir.Distribution {
	d := ir.Distribution{Kind: ir.DistributionKind(m.IntN(3))}
	if d.Kind == ir.NoBackends {
		return d
	}
	d.Backends = list(m, 3, func() ir.Weighted {
		w := ir.Weighted{Backend: m.backend(k)}
		if d.Kind == ir.RandomAvailable {
			w.Weight = pick[uint32](m, 0, 1, 10, 90)
		}
		return w
	})
	return d
}

func (m Maker) backend(k kind) ir.Backend {
	b := ir.Backend{
		Meta: ir.Meta{Ref: m.ref(pick(m, "Service", "EgressNetwork")), Port: m.port()}, Kind: ir.BackendKind(m.IntN(3)),
		Filters: list(m, 1, func() ir.Filter { return m.filter(k) }),
	}
	if m.once(5) {
		b.Meta = ir.Meta{Default: "invalid"}
	}
	if !m.once(5) {
		b.Queue = ir.Queue{Capacity: 100, Failfast: ir.Duration{Seconds: 3}}
	}
	switch b.Kind {
	case ir.Balancer:
		b.Authority = m.name() + ".prod.svc.cluster.local:80"
		b.Load = ir.Load{RTT: m.duration(), Decay: m.duration()}
		if m.once(3) {
			b.Load.Penalize, b.Load.Penalty, b.Load.PenaltyDecay, b.Load.RetryAfter = true, m.duration(), m.duration(), m.duration()
		}
	case ir.Forward:
		b.Weight = uint32(m.IntN(3))
		if !m.once(3) {
			b.Addr = netip.AddrPortFrom(m.addr(), m.port())
		}
	}
	return b
}

func (m Maker) duration() ir.Duration {
	return pick(m, ir.Duration{}, ir.Duration{Seconds: 10}, ir.Duration{Nanos: 25e6}, ir.Duration{Seconds: 315576000001}, ir.Duration{Seconds: 1, Nanos: 999999999})
}

func (m Maker) timeout() ir.Timeout {
	if m.once(2) {
		return ir.Timeout{}
	}
	return ir.Timeout{Set: true, Duration: m.duration()}
}

func (m Maker) timeouts() ir.Timeouts {
	if m.once(3) {
		return ir.Timeouts{}
	}
	return ir.Timeouts{Present: true, Response: m.timeout(), Request: m.timeout(), Idle: m.timeout()}
}

func (m Maker) retry(k kind) ir.Retry {
	if m.once(2) {
		return ir.Retry{}
	}
	r := ir.Retry{Present: true, Limit: uint32(m.IntN(3)), MaxRequestBytes: 65536, Timeout: m.timeout(), Backoff: m.backoff()}
	if k == http {
		r.Statuses = list(m, 2, func() ir.StatusRange { return ir.StatusRange{First: 500, Last: pick[uint32](m, 500, 599)} })
		return r
	}
	r.Codes = ir.GRPCCodes{
		Cancelled: m.once(2), DeadlineExceeded: m.once(2), Internal: m.once(2), ResourceExhausted: m.once(2), Unavailable: m.once(2),
	}
	return r
}

func (m Maker) backoff() ir.Backoff {
	return ir.Backoff{Min: m.duration(), Max: m.duration(), Jitter: pick[float32](m, 0, 0.5, 1), RetryAfter: m.once(2)}
}

func (m Maker) accrual() ir.Accrual {
	switch m.IntN(3) {
	case 0:
		return ir.Accrual{Kind: ir.Consecutive, MaxFailures: uint32(m.IntN(8)), Backoff: m.backoff()}
	case 1:
		return ir.Accrual{
			Kind: ir.Unified, MaxFailures: uint32(m.IntN(8)), Backoff: m.backoff(),
			Threshold: pick(m, 0, 0.8, 1), Window: m.duration(), MinRequests: uint32(m.IntN(6)),
		}
	}
	return ir.Accrual{}
}
