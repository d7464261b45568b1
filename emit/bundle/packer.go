package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// A packer is one worker's state: what it packs, and buffers that it uses again.
type packer struct {
	program      *ir.Program
	opts         Options
	sink         Sink
	judge        func(Key, proto.Message) string
	printers     map[Kind]*render.Printer
	indexPrinter *render.Printer
	text         text
	wires        []byte // the tables of the unit at hand, encoded
	entry        []byte // the line of the index at hand, encoded
}

func newPacker(p *ir.Program, opts Options, sink Sink) *packer {
	w := &packer{program: p, opts: opts, sink: sink, judge: func(Key, proto.Message) string { return "" }}
	if opts.Judge != nil {
		w.judge = opts.Judge()
	}
	w.printers = printers()
	w.indexPrinter = render.For(&bundlepb.Index{})
	return w
}

// printers print the message of each kind of table.
func printers() map[Kind]*render.Printer {
	policy := render.For(&outboundpb.OutboundPolicy{})
	return map[Kind]*render.Printer{
		Outbound: policy, Egress: policy,
		Inbound: render.For(&inboundpb.Server{}), Profile: render.For(&destinationpb.DestinationProfile{}),
	}
}

// A frozen table is a record with what else the text and the index say of it.
type frozen struct {
	*bundlepb.Table
	key     Key
	by      []ir.Origin
	governs string
}

// freeze encodes and judges a message.
func (w *packer) freeze(key Key, m proto.Message, by []ir.Origin) (frozen, error) {
	start := len(w.wires)
	var err error
	if w.wires, err = render.AppendBinary(w.wires, m); err != nil {
		return frozen{}, fmt.Errorf("freeze %s: %w", key, err)
	}
	wire := w.wires[start:len(w.wires):len(w.wires)]
	digest := sha256.Sum256(wire)
	return frozen{
		Table: &bundlepb.Table{
			Port: uint32(key.Port), Client: key.Client, Message: wire, Digest: digest[:], Refused: w.judge(key, m),
		},
		key: key,
		by:  by,
	}, nil
}

// add puts a frozen table into its unit: the index, the origins, the counts, the text.
func (w *packer) add(u *unit, f frozen) (err error) {
	u.Tables++
	if len(f.by) > 0 {
		u.Decided++
	}
	if f.Refused != "" {
		u.Refused++
	}
	if w.opts.OnlyDigest {
		return nil
	}
	entry := &bundlepb.IndexEntry{Table: f.key.String(), Digest: hex.EncodeToString(f.Digest), Governs: f.governs, Refused: f.Refused}
	if f.Answer != 0 {
		entry.Answer = ir.Answer(f.Answer).String()
	}
	for _, o := range f.by {
		entry.By = append(entry.By, o.Object.String())
	}
	if u.index, err = w.appendIndex(u.index, entry); err != nil {
		return err
	}
	if err := u.addOrigins(entry.Table, f.by); err != nil {
		return err
	}
	if len(f.by) == 0 && f.Refused == "" && !w.opts.AllTables {
		return nil
	}
	u.Texts++
	return w.text.table(w.printers[f.key.Kind], f)
}

// addOrigins records where what decided a table or target was written.
func (u *unit) addOrigins(key string, by []ir.Origin) (err error) {
	if len(by) == 0 {
		return nil
	}
	u.origins, err = appendMessage(u.origins, fieldOrigins, &bundlepb.Origins{Key: key, DecidedBy: originRecords(by)})
	return err
}

// finish hands out the text of the tables added so far as one file, if there is any.
func (w *packer) finish(path string) error {
	content := w.text.take()
	if content == nil {
		return nil
	}
	return w.sink(path, content)
}

// target packs a Service or an EgressNetwork.
func (w *packer) target(t *ir.Target) (u unit, err error) {
	record := targetRecord(t)
	u.namespace = t.Ref.Namespace
	kind := Outbound
	if t.Ref.Kind == "EgressNetwork" {
		kind = Egress
	}
	if record.Tables, err = w.outbound(&u, kind, t, t.Tables); err != nil {
		return u, err
	}
	if record.Others, err = w.outbound(&u, kind, t, t.Others); err != nil {
		return u, err
	}
	if err := w.finish(textPath(string(kind), t.Ref.Namespace, t.Ref.Name)); err != nil {
		return u, err
	}
	if record.Profiles, err = w.profiles(&u, t); err != nil {
		return u, err
	}
	if err := w.finish(textPath(string(Profile), t.Ref.Namespace, t.Ref.Name)); err != nil {
		return u, err
	}
	for _, g := range t.Governs {
		record.Governs = append(record.Governs, governsRecord(g))
	}
	if t.Origin != (ir.Origin{}) {
		if err := u.addOrigins(targetKey(t.Ref), []ir.Origin{t.Origin}); err != nil {
			return u, err
		}
	}
	u.records, err = appendMessage(nil, fieldTargets, record)
	return u, err
}

// targetKey names a target or workload in the list of origins.
func targetKey(r ir.Ref) string { return r.Kind + "/" + r.Namespace + "/" + r.Name }

func (w *packer) outbound(u *unit, kind Kind, t *ir.Target, tables []ir.Outbound) (out []*bundlepb.Table, err error) {
	for i := range tables {
		o := &tables[i]
		key := tableKey(kind, t.Ref, &bundlepb.Table{Port: uint32(o.Meta.Port), Client: o.Client, OfOpaquePorts: o.OfOpaquePorts})
		f, err := w.freeze(key, outbound.Policy(*o), o.DecidedBy)
		if err != nil {
			return nil, err
		}
		f.OfOpaquePorts = o.OfOpaquePorts
		f.governs = governs(t, key)
		if err := w.add(u, f); err != nil {
			return nil, err
		}
		out = append(out, f.Table)
	}
	return out, nil
}

func (w *packer) profiles(u *unit, t *ir.Target) (out []*bundlepb.Table, err error) {
	for i := range t.Profiles {
		p := &t.Profiles[i]
		f, err := w.freeze(Key{Kind: Profile, Object: t.Ref, Port: p.Port, Client: p.Client}, profile.Destination(*p), p.DecidedBy)
		if err != nil {
			return nil, err
		}
		f.Answer = uint32(p.Answer)
		if err := w.add(u, f); err != nil {
			return nil, err
		}
		out = append(out, f.Table)
	}
	return out, nil
}

// workload packs the inbound tables of a workload.
func (w *packer) workload(l *ir.Workload, path string) (u unit, err error) {
	record := workloadRecord(l)
	u.namespace = l.Ref.Namespace
	for i := range l.Tables {
		t := &l.Tables[i]
		f, err := w.freeze(Key{Kind: Inbound, Object: l.Ref, Port: t.Port}, inbound.Server(*t), t.DecidedBy)
		if err != nil {
			return u, err
		}
		if err := w.add(&u, f); err != nil {
			return u, err
		}
		record.Tables = append(record.Tables, f.Table)
	}
	for i := range l.Others {
		o := &l.Others[i]
		f, err := w.freeze(Key{Kind: Inbound, Object: l.Ref, Ports: portsText(o.Ports)}, inbound.Server(o.Table), o.Table.DecidedBy)
		if err != nil {
			return u, err
		}
		f.Ports = rangeRecords(o.Ports)
		if err := w.add(&u, f); err != nil {
			return u, err
		}
		record.Others = append(record.Others, f.Table)
	}
	if err := w.finish(path); err != nil {
		return u, err
	}
	if l.Origin != (ir.Origin{}) {
		if err := u.addOrigins(targetKey(l.Ref), []ir.Origin{l.Origin}); err != nil {
			return u, err
		}
	}
	u.records, err = appendMessage(nil, fieldWorkloads, record)
	return u, err
}

// endpoints packs the profiles of addresses; their text is one file.
func (w *packer) endpoints() (u unit, err error) {
	u.namespace = noNamespace
	for i := range w.program.Endpoints {
		p := &w.program.Endpoints[i]
		f, err := w.freeze(Key{Kind: Profile, Name: p.Endpoint.Addr.String()}, profile.Destination(*p), p.DecidedBy)
		if err != nil {
			return u, err
		}
		f.Answer = uint32(p.Answer)
		if err := w.add(&u, f); err != nil {
			return u, err
		}
		if u.records, err = appendMessage(u.records, fieldEndpoints, f.Table); err != nil {
			return u, err
		}
	}
	return u, w.finish(textPath(string(Profile), noNamespace))
}

// templates packs the tables that belong to no object.
func (w *packer) templates() (u unit, err error) {
	u.namespace = noNamespace
	p := w.program
	for _, t := range []struct {
		name  string
		field protowire.Number
		table *ir.Outbound
	}{
		{"absent", fieldAbsent, &p.Absent},
		{"absent-opaque", fieldAbsentOpaque, &p.AbsentOpaque},
		{"undefined-port", fieldUndefinedPort, &p.UndefinedPort},
		{"fallback", fieldFallback, &p.Fallback},
	} {
		f, err := w.freeze(Key{Kind: Outbound, Name: t.name}, outbound.Policy(*t.table), t.table.DecidedBy)
		if err == nil {
			err = w.add(&u, f)
		}
		if err == nil {
			u.records, err = appendMessage(u.records, t.field, f.Table)
		}
		if err != nil {
			return u, err
		}
	}
	return u, w.finish(textPath(string(Outbound), noNamespace))
}
