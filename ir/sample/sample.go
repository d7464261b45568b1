// Package sample makes random programs for the tests of laws: small, odd, and such that
// [ir.Verify] finds nothing. They need not be programs that any manifests give.
package sample

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A Maker draws values; the same seed gives the same ones.
type Maker struct{ *rand.Rand }

// New returns a maker for a seed.
func New(seed uint64) Maker { return Maker{rand.New(rand.NewPCG(seed, 0))} }

// once is true once in n times.
func (m Maker) once(n int) bool { return m.IntN(n) == 0 }

// list draws up to n elements.
func list[T any](m Maker, n int, one func() T) []T {
	var out []T
	for range m.IntN(n + 1) {
		out = append(out, one())
	}
	return out
}

func pick[T any](m Maker, from ...T) T { return from[m.IntN(len(from))] }

// Program draws a whole program.
func (m Maker) Program() *ir.Program {
	p := &ir.Program{
		Settings: ir.Settings{
			ClusterDomain:      "cluster.local",
			ClusterNetworks:    []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")},
			EgressNamespace:    "linkerd-egress",
			DefaultOpaquePorts: m.portSet(),
		},
		Absent:        m.template(ir.Ref{Group: "core", Kind: "Service"}),
		UndefinedPort: m.template(ir.Ref{Group: "core", Kind: "Service"}),
		Fallback:      m.template(ir.Ref{}),
	}
	p.Targets = list(m, 4, m.service)
	p.Targets = append(p.Targets, list(m, 2, m.network)...)
	p.Targets = sorted(p.Targets, func(a, b ir.Target) int { return ir.CompareTargets(a.Ref, b.Ref) })
	p.Workloads = sorted(list(m, 3, m.workload), func(a, b ir.Workload) int { return ir.CompareWorkloads(a.Ref, b.Ref) })
	p.Endpoints = sorted(list(m, 2, m.endpointProfile), func(a, b ir.Profile) int { return a.Endpoint.Addr.Compare(b.Endpoint.Addr) })
	p.Statuses = sorted(list(m, 3, m.status), func(a, b ir.Status) int { return a.Object.Compare(b.Object) })
	p.AbsentOpaque = m.template(ir.Ref{Group: "core", Kind: "Service"})
	return p
}

// sorted sorts, and drops what has an equal before it.
func sorted[T any](in []T, compare func(a, b T) int) []T {
	slices.SortStableFunc(in, compare)
	return slices.CompactFunc(in, func(a, b T) bool { return compare(a, b) == 0 })
}

func (m Maker) name() string      { return pick(m, "web", "cart", "books", "a", "x-1") }
func (m Maker) namespace() string { return pick(m, "prod", "faces", "default") }
func (m Maker) port() uint16      { return pick[uint16](m, 80, 443, 8080, 50051, 65535) }

// text draws strings that are hard to print or to escape, too.
func (m Maker) text() string {
	return pick(m, "", "a", "/api", "^/x(y|z)*$", "é\n\"", "null", "---", "# no", "a: b", " ", "\u2028", "yes", "10.0.0.1:80")
}

func (m Maker) portSet() ir.PortSet {
	return pick(m, nil, ir.PortSet{{First: 25, Last: 25}}, ir.PortSet{{First: 25, Last: 25}, {First: 4000, Last: 5000}})
}

func (m Maker) ref(kind string) ir.Ref {
	group := map[string]string{
		"Service": "core", "EgressNetwork": "policy.linkerd.io",
		"Pod": "core", "Deployment": "apps", "ExternalWorkload": "workload.linkerd.io",
	}[kind]
	return ir.Ref{Group: group, Kind: kind, Namespace: m.namespace(), Name: m.name()}
}

func (m Maker) routeRef() ir.Ref {
	return ir.Ref{
		Group: pick(m, "gateway.networking.k8s.io", "policy.linkerd.io"), Kind: pick(m, "HTTPRoute", "GRPCRoute"),
		Namespace: m.namespace(), Name: m.name(),
	}
}

func (m Maker) service() ir.Target {
	t := ir.Target{Ref: m.ref("Service"), Opaque: m.portSet(), Headless: m.once(4)}
	t.Addresses = list(m, 2, func() netip.Addr { return m.addr() })
	t.Ports = sorted(list(m, 3, m.port), cmp.Compare[uint16])
	m.tables(&t)
	t.Profiles = sorted(list(m, 3, func() ir.Profile { return m.serviceProfile(t.Ref) }), func(a, b ir.Profile) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), strings.Compare(a.Client, b.Client))
	})
	t.Governs = sorted(list(m, 2, m.governs), func(a, b ir.Governs) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), strings.Compare(a.Client, b.Client))
	})
	return t
}

func (m Maker) network() ir.Target {
	t := ir.Target{Ref: m.ref("EgressNetwork"), Opaque: m.portSet()}
	if m.once(2) {
		t.Created = time.Unix(1700000000, int64(m.IntN(2))*5e8).UTC()
	}
	t.Blocks = list(m, 2, func() ir.Block {
		return ir.Block{Net: m.prefix().Masked(), Except: list(m, 2, func() netip.Prefix { return m.prefix().Masked() })}
	})
	m.tables(&t)
	return t
}

func (m Maker) addr() netip.Addr {
	return pick(m, netip.MustParseAddr("10.1.2.3"), netip.MustParseAddr("fd00::1"), netip.MustParseAddr("192.0.2.9"))
}

func (m Maker) prefix() netip.Prefix { a := m.addr(); return netip.PrefixFrom(a, m.IntN(a.BitLen()+1)) }

// tables draws tables and the templates that every target has.
func (m Maker) tables(t *ir.Target) {
	t.Origin = m.origin(t.Ref)
	t.Tables = sorted(list(m, 3, func() ir.Outbound {
		o := m.Outbound()
		o.Meta = ir.Meta{Ref: t.Ref, Port: m.port()}
		o.Client = pick(m, "", "", "books")
		return o
	}), func(a, b ir.Outbound) int {
		return cmp.Or(cmp.Compare(a.Meta.Port, b.Meta.Port), strings.Compare(a.Client, b.Client))
	})
	for _, client := range []string{"", "books"}[:1+m.IntN(2)] {
		for _, opaque := range []bool{false, true} {
			if opaque && t.Opaque == nil {
				continue
			}
			o := m.template(t.Ref)
			o.Client, o.OfOpaquePorts = client, opaque
			t.Others = append(t.Others, o)
		}
	}
}

func (m Maker) template(r ir.Ref) ir.Outbound {
	o := m.Outbound()
	o.Meta = ir.Meta{Ref: r}
	if r == (ir.Ref{}) {
		o.Meta = ir.Meta{Default: "egress-fallback"}
	}
	return o
}

func (m Maker) origin(r ir.Ref) ir.Origin {
	o := ir.Origin{Object: r}
	if m.once(2) {
		o.Place = source.Place{Doc: &source.Doc{File: "apps/" + r.Name + ".yaml", Index: m.IntN(3)}, Field: "spec.rules[0]"}
	}
	return o
}

func (m Maker) status() ir.Status {
	s := ir.Status{Object: m.routeRef()}
	s.Parents = list(m, 2, func() ir.ParentStatus {
		p := ir.ParentStatus{Parent: m.ref("Service"), HasPort: m.once(2), Conditions: list(m, 2, m.condition)}
		if p.HasPort {
			p.Port = pick[uint16](m, 0, 80)
		}
		return p
	})
	s.Conditions = list(m, 1, m.condition)
	if m.once(3) {
		target := ir.Ref{Group: "policy.linkerd.io", Kind: "Server", Name: m.name()}
		s.Target = &target
	}
	return s
}

func (m Maker) condition() ir.Condition {
	return ir.Condition{Type: pick(m, "Accepted", "ResolvedRefs"), Status: m.once(2), Reason: "Reason", Message: m.text()}
}

func (m Maker) governs() ir.Governs {
	return ir.Governs{
		Port: m.port(), Client: pick(m, "", "books"), Wire: pick(m, ir.Detect, ir.Opaque), HTTP: ir.ByProfile, Opaque: ir.ByPolicy,
		Reason: ir.InEffect, Profile: m.routeRef(), Masked: list(m, 2, m.routeRef), Skipped: list(m, 1, m.routeRef),
	}
}

func label(i int) ir.Label { return ir.Label{Key: fmt.Sprintf("k%d", i), Value: "v"} }
