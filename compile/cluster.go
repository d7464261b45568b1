package compile

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/admit/exact"
	"routec.dev/routec/compile/admit/inject"
	"routec.dev/routec/compile/check"
	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/compile/resolve"
	"routec.dev/routec/compile/routetest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// Counts says what became of what was read.
type Counts struct {
	decode.Counts
	Objects  int // of kinds that have a say in routing
	Accepted int
	Refused  int
}

// decide makes the cluster of one mesh from the documents.
func (docs documents) decide(ctx context.Context, mesh manifest.Mesh, engine *exact.Engine, opts Options) (*Cluster, error) {
	c := &Cluster{Mesh: mesh, Report: &diag.Report{}}
	judge, err := admit.New(admit.Options{GatewayAPI: mesh.GatewayAPI, Admission: mesh.Admission, Exact: engine, Regexp: automata.Check})
	if err != nil {
		return nil, err
	}
	candidates, err := docs.candidates(ctx, judge, c, opts) // decode, admit: one object at a time
	if err != nil {
		return nil, err
	}
	docs.duplicates(candidates, c.Report)
	set := c.admit(judge, candidates, opts) // admit: what depends on other objects
	inject.Objects(set, mesh, c.Report)
	if c.Program, err = resolve.Program(set, mesh, c.Report); err != nil {
		return nil, err
	}
	if err := check.Program(ctx, c.Program, set, c.Report); err != nil {
		return nil, err
	}
	if opts.Verify {
		if err := ir.Verify(c.Program); err != nil {
			return nil, fmt.Errorf("the decided program is not whole: %w", err)
		}
	}
	return c, nil
}

// A candidate is an object on its way into a cluster.
type candidate struct {
	object manifest.Unstructured // content only with Options.Verdicts
	record admit.Record
	add    decode.Adder // nil: refused, or of no interest
	ignore []diag.Suppression
}

// candidates decodes and judges every document in parallel. Trees live only as long as one
// document is worked on.
func (docs documents) candidates(ctx context.Context, judge *admit.Judge, c *Cluster, opts Options) ([]candidate, error) {
	type part struct {
		list   []candidate
		tests  []routetest.Test
		counts decode.Counts
	}
	how := decode.Options{Namespace: opts.Namespace, Limits: opts.Source.Load.Limits}
	if how.Namespace == "" {
		how.Namespace = c.Mesh.DefaultNamespace
	}
	var reader decode.Reader
	var lenders sync.Pool
	parts, err := parallel.Each(ctx, docs, c.Report, func(d load.Document, report *diag.Report) (p part) {
		how := how
		if opts.keepsNoTree() {
			maps, _ := lenders.Get().(*load.Maps)
			how.Maps = cmp.Or(maps, new(load.Maps))
			defer lenders.Put(how.Maps)
			defer how.Maps.Reclaim()
		}
		found := decode.Objects([]load.Document{d}, how, report)
		p.counts = found.Counts
		for _, u := range found.Objects {
			p.list = append(p.list, consider(judge, &reader, u, report, opts))
		}
		for _, u := range found.Tests {
			p.tests = append(p.tests, routetest.Read(u, report)...)
		}
		return p
	})
	if err != nil {
		return nil, err
	}
	n := 0
	for _, p := range parts {
		n += len(p.list)
	}
	all := make([]candidate, 0, n)
	for _, p := range parts {
		c.Counts.Join(p.counts)
		all = append(all, p.list...)
		c.Tests = append(c.Tests, p.tests...)
	}
	return all, nil
}

// keepsNoTree reports whether nothing of an object's tree is in use once the object is
// decoded and judged; the exact engine makes no such promise.
func (o Options) keepsNoTree() bool { return !o.Verdicts && len(o.CRDs) == 0 }

// consider judges one object and reads what Linkerd would see of it.
func consider(judge *admit.Judge, reader *decode.Reader, u manifest.Unstructured, report *diag.Report, opts Options) candidate {
	judgement := judge.Object(u)
	out := candidate{object: u, record: judgement.Record, ignore: ignored(u)}
	remark(judgement, u, report)
	nulls(judgement, u, report)
	out.object.Content = nil
	if opts.Verdicts {
		out.object.Content = judgement.Stored
	}
	if judgement.View == nil {
		return out
	}
	u.Content = judgement.View
	add, err := reader.Read(u)
	if err != nil {
		report.Add(undecodable(u, err))
	}
	out.add = add
	return out
}

func undecodable(u manifest.Unstructured, err error) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.ObjectInvisible, Severity: diag.Error,
		Object:  u.Identity.String(),
		Message: fmt.Sprintf("%v; Linkerd's controllers cannot decode this object and behave as if it were not there", err),
		At:      u.Place,
		Help:    "write the field as its type demands",
	}
}

// admit settles what depends on other objects, and returns what is accepted.
func (c *Cluster) admit(judge *admit.Judge, candidates []candidate, opts Options) *manifest.Set {
	records := make([]admit.Record, 0, len(candidates))
	for _, k := range candidates {
		records = append(records, k.record)
	}
	set := &manifest.Set{}
	c.Counts.Objects = len(candidates)
	overridden := overridden(candidates)
	for i, v := range judge.Settle(records) {
		k := &candidates[i]
		c.ignored = append(c.ignored, k.ignore...)
		if opts.Verdicts {
			c.Verdicts = append(c.Verdicts, Verdict{k.object, v})
		}
		if !v.Accepted() {
			c.Counts.Refused++
			reportRefusal(c.Report, k.object, v.Refusal, refused)
			continue
		}
		if v.Denial != nil {
			reportRefusal(c.Report, k.object, v.Denial, denied)
		}
		c.Counts.Accepted++
		if k.add != nil && !overridden[i] {
			k.add(set)
		}
	}
	decode.Sort(set)
	return set
}
