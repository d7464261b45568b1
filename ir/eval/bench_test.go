package eval

import (
	"fmt"
	"slices"
	"testing"

	"routec.dev/routec/ir"
)

// BenchmarkCluster asks 10,000 Services one question each, of a cluster that has prepared
// nothing yet: what as many route tests cost.
func BenchmarkCluster(b *testing.B) {
	const services = 10_000
	p := &ir.Program{Settings: ir.Settings{ClusterDomain: "cluster.local"}}
	for i := range services {
		ref := ir.Ref{Group: "core", Kind: "Service", Namespace: fmt.Sprintf("ns%d", i/100), Name: fmt.Sprintf("web%d", i)}
		backend := ir.Weighted{Weight: 1, Backend: ir.Backend{Kind: ir.Balancer, Meta: ir.Meta{Ref: ref, Port: 80}}}
		routes := routesOf(b, "[rpc web.Web/Get | rpc web.Web/Put +h(x=1) | rpc web.Web/* | rpc */*]")
		for j := range routes[0].Rules {
			routes[0].Rules[j].Backends = ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{backend, backend}}
		}
		p.Targets = append(p.Targets, ir.Target{
			Ref: ref, Ports: []uint16{80},
			Tables: []ir.Outbound{{Meta: ir.Meta{Ref: ref, Port: 80}, Protocol: ir.GRPC, Routes: routes}},
			Others: []ir.Outbound{{Meta: ir.Meta{Ref: ref}}},
		})
	}
	slices.SortFunc(p.Targets, func(a, b ir.Target) int { return ir.CompareTargets(a.Ref, b.Ref) })
	b.ReportAllocs()
	for b.Loop() {
		c := NewCluster(p, Refusals{})
		for i := range services {
			a, err := c.Call("books", GRPC(fmt.Sprintf("web%d.ns%d", i, i/100), "web.Web/Put", nil))
			if err != nil || a.Verdict.Winner.Rule != 2 {
				b.Fatalf("%d: %+v, %v", i, a.Verdict, err)
			}
		}
	}
}
