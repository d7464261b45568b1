package compile

import (
	"context"
	"fmt"
	"net/netip"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/source"
)

// Refused holds the tables that the real proxy would not run, and why.
type Refused map[bundle.Key]string

// A suspect is a table that was asked about, with what the proxy has against it.
type suspect struct {
	key     bundle.Key
	subject string // as in "Service prod/web:80"
	reasons []refuse.Reason
	place   func(refuse.Reason) ir.Origin
}

// judge lowers every table that an object had a say in and asks whether the proxy would run
// it. What only repeats the defaults always runs.
func (c *Cluster) judge(ctx context.Context) error {
	found, err := load.Each(ctx, c.asked(), c.Report, func(ask func(*refuse.Checker) []suspect, _ *diag.Report) []suspect {
		return ask(refuse.NewChecker(automata.Check))
	})
	if err != nil {
		return err
	}
	c.Refused = Refused{}
	seen := map[complaint]bool{}
	for _, list := range found {
		for _, s := range list {
			c.Refused[s.key] = why(s.reasons)
			c.report(s, seen)
		}
	}
	return nil
}

// perJob is how many targets share a checker, which remembers regular expressions.
const perJob = 64

// asked lists the questions, a batch of targets or workloads each.
func (c *Cluster) asked() []func(*refuse.Checker) []suspect {
	var jobs []func(*refuse.Checker) []suspect
	p := c.Program
	for i := 0; i < len(p.Targets); i += perJob {
		batch := p.Targets[i:min(i+perJob, len(p.Targets))]
		jobs = append(jobs, func(checker *refuse.Checker) (out []suspect) {
			for j := range batch {
				out = append(out, judgeTarget(&batch[j], p.Settings.ClusterDomain, checker)...)
			}
			return out
		})
	}
	for i := 0; i < len(p.Workloads); i += perJob {
		batch := p.Workloads[i:min(i+perJob, len(p.Workloads))]
		jobs = append(jobs, func(checker *refuse.Checker) (out []suspect) {
			for j := range batch {
				out = append(out, judgeWorkload(&batch[j], checker)...)
			}
			return out
		})
	}
	return jobs
}

func judgeTarget(t *ir.Target, domain string, checker *refuse.Checker) []suspect {
	var out []suspect
	for _, list := range [][]ir.Outbound{t.Tables, t.Others} {
		for i := range list {
			o := &list[i]
			if len(o.DecidedBy) == 0 {
				continue
			}
			reasons := checker.Outbound(outbound.Policy(sample(*o, t.Ref, domain)))
			if !refuse.Refused(reasons) {
				continue
			}
			out = append(out, suspect{
				key: bundle.OutboundKey(t.Ref, *o), subject: o.Meta.String(), reasons: reasons,
				place: func(r refuse.Reason) ir.Origin { return outboundPlace(t, o, r) },
			})
		}
	}
	return out
}

// sample completes what a template leaves open with an address of no account.
func sample(o ir.Outbound, target ir.Ref, domain string) ir.Outbound {
	port := max(o.Meta.Port, 1)
	addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), port)
	return o.At(ir.Destination{Target: target, Port: port, Addr: addr}, domain)
}

func judgeWorkload(w *ir.Workload, checker *refuse.Checker) []suspect {
	var out []suspect
	ask := func(key bundle.Key, t *ir.Inbound, subject string) {
		if len(t.DecidedBy) == 0 {
			return
		}
		reasons := checker.Inbound(inbound.Server(*t))
		if refuse.Refused(reasons) {
			out = append(out, suspect{key: key, subject: subject, reasons: reasons, place: func(r refuse.Reason) ir.Origin { return inboundPlace(w, t, r) }})
		}
	}
	for i := range w.Tables {
		t := &w.Tables[i]
		ask(bundle.InboundKey(w.Ref, t.Port, nil), t, fmt.Sprintf("%s:%d", w.Ref, t.Port))
	}
	for i := range w.Others {
		o := &w.Others[i]
		ask(bundle.InboundKey(w.Ref, 0, o.Ports), &o.Table, w.Ref.String()+", other ports")
	}
	return out
}

// outboundPlace finds what a reason is about: a field of the route, else the target.
func outboundPlace(t *ir.Target, o *ir.Outbound, r refuse.Reason) ir.Origin {
	routes := o.Routes
	if o.Protocol == ir.Detect && r.List == "opaque" {
		routes = o.OpaqueRoutes
	}
	return routePlace(routes, r, t.Origin)
}

func inboundPlace(w *ir.Workload, t *ir.Inbound, r refuse.Reason) ir.Origin {
	fallback := w.Origin
	if len(t.DecidedBy) > 0 {
		fallback = t.DecidedBy[0]
	}
	return routePlace(t.Routes, r, fallback)
}

// routePlace finds the field of a route that a reason is about; indexes in a table are those
// of the manifest.
func routePlace(routes []ir.Route, r refuse.Reason, fallback ir.Origin) ir.Origin {
	if r.Route < 0 || r.Route >= len(routes) || routes[r.Route].Origin == (ir.Origin{}) {
		return fallback
	}
	o := routes[r.Route].Origin
	if r.Rule < 0 {
		return o
	}
	field := source.Index("spec.rules", r.Rule)
	switch {
	case r.Match >= 0:
		field = source.Index(field+".matches", r.Match)
	case r.Backend >= 0:
		field = source.Index(field+".backendRefs", r.Backend)
	}
	if r.Filter >= 0 {
		field = source.Index(field+".filters", r.Filter)
	}
	o.Place = o.Place.Sub(field)
	return o
}

// why returns the first reason to refuse, as the proxy would log it.
func why(reasons []refuse.Reason) string {
	for _, r := range reasons {
		if r.Effect != refuse.Drops {
			return r.Path + ": " + r.Message
		}
	}
	return ""
}

// A complaint is one thing wrong at one place, whichever tables have it.
type complaint struct {
	place   source.Place
	message string
	effect  refuse.Effect
}

// report says once what is wrong with a manifest, however many tables it ends in.
func (c *Cluster) report(s suspect, seen map[complaint]bool) {
	for _, r := range s.reasons {
		if r.Effect == refuse.Drops {
			continue
		}
		at := s.place(r)
		key := complaint{at.Place, r.Message, r.Effect}
		if seen[key] {
			continue
		}
		seen[key] = true
		d := diag.Diagnostic{Code: diag.TableRefused, Severity: diag.Error, At: at.Place, Object: name(at.Object)}
		if r.Effect == refuse.Panics {
			d.Code = diag.TablePanics
		}
		d.Message = fmt.Sprintf("%s; %s", r.Message, consequence(s, r.Effect))
		d.Help = "mend this field: until then the table is marked refused"
		c.Report.Add(d)
	}
}

func consequence(s suspect, effect refuse.Effect) string {
	switch {
	case effect == refuse.Panics:
		return fmt.Sprintf("the proxy panics on the table of %s, and no traffic to it works", s.subject)
	case s.key.Kind == bundle.Inbound:
		return fmt.Sprintf("the proxy refuses the whole table of %s: every request is answered 403 (gRPC status 7), and every connection is closed", s.subject)
	}
	return fmt.Sprintf("the proxy refuses the whole table of %s: every HTTP request to it is answered 500 (gRPC status 13), and other connections fail", s.subject)
}

// name is how diagnostics name an object.
func name(r ir.Ref) string {
	id := manifest.Identity{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
	if id.Group == "core" {
		id.Group = manifest.CoreGroup
	}
	return id.String()
}
