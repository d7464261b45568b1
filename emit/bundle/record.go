package bundle

import (
	"strings"

	"net/netip"

	"google.golang.org/protobuf/types/known/timestamppb"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/ir"
)

// The conversions of what is not a table, from ir to the schema. Their inverse is in
// lift.go.

func refRecord(r ir.Ref) *bundlepb.Ref {
	if r == (ir.Ref{}) {
		return nil
	}
	return &bundlepb.Ref{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
}

func refRecords(refs []ir.Ref) []*bundlepb.Ref {
	var out []*bundlepb.Ref
	for _, r := range refs {
		out = append(out, &bundlepb.Ref{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name})
	}
	return out
}

func rangeRecords(set ir.PortSet) []*bundlepb.PortRange {
	var out []*bundlepb.PortRange
	for _, r := range set {
		out = append(out, &bundlepb.PortRange{First: uint32(r.First), Last: uint32(r.Last)})
	}
	return out
}

func prefixRecord(p netip.Prefix) *bundlepb.Prefix {
	return &bundlepb.Prefix{Cidr: p.String()}
}

func prefixRecords(list []netip.Prefix) []*bundlepb.Prefix {
	var out []*bundlepb.Prefix
	for _, p := range list {
		out = append(out, prefixRecord(p))
	}
	return out
}

func settingsRecord(s ir.Settings) *bundlepb.Settings {
	return &bundlepb.Settings{
		ClusterDomain:      s.ClusterDomain,
		ClusterNetworks:    prefixRecords(s.ClusterNetworks),
		EgressNamespace:    s.EgressNamespace,
		DefaultOpaquePorts: rangeRecords(s.DefaultOpaquePorts),
	}
}

// targetRecord is a target without its tables.
func targetRecord(t *ir.Target) *bundlepb.Target {
	out := &bundlepb.Target{Ref: refRecord(t.Ref), Opaque: rangeRecords(t.Opaque), Headless: t.Headless}
	for _, a := range t.Addresses {
		out.Addresses = append(out.Addresses, a.AsSlice())
	}
	for _, p := range t.Ports {
		out.Ports = append(out.Ports, uint32(p))
	}
	for _, b := range t.Blocks {
		out.Blocks = append(out.Blocks, &bundlepb.Block{Net: prefixRecord(b.Net), Except: prefixRecords(b.Except)})
	}
	if !t.Created.IsZero() {
		out.Created = timestamppb.New(t.Created)
	}
	return out
}

func governsRecord(g ir.Governs) *bundlepb.Governs {
	return &bundlepb.Governs{
		Port: uint32(g.Port), Client: g.Client, Wire: uint32(g.Wire),
		Http: uint32(g.HTTP), Opaque: uint32(g.Opaque), Tls: uint32(g.TLS), Reason: uint32(g.Reason),
		Profile: refRecord(g.Profile), Masked: refRecords(g.Masked), Skipped: refRecords(g.Skipped),
	}
}

// workloadRecord is a workload without its tables.
func workloadRecord(w *ir.Workload) *bundlepb.Workload {
	out := &bundlepb.Workload{Ref: refRecord(w.Ref)}
	for _, l := range w.Labels {
		out.Labels = append(out.Labels, &bundlepb.Label{Key: l.Key, Value: l.Value})
	}
	for _, p := range w.Ports {
		out.Ports = append(out.Ports, &bundlepb.NamedPort{Port: uint32(p.Port), Name: p.Name})
	}
	return out
}

func statusRecord(s *ir.Status) *bundlepb.Status {
	out := &bundlepb.Status{Object: refRecord(s.Object), Conditions: conditionRecords(s.Conditions)}
	for _, p := range s.Parents {
		c := &bundlepb.ParentStatus{Parent: refRecord(p.Parent), Conditions: conditionRecords(p.Conditions)}
		if p.HasPort {
			port := uint32(p.Port)
			c.Port = &port
		}
		out.Parents = append(out.Parents, c)
	}
	if s.Target != nil {
		out.Target = &bundlepb.Ref{Group: s.Target.Group, Kind: s.Target.Kind, Namespace: s.Target.Namespace, Name: s.Target.Name}
	}
	return out
}

func conditionRecords(list []ir.Condition) []*bundlepb.Condition {
	var out []*bundlepb.Condition
	for _, c := range list {
		out = append(out, &bundlepb.Condition{Type: c.Type, Status: c.Status, Reason: c.Reason, Message: c.Message})
	}
	return out
}

func originRecords(list []ir.Origin) []*bundlepb.Origin {
	var out []*bundlepb.Origin
	for _, o := range list {
		out = append(out, originRecord(o))
	}
	return out
}

// originRecord leaves out the line, which changes with every edit above it: file and
// document find it again.
func originRecord(o ir.Origin) *bundlepb.Origin {
	out := &bundlepb.Origin{Object: refRecord(o.Object)}
	if !o.Created.IsZero() {
		out.Created = timestamppb.New(o.Created)
	}
	if d := o.Place.Doc; d != nil {
		out.Known = true
		out.File, out.Document, out.Item, out.Field = strings.TrimPrefix(d.File, d.Root), uint32(d.Index), o.Place.Item, o.Place.Field
	}
	return out
}
