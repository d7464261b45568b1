package bundle

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/ir"
)

// A lister lists the tables of a bundle.pb in its order, and checks their digests.
type lister struct {
	origins map[string][]ir.Origin
	tables  []Table
}

func (l *lister) bundle(b *bundlepb.Bundle) error {
	if b.Settings == nil || b.Absent == nil || b.AbsentOpaque == nil || b.UndefinedPort == nil || b.Fallback == nil {
		return errors.New("settings or templates are missing")
	}
	for _, t := range b.Targets {
		if err := l.target(t); err != nil {
			return err
		}
	}
	for _, w := range b.Workloads {
		for _, t := range w.Tables {
			if err := l.add(tableKey(Inbound, ref(w.Ref), t), t); err != nil {
				return err
			}
		}
		for _, t := range w.Others {
			set, err := portSet(t.Ports)
			if err != nil {
				return err
			}
			if err := l.add(Key{Kind: Inbound, Object: ref(w.Ref), Ports: portsText(set)}, t); err != nil {
				return err
			}
		}
	}
	for _, t := range b.Endpoints {
		name, err := endpointName(t)
		if err != nil {
			return err
		}
		if err := l.add(Key{Kind: Profile, Name: name}, t); err != nil {
			return err
		}
	}
	return errors.Join(
		l.add(Key{Kind: Outbound, Name: "absent"}, b.Absent),
		l.add(Key{Kind: Outbound, Name: "absent-opaque"}, b.AbsentOpaque),
		l.add(Key{Kind: Outbound, Name: "undefined-port"}, b.UndefinedPort),
		l.add(Key{Kind: Outbound, Name: "fallback"}, b.Fallback),
	)
}

func (l *lister) target(t *bundlepb.Target) error {
	r := ref(t.Ref)
	kind := Outbound
	if r.Kind == "EgressNetwork" {
		kind = Egress
	}
	governed := ir.Target{Ref: r}
	for _, g := range t.Governs {
		c, err := liftGoverns(g)
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
		governed.Governs = append(governed.Governs, c)
	}
	for _, table := range append(t.Tables[:len(t.Tables):len(t.Tables)], t.Others...) {
		key := tableKey(kind, r, table)
		if err := l.add(key, table); err != nil {
			return err
		}
		l.tables[len(l.tables)-1].Governs = governs(&governed, key)
	}
	for _, table := range t.Profiles {
		if err := l.add(tableKey(Profile, r, table), table); err != nil {
			return err
		}
	}
	return nil
}

// tableKey is the key of a table of a target, or of a workload's port.
func tableKey(kind Kind, object ir.Ref, t *bundlepb.Table) Key {
	key := Key{Kind: kind, Object: object, Port: uint16(t.Port), Client: t.Client}
	switch {
	case key.Port != 0 || kind == Profile:
	case t.OfOpaquePorts:
		key.Ports = opaquePorts
	default:
		key.Ports = "*"
	}
	return key
}

func (l *lister) add(key Key, t *bundlepb.Table) error {
	sum := sha256.Sum256(t.Message)
	if string(sum[:]) != string(t.Digest) {
		return fmt.Errorf("%s has digest %x, and the bundle says %x", key, sum, t.Digest)
	}
	if t.Port > 65535 {
		return fmt.Errorf("%s has port %d", key, t.Port)
	}
	if t.Answer > uint32(ir.Conflict) {
		return fmt.Errorf("%s has the unknown answer %d", key, t.Answer)
	}
	l.tables = append(l.tables, Table{
		Key: key, Digest: sum, By: l.origins[key.String()], Answer: ir.Answer(t.Answer), Refused: t.Refused, Message: t.Message,
	})
	return nil
}
