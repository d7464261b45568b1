package bundle

import (
	"errors"
	"fmt"
	"net/netip"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// The inverses of record.go: what is not a table, from the schema to ir.

func ref(r *bundlepb.Ref) ir.Ref {
	return ir.Ref{Group: r.GetGroup(), Kind: r.GetKind(), Namespace: r.GetNamespace(), Name: r.GetName()}
}

func refs(list []*bundlepb.Ref) []ir.Ref {
	var out []ir.Ref
	for _, r := range list {
		out = append(out, ref(r))
	}
	return out
}

func portSet(list []*bundlepb.PortRange) (ir.PortSet, error) {
	var out ir.PortSet
	for _, r := range list {
		if r.First > r.Last || r.Last > 65535 {
			return nil, fmt.Errorf("%d-%d is not a range of ports", r.First, r.Last)
		}
		out = append(out, ir.PortRange{First: uint16(r.First), Last: uint16(r.Last)})
	}
	return out, nil
}

func prefix(p *bundlepb.Prefix) (netip.Prefix, error) {
	out, err := netip.ParsePrefix(p.GetCidr())
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not a network", p.GetCidr())
	}
	return out, nil
}

func prefixes(list []*bundlepb.Prefix) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, p := range list {
		c, err := prefix(p)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func block(b *bundlepb.Block) (out ir.Block, err error) {
	if out.Net, err = prefix(b.Net); err != nil {
		return out, err
	}
	out.Except, err = prefixes(b.Except)
	return out, err
}

func settings(s *bundlepb.Settings) (out ir.Settings, err error) {
	out = ir.Settings{ClusterDomain: s.GetClusterDomain(), EgressNamespace: s.GetEgressNamespace()}
	if out.ClusterNetworks, err = prefixes(s.GetClusterNetworks()); err != nil {
		return out, err
	}
	out.DefaultOpaquePorts, err = portSet(s.GetDefaultOpaquePorts())
	return out, err
}

func liftGoverns(g *bundlepb.Governs) (ir.Governs, error) {
	if g.Port > 65535 || g.Wire > uint32(ir.Opaque) || max(g.Http, g.Opaque, g.Tls) > uint32(ir.ByNobody) ||
		g.Reason > uint32(ir.OpaqueConflict) {
		return ir.Governs{}, errors.New("what governs a port is out of range")
	}
	return ir.Governs{
		Port: uint16(g.Port), Client: g.Client, Wire: ir.Protocol(g.Wire),
		HTTP: ir.Side(g.Http), Opaque: ir.Side(g.Opaque), TLS: ir.Side(g.Tls), Reason: ir.Reason(g.Reason),
		Profile: ref(g.Profile), Masked: refs(g.Masked), Skipped: refs(g.Skipped),
	}, nil
}

func status(s *bundlepb.Status) (out ir.Status, err error) {
	out = ir.Status{Object: ref(s.Object), Conditions: conditions(s.Conditions)}
	for _, p := range s.Parents {
		c := ir.ParentStatus{Parent: ref(p.Parent), Conditions: conditions(p.Conditions)}
		if p.Port != nil {
			if *p.Port > 65535 {
				return out, fmt.Errorf("status of %s: %d is not a port", out.Object, *p.Port)
			}
			c.HasPort, c.Port = true, uint16(*p.Port)
		}
		out.Parents = append(out.Parents, c)
	}
	if s.Target != nil {
		target := ref(s.Target)
		out.Target = &target
	}
	return out, nil
}

func conditions(list []*bundlepb.Condition) []ir.Condition {
	var out []ir.Condition
	for _, c := range list {
		out = append(out, ir.Condition{Type: c.Type, Status: c.Status, Reason: c.Reason, Message: c.Message})
	}
	return out
}

// originsByKey collects where things were written; documents of the same place are one.
func originsByKey(list []*bundlepb.Origins) map[string][]ir.Origin {
	docs := map[source.Doc]*source.Doc{}
	out := make(map[string][]ir.Origin, len(list))
	for _, o := range list {
		var by []ir.Origin
		for _, d := range o.DecidedBy {
			by = append(by, origin(d, docs))
		}
		out[o.Key] = by
	}
	return out
}

func origin(o *bundlepb.Origin, docs map[source.Doc]*source.Doc) ir.Origin {
	out := ir.Origin{Object: ref(o.Object)}
	if o.Created.IsValid() {
		out.Created = o.Created.AsTime()
	}
	if !o.Known {
		return out
	}
	doc := source.Doc{File: o.File, Index: int(o.Document)}
	if docs[doc] == nil {
		docs[doc] = &doc
	}
	out.Place = source.Place{Doc: docs[doc], Item: o.Item, Field: o.Field}
	return out
}
