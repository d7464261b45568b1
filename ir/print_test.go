package ir_test

import (
	"bytes"
	"flag"
	"net/netip"
	"os"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
	"routec.dev/routec/ir/source"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

func text(t *testing.T, p *ir.Program) string {
	t.Helper()
	var out bytes.Buffer
	if err := ir.Fprint(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFprint(t *testing.T) {
	got := text(t, program())
	const path = "testdata/program.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s rewritten", path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s", got)
	}
}

// Programs that differ print differently.
func TestFprintTellsApart(t *testing.T) {
	seen := map[string]*ir.Program{}
	for seed := range uint64(300) {
		p := sample.New(seed).Program()
		if other := seen[text(t, p)]; other != nil && !ir.Equal(p, other) {
			t.Fatalf("seed %d prints as another program does", seed)
		}
		seen[text(t, p)] = p
	}
}

// program is a small cluster that has one of most things.
func program() *ir.Program {
	service := ir.Ref{Group: "core", Kind: "Service", Namespace: "faces", Name: "smiley"}
	canary := ir.Ref{Group: "core", Kind: "Service", Namespace: "faces", Name: "smiley2"}
	route := ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "faces", Name: "split"}
	at := ir.Origin{Object: route, Place: source.Place{Doc: &source.Doc{File: "faces/routes.yaml", Index: 1, Line: 20}}}
	to := func(s ir.Ref, port uint16) ir.Backend {
		return ir.Backend{
			Meta: ir.Meta{Ref: s, Port: port}, Kind: ir.Balancer, Authority: ir.Authority(s, port, "cluster.local"),
			Load:  ir.Load{RTT: ir.Milliseconds(30), Decay: ir.Milliseconds(10000)},
			Queue: ir.Queue{Capacity: 100, Failfast: ir.Milliseconds(3000)},
		}
	}
	missing := ir.Backend{
		Meta: ir.Meta{Default: "invalid"}, Queue: ir.Queue{Capacity: 100, Failfast: ir.Milliseconds(3000)},
		Filters: []ir.Filter{ir.FailHTTP{Status: 500, Message: "Service not found smiley3"}},
	}
	def := func(port uint16) ir.Distribution {
		return ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{{Backend: to(service, port)}}}
	}
	table := ir.Outbound{
		Meta: ir.Meta{Ref: service, Port: 80}, Protocol: ir.Detect, DetectTimeout: ir.Milliseconds(10000),
		Accrual: ir.Accrual{Kind: ir.Consecutive, MaxFailures: 7, Backoff: ir.Backoff{Min: ir.Milliseconds(1000), Max: ir.Milliseconds(60000), Jitter: 0.5}},
		Routes: []ir.Route{{
			Meta: ir.Meta{Ref: route}, Hosts: []ir.Host{{Suffix: true, Name: "example.com"}}, Origin: at,
			Rules: []ir.Rule{{
				Matches: []ir.Match{
					{Method: "GET", Path: ir.PathMatch{Kind: ir.PathPrefix, Value: "/center"}, Headers: []ir.HeaderMatch{{Name: "x-user", Value: "ana"}}},
					{Query: []ir.ValueMatch{{Name: "edge", Regex: true, Value: "[01]"}}},
				},
				Filters: []ir.Filter{ir.ModifyHeaders{Set: []ir.Header{{Name: "x-by", Value: "routec"}}, Remove: []string{"x-old"}}},
				Backends: ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{
					{Weight: 90, Backend: to(service, 80)}, {Weight: 10, Backend: to(canary, 8080)}, {Weight: 0, Backend: missing},
				}},
				Timeouts: ir.Timeouts{Present: true, Request: ir.Timeout{Set: true, Duration: ir.Milliseconds(1500)}},
				Retry: ir.Retry{
					Present: true, Limit: 2, MaxRequestBytes: 65536, Statuses: []ir.StatusRange{{First: 500, Last: 599}},
					Backoff: ir.Backoff{Min: ir.Milliseconds(25), Max: ir.Milliseconds(250), Jitter: 1},
				},
			}},
		}},
		OpaqueRoutes: []ir.Route{{Meta: ir.Meta{Default: "opaq"}, Rules: []ir.Rule{{Backends: def(80)}}}},
		DecidedBy:    []ir.Origin{at, {Object: service}},
	}
	other := ir.Outbound{
		Meta: ir.Meta{Ref: service}, Protocol: ir.Opaque,
		Routes: []ir.Route{{Meta: ir.Meta{Default: "opaq"}, Rules: []ir.Rule{{Backends: def(0)}}}},
	}
	every := ir.PortSet{{First: 1, Last: 65535}}
	return &ir.Program{
		Settings: ir.Settings{
			ClusterDomain: "cluster.local", ClusterNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
			EgressNamespace: "linkerd-egress", DefaultOpaquePorts: ir.PortSet{{First: 25, Last: 25}, {First: 3306, Last: 3307}},
		},
		Targets: []ir.Target{{
			Ref: service, Addresses: []netip.Addr{netip.MustParseAddr("10.1.2.3")}, Ports: []uint16{80},
			Tables: []ir.Outbound{table}, Others: []ir.Outbound{other},
			Profiles: []ir.Profile{{
				Port: 80, Name: "smiley.faces.svc.cluster.local", Budget: ir.DefaultBudget(), Parent: ir.Meta{Ref: service, Port: 80},
				Source: ir.Meta{Ref: ir.Ref{Group: "linkerd.io", Kind: "ServiceProfile", Namespace: "faces", Name: "smiley.faces.svc.cluster.local"}},
				Routes: []ir.ProfileRoute{{
					Name: "GET /center", Retryable: true, Condition: ir.RequestMatch{Kind: ir.OnPath, Text: "/center"},
					Classes: []ir.ResponseClass{{Failure: true, Condition: ir.ResponseMatch{Kind: ir.OnStatus, Min: 500, Max: 599}}},
				}},
			}},
			Governs: []ir.Governs{{
				Port: 80, Wire: ir.Detect, HTTP: ir.ByProfile, Opaque: ir.ByPolicy, Reason: ir.InEffect, Masked: []ir.Ref{route},
				Profile: ir.Ref{Group: "linkerd.io", Kind: "ServiceProfile", Namespace: "faces", Name: "smiley.faces.svc.cluster.local"},
			}},
		}},
		Workloads: []ir.Workload{{
			Ref: ir.Ref{Group: "apps", Kind: "Deployment", Namespace: "faces", Name: "smiley"}, Labels: []ir.Label{{Key: "app", Value: "smiley"}},
			Ports: []ir.NamedPort{{Port: 8080, Name: "http"}},
			Others: []ir.InboundOthers{{Ports: every, Table: ir.Inbound{
				Meta: ir.Meta{Default: "all-unauthenticated"}, Protocol: ir.Detect, DetectTimeout: ir.Milliseconds(10000),
				Authorizations: []ir.Authorization{{
					Meta: ir.Meta{Default: "all-unauthenticated"}, Networks: []ir.NetworkMatch{{Net: netip.MustParsePrefix("0.0.0.0/0")}},
				}},
			}}},
		}},
		Absent:        ir.Outbound{Meta: ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service"}}, Protocol: ir.Detect},
		AbsentOpaque:  ir.Outbound{Meta: ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service"}}, Protocol: ir.Opaque},
		UndefinedPort: ir.Outbound{Meta: ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service"}}, Protocol: ir.Opaque},
		Fallback:      ir.Outbound{Meta: ir.Meta{Default: "egress-fallback"}, Protocol: ir.Detect},
		Statuses: []ir.Status{{Object: route, Origin: at, Parents: []ir.ParentStatus{{
			Parent: service, Port: 80, HasPort: true,
			Conditions: []ir.Condition{{Type: "Accepted", Status: true, Reason: "Accepted"}, {Type: "ResolvedRefs", Reason: "BackendNotFound", Message: "no"}},
		}}}},
	}
}
