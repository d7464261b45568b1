package compile

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/emit/answer"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/source"
)

// Refused holds the tables that the real proxy would not run, and why.
type Refused map[bundle.Key]string

// Judge is for [bundle.Options]: it repeats what was found when the tables were decided, for
// those who freeze a cluster once more.
func (r Refused) Judge() func(bundle.Key, proto.Message) string {
	return func(key bundle.Key, _ proto.Message) string { return r[key] }
}

// A suspect is a table that the proxy has something against.
type suspect struct {
	key     bundle.Key
	reasons []refuse.Reason
}

// An inspector asks of each table whether the proxy would run it. Each worker has its own,
// because it remembers regular expressions.
type inspector struct {
	program *ir.Program
	checker *refuse.Checker
	found   []suspect
}

func newInspector(p *ir.Program) *inspector {
	return &inspector{program: p, checker: refuse.NewChecker(automata.Check)}
}

// inspect keeps a table as a suspect if the proxy refuses it, and says why.
func (i *inspector) inspect(key bundle.Key, m proto.Message) string {
	switch {
	case key.Name != "":
		return "" // of the control plane's own making
	case key.Kind == bundle.Egress:
		m = i.sample(key) // its addresses are those that will be asked for
	}
	reasons := i.checker.Message(m)
	if !refuse.Refused(reasons) {
		return ""
	}
	i.found = append(i.found, suspect{key, reasons})
	return answer.Why(reasons)
}

// sample completes a table of an EgressNetwork with an address of no account.
func (i *inspector) sample(key bundle.Key) proto.Message {
	o := i.outbound(key)
	port := max(o.Meta.Port, 1)
	addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), port)
	return outbound.Policy(o.At(ir.Destination{Target: key.Object, Port: port, Addr: addr}, i.program.Settings.ClusterDomain))
}

// outbound finds the decided table of a key.
func (i *inspector) outbound(key bundle.Key) *ir.Outbound {
	t := i.program.Target(key.Object)
	for _, list := range [][]ir.Outbound{t.Tables, t.Others} {
		for j := range list {
			if bundle.OutboundKey(t.Ref, list[j]) == key {
				return &list[j]
			}
		}
	}
	panic(fmt.Sprintf("compile: no table %s in the program that was packed", key))
}

// judge lowers every table that an object had a say in, and inspects it. What only repeats
// the defaults always runs.
func (c *Cluster) judge(ctx context.Context) error {
	batches := batches(c.Program)
	inspectors, err := parallel.Each(ctx, batches, c.Report, func(b batch, _ *diag.Report) *inspector {
		i := newInspector(c.Program)
		b.each(i.inspect)
		return i
	})
	if err != nil {
		return err
	}
	c.convict(inspectors)
	return nil
}

// convict marks and reports what inspectors found.
func (c *Cluster) convict(inspectors []*inspector) {
	var all []suspect
	for _, i := range inspectors {
		all = append(all, i.found...)
	}
	slices.SortFunc(all, func(a, b suspect) int { return cmp.Compare(a.key.String(), b.key.String()) })
	c.Refused = Refused{}
	seen := map[complaint]bool{}
	for _, s := range all {
		c.Refused[s.key] = answer.Why(s.reasons)
		c.report(s, seen)
	}
}

// A batch is a part of a program that one inspector looks through.
type batch struct {
	targets   []ir.Target
	workloads []ir.Workload
}

// perBatch is how many targets or workloads share an inspector.
const perBatch = 64

func batches(p *ir.Program) []batch {
	var out []batch
	for part := range slices.Chunk(p.Targets, perBatch) {
		out = append(out, batch{targets: part})
	}
	for part := range slices.Chunk(p.Workloads, perBatch) {
		out = append(out, batch{workloads: part})
	}
	return out
}

// each lowers the decided tables of a batch.
func (b batch) each(visit func(bundle.Key, proto.Message) string) {
	for i := range b.targets {
		t := &b.targets[i]
		for _, o := range slices.Concat(t.Tables, t.Others) {
			if len(o.DecidedBy) > 0 {
				visit(bundle.OutboundKey(t.Ref, o), outbound.Policy(o))
			}
		}
		for _, p := range t.Profiles {
			if len(p.DecidedBy) > 0 {
				visit(bundle.Key{Kind: bundle.Profile, Object: t.Ref, Port: p.Port, Client: p.Client}, profile.Destination(p))
			}
		}
	}
	for i := range b.workloads {
		w := &b.workloads[i]
		for _, t := range w.Tables {
			if len(t.DecidedBy) > 0 {
				visit(bundle.InboundKey(w.Ref, t.Port, nil), inbound.Server(t))
			}
		}
		for _, o := range w.Others {
			if len(o.Table.DecidedBy) > 0 {
				visit(bundle.InboundKey(w.Ref, 0, o.Ports), inbound.Server(o.Table))
			}
		}
	}
}

// place finds what a reason is about: a field of a route, else what decided the table.
func (c *Cluster) place(s suspect, r refuse.Reason) ir.Origin {
	i := inspector{program: c.Program}
	switch s.key.Kind {
	case bundle.Outbound, bundle.Egress:
		o := i.outbound(s.key)
		routes := o.Routes
		if o.Protocol == ir.Detect && r.List == "opaque" {
			routes = o.OpaqueRoutes
		}
		return routePlace(routes, r, first(o.DecidedBy))
	case bundle.Inbound:
		t := i.inbound(s.key)
		return routePlace(t.Routes, r, first(t.DecidedBy))
	}
	if p := c.Program.Target(s.key.Object).ProfileFor(s.key.Port, s.key.Client); p != nil {
		return first(p.DecidedBy)
	}
	return ir.Origin{}
}

// inbound finds the decided table of a key.
func (i *inspector) inbound(key bundle.Key) *ir.Inbound {
	for j := range i.program.Workloads {
		w := &i.program.Workloads[j]
		if w.Ref != key.Object {
			continue
		}
		for k := range w.Tables {
			if w.Tables[k].Port == key.Port {
				return &w.Tables[k]
			}
		}
		for k := range w.Others {
			if bundle.InboundKey(w.Ref, 0, w.Others[k].Ports) == key {
				return &w.Others[k].Table
			}
		}
	}
	panic(fmt.Sprintf("compile: no table %s in the program that was packed", key))
}

func first(origins []ir.Origin) ir.Origin {
	if len(origins) == 0 {
		return ir.Origin{}
	}
	return origins[0]
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
		at := c.place(s, r)
		key := complaint{at.Place, r.Message, r.Effect}
		if seen[key] {
			continue
		}
		seen[key] = true
		d := diag.Diagnostic{Code: diag.TableRefused, Severity: diag.Error, At: at.Place, Object: manifest.Named(at.Object).String()}
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
		return fmt.Sprintf("the proxy panics on the table of %s, and no traffic to it works", s.key)
	case s.key.Kind == bundle.Profile:
		return fmt.Sprintf("the proxy cannot use %s, and requests to it hang", s.key)
	case s.key.Kind == bundle.Inbound:
		return fmt.Sprintf("the proxy refuses the whole table of %s: every request is answered 403 (gRPC status 7), and every connection is closed", s.key)
	}
	return fmt.Sprintf("the proxy refuses the whole table of %s: every HTTP request to it is answered 500 (gRPC status 13), and other connections fail", s.key)
}
