package delta_test

import (
	"reflect"
	"slices"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
	"routec.dev/routec/ir/sample"
)

// Nothing differs from itself, what differs is named, and going back undoes it.
func TestLaws(t *testing.T) {
	for seed := range uint64(400) {
		a, b := sample.New(seed).Program(), sample.New(seed+1).Program()
		if seed%2 == 0 {
			b = mutate(sample.New(seed), sample.New(seed).Program())
		}
		if c := delta.Compare(a, sample.New(seed).Program()); !c.Empty() {
			t.Fatalf("seed %d: a program differs from itself: %+v", seed, c)
		}
		there, back := delta.Compare(a, b), delta.Compare(b, a)
		if there.Empty() != ir.Equal(a, b) {
			t.Fatalf("seed %d: empty is %v", seed, there.Empty())
		}
		if !reflect.DeepEqual(there, delta.Compare(a, b)) {
			t.Fatalf("seed %d: two comparisons differ", seed)
		}
		if len(there.Tables) != len(back.Tables) || len(there.Objects) != len(back.Objects) || len(there.Statuses) != len(back.Statuses) {
			t.Fatalf("seed %d: %d tables there and %d back", seed, len(there.Tables), len(back.Tables))
		}
		for i, table := range there.Tables {
			if table.Op == delta.Changed && len(table.Changes) == 0 {
				t.Fatalf("seed %d: a table changed without any change:\n%+v", seed, table)
			}
			if opposite(back.Tables[i].Op) != table.Op {
				t.Fatalf("seed %d: %s there, %s back", seed, table.Op, back.Tables[i].Op)
			}
			checkChanges(t, table.Changes)
		}
	}
}

func opposite(op delta.Op) delta.Op {
	switch op {
	case delta.Added:
		return delta.Removed
	case delta.Removed:
		return delta.Added
	}
	return op
}

// checkChanges demands that each change says something.
func checkChanges(t *testing.T, list []delta.Change) {
	t.Helper()
	for _, c := range list {
		if c.Op == delta.Changed && len(c.Changes) == 0 && c.From == c.To && c.Shares[0] == c.Shares[1] {
			t.Fatalf("a change without content: %+v", c)
		}
		checkChanges(t, c.Changes)
	}
}

// mutate changes tables here and there.
func mutate(m sample.Maker, p *ir.Program) *ir.Program {
	for i := range p.Targets {
		for _, list := range [][]ir.Outbound{p.Targets[i].Tables, p.Targets[i].Others} {
			for j := range list {
				for k := range list[j].Routes {
					for n := range list[j].Routes[k].Rules {
						r := &list[j].Routes[k].Rules[n]
						if m.IntN(9) == 0 && r.Timeouts == (ir.Timeouts{}) {
							r.Timeouts.Present = true
						}
					}
					rules := list[j].Routes[k].Rules
					if len(rules) > 0 && m.IntN(2) == 0 {
						slices.Reverse(rules)
						rules[0].Backends.Backends = slices.Clone(rules[0].Backends.Backends)
						slices.Reverse(rules[0].Backends.Backends)
					}
				}
			}
		}
	}
	for i := range p.Workloads {
		for j := range p.Workloads[i].Tables {
			slices.Reverse(p.Workloads[i].Tables[j].Authorizations)
		}
	}
	return p
}

var (
	web   = ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "web"}
	route = ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "prod", Name: "split"}
)

func backend(name string) ir.Backend {
	ref := web
	ref.Name = name
	return ir.Backend{Meta: ir.Meta{Ref: ref, Port: 80}, Kind: ir.Balancer, Authority: name + ".prod.svc.cluster.local:80"}
}

func weigh(pairs ...any) ir.Distribution {
	d := ir.Distribution{Kind: ir.RandomAvailable}
	for i := 0; i < len(pairs); i += 2 {
		d.Backends = append(d.Backends, ir.Weighted{Weight: uint32(pairs[i].(int)), Backend: backend(pairs[i+1].(string))})
	}
	return d
}

func rule(prefix string, d ir.Distribution) ir.Rule {
	return ir.Rule{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathPrefix, Value: prefix}}}, Backends: d}
}

func program(rules ...ir.Rule) *ir.Program {
	return &ir.Program{Targets: []ir.Target{{Ref: web, Tables: []ir.Outbound{{
		Meta: ir.Meta{Ref: web, Port: 80}, Protocol: ir.HTTP1, Routes: []ir.Route{{Meta: ir.Meta{Ref: route}, Rules: rules}},
	}}}}}
}

// ruleChanges compares two versions of one route.
func ruleChanges(t *testing.T, old, new *ir.Program) []delta.Change {
	t.Helper()
	c := delta.Compare(old, new)
	if len(c.Tables) != 1 || len(c.Tables[0].Changes) != 1 || len(c.Settings)+len(c.Objects)+len(c.Statuses) != 0 {
		t.Fatalf("got %+v", c)
	}
	r := c.Tables[0].Changes[0]
	if r.Part != delta.Route || r.Name != route.String() || r.Op != delta.Changed {
		t.Fatalf("got %+v", r)
	}
	return r.Changes
}

func TestInsertedRuleLeavesOthers(t *testing.T) {
	a, b, c := rule("/a", weigh(1, "a")), rule("/b", weigh(1, "b")), rule("/c", weigh(1, "c"))
	got := ruleChanges(t, program(a, b), program(c, a, b))
	if len(got) != 1 || got[0].Op != delta.Added || got[0].Name != "0" || got[0].To != "prefix /c" {
		t.Errorf("got %+v", got)
	}
	got = ruleChanges(t, program(a, b, c), program(a, c))
	if len(got) != 1 || got[0].Op != delta.Removed || got[0].Name != "1" || got[0].From != "prefix /b" {
		t.Errorf("got %+v", got)
	}
}

func TestMovedRule(t *testing.T) {
	a, b, c, d := rule("/a", weigh(1, "a")), rule("/b", weigh(1, "b")), rule("/c", weigh(1, "c")), rule("/d", weigh(1, "d"))
	got := ruleChanges(t, program(a, b, c, d), program(b, c, d, a))
	if len(got) != 1 || got[0].Op != delta.Moved || got[0].From != "0" || got[0].To != "3" {
		t.Errorf("got %+v", got)
	}
}

func TestChangedWeight(t *testing.T) {
	got := ruleChanges(t, program(rule("/a", weigh(90, "web", 10, "web2"))), program(rule("/a", weigh(80, "web", 20, "web2"))))
	if len(got) != 1 || len(got[0].Changes) != 2 {
		t.Fatalf("got %+v", got)
	}
	b := got[0].Changes[0]
	want := [2]delta.Share{{Weight: 90, Total: 100}, {Weight: 80, Total: 100}}
	if b.Part != delta.Backend || b.Name != "Service prod/web:80" || b.Shares != want || b.Op != delta.Changed {
		t.Errorf("got %+v", b)
	}
}

// A rule that was not written about loses nothing when another changes its matches.
func TestChangedMatchKeepsRule(t *testing.T) {
	old := rule("/a", weigh(1, "web"))
	changed := rule("/b", weigh(1, "web"))
	got := ruleChanges(t, program(old), program(changed))
	if len(got) != 1 || got[0].Op != delta.Changed || len(got[0].Changes) != 2 ||
		got[0].Changes[0].Part != delta.Match || got[0].Changes[1].Part != delta.Match {
		t.Errorf("got %+v", got)
	}
}

func TestAddedAndRemovedTables(t *testing.T) {
	old, new := program(), program()
	new.Targets[0].Tables = append(new.Targets[0].Tables, ir.Outbound{Meta: ir.Meta{Ref: web, Port: 80}, Client: "books"})
	c := delta.Compare(old, new)
	if len(c.Tables) != 1 || c.Tables[0].Op != delta.Added || c.Tables[0].Client != "books" || c.Tables[0].Outbound[1] == nil {
		t.Errorf("got %+v", c)
	}
	c = delta.Compare(new, &ir.Program{})
	if len(c.Tables) != 2 || c.Tables[0].Op != delta.Removed || len(c.Objects) != 1 || c.Objects[0].Op != delta.Removed {
		t.Errorf("got %+v", c)
	}
}

func BenchmarkCompare(b *testing.B) {
	build := func(changed int) *ir.Program {
		p := &ir.Program{}
		for i := range 10000 {
			one := program(rule("/a", weigh(90, "web", 10, "web2")), rule("/b", weigh(1, "web")), rule("/c", weigh(1, "web")), rule("/d", weigh(i, "web")))
			target := one.Targets[0]
			target.Ref.Name = string(rune('a'+i/1000)) + string(rune('a'+i/100%10)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
			target.Tables[0].Meta.Ref = target.Ref
			if i < changed {
				target.Tables[0].Routes[0].Rules[0].Backends.Backends[0].Weight = 80
			}
			p.Targets = append(p.Targets, target)
		}
		return p
	}
	old, new := build(0), build(100)
	b.ResetTimer()
	for b.Loop() {
		if c := delta.Compare(old, new); len(c.Tables) != 100 {
			b.Fatalf("%d tables", len(c.Tables))
		}
	}
}
