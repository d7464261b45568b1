package ir

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Fprint writes a program as text for people: a line for each thing that can change on its
// own, in table order, indented by what holds it. What nearly every backend has (the queue
// and the load estimation of spec/outbound.md §7.1) is written only where it differs.
func Fprint(w io.Writer, p *Program) error {
	out := &printer{w: bufio.NewWriter(w)}
	out.settings(&p.Settings)
	for i := range p.Targets {
		out.target(&p.Targets[i])
	}
	for i := range p.Workloads {
		out.workload(&p.Workloads[i])
	}
	for i := range p.Endpoints {
		out.profile("endpoint "+p.Endpoints[i].Endpoint.Addr.String(), &p.Endpoints[i])
	}
	for _, t := range []struct {
		name  string
		table *Outbound
	}{{"absent", &p.Absent}, {"absent, opaque", &p.AbsentOpaque}, {"undefined port", &p.UndefinedPort}, {"fallback", &p.Fallback}} {
		out.outbound(t.name, t.table)
	}
	for i := range p.Statuses {
		out.status(&p.Statuses[i])
	}
	return out.w.Flush()
}

// FprintOutbound writes one outbound table as [Fprint] does.
func FprintOutbound(w io.Writer, o *Outbound) error {
	out := &printer{w: bufio.NewWriter(w)}
	out.outbound(o.Meta.String(), o)
	return out.w.Flush()
}

// A printer writes indented lines.
type printer struct {
	w     *bufio.Writer
	depth int
}

// line writes one line of words; empty ones are left out.
func (p *printer) line(words ...string) {
	for range p.depth {
		p.w.WriteString("  ")
	}
	first := true
	for _, s := range words {
		if s == "" {
			continue
		}
		if !first {
			p.w.WriteByte(' ')
		}
		p.w.WriteString(Printable(s))
		first = false
	}
	p.w.WriteByte('\n')
}

// Printable escapes what would break a line or hide in it; the texts of manifests hold anything.
func Printable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) < 0 {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		if strconv.IsPrint(r) {
			out.WriteRune(r)
		} else {
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return out.String()
}

// under writes lines one level deeper.
func (p *printer) under(lines func()) {
	p.depth++
	lines()
	p.depth--
}

// words joins a list, each element as text.
func words[T any](list []T, text func(T) string) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = text(x)
	}
	return strings.Join(parts, ", ")
}

// some prefixes text that is there.
func some(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// when is a word for something that is so.
func when(so bool, word string) string {
	if so {
		return word
	}
	return ""
}

// String returns the ports as "25, 4000-5000".
func (s PortSet) String() string {
	return words(s, func(r PortRange) string {
		if r.First == r.Last {
			return strconv.Itoa(int(r.First))
		}
		return fmt.Sprintf("%d-%d", r.First, r.Last)
	})
}

// String returns the place as FILE, document and field; nothing for the zero origin.
func (o Origin) String() string {
	if o.Place.Doc == nil {
		return ""
	}
	s := o.Place.Doc.File
	if o.Place.Doc.Index > 0 {
		s += fmt.Sprintf("[%d]", o.Place.Doc.Index)
	}
	return s + some(" ", o.Place.Item) + some(" ", o.Place.Field)
}

// from is the origin of a line, set apart.
func from(o Origin) string {
	if s := o.String(); s != "" {
		return "# " + s
	}
	return ""
}

func (p *printer) settings(s *Settings) {
	p.line("settings")
	p.under(func() {
		p.line("domain", s.ClusterDomain)
		p.line("networks", words(s.ClusterNetworks, netip.Prefix.String))
		p.line("egress namespace", s.EgressNamespace)
		p.line("default opaque ports", s.DefaultOpaquePorts.String())
	})
}

func (p *printer) target(t *Target) {
	p.line(t.Ref.String(), when(t.Headless, "headless"), from(t.Origin))
	p.under(func() {
		if len(t.Addresses)+len(t.Ports) > 0 {
			p.line("addresses", words(t.Addresses, netip.Addr.String), "ports", words(t.Ports, func(n uint16) string { return strconv.Itoa(int(n)) }))
		}
		if len(t.Opaque) > 0 {
			p.line("opaque", t.Opaque.String())
		}
		for _, b := range t.Blocks {
			p.line("network", b.Net.String(), some("except ", words(b.Except, netip.Prefix.String)))
		}
		if !t.Created.IsZero() {
			p.line("created", t.Created.UTC().Format(time.RFC3339Nano))
		}
		for i := range t.Tables {
			o := &t.Tables[i]
			p.outbound("outbound :"+strconv.Itoa(int(o.Meta.Port))+some("@", o.Client), o)
		}
		for i := range t.Others {
			o := &t.Others[i]
			name := "outbound :*"
			if o.OfOpaquePorts {
				name = "outbound :opaque"
			}
			p.outbound(name+some("@", o.Client), o)
		}
		for i := range t.Profiles {
			f := &t.Profiles[i]
			p.profile("profile :"+strconv.Itoa(int(f.Port))+some("@", f.Client), f)
		}
		for i := range t.Governs {
			p.governs(&t.Governs[i])
		}
	})
}

func (p *printer) governs(g *Governs) {
	if g.Profile == (Ref{}) && g.Reason == NoServiceProfile {
		return // the outbound table governs, as everywhere without profiles
	}
	side := func(name string, s Side) string {
		if s == NoTraffic {
			return ""
		}
		return name + " by " + s.String()
	}
	p.line("governed :"+strconv.Itoa(int(g.Port))+some("@", g.Client), g.Wire.String(),
		side("HTTP", g.HTTP), side("opaque", g.Opaque), side("TLS", g.TLS), "because", g.Reason.String(),
		some("masks ", words(g.Masked, Ref.String)), some("skips ", words(g.Skipped, Ref.String)))
}

func (p *printer) status(s *Status) {
	p.line("status", s.Object.String(), from(s.Origin))
	p.under(func() {
		for _, parent := range s.Parents {
			port := ""
			if parent.HasPort {
				port = ":" + strconv.Itoa(int(parent.Port))
			}
			p.line("parent", parent.Parent.String()+port)
			p.under(func() { p.conditions(parent.Conditions) })
		}
		p.conditions(s.Conditions)
		if s.Target != nil {
			p.line("target", s.Target.String())
		}
	})
}

func (p *printer) conditions(list []Condition) {
	for _, c := range list {
		p.line(c.Type, strconv.FormatBool(c.Status), c.Reason, strconv.Quote(c.Message))
	}
}
