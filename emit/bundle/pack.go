package bundle

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// Numbers of the fields of bundlepb.Bundle, which is written piece by piece.
const (
	fieldVersion = iota + 1
	fieldSettings
	fieldTargets
	fieldWorkloads
	fieldEndpoints
	fieldAbsent
	fieldAbsentOpaque
	fieldUndefinedPort
	fieldFallback
	fieldStatuses

	fieldOrigins = 14
	fieldDigest  = 15
)

// fieldTables is the number of bundlepb.Index's field of entries.
const fieldTables = 1

// A unit is what one worker packs at a time: a target, a workload, or what belongs to none.
// Only bytes are kept of it.
type unit struct {
	records   []byte // fields of bundlepb.Bundle
	origins   []byte // likewise
	namespace string // whose index
	index     []byte // lines
	Summary
}

// Pack freezes a program: every table is lowered, judged, encoded and printed, by as many
// workers as there are processors, each holding one target at a time. The files that it
// hands to the sink are the same, byte by byte, whatever the number of workers. An error is
// the sink's, or that of a table whose text is not UTF-8.
func Pack(p *ir.Program, opts Options, sink Sink) (*Summary, error) {
	jobs := jobs(p)
	units := make([]unit, len(jobs))
	err := parallel(len(jobs), func() func(int) error {
		w := newPacker(p, opts, sink)
		return func(i int) (err error) {
			w.wires = w.wires[:0]
			units[i], err = jobs[i](w)
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	if opts.OnlyDigest {
		return summarize(units), nil
	}
	total, err := writeBinary(units, opts, sink)
	if err != nil {
		return nil, err
	}
	if err := writeIndexes(p.Settings, units, sink); err != nil {
		return nil, err
	}
	return total, writeStatuses(p.Statuses, sink)
}

// A job packs one unit.
type job func(*packer) (unit, error)

// jobs lists the units in the order of bundle.pb's fields.
func jobs(p *ir.Program) []job {
	list := []job{(*packer).header}
	for i := range p.Targets {
		list = append(list, func(w *packer) (unit, error) { return w.target(&p.Targets[i]) })
	}
	for i := range p.Workloads {
		path := workloadPath(p.Workloads, i)
		list = append(list, func(w *packer) (unit, error) { return w.workload(&p.Workloads[i], path) })
	}
	return append(list, (*packer).endpoints, (*packer).templates, (*packer).statuses)
}

// parallel calls a function for each of n indexes; each worker makes one for itself. It
// returns all errors, in the order of indexes, once every worker has stopped.
func parallel(n int, worker func() func(int) error) error {
	failed := make([]error, n)
	var next atomic.Int64
	var stop atomic.Bool
	var crash atomic.Pointer[crashed]
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					stop.Store(true)
					crash.CompareAndSwap(nil, &crashed{p, debug.Stack()})
				}
			}()
			do := worker()
			for i := int(next.Add(1)) - 1; i < n && !stop.Load(); i = int(next.Add(1)) - 1 {
				if failed[i] = do(i); failed[i] != nil {
					stop.Store(true)
				}
			}
		})
	}
	wg.Wait()
	if c := crash.Load(); c != nil {
		panic(c)
	}
	return errors.Join(failed...)
}

// crashed is a panic of a worker, with which [parallel] panics in its turn: its caller can
// recover, which no one can in the worker's place.
type crashed struct {
	value any
	stack []byte
}

func (c *crashed) Error() string { return fmt.Sprintf("%v\n%s", c.value, c.stack) }

// summarize adds the units up.
func summarize(units []unit) *Summary {
	total := &Summary{}
	sum := sha256.New()
	for i := range units {
		sum.Write(units[i].records)
		total.add(units[i].Summary)
	}
	total.Digest = digestOf(sum)
	return total
}

// writeBinary sums the units up and hands out bundle.pb.
func writeBinary(units []unit, opts Options, sink Sink) (*Summary, error) {
	total := summarize(units)
	var content [][]byte
	for i := range units {
		content = append(content, units[i].records)
	}
	for i := range units {
		content = append(content, units[i].origins)
	}
	content = append(content, appendBytes(nil, fieldDigest, total.Digest[:]))
	for _, c := range content {
		total.Bytes += len(c)
	}
	if opts.NoBinary {
		return total, nil
	}
	return total, sink(binaryName, content...)
}

func (s *Summary) add(o Summary) {
	s.Tables += o.Tables
	s.Decided += o.Decided
	s.Refused += o.Refused
	s.Texts += o.Texts
}

func digestOf(h hash.Hash) (d Digest) {
	h.Sum(d[:0])
	return d
}

// appendBytes appends a length-delimited field.
func appendBytes(dst []byte, num protowire.Number, b []byte) []byte {
	dst = protowire.AppendTag(dst, num, protowire.BytesType)
	return protowire.AppendBytes(dst, b)
}

// appendMessage appends a message as a field.
func appendMessage(dst []byte, num protowire.Number, m proto.Message) ([]byte, error) {
	dst, err := render.AppendField(dst, num, m)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return dst, nil
}

// header is the version and the settings.
func (w *packer) header() (unit, error) {
	records := protowire.AppendTag(nil, fieldVersion, protowire.VarintType)
	records = protowire.AppendVarint(records, Version)
	records, err := appendMessage(records, fieldSettings, settingsRecord(w.program.Settings))
	return unit{records: records, namespace: noNamespace}, err
}

// statuses are the records of all statuses; their text is in [writeStatuses].
func (w *packer) statuses() (u unit, err error) {
	u.namespace = noNamespace
	for i := range w.program.Statuses {
		if u.records, err = appendMessage(u.records, fieldStatuses, statusRecord(&w.program.Statuses[i])); err != nil {
			return u, err
		}
	}
	return u, nil
}

// appendIndex appends a line of an index without the key above it.
func (w *packer) appendIndex(dst []byte, entry *bundlepb.IndexEntry) ([]byte, error) {
	var err error
	w.entry, err = render.AppendField(w.entry[:0], fieldTables, entry)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", entry.Table, err)
	}
	at := len(dst)
	dst, err = w.indexPrinter.AppendYAML(dst, w.entry)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", entry.Table, err)
	}
	return append(dst[:at], dst[at+len("tables:\n"):]...), nil
}
