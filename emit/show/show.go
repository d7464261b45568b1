// Package show prints decided routing for people: one Service, EgressNetwork or workload at
// a time. It reads decisions and makes none.
package show

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// A Judge says why the proxy would not run a table, in its own words; "" where it would.
// Nil functions find nothing: show prints decisions, and refusals are found in messages.
type Judge struct {
	Outbound func(*ir.Outbound) string
	Inbound  func(*ir.Inbound) string
}

// Target prints what clients of a Service or EgressNetwork are told, port by port. With a
// client namespace, only what its clients are told.
func Target(w io.Writer, t *ir.Target, client string, judge Judge) error {
	p := &printer{bufio.NewWriter(w), judge}
	p.line(0, "%s", t.Ref)
	p.facts(t)
	for _, o := range forClient(t.Tables, client) {
		p.outbound(fmt.Sprintf("port %d", o.Meta.Port), t, o)
	}
	for _, o := range forClient(t.Others, client) {
		name := "every other port"
		if o.OfOpaquePorts {
			name = "every other port that is opaque (" + ports(t.Opaque) + ")"
		}
		p.outbound(name, t, o)
	}
	return p.Flush()
}

// forClient keeps the tables of one client namespace; those of all others where it has none
// of its own. Without a namespace everything is kept.
func forClient(tables []ir.Outbound, client string) []ir.Outbound {
	if client == "" {
		return tables
	}
	return slices.DeleteFunc(slices.Clone(tables), func(o ir.Outbound) bool {
		own := slices.ContainsFunc(tables, func(x ir.Outbound) bool {
			return x.Client == client && x.Meta.Port == o.Meta.Port && x.OfOpaquePorts == o.OfOpaquePorts
		})
		return o.Client != client && (own || o.Client != "")
	})
}

type printer struct {
	*bufio.Writer
	judge Judge
}

// line prints one line, and escapes what would break it or hide in it.
func (p *printer) line(depth int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", depth))
	p.WriteString(ir.Printable(fmt.Sprintf(format, args...)))
	p.WriteByte('\n')
}

func (p *printer) facts(t *ir.Target) {
	var facts []string
	for _, a := range t.Addresses {
		facts = append(facts, "address "+a.String())
	}
	for _, b := range t.Blocks {
		text := "network " + b.Net.String()
		for i, e := range b.Except {
			text += [...]string{" except ", ", "}[min(i, 1)] + e.String()
		}
		facts = append(facts, text)
	}
	for _, f := range facts {
		p.line(1, "%s", f)
	}
}

func (p *printer) outbound(name string, t *ir.Target, o ir.Outbound) {
	who := "clients of every namespace"
	if o.Client != "" {
		who = "clients of namespace " + o.Client
	}
	p.line(0, "")
	p.line(1, "%s · %s · %s", name, o.Protocol, who)
	p.decided(o.DecidedBy)
	if p.judge.Outbound != nil {
		p.refused(p.judge.Outbound(&o))
	}
	p.governs(t, o)
	if o.Accrual.Kind != ir.NoAccrual {
		p.line(2, "failure accrual: %s", accrual(o.Accrual))
	}
	for _, r := range o.Routes {
		p.route(r)
	}
	for _, r := range o.OpaqueRoutes {
		p.line(2, "bytes that are no HTTP")
		for _, rule := range r.Rules {
			p.effects(3, rule)
		}
	}
}

func (p *printer) decided(by []ir.Origin) {
	if len(by) > 0 {
		p.line(2, "decided by %s", list(by))
	} else {
		p.line(2, "decided by defaults only")
	}
}

// refused marks a table that the proxy would not run.
func (p *printer) refused(why string) {
	if why != "" {
		p.line(2, "REFUSED by the proxy: %s", why)
	}
}

func list(origins []ir.Origin) string {
	var out []string
	for _, o := range origins {
		out = append(out, o.Object.String())
	}
	return strings.Join(out, ", ")
}

func ports(set ir.PortSet) string {
	var out []string
	for _, r := range set {
		if r.First == r.Last {
			out = append(out, fmt.Sprint(r.First))
			continue
		}
		out = append(out, fmt.Sprintf("%d-%d", r.First, r.Last))
	}
	return strings.Join(out, ", ")
}

func accrual(a ir.Accrual) string {
	text := fmt.Sprintf("after %d failures in a row", a.MaxFailures)
	if a.Kind == ir.Unified {
		text += fmt.Sprintf(", or below a success rate of %v within %s", a.Threshold, a.Window)
	}
	return text + fmt.Sprintf(", for %s to %s", a.Backoff.Min, a.Backoff.Max)
}

func (p *printer) route(r ir.Route) {
	p.line(2, "%s", routeTitle(r))
	for i, rule := range r.Rules {
		p.rule(i, rule)
	}
	if len(r.Rules) == 0 {
		p.line(3, "no rules: it matches nothing")
	}
}

// routeTitle names a route by the object that it was written as, with its hosts.
func routeTitle(r ir.Route) string {
	text := "route " + r.Meta.String()
	if r.Origin.Object.Name != "" {
		text = "route " + r.Origin.Object.String()
	}
	if len(r.Hosts) > 0 {
		text += " · hosts " + join(r.Hosts, ir.Host.String)
	}
	return text
}

func join[T any](items []T, text func(T) string) string {
	var out []string
	for _, i := range items {
		out = append(out, text(i))
	}
	return strings.Join(out, ", ")
}

// rule prints a rule under the name that it has in the manifest: its index counts from 0.
func (p *printer) rule(i int, r ir.Rule) {
	p.line(3, "rules[%d]", i)
	for _, m := range r.Matches {
		p.line(4, "%s", match(m))
	}
	if len(r.Matches) == 0 {
		p.line(4, "every request")
	}
	p.effects(4, r)
}

// effects prints what becomes of the requests of a rule.
func (p *printer) effects(depth int, r ir.Rule) {
	for _, f := range r.Filters {
		p.line(depth, "%s", filter(f))
	}
	if t := timeouts(r.Timeouts); t != "" {
		p.line(depth, "timeouts: %s", t)
	}
	if r.Retry.Present {
		p.line(depth, "retries: at most %d%s", r.Retry.Limit, conditions(r.Retry))
	}
	if r.AllowL5d {
		p.line(depth, "clients may set timeouts and retries of their own by l5d- headers")
	}
	redirected := slices.ContainsFunc(r.Filters, func(f ir.Filter) bool { _, is := f.(ir.Redirect); return is })
	if !redirected || r.Backends.Kind != ir.NoBackends {
		p.distribution(depth, r.Backends)
	}
}

func timeouts(t ir.Timeouts) string {
	var out []string
	for _, x := range []struct {
		name string
		t    ir.Timeout
	}{{"request", t.Request}, {"response", t.Response}, {"idle", t.Idle}} {
		if x.t.Set {
			out = append(out, x.name+" "+x.t.String())
		}
	}
	return strings.Join(out, ", ")
}

func conditions(r ir.Retry) string {
	var on []string
	for _, s := range r.Statuses {
		on = append(on, s.String())
	}
	for _, c := range []struct {
		name string
		set  bool
	}{
		{"cancelled", r.Codes.Cancelled}, {"deadline-exceeded", r.Codes.DeadlineExceeded}, {"internal", r.Codes.Internal},
		{"resource-exhausted", r.Codes.ResourceExhausted}, {"unavailable", r.Codes.Unavailable},
	} {
		if c.set {
			on = append(on, c.name)
		}
	}
	text := ", on " + cmp.Or(strings.Join(on, ", "), "no status")
	if r.Timeout.Set {
		text += ", each try within " + r.Timeout.String()
	}
	return text
}

func match(m ir.Match) string {
	var out []string
	if m.Method != "" {
		out = append(out, m.Method)
	}
	switch {
	case m.RPC.Present && m.RPC.Service == "" && m.RPC.Method == "":
		out = append(out, "every method")
	case m.RPC.Present:
		out = append(out, "method "+cmp.Or(m.RPC.Service, "*")+"/"+cmp.Or(m.RPC.Method, "*"))
	case m.Path.Kind != ir.PathAny:
		out = append(out, "path "+m.Path.String())
	}
	for _, h := range m.Headers {
		out = append(out, "header "+condition(h))
	}
	for _, q := range m.Query {
		out = append(out, "query "+condition(q))
	}
	if len(out) == 0 {
		return "every request"
	}
	return strings.Join(out, " · ")
}

func condition(v ir.ValueMatch) string {
	if v.Regex {
		return fmt.Sprintf("%s ~ %q", v.Name, v.Value)
	}
	return fmt.Sprintf("%s = %q", v.Name, v.Value)
}
