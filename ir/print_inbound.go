package ir

import (
	"fmt"
	"net/netip"
	"strconv"
)

func (p *printer) workload(w *Workload) {
	p.line(w.Ref.String(), from(w.Origin))
	p.under(func() {
		if len(w.Labels) > 0 {
			p.line("labels", words(w.Labels, Label.String))
		}
		if len(w.Ports) > 0 {
			p.line("ports", words(w.Ports, func(n NamedPort) string { return strconv.Itoa(int(n.Port)) + some(" ", n.Name) }))
		}
		for i := range w.Tables {
			p.inbound("inbound :"+strconv.Itoa(int(w.Tables[i].Port)), &w.Tables[i])
		}
		for i := range w.Others {
			name := "inbound :*"
			if !isEveryPort(w.Others[i].Ports) {
				name = "inbound :" + w.Others[i].Ports.String()
			}
			p.inbound(name, &w.Others[i].Table)
		}
	})
}

// String returns the label as KEY=VALUE.
func (l Label) String() string { return l.Key + "=" + l.Value }

func (p *printer) inbound(name string, t *Inbound) {
	p.line(name, t.Protocol.String(), when(t.Protocol == Detect, "after "+t.DetectTimeout.String()), "of", t.Meta.String(), decided(t.DecidedBy))
	p.under(func() {
		for i := range t.Authorizations {
			p.authorization(&t.Authorizations[i])
		}
		if t.RateLimit.Present {
			p.line("rate limit", t.RateLimit.String(), from(t.RateLimit.Origin))
		}
		for i := range t.Routes {
			p.route("route", &t.Routes[i])
		}
	})
}

func (p *printer) authorization(a *Authorization) {
	p.line("allow", a.String(), from(a.Origin))
}

// String returns who is let in, from where, and by what.
func (a Authorization) String() string {
	return a.Clients.String() + " from " + words(a.Networks, NetworkMatch.String) + " by " + a.Meta.String()
}

// String returns the clients as "any client", "mesh TLS" or their identities.
func (c Clients) String() string {
	if c.Kind != Identified {
		return c.Kind.String()
	}
	list := append([]string{}, c.Identities...)
	for _, s := range c.Suffixes {
		list = append(list, "*"+s)
	}
	return "identities " + words(list, func(s string) string { return s })
}

// String returns the network and its exceptions.
func (n NetworkMatch) String() string {
	return n.Net.String() + some(" except ", words(n.Except, netip.Prefix.String))
}

// String returns the limits that are set.
func (l RateLimit) String() string {
	s := l.Meta.String()
	if l.Total.Set {
		s += fmt.Sprintf(" total %d/s", l.Total.RPS)
	}
	if l.Identity.Set {
		s += fmt.Sprintf(" each identity %d/s", l.Identity.RPS)
	}
	for _, o := range l.Overrides {
		s += fmt.Sprintf(" %d/s for %s", o.RPS, words(o.Identities, func(s string) string { return s }))
	}
	return s
}
