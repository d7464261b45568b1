package show

import (
	"cmp"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// governs prints which of profile and policy the proxy obeys at a port, where a
// ServiceProfile is selected at all, and what the profile says.
func (p *printer) governs(t *ir.Target, o ir.Outbound) {
	for _, g := range t.Governs {
		if g.Port != o.Meta.Port || g.Client != o.Client || g.Profile.Name == "" {
			continue
		}
		p.line(2, "obeyed: %s: %s", sides(g), g.Reason)
		p.line(2, "%s", g.Profile)
		if profile := t.ProfileFor(g.Port, g.Client); profile != nil {
			p.profile(*profile)
			if g.HTTP == ir.ByProfile && len(profile.UsableOverrides()) == 0 {
				p.line(3, "→ %8s  %s:%d, the Service itself", "100 %", t.Ref, g.Port)
			}
		}
		for _, r := range g.Masked {
			p.line(2, "masked: %s has no say", r)
		}
		for _, r := range g.Skipped {
			p.line(2, "skipped: %s, because the profile makes connections opaque", r)
		}
	}
}

// sides says who decides about each kind of traffic that the port lets in.
func sides(g ir.Governs) string {
	var out []string
	for _, s := range []struct {
		side    ir.Side
		traffic string
	}{{g.HTTP, "HTTP"}, {g.TLS, "TLS"}, {g.Opaque, "other bytes"}} {
		if s.side != ir.NoTraffic {
			out = append(out, "the "+s.side.String()+" for "+s.traffic)
		}
	}
	text := strings.ReplaceAll(strings.Join(out, ", "), "the nothing", "nothing")
	return cmp.Or(text, "nothing")
}

func (p *printer) profile(s ir.Profile) {
	if s.Answer != ir.Message {
		p.line(3, "the controller answers %s", s.Answer)
		return
	}
	if s.Opaque {
		p.line(3, "connections are opaque")
	}
	for _, r := range s.Routes {
		p.line(3, "route %q: %s%s", r.Name, r.Condition, routeFacts(r))
	}
	if slices.ContainsFunc(s.Routes, func(r ir.ProfileRoute) bool { return r.Retryable }) {
		p.line(3, "retry budget: %s", s.Budget)
	}
	p.overrides(s)
}

// overrides prints the split of the profile, with the shares of what the proxy keeps.
func (p *printer) overrides(s ir.Profile) {
	usable := s.UsableOverrides()
	var sum uint64
	for _, d := range usable {
		sum += uint64(d.Weight)
	}
	for _, d := range s.Overrides {
		share := "unused"
		if d.Usable() {
			share = Percent(uint64(d.Weight), sum)
		}
		p.line(3, "→ %8s  %s", share, d.Authority)
	}
}

func routeFacts(r ir.ProfileRoute) string {
	var out []string
	if r.Retryable {
		out = append(out, "retried")
	}
	if r.Timeout != 0 {
		out = append(out, "timeout "+r.Timeout.String())
	}
	for _, c := range r.Classes {
		word := "succeeds on "
		if c.Failure {
			word = "fails on "
		}
		out = append(out, word+c.Condition.String())
	}
	if len(out) == 0 {
		return ""
	}
	return " · " + strings.Join(out, " · ")
}
