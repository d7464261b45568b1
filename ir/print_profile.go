package ir

import (
	"fmt"
	"strconv"
)

func (p *printer) profile(name string, f *Profile) {
	p.line(name, when(f.Answer != Message, "answered with "+f.Answer.String()), some("name ", f.Name), when(f.Opaque, "opaque"),
		when(f.Parent != Meta{}, "of "+f.Parent.String()), when(f.Profiled(), "from "+f.ServiceProfile().String()), decided(f.DecidedBy))
	p.under(func() {
		if f.Budget != DefaultBudget() {
			p.line("retry budget", f.Budget.String())
		}
		for _, o := range f.Overrides {
			p.line("override weight", strconv.FormatUint(uint64(o.Weight), 10), o.Authority)
		}
		for i := range f.Routes {
			p.profileRoute(&f.Routes[i])
		}
		if f.Endpoint.Addr.IsValid() {
			p.line("at", f.Endpoint.String(), from(f.Endpoint.Origin))
		}
	})
}

func (p *printer) profileRoute(r *ProfileRoute) {
	timeout := ""
	if r.Timeout != 0 {
		timeout = "timeout " + r.Timeout.String()
	}
	p.line("route", strconv.Quote(r.Name), r.Condition.String(), when(r.Retryable, "retryable"), timeout, from(r.Origin))
	p.under(func() {
		for _, c := range r.Classes {
			word := "success"
			if c.Failure {
				word = "failure"
			}
			p.line(word, c.Condition.String())
		}
	})
}

// String returns the budget's ratio and bounds.
func (b RetryBudget) String() string {
	if !b.Present {
		return "none"
	}
	return fmt.Sprintf("ratio %v at least %d/s over %s", b.Ratio, b.MinRetries, b.TTL)
}

// String returns the address and how its proxy is reached.
func (e Endpoint) String() string {
	s := fmt.Sprintf("%s weight %d", e.Addr, e.Weight)
	if e.Mesh.Present {
		s += " meshed"
		if e.Mesh.Opaque {
			s += " opaque"
		}
		if e.Mesh.InboundPort != 0 {
			s += fmt.Sprintf(" inbound port %d", e.Mesh.InboundPort)
		}
		s += " identity " + e.Mesh.Identity + " server name " + e.Mesh.ServerName
	}
	return s + some(" labels ", words(e.Labels, Label.String))
}
