package show

import (
	"bytes"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s rewritten", path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func ref(group, kind, name string) ir.Ref {
	return ir.Ref{Group: group, Kind: kind, Namespace: "prod", Name: name}
}

func origin(r ir.Ref) ir.Origin { return ir.Origin{Object: r} }

const gateway, policy = "gateway.networking.k8s.io", "policy.linkerd.io"

var (
	web     = ref("core", "Service", "web")
	split   = ref(gateway, "HTTPRoute", "split")
	profile = ref("linkerd.io", "ServiceProfile", "web.prod.svc.cluster.local")
)

// service has a port whose route is masked for all, and a table for clients in books.
func service() *ir.Target {
	to := func(name string, weight uint32) ir.Weighted {
		return ir.Weighted{Weight: weight, Backend: ir.Backend{Kind: ir.Balancer, Meta: ir.Meta{Ref: ref("core", "Service", name), Port: 80}}}
	}
	table := ir.Outbound{
		Meta: ir.Meta{Ref: web, Port: 80}, DecidedBy: []ir.Origin{origin(split)},
		Accrual: ir.Accrual{Kind: ir.Consecutive, MaxFailures: 7, Backoff: ir.Backoff{Min: ir.Duration{Seconds: 1}, Max: ir.Duration{Seconds: 60}}},
		Routes: []ir.Route{{
			Meta: ir.Meta{Ref: split}, Origin: origin(split), Hosts: []ir.Host{{Name: "web.example"}, {Suffix: true, Name: "web.example"}},
			Rules: []ir.Rule{
				{
					Matches: []ir.Match{
						{Method: "GET", Path: ir.PathMatch{Kind: ir.PathRegex, Value: "/a\n.*"}, Headers: []ir.HeaderMatch{{Name: "x-b", Value: "c d"}}, Query: []ir.ValueMatch{{Name: "q", Regex: true, Value: "1+"}}},
						{Path: ir.PathMatch{Kind: ir.PathExact, Value: "/e"}},
					},
					Filters:  []ir.Filter{ir.ModifyHeaders{Add: []ir.Header{{Name: "x-add", Value: "1"}}, Set: []ir.Header{{Name: "x-set", Value: ""}}, Remove: []string{"x-old"}}},
					Timeouts: ir.Timeouts{Present: true, Request: ir.Timeout{Set: true, Duration: ir.Duration{Seconds: 1}}},
					Retry:    ir.Retry{Present: true, Limit: 2, Statuses: []ir.StatusRange{{First: 500, Last: 599}, {First: 429, Last: 429}}},
					Backends: ir.Distribution{Kind: ir.RandomAvailable, Backends: []ir.Weighted{to("web", 9), to("web2", 1), {Weight: 0, Backend: ir.Backend{Meta: ir.Meta{Ref: ref("core", "Service", "gone"), Port: 80}, Filters: []ir.Filter{ir.FailHTTP{Status: 500, Message: "no such Service"}}}}}},
				},
				{Filters: []ir.Filter{ir.Redirect{Status: 302, Host: "there.example", Path: ir.PathRewrite{Kind: ir.ReplacePrefix, Value: "/x"}}}},
			},
		}},
		OpaqueRoutes: []ir.Route{{Meta: ir.Meta{Default: "opaque"}, Rules: []ir.Rule{{Backends: ir.Distribution{Kind: ir.FirstAvailable, Backends: []ir.Weighted{to("web", 0)}}}}}},
	}
	books := table
	books.Client, books.Routes, books.DecidedBy, books.Accrual = "books", nil, nil, ir.Accrual{}
	return &ir.Target{
		Ref: web, Ports: []uint16{80}, Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")},
		Tables: []ir.Outbound{table, books},
		Profiles: []ir.Profile{{
			Port: 80, Name: "web.prod.svc.cluster.local", Source: ir.Meta{Ref: profile}, Budget: ir.DefaultBudget(),
			Routes: []ir.ProfileRoute{{
				Name: "GET /", Condition: ir.RequestMatch{Kind: ir.OnPath, Text: "/"}, Retryable: true, Timeout: time.Second,
				Classes: []ir.ResponseClass{{Condition: ir.ResponseMatch{Kind: ir.OnStatus, Min: 404, Max: 404}, Failure: true}},
			}},
			Overrides: []ir.DstOverride{{Authority: "web2.prod.svc.cluster.local:80", Weight: 10000}, {Authority: "no port", Weight: 10000}},
		}},
		Governs: []ir.Governs{
			{Port: 80, HTTP: ir.ByProfile, Opaque: ir.ByProfile, Reason: ir.InEffect, Profile: profile, Masked: []ir.Ref{split}},
			{Port: 80, Client: "books", HTTP: ir.ByPolicy, Opaque: ir.ByPolicy},
		},
	}
}

func TestTarget(t *testing.T) {
	for name, client := range map[string]string{"service.txt": "", "service-books.txt": "books"} {
		var out bytes.Buffer
		if err := Target(&out, service(), client, Judge{}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

// workload has a closed port with routes of their own callers, an open one, and a default.
func workload() *ir.Workload {
	any := []ir.NetworkMatch{{Net: netip.MustParsePrefix("0.0.0.0/0")}, {Net: netip.MustParsePrefix("::/0")}}
	some := []ir.NetworkMatch{{Net: netip.MustParsePrefix("10.0.0.0/8"), Except: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}}
	by := func(name string, networks []ir.NetworkMatch, c ir.Clients) ir.Authorization {
		r := ref(policy, "AuthorizationPolicy", name)
		return ir.Authorization{Meta: ir.Meta{Ref: ref(policy, "authorizationpolicy", name)}, Networks: networks, Clients: c, Origin: origin(r)}
	}
	route := func(name string, a ...ir.Authorization) ir.Route {
		r := ref(gateway, "GRPCRoute", name)
		return ir.Route{Meta: ir.Meta{Ref: r}, Origin: origin(r), Authorizations: a, Rules: []ir.Rule{{Matches: []ir.Match{{RPC: ir.RPCMatch{Present: true, Service: "v1.Votes", Method: name}}}}}}
	}
	server := ref(policy, "Server", "grpc")
	meta := ir.Meta{Ref: ref(policy, "server", "grpc")}
	inMesh := by("everybody", any, ir.Clients{Kind: ir.Identified, Suffixes: []string{""}})
	web := by("web", any, ir.Clients{Kind: ir.Identified, Identities: []string{"web.prod"}, Suffixes: []string{".ops"}})
	denied := ir.Inbound{Meta: ir.Meta{Default: "deny"}, Routes: []ir.Route{
		{Meta: ir.Meta{Default: "default"}, Rules: []ir.Rule{{}}},
		{Meta: ir.Meta{Default: "probe"}, Rules: []ir.Rule{{Matches: []ir.Match{{Method: "GET", Path: ir.PathMatch{Kind: ir.PathExact, Value: "/live"}}}}}, Authorizations: []ir.Authorization{{Meta: ir.Meta{Default: "probe"}, Networks: any}}},
	}}
	return &ir.Workload{
		Ref: ref("apps", "Deployment", "votes"), Ports: []ir.NamedPort{{Port: 8080, Name: "grpc"}, {Port: 9090}},
		Tables: []ir.Inbound{
			{Port: 8080, Meta: meta, Protocol: ir.GRPC, DecidedBy: []ir.Origin{origin(server)}, Routes: []ir.Route{route("Vote", web), route("Purge")}},
			{Port: 8081, Meta: meta, Protocol: ir.GRPC, DecidedBy: []ir.Origin{origin(server)}, Authorizations: []ir.Authorization{inMesh}, Routes: []ir.Route{route("Vote", web), route("List")}},
			{Port: 8082, Meta: meta, Protocol: ir.HTTP1, Authorizations: []ir.Authorization{by("near", some, ir.Clients{Kind: ir.MeshedTLS})},
				RateLimit: ir.RateLimit{Present: true, Meta: ir.Meta{Ref: ref(policy, "HTTPLocalRateLimitPolicy", "slow")}, Total: ir.Limit{Set: true, RPS: 10}, Overrides: []ir.Override{{RPS: 5, Identities: []string{"web.prod"}}}}},
			{Port: 9090, Meta: denied.Meta, Routes: denied.Routes},
		},
		Others: []ir.InboundOthers{{Ports: ir.PortSet{{First: 1, Last: 65535}}, Table: denied}},
	}
}

func TestWorkload(t *testing.T) {
	var out bytes.Buffer
	if err := Workload(&out, workload(), Judge{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "workload.txt", out.Bytes())
}

// A table that the proxy would not run says so, and why.
func TestRefused(t *testing.T) {
	judge := Judge{Outbound: func(*ir.Outbound) string { return "too odd" }, Inbound: func(*ir.Inbound) string { return "too odd" }}
	var target, server bytes.Buffer
	if err := Target(&target, service(), "", judge); err != nil {
		t.Fatal(err)
	}
	if err := Workload(&server, workload(), judge); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{target.String(), server.String()} {
		if !strings.Contains(text, "    REFUSED by the proxy: too odd\n") {
			t.Errorf("refusal not said:\n%s", text)
		}
	}
}

// Nothing that a program can hold makes show panic, or breaks a line.
func TestEveryProgram(t *testing.T) {
	for seed := range uint64(200) {
		p := sample.New(seed).Program()
		var out bytes.Buffer
		for i := range p.Targets {
			Target(&out, &p.Targets[i], "", Judge{})
		}
		for i := range p.Workloads {
			Workload(&out, &p.Workloads[i], Judge{})
		}
		if strings.ContainsAny(out.String(), "\r\t\x00\x1b") {
			t.Fatalf("seed %d: control characters in the output", seed)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole uint64
		want        string
	}{{0, 9, "0 %"}, {9, 9, "100 %"}, {1, 3, "33.33 %"}, {1, 1 << 31, "<0.01 %"}, {1<<31 - 1, 1 << 31, ">99.99 %"}, {1, 2, "50 %"}} {
		if got := Percent(c.part, c.whole); got != c.want {
			t.Errorf("Percent(%d, %d) = %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}
