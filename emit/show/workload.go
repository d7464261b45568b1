package show

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// Workload prints who may call a workload, on which port, and why. Ports of which the same
// is to be said are told of together.
func Workload(w io.Writer, wl *ir.Workload, judge Judge) error {
	p := &printer{bufio.NewWriter(w), judge}
	p.line(0, "%s", wl.Ref)
	names := map[uint16]string{}
	for _, n := range wl.Ports {
		if n.Name != "" {
			names[n.Port] = " (" + n.Name + ")"
		}
	}
	var doors doors
	for _, t := range wl.Tables {
		doors.add(fmt.Sprintf("port %d%s", t.Port, names[t.Port]), inbound(t, judge))
	}
	for i, o := range wl.Others {
		name := "every other port"
		if i < len(wl.Others)-1 {
			name = "other ports among " + ports(o.Ports)
		}
		doors.add(name, inbound(o.Table, judge))
	}
	for _, d := range doors {
		p.line(0, "")
		p.line(1, "%s", strings.Join(d.names, ", "))
		p.WriteString(d.text)
	}
	return p.Flush()
}

// doors are texts with the ports of which they hold, in the order of the first port.
type doors []door

type door struct {
	names []string
	text  string
}

func (d *doors) add(name, text string) {
	for i := range *d {
		if (*d)[i].text == text {
			(*d)[i].names = append((*d)[i].names, name)
			return
		}
	}
	*d = append(*d, door{[]string{name}, text})
}

// inbound returns what is said of one table below the name of its port.
func inbound(t ir.Inbound, judge Judge) string {
	var out bytes.Buffer
	p := &printer{bufio.NewWriter(&out), judge}
	p.line(2, "%s · %s", server(t.Meta), t.Protocol)
	p.decided(t.DecidedBy)
	if judge.Inbound != nil {
		p.refused(judge.Inbound(&t))
	}
	routed := slices.ContainsFunc(t.Routes, func(r ir.Route) bool { return r.Meta.Default == "" })
	if !routed || len(t.Authorizations) > 0 {
		p.permits(2, t.Authorizations) // else every route says whom it lets in
	}
	for _, r := range t.Routes {
		p.inboundRoute(r, len(t.Authorizations) == 0)
	}
	if routed {
		p.line(2, "every request that no route matches: refused as not found")
	}
	if t.RateLimit.Present {
		p.line(2, "rate limit by %s: %s", t.RateLimit.Meta.Ref, limits(t.RateLimit))
	}
	p.Flush()
	return out.String()
}

// server names what a port's table stands for.
func server(m ir.Meta) string {
	if m.Default != "" {
		return "default policy " + m.Default
	}
	return "Server " + m.Ref.Name
}

// inboundRoute prints what a route matches and whom it lets in beside those whom the port
// lets in. closed says that the port itself lets nobody in.
func (p *printer) inboundRoute(r ir.Route, closed bool) {
	if r.Meta.Default != "" && len(r.Authorizations) == 0 {
		return // it matches everything, and adds nothing to what the port says
	}
	p.line(2, "%s", routeTitle(r))
	for i, rule := range r.Rules {
		p.line(3, "rules[%d]", i)
		for _, m := range rule.Matches {
			p.line(4, "%s", match(m))
		}
		if len(rule.Matches) == 0 {
			p.line(4, "every request")
		}
		for _, f := range rule.Filters {
			p.line(4, "%s", filter(f))
		}
	}
	if len(r.Rules) == 0 {
		p.line(3, "no rules: it matches nothing")
	}
	switch {
	case len(r.Authorizations) > 0 && closed:
		p.permits(3, r.Authorizations)
	case len(r.Authorizations) > 0:
		p.line(3, "lets in also whom this port lets in")
		p.permits(3, r.Authorizations)
	case closed:
		p.permits(3, nil)
	default:
		p.line(3, "lets in whom this port lets in")
	}
}

// permits prints who is let in, and by what.
func (p *printer) permits(depth int, list []ir.Authorization) {
	for _, a := range list {
		p.line(depth, "lets in %s from %s · by %s", clients(a.Clients), networks(a.Networks), by(a))
	}
	if len(list) == 0 {
		p.line(depth, "lets in nobody but the Pod itself")
	}
}

// by names the object or default that lets clients in, by what the table says of it: so a
// bundle shows what its manifests show.
func by(a ir.Authorization) string {
	if a.Meta.Default != "" {
		return "default policy " + a.Meta.Default
	}
	kind := a.Meta.Ref.Kind
	switch kind {
	case "authorizationpolicy":
		kind = "AuthorizationPolicy"
	case "serverauthorization":
		kind = "ServerAuthorization"
	}
	return kind + " " + a.Meta.Ref.Name
}

func clients(c ir.Clients) string {
	switch c.Kind {
	case ir.AnyClient:
		return "any client"
	case ir.MeshedTLS:
		return "any client with mesh TLS"
	}
	out := append([]string(nil), c.Identities...)
	for _, s := range c.Suffixes {
		if s == "" {
			out = append(out, "any identity of the mesh")
		} else {
			out = append(out, "*"+s)
		}
	}
	return cmp.Or(strings.Join(out, ", "), "no identity")
}

func networks(list []ir.NetworkMatch) string {
	if text := join(list, network); text != "0.0.0.0/0, ::/0" {
		return text
	}
	return "any address"
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
	return cmp.Or(strings.Join(out, ", "), "none")
}
