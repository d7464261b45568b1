package bundle

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// Against returns the bundle as a program to compare with another one. With bundle.pb it is
// what [Bundle.Program] returns. Without, it is as much as text tells: tables that have text
// and, by their digests, those that are as in the other program. Tables that are neither
// are taken from the other program, too, and their keys returned: they have changed from
// defaults that are not written out. What text says nothing of (addresses, ports, who
// governs) is taken from the other program; such a program answers no queries.
func (b *Bundle) Against(other *ir.Program) (p *ir.Program, unknown []Key, err error) {
	if b.binary != nil {
		p, err = b.Program()
		return p, nil, err
	}
	a := against{other: tablesOf(other), targets: map[ir.Ref]*ir.Target{}, workloads: map[ir.Ref]*ir.Workload{}, p: &ir.Program{}}
	if a.p.Settings, err = settings(b.settings); err != nil {
		return nil, nil, fmt.Errorf("read bundle: %w", err)
	}
	for i := range b.Tables {
		if err := a.add(&b.Tables[i]); err != nil {
			return nil, nil, fmt.Errorf("read bundle: %w", err)
		}
	}
	for _, s := range b.statuses {
		c, err := status(s)
		if err != nil {
			return nil, nil, fmt.Errorf("read bundle: %w", err)
		}
		a.p.Statuses = append(a.p.Statuses, c)
	}
	a.finish(other)
	return a.p, a.unknown, nil
}

// A table of any kind; one of the pointers is set.
type anyTable struct {
	outbound *ir.Outbound
	inbound  *ir.Inbound
	profile  *ir.Profile
	ports    ir.PortSet // of an inbound template
}

// digest is that of the frozen table.
func (t anyTable) digest() Digest {
	var m proto.Message
	switch {
	case t.outbound != nil:
		m = outbound.Policy(*t.outbound)
	case t.inbound != nil:
		m = inbound.Server(*t.inbound)
	default:
		m = profile.Destination(*t.profile)
	}
	wire, err := render.Binary(m)
	if err != nil {
		return Digest{} // no bundle holds it
	}
	return sha256.Sum256(wire)
}

// tablesOf lists the tables of a program by the text of their keys.
func tablesOf(p *ir.Program) map[string]anyTable {
	out := map[string]anyTable{}
	for i := range p.Targets {
		t := &p.Targets[i]
		for _, list := range [][]ir.Outbound{t.Tables, t.Others} {
			for j := range list {
				out[OutboundKey(t.Ref, list[j]).String()] = anyTable{outbound: &list[j]}
			}
		}
		for j := range t.Profiles {
			f := &t.Profiles[j]
			out[Key{Kind: Profile, Object: t.Ref, Port: f.Port, Client: f.Client}.String()] = anyTable{profile: f}
		}
	}
	for i := range p.Workloads {
		w := &p.Workloads[i]
		for j := range w.Tables {
			out[InboundKey(w.Ref, w.Tables[j].Port, nil).String()] = anyTable{inbound: &w.Tables[j]}
		}
		for j := range w.Others {
			o := &w.Others[j]
			out[InboundKey(w.Ref, 0, o.Ports).String()] = anyTable{inbound: &o.Table, ports: o.Ports}
		}
	}
	for i := range p.Endpoints {
		f := &p.Endpoints[i]
		out[Key{Kind: Profile, Name: f.Endpoint.Addr.String()}.String()] = anyTable{profile: f}
	}
	for name, o := range templatesOf(p) {
		out[Key{Kind: Outbound, Name: name}.String()] = anyTable{outbound: o}
	}
	return out
}

// templatesOf are the tables that belong to no object, by name.
func templatesOf(p *ir.Program) map[string]*ir.Outbound {
	return map[string]*ir.Outbound{
		"absent": &p.Absent, "absent-opaque": &p.AbsentOpaque, "undefined-port": &p.UndefinedPort, "fallback": &p.Fallback,
	}
}

// An against builds the program.
type against struct {
	other     map[string]anyTable
	targets   map[ir.Ref]*ir.Target
	workloads map[ir.Ref]*ir.Workload
	p         *ir.Program
	unknown   []Key
}

// add puts a table where it belongs.
func (a *against) add(t *Table) error {
	record := &bundlepb.Table{Port: uint32(t.Key.Port), Client: t.Key.Client, OfOpaquePorts: t.Key.Ports == opaquePorts, Answer: uint32(t.Answer), Message: t.Message}
	l := lifter{origins: map[string][]ir.Origin{t.Key.String(): t.By}}
	theirs, known := a.other[t.Key.String()]
	if t.Message == nil && (!known || theirs.digest() != t.Digest) {
		a.unknown = append(a.unknown, t.Key)
		if !known {
			return nil
		}
	}
	switch t.Key.Kind {
	case Outbound, Egress:
		return a.addOutbound(t, record, l, theirs.outbound)
	case Profile:
		return a.addProfile(t, record, l, theirs.profile)
	}
	return a.addInbound(t, record, l, theirs)
}

func (a *against) addOutbound(t *Table, record *bundlepb.Table, l lifter, theirs *ir.Outbound) (err error) {
	var o ir.Outbound
	if t.Message != nil {
		if o, err = l.outbound(t.Key, record); err != nil {
			return err
		}
	} else {
		o = *theirs
	}
	if t.Key.Name != "" {
		into := templatesOf(a.p)[t.Key.Name]
		if into == nil {
			return fmt.Errorf("%s is no table", t.Key)
		}
		*into = o
		return nil
	}
	target := a.target(t.Key.Object)
	if t.Key.Port != 0 {
		target.Tables = append(target.Tables, o)
	} else {
		target.Others = append(target.Others, o)
	}
	return nil
}

func (a *against) addProfile(t *Table, record *bundlepb.Table, l lifter, theirs *ir.Profile) (err error) {
	var f ir.Profile
	if t.Message != nil {
		if f, err = l.profile(t.Key, record); err != nil {
			return err
		}
		f.Client = t.Key.Client
	} else {
		f = *theirs
	}
	if t.Key.Name != "" {
		a.p.Endpoints = append(a.p.Endpoints, f)
		return nil
	}
	target := a.target(t.Key.Object)
	target.Profiles = append(target.Profiles, f)
	return nil
}

func (a *against) addInbound(t *Table, record *bundlepb.Table, l lifter, theirs anyTable) (err error) {
	var s ir.Inbound
	if t.Message != nil {
		if s, err = l.inbound(t.Key, record); err != nil {
			return err
		}
	} else {
		s = *theirs.inbound
	}
	w := a.workloads[t.Key.Object]
	if w == nil {
		w = &ir.Workload{Ref: t.Key.Object}
		a.workloads[t.Key.Object] = w
	}
	if t.Key.Port != 0 {
		w.Tables = append(w.Tables, s)
		return nil
	}
	ports, err := parsePorts(t.Key.Ports)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Key, err)
	}
	w.Others = append(w.Others, ir.InboundOthers{Ports: ports, Table: s})
	return nil
}

func (a *against) target(r ir.Ref) *ir.Target {
	if a.targets[r] == nil {
		a.targets[r] = &ir.Target{Ref: r}
	}
	return a.targets[r]
}

// finish takes over what text says nothing of, and puts everything in order.
func (a *against) finish(other *ir.Program) {
	for i := range other.Targets {
		o := &other.Targets[i]
		t := a.targets[o.Ref]
		if t == nil {
			if len(o.Tables)+len(o.Others)+len(o.Profiles) > 0 {
				continue // new
			}
			t = a.target(o.Ref) // it would have no table here either
		}
		tables, others, profiles := t.Tables, t.Others, t.Profiles
		*t = *o
		t.Tables, t.Others, t.Profiles = tables, others, profiles
	}
	for i := range other.Workloads {
		o := &other.Workloads[i]
		if w := a.workloads[o.Ref]; w != nil {
			w.Labels, w.Ports, w.Origin = o.Labels, o.Ports, o.Origin
		}
	}
	for _, t := range a.targets {
		a.p.Targets = append(a.p.Targets, *t)
	}
	for _, w := range a.workloads {
		a.p.Workloads = append(a.p.Workloads, *w)
	}
	slices.SortFunc(a.p.Targets, func(x, y ir.Target) int { return ir.CompareTargets(x.Ref, y.Ref) })
	slices.SortFunc(a.p.Workloads, func(x, y ir.Workload) int { return ir.CompareWorkloads(x.Ref, y.Ref) })
	slices.SortFunc(a.p.Endpoints, func(x, y ir.Profile) int { return x.Endpoint.Addr.Compare(y.Endpoint.Addr) })
	slices.SortFunc(a.p.Statuses, func(x, y ir.Status) int { return x.Object.Compare(y.Object) })
	slices.SortFunc(a.unknown, func(x, y Key) int { return strings.Compare(x.String(), y.String()) })
}
