package ir

import (
	"cmp"
	"fmt"
	"strings"
)

// A shape is what a kind of routes may hold.
type shape struct {
	name     string
	matches  bool
	paths    bool // matches on path, method and query
	methods  bool // matches on gRPC methods
	hosts    bool
	policies bool // timeouts and retries
	filter   func(Filter) bool
	inbound  bool // authorizations, and no backends
}

var (
	httpShape = shape{name: "an HTTP route", matches: true, paths: true, hosts: true, policies: true, filter: isHTTPFilter}
	grpcShape = shape{name: "a gRPC route", matches: true, methods: true, hosts: true, policies: true, filter: isGRPCFilter}
	tlsShape  = shape{name: "a TLS route", hosts: true, filter: isConnectionFilter}
	rawShape  = shape{name: "an opaque route", filter: isConnectionFilter}
)

func isHTTPFilter(f Filter) bool {
	switch f.(type) {
	case ModifyHeaders, Redirect, FailHTTP:
		return true
	}
	return false
}

func isGRPCFilter(f Filter) bool {
	switch f := f.(type) {
	case ModifyHeaders:
		return !f.Response
	case FailGRPC, Empty:
		return true
	}
	return false
}

func isConnectionFilter(f Filter) bool {
	switch f.(type) {
	case Invalid, Forbidden:
		return true
	}
	return false
}

func verifyOutbound(o *Outbound) error {
	if o.Protocol > Opaque {
		return fmt.Errorf("protocol %d", o.Protocol)
	}
	routes := [...]*shape{Detect: &httpShape, HTTP1: &httpShape, HTTP2: &httpShape, GRPC: &grpcShape, TLS: &tlsShape, Opaque: &rawShape}[o.Protocol]
	connections := o.Protocol == TLS || o.Protocol == Opaque
	return cmp.Or(
		within("meta", verifyMeta(&o.Meta)),
		holds(o.Protocol == Detect || len(o.OpaqueRoutes) == 0 && o.DetectTimeout == (Duration{}), "what only detection has"),
		holds(len(o.OpaqueRoutes) <= 1, "more than one opaque route"),
		holds(!connections || o.Accrual == (Accrual{}), "failure accrual without HTTP"),
		within("detectTimeout", verifyDuration(o.DetectTimeout)),
		within("accrual", verifyAccrual(&o.Accrual)),
		all(o.Routes, "routes", routes.verifyRoute),
		all(o.OpaqueRoutes, "opaqueRoutes", rawShape.verifyRoute),
	)
}

func verifyMeta(m *Meta) error {
	return holds(m.Default == "" || m.Ref == Ref{} && m.Port == 0, "a default that is a resource")
}

func verifyDuration(d Duration) error {
	return holds(d.Seconds >= 0 && d.Nanos >= 0 && d.Nanos < 1e9, "a duration out of range")
}

func verifyTimeout(t Timeout) error {
	return cmp.Or(holds(t.Set || t.Duration == Duration{}, "a timeout that is not set"), verifyDuration(t.Duration))
}

func verifyBackoff(b *Backoff) error {
	return cmp.Or(within("min", verifyDuration(b.Min)), within("max", verifyDuration(b.Max)))
}

func verifyAccrual(a *Accrual) error {
	rate := a.Threshold != 0 || a.Window != Duration{} || a.MinRequests != 0
	return cmp.Or(
		holds(a.Kind <= Unified, "no such kind"),
		holds(a.Kind != NoAccrual || *a == Accrual{}, "no failure accrual, but settings of one"),
		holds(a.Kind != Consecutive || !rate, "a success rate in consecutive mode"),
		holds(a.Threshold >= 0 && a.Threshold <= 1, "a threshold out of 0 to 1"),
		within("window", verifyDuration(a.Window)),
		within("backoff", verifyBackoff(&a.Backoff)),
	)
}

func (s *shape) verifyRoute(r *Route) error {
	return cmp.Or(
		within("meta", verifyMeta(&r.Meta)),
		holds(s.hosts || len(r.Hosts) == 0, s.name+" with hosts"),
		holds(s.inbound || len(r.Authorizations) == 0, "authorizations of an outbound route"),
		all(r.Rules, "rules", s.verifyRule),
		all(r.Authorizations, "authorizations", verifyAuthorization),
	)
}

func (s *shape) verifyRule(r *Rule) error {
	policies := r.Timeouts != (Timeouts{}) || r.Retry.Present || r.AllowL5d
	return cmp.Or(
		holds(s.matches || len(r.Matches) == 0, s.name+" with matches"),
		holds(s.policies || !policies, s.name+" with timeouts or retries"),
		holds(!s.inbound || r.Backends.Kind == NoBackends, "backends of an inbound route"),
		all(r.Matches, "matches", s.verifyMatch),
		all(r.Filters, "filters", s.verifyFilter),
		within("backends", s.verifyDistribution(&r.Backends)),
		within("timeouts", verifyTimeouts(&r.Timeouts)),
		within("retry", verifyRetry(&r.Retry)),
	)
}

func (s *shape) verifyFilter(f *Filter) error {
	if !s.filter(*f) {
		return fmt.Errorf("%s with a filter %T", s.name, *f)
	}
	if r, ok := (*f).(Redirect); ok {
		return holds(r.Path.Kind <= ReplacePrefix && (r.Path.Kind != KeepPath || r.Path.Value == ""), "no such rewrite")
	}
	return nil
}

func (s *shape) verifyMatch(m *Match) error {
	http := m.Path != (PathMatch{}) || m.Method != "" || len(m.Query) > 0
	return cmp.Or(
		holds(s.paths || !http, s.name+" that matches on path, method or query"),
		holds(s.methods || m.RPC == RPCMatch{}, s.name+" that matches on gRPC methods"),
		holds(m.Path.Kind <= PathRegex && (m.Path.Kind != PathAny || m.Path.Value == ""), "no such path match"),
		holds(m.RPC.Present || m.RPC == RPCMatch{}, "a gRPC method that is not there"),
		all(m.Headers, "headers", func(h *HeaderMatch) error {
			return holds(h.Name == strings.ToLower(h.Name), "a header name with capitals")
		}),
	)
}

func (s *shape) verifyDistribution(d *Distribution) error {
	return cmp.Or(
		holds(d.Kind <= RandomAvailable, "no such kind"),
		holds(d.Kind != NoBackends || len(d.Backends) == 0, "no backends, and yet some"),
		all(d.Backends, "backends", func(w *Weighted) error {
			return cmp.Or(
				holds(d.Kind == RandomAvailable || w.Weight == 0, "a weight that is not used"),
				s.verifyBackend(&w.Backend),
			)
		}),
	)
}

func (s *shape) verifyBackend(b *Backend) error {
	return cmp.Or(
		within("meta", verifyMeta(&b.Meta)),
		holds(b.Kind <= Forward, "no such kind"),
		holds(b.Kind == Balancer || b.Authority == "" && b.Load == Load{}, "what only a balancer has"),
		holds(b.Kind == Forward || !b.Addr.IsValid() && b.Weight == 0, "what only a forward has"),
		within("queue", verifyDuration(b.Queue.Failfast)),
		within("load", verifyLoad(&b.Load)),
		all(b.Filters, "filters", s.verifyFilter),
	)
}

func verifyLoad(l *Load) error {
	penalties := l.Penalty != Duration{} || l.PenaltyDecay != Duration{} || l.RetryAfter != Duration{}
	return cmp.Or(
		holds(l.Penalize || !penalties, "penalties that do not apply"),
		verifyDuration(l.RTT), verifyDuration(l.Decay),
		verifyDuration(l.Penalty), verifyDuration(l.PenaltyDecay), verifyDuration(l.RetryAfter),
	)
}

func verifyTimeouts(t *Timeouts) error {
	return cmp.Or(
		holds(t.Present || *t == Timeouts{}, "timeouts that are not there"),
		within("response", verifyTimeout(t.Response)),
		within("request", verifyTimeout(t.Request)),
		within("idle", verifyTimeout(t.Idle)),
	)
}

func verifyRetry(r *Retry) error {
	return cmp.Or(
		holds(r.Present || EqualRetries(r, &Retry{}), "a retry policy that is not there"),
		within("timeout", verifyTimeout(r.Timeout)),
		within("backoff", verifyBackoff(&r.Backoff)),
		all(r.Statuses, "statuses", func(s *StatusRange) error { return holds(s.First <= s.Last, "a range that ends before it begins") }),
	)
}
