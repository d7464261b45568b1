package show

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"routec.dev/routec/ir"
)

// Workload prints who may call a workload, on which port, and why.
func Workload(w io.Writer, wl *ir.Workload) error {
	p := &printer{Writer: bufio.NewWriter(w)}
	p.line(0, "%s", wl.Ref)
	names := map[uint16]string{}
	for _, n := range wl.Ports {
		if n.Name != "" {
			names[n.Port] = " (" + n.Name + ")"
		}
	}
	for _, t := range wl.Tables {
		p.inbound(fmt.Sprintf("port %d%s", t.Port, names[t.Port]), t)
	}
	for i, o := range wl.Others {
		name := "every other port"
		if i < len(wl.Others)-1 {
			name = "other ports among " + ports(o.Ports)
		}
		p.inbound(name, o.Table)
	}
	return p.Flush()
}

func (p *printer) inbound(name string, t ir.Inbound) {
	decided := "defaults only"
	if len(t.DecidedBy) > 0 {
		decided = "decided by " + list(t.DecidedBy)
	}
	p.line(0, "")
	p.line(1, "%s · %s · %s · %s", name, t.Protocol, t.Meta, decided)
	p.permits(2, t.Authorizations, "nobody but the Pod itself")
	for _, r := range t.Routes {
		if r.Meta.Default != "" && len(r.Authorizations) == 0 {
			continue // the default route adds nothing to the Server's own authorizations
		}
		p.line(2, "route %s", r.Meta)
		for i, rule := range r.Rules {
			p.line(3, "rule %d", i+1)
			for _, m := range rule.Matches {
				p.line(4, "%s", match(m))
			}
			for _, f := range rule.Filters {
				p.line(4, "%s", filter(f))
			}
		}
		p.permits(3, r.Authorizations, "")
	}
	if t.RateLimit.Present {
		p.line(2, "rate limit %s: %s", t.RateLimit.Meta, limits(t.RateLimit))
	}
}

// permits prints who is let in; nobody stands for an empty list.
func (p *printer) permits(depth int, list []ir.Authorization, nobody string) {
	for _, a := range list {
		p.line(depth, "allows %s from %s · by %s", clients(a.Clients), join(a.Networks, network), a.Meta)
	}
	if len(list) == 0 && nobody != "" {
		p.line(depth, "allows %s", nobody)
	}
}

func clients(c ir.Clients) string {
	if c.Kind != ir.Identified {
		return c.Kind.String()
	}
	var out []string
	out = append(out, c.Identities...)
	for _, s := range c.Suffixes {
		out = append(out, "*"+s)
	}
	return strings.Join(out, ", ")
}

func network(n ir.NetworkMatch) string {
	text := n.Net.String()
	for i, e := range n.Except {
		text += [...]string{" except ", " and "}[min(i, 1)] + e.String()
	}
	return text
}

func limits(r ir.RateLimit) string {
	var out []string
	if r.Total.Set {
		out = append(out, fmt.Sprintf("%d requests a second in all", r.Total.RPS))
	}
	if r.Identity.Set {
		out = append(out, fmt.Sprintf("%d for each identity", r.Identity.RPS))
	}
	for _, o := range r.Overrides {
		out = append(out, fmt.Sprintf("%d for %s together", o.RPS, strings.Join(o.Identities, ", ")))
	}
	return strings.Join(out, ", ")
}
