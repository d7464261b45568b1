package golden

import (
	"slices"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// TestLawRunnerUp takes the rule that wins out of its table: the rule that ir/eval named as
// the next best must then win, and none where it named none.
func TestLawRunnerUp(t *testing.T) {
	checked := 0
	for n := range 600 {
		d := newDrawer(7<<32 + uint64(n))
		o := d.outbound()
		table, err := eval.Prepare(o)
		if err != nil || o.Protocol == ir.TLS || o.Protocol == ir.Opaque {
			continue
		}
		for range perTable {
			q := d.request(o.Protocol == ir.GRPC)
			version := d.version(table.Serves)
			r, err := eval.NewRequest(q.method, q.uri, q.headers)
			if err != nil {
				continue
			}
			v := table.Explain(version, r)
			if !v.Found {
				if eval.RunnerUp(v.Losers) >= 0 {
					t.Fatalf("table %d, %v: no winner, but a runner-up", n, q)
				}
				continue
			}
			rest, err := eval.Prepare(without(o, v.Winner))
			if err != nil {
				t.Fatal(err)
			}
			next, found := rest.Find(version, r)
			i := eval.RunnerUp(v.Losers)
			if found != (i >= 0) || found && (next.Route != v.Losers[i].Route || next.Match != v.Losers[i].Match || next.Key != v.Losers[i].Key) {
				t.Fatalf("table %d, %v: after %+v comes %+v (%v), not %+v", n, q, v.Winner, next, found, v.Losers)
			}
			checked++
		}
	}
	if checked < 1000 {
		t.Errorf("only %d winners", checked)
	}
}

// without returns the table without a rule.
func without(o ir.Outbound, w eval.Winner) ir.Outbound {
	o.Routes = slices.Clone(o.Routes)
	rules := slices.Clone(o.Routes[w.Route].Rules)
	o.Routes[w.Route].Rules = slices.Delete(rules, w.Rule, w.Rule+1)
	return o
}
