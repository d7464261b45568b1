package show

import (
	"strings"

	"routec.dev/routec/ir"
)

// governs prints which of profile and policy the proxy obeys at a port, where a
// ServiceProfile is selected at all.
func (p *printer) governs(t *ir.Target, o ir.Outbound) {
	for _, g := range t.Governs {
		if g.Port != o.Meta.Port || g.Client != o.Client || g.Profile.Name == "" {
			continue
		}
		p.line(2, "governed by %s · opaque bytes by %s: %s", g.HTTP, g.Opaque, g.Reason)
		for _, r := range g.Masked {
			p.line(3, "masks %s", r)
		}
		if profile := t.ProfileFor(g.Port, g.Client); profile != nil {
			p.profile(*profile)
		}
	}
}

func (p *printer) profile(s ir.Profile) {
	p.line(2, "%s", s.ServiceProfile())
	if s.Answer != ir.Message {
		p.line(3, "the controller answers %s", s.Answer)
		return
	}
	for _, r := range s.Routes {
		p.line(3, "route %s%s", r.Name, routeFacts(r))
	}
	var sum uint64
	for _, d := range s.Overrides {
		sum += uint64(d.Weight)
	}
	for _, d := range s.Overrides {
		share := "0 %"
		if sum > 0 {
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
		if c.Failure {
			out = append(out, "has failure classes")
			break
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " · " + strings.Join(out, ", ")
}
