package ir

import (
	"fmt"
	"strconv"
)

func (p *printer) outbound(name string, o *Outbound) {
	p.line(name, o.Protocol.String(), when(o.Protocol == Detect, "after "+o.DetectTimeout.String()), decided(o.DecidedBy))
	p.under(func() {
		if o.Accrual.Kind != NoAccrual {
			p.line(o.Accrual.String())
		}
		for i := range o.Routes {
			p.route("route", &o.Routes[i])
		}
		for i := range o.OpaqueRoutes {
			p.route("opaque route", &o.OpaqueRoutes[i])
		}
	})
}

// decided names what had a say in a table.
func decided(by []Origin) string {
	return some("decided by ", words(by, func(o Origin) string { return o.Object.String() }))
}

func (p *printer) route(name string, r *Route) {
	p.line(name, r.Meta.String(), some("hosts ", words(r.Hosts, Host.String)), from(r.Origin))
	p.under(func() {
		for i := range r.Rules {
			p.line("rule", strconv.Itoa(i), when(r.Rules[i].AllowL5d, "allows l5d- headers"))
			p.under(func() { p.rule(&r.Rules[i]) })
		}
		for i := range r.Authorizations {
			p.authorization(&r.Authorizations[i])
		}
	})
}

func (p *printer) rule(r *Rule) {
	for i := range r.Matches {
		p.line("match", r.Matches[i].String())
	}
	for _, f := range r.Filters {
		p.line("filter", FilterString(f))
	}
	if r.Timeouts.Present {
		p.line("timeouts", r.Timeouts.String())
	}
	if r.Retry.Present {
		p.line("retry", r.Retry.String())
	}
	for i := range r.Backends.Backends {
		b := &r.Backends.Backends[i]
		share := ""
		if r.Backends.Kind == RandomAvailable {
			share = "weight " + strconv.FormatUint(uint64(b.Weight), 10)
		}
		p.line("backend", share, b.Backend.String())
		p.under(func() {
			for _, f := range b.Filters {
				p.line("filter", FilterString(f))
			}
		})
	}
	if r.Backends.Kind == FirstAvailable && len(r.Backends.Backends) != 1 {
		p.line("first available of", strconv.Itoa(len(r.Backends.Backends)))
	}
	if r.Backends.Kind == RandomAvailable && len(r.Backends.Backends) == 0 {
		p.line("by weight among none")
	}
}

// String returns the conditions of a match, such as "GET prefix /a header x-a exact "b""; a
// match without any is "anything".
func (m Match) String() string {
	s := m.Method
	add := func(text string) {
		if s != "" && text != "" {
			s += " "
		}
		s += text
	}
	if m.Path.Kind != PathAny {
		add(m.Path.String())
	}
	if m.RPC.Present {
		add("rpc " + orAny(m.RPC.Service) + "/" + orAny(m.RPC.Method))
	}
	for _, h := range m.Headers {
		add("header " + h.String())
	}
	for _, q := range m.Query {
		add("query " + q.String())
	}
	if s == "" {
		return "anything"
	}
	return s
}

func orAny(s string) string {
	if s == "" {
		return "*"
	}
	return s
}

// String returns the condition as a name and an exact or regex value.
func (m ValueMatch) String() string {
	if m.Regex {
		return m.Name + " regex " + strconv.Quote(m.Value)
	}
	return m.Name + " exact " + strconv.Quote(m.Value)
}

// FilterString returns what a filter does, on one line.
func FilterString(f Filter) string {
	switch f := f.(type) {
	case ModifyHeaders:
		side := "request"
		if f.Response {
			side = "response"
		}
		header := func(h Header) string { return h.Name + "=" + strconv.Quote(h.Value) }
		return side + " headers" + some(" add ", words(f.Add, header)) + some(" set ", words(f.Set, header)) +
			some(" remove ", words(f.Remove, func(s string) string { return s }))
	case Redirect:
		return f.String()
	case FailHTTP:
		return fmt.Sprintf("answer HTTP %d %q", f.Status, f.Message)
	case FailGRPC:
		return fmt.Sprintf("answer gRPC %d %q", f.Code, f.Message)
	case Invalid:
		return fmt.Sprintf("fail %q", f.Message)
	case Forbidden:
		return "refuse"
	case Empty:
		return "empty (the proxy refuses such a table)"
	}
	panic(fmt.Sprintf("ir: unknown filter %T", f))
}

// String returns the redirect, what it keeps left out.
func (f Redirect) String() string {
	s := "redirect " + strconv.FormatUint(uint64(f.Status), 10) + some(" scheme ", f.Scheme) + some(" host ", f.Host)
	if f.Port != 0 {
		s += " port " + strconv.FormatUint(uint64(f.Port), 10)
	}
	switch f.Path.Kind {
	case ReplaceFull:
		s += " path " + strconv.Quote(f.Path.Value)
	case ReplacePrefix:
		s += " prefix " + strconv.Quote(f.Path.Value)
	}
	return s
}

// String returns the timeouts that are set.
func (t Timeouts) String() string {
	s := ""
	for _, x := range []struct {
		name string
		Timeout
	}{{"response", t.Response}, {"request", t.Request}, {"idle", t.Idle}} {
		if x.Set {
			s += some(" ", x.name+" "+x.Timeout.String())
		}
	}
	if s == "" {
		return "none"
	}
	return s[1:]
}

// String returns the limit, the conditions and the times of a retry policy.
func (r Retry) String() string {
	s := fmt.Sprintf("limit %d up to %d bytes timeout %s backoff %s", r.Limit, r.MaxRequestBytes, r.Timeout, r.Backoff)
	on := words(r.Statuses, StatusRange.String)
	if r.Codes != (GRPCCodes{}) {
		on = r.Codes.String()
	}
	return s + some(" on ", on)
}

// String returns the range as "503" or "500-599".
func (s StatusRange) String() string {
	if s.First == s.Last {
		return strconv.FormatUint(uint64(s.First), 10)
	}
	return fmt.Sprintf("%d-%d", s.First, s.Last)
}

// String returns the codes as the annotation spells them.
func (c GRPCCodes) String() string {
	var names []string
	for _, x := range []struct {
		set  bool
		name string
	}{
		{c.Cancelled, "cancelled"}, {c.DeadlineExceeded, "deadline-exceeded"}, {c.Internal, "internal"},
		{c.ResourceExhausted, "resource-exhausted"}, {c.Unavailable, "unavailable"},
	} {
		if x.set {
			names = append(names, x.name)
		}
	}
	return words(names, func(s string) string { return s })
}

// String returns the bounds and the jitter of a backoff.
func (b Backoff) String() string {
	s := fmt.Sprintf("%s-%s jitter %v", b.Min, b.Max, b.Jitter)
	return s + when(b.RetryAfter, " retry-after")
}

// String returns the failure accrual's mode and settings.
func (a Accrual) String() string {
	switch a.Kind {
	case Consecutive:
		return fmt.Sprintf("accrual after %d failures backoff %s", a.MaxFailures, a.Backoff)
	case Unified:
		return fmt.Sprintf("accrual after %d failures or below %v of %d requests in %s backoff %s",
			a.MaxFailures, a.Threshold, a.MinRequests, a.Window, a.Backoff)
	}
	return "accrual none"
}

// Standard settings of backends (spec/outbound.md §7.1), which texts leave out.
var (
	standardQueue = Queue{Capacity: 100, Failfast: Duration{Seconds: 3}}
	standardLoad  = Load{RTT: Duration{Nanos: 30e6}, Decay: Duration{Seconds: 10}}
)

// String returns what the backend stands for, how it is reached, and what of it is not as
// nearly everywhere.
func (b Backend) String() string {
	s := b.Meta.String()
	switch b.Kind {
	case Failing:
		s += " unreachable"
	case Balancer:
		s += " at " + b.Authority
		if b.Load != standardLoad {
			s += " " + b.Load.String()
		}
	case Forward:
		s += " to " + b.Addr.String()
		if !b.Addr.IsValid() {
			s = b.Meta.String() + " to the original destination"
		}
		if b.Weight != 1 {
			s += fmt.Sprintf(" address weight %d", b.Weight)
		}
	}
	if b.Queue != standardQueue {
		s += fmt.Sprintf(" queue %d failfast %s", b.Queue.Capacity, b.Queue.Failfast)
	}
	return s
}

// String returns how load is estimated.
func (l Load) String() string {
	s := fmt.Sprintf("load rtt %s decay %s", l.RTT, l.Decay)
	if l.Penalize {
		s += fmt.Sprintf(" penalty %s decay %s retry-after up to %s", l.Penalty, l.PenaltyDecay, l.RetryAfter)
	}
	return s
}
