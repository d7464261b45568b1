// Package show prints decided routing for people: one Service, EgressNetwork or workload at
// a time. It reads decisions and makes none.
package show

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// Target prints what clients of a Service or EgressNetwork are told, port by port. With a
// client namespace, only what its clients are told.
func Target(w io.Writer, t *ir.Target, client string) error {
	p := &printer{Writer: bufio.NewWriter(w)}
	p.line(0, "%s", t.Ref)
	p.facts(t)
	for _, o := range forClient(t.Tables, client) {
		p.outbound(fmt.Sprintf("port %d", o.Meta.Port), o)
		p.governs(t, o)
	}
	for _, o := range forClient(t.Others, client) {
		name := "every other port"
		if o.OfOpaquePorts {
			name = "every other port that is opaque (" + ports(t.Opaque) + ")"
		}
		p.outbound(name, o)
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

type printer struct{ *bufio.Writer }

func (p *printer) line(depth int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(p, format, args...)
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

func (p *printer) outbound(name string, o ir.Outbound) {
	who := "clients of every namespace"
	if o.Client != "" {
		who = "clients of namespace " + o.Client
	}
	decided := "defaults only"
	if len(o.DecidedBy) > 0 {
		decided = "decided by " + list(o.DecidedBy)
	}
	p.line(0, "")
	p.line(1, "%s · %s · %s · %s", name, o.Protocol, who, decided)
	if o.Accrual.Kind != ir.NoAccrual {
		p.line(2, "failure accrual: %s", accrual(o.Accrual))
	}
	for _, r := range o.Routes {
		p.route(r)
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
	text := "route " + r.Meta.String()
	if len(r.Hosts) > 0 {
		text += " · hosts " + join(r.Hosts, ir.Host.String)
	}
	p.line(2, "%s", text)
	for i, rule := range r.Rules {
		p.rule(i, rule)
	}
	if len(r.Rules) == 0 {
		p.line(3, "no rules: it matches nothing")
	}
}

func join[T any](items []T, text func(T) string) string {
	var out []string
	for _, i := range items {
		out = append(out, text(i))
	}
	return strings.Join(out, ", ")
}

func (p *printer) rule(i int, r ir.Rule) {
	p.line(3, "rule %d", i+1)
	for _, m := range r.Matches {
		p.line(4, "%s", match(m))
	}
	if len(r.Matches) == 0 {
		p.line(4, "every request")
	}
	for _, f := range r.Filters {
		p.line(4, "%s", filter(f))
	}
	if t := timeouts(r.Timeouts); t != "" {
		p.line(4, "timeouts: %s", t)
	}
	if r.Retry.Present {
		p.line(4, "retries: at most %d%s", r.Retry.Limit, conditions(r.Retry))
	}
	p.distribution(r.Backends)
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
		on = append(on, fmt.Sprintf("%d-%d", s.First, s.Last))
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
	if len(on) == 0 {
		return ", on no status"
	}
	return ", on " + strings.Join(on, ", ")
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
		out = append(out, "method "+or(m.RPC.Service, "*")+"/"+or(m.RPC.Method, "*"))
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

func or(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}

func condition(v ir.ValueMatch) string {
	if v.Regex {
		return fmt.Sprintf("%s ~ %q", v.Name, v.Value)
	}
	return fmt.Sprintf("%s = %q", v.Name, v.Value)
}
