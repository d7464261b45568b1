package bundle

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"google.golang.org/protobuf/proto"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/lift"
	"routec.dev/routec/ir"
)

// ErrTextOnly says that a bundle without bundle.pb cannot answer queries.
var ErrTextOnly = errors.New("the bundle has no bundle.pb, so that it holds only the tables that something decided")

// Program lifts every table and returns the program that was packed: it answers every query
// with the same bytes. Lines of origins are not kept in bundles, and origins of parts of a
// table are those of the objects that decided the table. The error is [ErrTextOnly] where
// there is no bundle.pb.
func (b *Bundle) Program() (*ir.Program, error) {
	if b.binary == nil {
		return nil, ErrTextOnly
	}
	l := lifter{origins: originsByKey(b.binary.Origins)}
	p, err := l.program(b.binary)
	if err == nil {
		err = ir.Verify(p)
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return p, nil
}

// A lifter is the inverse of a packer.
type lifter struct {
	origins map[string][]ir.Origin
}

func (l *lifter) program(b *bundlepb.Bundle) (*ir.Program, error) {
	settings, err := settings(b.Settings)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	p := &ir.Program{
		Settings:  settings,
		Targets:   make([]ir.Target, len(b.Targets)),
		Workloads: make([]ir.Workload, len(b.Workloads)),
		Endpoints: make([]ir.Profile, len(b.Endpoints)),
		Statuses:  make([]ir.Status, len(b.Statuses)),
	}
	lists := []func() error{
		l.fill(len(b.Targets), func(i int) (err error) { p.Targets[i], err = l.target(b.Targets[i]); return err }),
		l.fill(len(b.Workloads), func(i int) (err error) { p.Workloads[i], err = l.workload(b.Workloads[i]); return err }),
		l.fill(len(b.Endpoints), func(i int) (err error) { p.Endpoints[i], err = l.endpoint(b.Endpoints[i]); return err }),
		l.fill(len(b.Statuses), func(i int) (err error) { p.Statuses[i], err = status(b.Statuses[i]); return err }),
		func() (err error) { p.Absent, err = l.template("absent", b.Absent); return err },
		func() (err error) { p.AbsentOpaque, err = l.template("absent-opaque", b.AbsentOpaque); return err },
		func() (err error) { p.UndefinedPort, err = l.template("undefined-port", b.UndefinedPort); return err },
		func() (err error) { p.Fallback, err = l.template("fallback", b.Fallback); return err },
	}
	for _, list := range lists {
		if err := list(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// fill lifts a list in parallel.
func (l *lifter) fill(n int, one func(int) error) func() error {
	return func() error { return parallel(n, func() func(int) error { return one }) }
}

func (l *lifter) target(t *bundlepb.Target) (out ir.Target, err error) {
	out = ir.Target{Ref: ref(t.Ref), Headless: t.Headless}
	for _, a := range t.Addresses {
		ip, ok := netip.AddrFromSlice(a)
		if !ok {
			return out, fmt.Errorf("%s: %x is not an address", out.Ref, a)
		}
		out.Addresses = append(out.Addresses, ip)
	}
	for _, n := range t.Ports {
		if n > 65535 {
			return out, fmt.Errorf("%s: %d is not a port", out.Ref, n)
		}
		out.Ports = append(out.Ports, uint16(n))
	}
	if out.Opaque, err = portSet(t.Opaque); err != nil {
		return out, fmt.Errorf("%s: %w", out.Ref, err)
	}
	for _, b := range t.Blocks {
		c, err := block(b)
		if err != nil {
			return out, fmt.Errorf("%s: %w", out.Ref, err)
		}
		out.Blocks = append(out.Blocks, c)
	}
	if t.Created != nil {
		if err := t.Created.CheckValid(); err != nil {
			return out, fmt.Errorf("%s: %w", out.Ref, err)
		}
		out.Created = t.Created.AsTime()
	}
	if by := l.origins[targetKey(out.Ref)]; len(by) == 1 {
		out.Origin = by[0]
	}
	return out, l.targetTables(&out, t)
}

func (l *lifter) targetTables(out *ir.Target, t *bundlepb.Target) (err error) {
	kind := Outbound
	if out.Ref.Kind == "EgressNetwork" {
		kind = Egress
	}
	if out.Tables, err = l.outbounds(kind, out.Ref, t.Tables); err != nil {
		return err
	}
	if out.Others, err = l.outbounds(kind, out.Ref, t.Others); err != nil {
		return err
	}
	for _, p := range t.Profiles {
		c, err := l.profile(tableKey(Profile, out.Ref, p), p)
		if err != nil {
			return err
		}
		c.Client = p.Client
		out.Profiles = append(out.Profiles, c)
	}
	for _, g := range t.Governs {
		c, err := liftGoverns(g)
		if err != nil {
			return fmt.Errorf("%s: %w", out.Ref, err)
		}
		out.Governs = append(out.Governs, c)
	}
	return nil
}

func (l *lifter) outbounds(kind Kind, object ir.Ref, list []*bundlepb.Table) (out []ir.Outbound, err error) {
	for _, t := range list {
		key := tableKey(kind, object, t)
		o, err := l.outbound(key, t)
		if err != nil {
			return nil, err
		}
		if o.Meta.Port != key.Port {
			return nil, fmt.Errorf("%s is a table of port %d", key, o.Meta.Port)
		}
		out = append(out, o)
	}
	return out, nil
}

func (l *lifter) outbound(key Key, t *bundlepb.Table) (ir.Outbound, error) {
	m := &outboundpb.OutboundPolicy{}
	if err := proto.Unmarshal(t.Message, m); err != nil {
		return ir.Outbound{}, fmt.Errorf("%s: %w", key, err)
	}
	o, err := lift.Outbound(m)
	if err != nil {
		return ir.Outbound{}, fmt.Errorf("%s: %w", key, err)
	}
	o.Client, o.OfOpaquePorts, o.DecidedBy = t.Client, t.OfOpaquePorts, l.origins[key.String()]
	setOrigins(o.Routes, o.DecidedBy)
	setOrigins(o.OpaqueRoutes, o.DecidedBy)
	return o, nil
}

// setOrigins gives each route the origin of the object of its name. Inbound tables leave
// namespaces out.
func setOrigins(routes []ir.Route, by []ir.Origin) {
	if len(by) == 0 {
		return
	}
	origins := make(map[ir.Ref]ir.Origin, 2*len(by))
	for _, o := range slices.Backward(by) {
		bare := o.Object
		bare.Namespace = ""
		origins[o.Object], origins[bare] = o, o
	}
	for i := range routes {
		routes[i].Origin = origins[routes[i].Meta.Ref]
	}
}

func (l *lifter) template(name string, t *bundlepb.Table) (ir.Outbound, error) {
	return l.outbound(Key{Kind: Outbound, Name: name}, t)
}

func (l *lifter) profile(key Key, t *bundlepb.Table) (ir.Profile, error) {
	m := &destinationpb.DestinationProfile{}
	if err := proto.Unmarshal(t.Message, m); err != nil {
		return ir.Profile{}, fmt.Errorf("%s: %w", key, err)
	}
	p, err := lift.Profile(m)
	if err != nil {
		return ir.Profile{}, fmt.Errorf("%s: %w", key, err)
	}
	p.Port, p.Answer, p.DecidedBy = uint16(t.Port), ir.Answer(t.Answer), l.origins[key.String()]
	if len(p.DecidedBy) > 0 {
		for i := range p.Routes {
			p.Routes[i].Origin = p.DecidedBy[0]
		}
	}
	return p, nil
}

func (l *lifter) endpoint(t *bundlepb.Table) (ir.Profile, error) {
	name, err := endpointName(t)
	if err != nil {
		return ir.Profile{}, err
	}
	p, err := l.profile(Key{Kind: Profile, Name: name}, t)
	if len(p.DecidedBy) > 0 {
		p.Endpoint.Origin = p.DecidedBy[0]
	}
	return p, err
}

// endpointName returns the address that an endpoint profile is of.
func endpointName(t *bundlepb.Table) (string, error) {
	m := &destinationpb.DestinationProfile{}
	if err := proto.Unmarshal(t.Message, m); err != nil {
		return "", fmt.Errorf("profile of an address: %w", err)
	}
	p, err := lift.Profile(m)
	if err != nil {
		return "", fmt.Errorf("profile of an address: %w", err)
	}
	if !p.Endpoint.Addr.IsValid() {
		return "", errors.New("the profile of an address has no address")
	}
	return p.Endpoint.Addr.String(), nil
}

func (l *lifter) workload(w *bundlepb.Workload) (out ir.Workload, err error) {
	out.Ref = ref(w.Ref)
	for _, label := range w.Labels {
		out.Labels = append(out.Labels, ir.Label{Key: label.Key, Value: label.Value})
	}
	for _, p := range w.Ports {
		if p.Port > 65535 {
			return out, fmt.Errorf("%s: %d is not a port", out.Ref, p.Port)
		}
		out.Ports = append(out.Ports, ir.NamedPort{Port: uint16(p.Port), Name: p.Name})
	}
	for _, t := range w.Tables {
		c, err := l.inbound(tableKey(Inbound, out.Ref, t), t)
		if err != nil {
			return out, err
		}
		out.Tables = append(out.Tables, c)
	}
	for _, t := range w.Others {
		o := ir.InboundOthers{}
		if o.Ports, err = portSet(t.Ports); err != nil {
			return out, fmt.Errorf("%s: %w", out.Ref, err)
		}
		if o.Table, err = l.inbound(Key{Kind: Inbound, Object: out.Ref, Ports: portsText(o.Ports)}, t); err != nil {
			return out, err
		}
		out.Others = append(out.Others, o)
	}
	if by := l.origins[targetKey(out.Ref)]; len(by) == 1 {
		out.Origin = by[0]
	}
	return out, nil
}

func (l *lifter) inbound(key Key, t *bundlepb.Table) (ir.Inbound, error) {
	m := &inboundpb.Server{}
	if err := proto.Unmarshal(t.Message, m); err != nil {
		return ir.Inbound{}, fmt.Errorf("%s: %w", key, err)
	}
	out, err := lift.Inbound(m)
	if err != nil {
		return ir.Inbound{}, fmt.Errorf("%s: %w", key, err)
	}
	out.Port, out.DecidedBy = uint16(t.Port), l.origins[key.String()]
	setOrigins(out.Routes, out.DecidedBy)
	return out, nil
}
