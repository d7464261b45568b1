package ir

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// proxy stands for one whose regular expressions are not looked at closely.
var proxy = Proxy{Compiles: func(p string) bool { return !strings.Contains(p, "((") && !strings.Contains(p, "{id}") }}

// refusing is a proxy that cannot decode any table.
var refusing = Proxy{Compiles: proxy.Compiles, Refuses: func(*Outbound) bool { return true }}

var (
	aRoute  = []ProfileRoute{{Name: "a", Condition: RequestMatch{Kind: OnMethod, Text: "GET"}}}
	aSplit  = []DstOverride{{Authority: "a.ns.svc.cluster.local:80", Weight: 1}}
	selects = Meta{Ref: Ref{Group: "linkerd.io", Kind: "ServiceProfile", Namespace: "ns", Name: "web.ns.svc.cluster.local"}}
)

// content makes the profile of a row of the truth tables.
func content(name string) Profile {
	p := Profile{Port: 80, Name: "web.ns.svc.cluster.local", Budget: DefaultBudget(), Source: selects}
	if strings.Contains(name, "routes") {
		p.Routes = aRoute
	}
	if strings.Contains(name, "split") {
		p.Overrides = aSplit
	}
	if strings.Contains(name, "opaque") {
		p.Opaque = true
	}
	if strings.Contains(name, "none") {
		p.Source = Meta{Ref: Ref{Group: "linkerd.io"}}
	}
	return p
}

// policy makes the outbound table of a protocol, with one attached route.
func policy(p Protocol, kind string) Outbound {
	out := Outbound{Protocol: p}
	r := Route{Meta: Meta{Default: "default"}}
	if kind != "" {
		r.Meta = Meta{Ref: Ref{Group: "gateway.networking.k8s.io", Kind: kind, Namespace: "ns", Name: "r"}}
	}
	out.Routes = []Route{r}
	if p == Detect {
		out.OpaqueRoutes = []Route{{Meta: Meta{Default: "opaque"}}}
	}
	return out
}

// The truth tables of spec/profiles.md §4.5: wire, then who governs HTTP, opaque bytes and
// TLS, then what is masked.
func TestGovern(t *testing.T) {
	const sp, op, no = "ServiceProfile", "OutboundPolicy", "-"
	for _, c := range []struct {
		profile  string
		protocol Protocol
		kind     string
		want     string
	}{
		// A and B: no appProtocol, port not opaque.
		{"none", Detect, "", "detect: " + op + " " + op + " " + no},
		{"ineffective", Detect, "HTTPRoute", "detect: " + op + " " + op + " " + no},
		{"routes", Detect, "", "detect: " + sp + " " + op + " " + no},
		{"split", Detect, "", "detect: " + sp + " " + sp + " " + no},
		{"routes split", Detect, "", "detect: " + sp + " " + sp + " " + no},
		{"none", Detect, "HTTPRoute", "detect: " + op + " " + op + " " + no},
		{"routes", Detect, "HTTPRoute", "detect: " + sp + " " + op + " " + no + " masks HTTPRoute"},
		{"split", Detect, "HTTPRoute", "detect: " + sp + " " + sp + " " + no + " masks HTTPRoute"},
		{"none", GRPC, "GRPCRoute", "http2: " + op + " " + no + " " + no},
		{"routes", GRPC, "GRPCRoute", "http2: " + sp + " " + no + " " + no + " masks GRPCRoute"},
		{"split", GRPC, "GRPCRoute", "http2: " + sp + " " + no + " " + no + " masks GRPCRoute"},
		{"none", TLS, "TLSRoute", "tls: " + no + " " + no + " " + op},
		{"routes", TLS, "TLSRoute", "tls: " + no + " " + no + " " + op},
		{"routes split", TLS, "TLSRoute", "tls: " + no + " " + no + " " + op},
		{"none", Opaque, "TCPRoute", "opaque: " + no + " " + op + " " + no},
		{"routes", Opaque, "TCPRoute", "opaque: " + no + " " + op + " " + no},
		{"split", Opaque, "TCPRoute", "opaque: " + no + " " + sp + " " + no + " masks TCPRoute"},
		{"routes split", Opaque, "TCPRoute", "opaque: " + no + " " + sp + " " + no + " masks TCPRoute"},
		// D: port settings.
		{"routes", HTTP1, "HTTPRoute", "http1: " + sp + " " + no + " " + no + " masks HTTPRoute"},
		{"ineffective", HTTP1, "HTTPRoute", "http1: " + op + " " + no + " " + no},
		{"split", HTTP2, "HTTPRoute", "http2: " + sp + " " + no + " " + no + " masks HTTPRoute"},
		{"routes opaque", Opaque, "", "opaque: " + no + " " + op + " " + no},
		{"split opaque", Opaque, "", "opaque: " + no + " " + sp + " " + no},
		{"routes opaque", Detect, "HTTPRoute", "opaque: " + no + " " + op + " " + no + " skips HTTPRoute"},
		{"split opaque", Detect, "HTTPRoute", "opaque: " + no + " " + sp + " " + no + " skips HTTPRoute"},
		{"none opaque", HTTP1, "", "opaque: " + no + " nothing " + no},
		{"routes opaque", HTTP2, "", "opaque: " + no + " nothing " + no},
		{"routes opaque", GRPC, "GRPCRoute", "opaque: " + no + " nothing " + no},
		{"ineffective opaque", TLS, "TLSRoute", "opaque: " + no + " nothing " + no},
		{"split opaque", HTTP1, "HTTPRoute", "opaque: " + no + " " + sp + " " + no + " skips HTTPRoute"},
		{"split opaque", TLS, "TLSRoute", "opaque: " + no + " " + sp + " " + no + " skips TLSRoute"},
	} {
		table, profile := policy(c.protocol, c.kind), content(c.profile)
		g := Govern(&table, &profile, Reached, proxy)
		got := fmt.Sprintf("%v: %v %v %v", g.Wire, g.HTTP, g.Opaque, g.TLS)
		for _, r := range g.Masked {
			got += " masks " + r.Kind
		}
		for _, r := range g.Skipped {
			got += " skips " + r.Kind
		}
		if got != c.want {
			t.Errorf("%s × %v %s:\ngot  %s\nwant %s", c.profile, c.protocol, c.kind, got, c.want)
		}
	}
}

// Why a side governs (spec/profiles.md §2.9, §3.4, §3.9, §3.10, §4.1).
func TestGovernReason(t *testing.T) {
	deep := RequestMatch{Kind: OnMethod, Text: "GET"}
	for range 49 {
		deep = RequestMatch{Kind: AllOf, Parts: []RequestMatch{deep}}
	}
	silent, refused, tooDeep, weights, budget := content("routes"), Profile{Port: 80, Answer: Refusal}, content(""), content("routes split"), content("")
	silent.Answer = Silence
	tooDeep.Routes = []ProfileRoute{{Condition: deep}}
	weights.Overrides = []DstOverride{{"x.ns.svc.cluster.local:80", 4294957296}, {"y.ns.svc.cluster.local:80", 10000}}
	budget.Budget.MinRetries = 2147483647
	unnamed := content("routes split")
	unnamed.Name = "web.ns.svc.cluster.1" // no DNS name to the proxy

	for _, c := range []struct {
		name    string
		profile Profile
		table   Outbound
		refused bool
		reach   Reach
		reason  Reason
		http    Side
	}{
		{"none", content("none"), policy(Detect, ""), false, Reached, NoServiceProfile, ByPolicy},
		{"ineffective", content(""), policy(Detect, ""), false, Reached, NoEffect, ByPolicy},
		{"effective", content("routes"), policy(Detect, ""), false, Reached, InEffect, ByProfile},
		{"headless", content("routes"), policy(Detect, ""), false, ReachedByPods, NoClusterIP, ByPolicy},
		{"headless and silent", silent, policy(Detect, ""), false, ReachedByPods, NoClusterIP, ByPolicy},
		{"T64", content("routes"), policy(Detect, ""), false, ReachedOutside, OutsideNetworks, ByPolicy},
		{"external name", refused, policy(Detect, ""), false, Reached, LookupRefused, ByPolicy},
		{"silent", silent, policy(Detect, ""), false, Reached, Unconvertible, ByNobody},
		{"T106", tooDeep, policy(Detect, ""), false, Reached, NestedTooDeep, ByNobody},
		{"T29", weights, policy(Detect, ""), false, Reached, WeightsPanic, ByNobody},
		{"budget", budget, policy(Detect, ""), false, Reached, BudgetPanics, ByNobody},
		{"no DNS name", unnamed, policy(Detect, ""), false, Reached, NoEffect, ByPolicy},
		{"Q48: it masks an undecodable policy", content("routes"), policy(GRPC, "GRPCRoute"), true, Reached, InEffect, ByProfile},
		{"undecodable policy, opaque", content("routes opaque"), policy(HTTP1, ""), true, Reached, RoutesOnOpaque, NoTraffic},
		{"T47", content("none opaque"), policy(HTTP1, ""), false, Reached, OpaqueConflict, NoTraffic},
		{"T57", content("routes"), policy(Opaque, "TCPRoute"), false, Reached, RoutesOnOpaque, NoTraffic},
		{"T55", content("routes"), policy(TLS, "TLSRoute"), false, Reached, NoProfileOnTLS, NoTraffic},
	} {
		by := proxy
		if c.refused {
			by = refusing
		}
		g := Govern(&c.table, &c.profile, c.reach, by)
		if g.Reason != c.reason || g.HTTP != c.http {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, g.Reason, g.HTTP, c.reason, c.http)
		}
		if g.Reason.String() == "" {
			t.Errorf("%s: the reason has no text", c.name)
		}
	}
	if g := Govern(&Outbound{Protocol: GRPC}, &Profile{Name: "a.b", Source: selects, Routes: aRoute}, Reached, refusing); g.Wire != Detect {
		t.Errorf("an undecodable policy leaves %v, want detection", g.Wire)
	}
}

// Which content counts: T32, T50–T52 and Q9, Q10 of spec/profiles.md.
func TestRouted(t *testing.T) {
	path := func(p string) RequestMatch { return RequestMatch{Kind: OnPath, Text: p} }
	list := func(k ConditionKind, parts ...RequestMatch) RequestMatch { return RequestMatch{Kind: k, Parts: parts} }
	method := func(m string) RequestMatch { return RequestMatch{Kind: OnMethod, Text: m} }
	for _, c := range []struct {
		name      string
		condition RequestMatch
		want      bool
	}{
		{"T50", path("(("), false},
		{"T51", list(AnyOf, path("((")), true},
		{"T52", list(AllOf, method("GET"), path("/u/{id}")), true},
		{"Q10", list(AnyOf), true},
		{"not", list(NotOf, path("((")), false},
		{"not of a list", list(NotOf, list(AllOf, path("(("))), true},
		{"T18", method(" GET"), false},
		{"non-ASCII method", method("É"), false},
		{"custom method", method("BREW-2"), true},
		{"anchored", path("/a"), true},
	} {
		p := Profile{Routes: []ProfileRoute{{Condition: c.condition}}}
		if p.Routed(proxy) != c.want {
			t.Errorf("%s: routed = %v", c.name, !c.want)
		}
	}
	if split := (Profile{Overrides: []DstOverride{{"a:80", 0}}}); len(split.UsableOverrides()) != 0 {
		t.Error("T32: a weight of 0 is usable")
	}
}

// The limits of spec/profiles.md §3.4.
func TestTooDeep(t *testing.T) {
	request := func(kind ConditionKind, n int) Profile {
		m := RequestMatch{Kind: OnPath, Text: "/"}
		for range n {
			m = RequestMatch{Kind: kind, Parts: []RequestMatch{m}}
		}
		return Profile{Routes: []ProfileRoute{{Condition: m}}}
	}
	response := func(kind ConditionKind, n int) Profile {
		m := ResponseMatch{Kind: OnStatus, Min: 500, Max: 599}
		for range n {
			m = ResponseMatch{Kind: kind, Parts: []ResponseMatch{m}}
		}
		return Profile{Routes: []ProfileRoute{{Classes: []ResponseClass{{Condition: m}}, Condition: RequestMatch{Kind: AllOf}}}}
	}
	for _, c := range []struct {
		name  string
		build func(ConditionKind, int) Profile
		kind  ConditionKind
		most  int
	}{
		{"all", request, AllOf, 48}, {"any", request, AnyOf, 48}, {"not", request, NotOf, 97},
		{"all in a response", response, AllOf, 48}, {"not in a response", response, NotOf, 96},
	} {
		if p := c.build(c.kind, c.most); p.TooDeep() {
			t.Errorf("%s: %d is too deep", c.name, c.most)
		}
		if p := c.build(c.kind, c.most+1); !p.TooDeep() {
			t.Errorf("%s: %d is not too deep", c.name, c.most+1)
		}
	}
}

func TestResponseUsable(t *testing.T) {
	status := func(lo, hi uint32) ResponseMatch { return ResponseMatch{Kind: OnStatus, Min: lo, Max: hi} }
	list := func(k ConditionKind, parts ...ResponseMatch) ResponseMatch {
		return ResponseMatch{Kind: k, Parts: parts}
	}
	for _, c := range []struct {
		m    ResponseMatch
		want bool
	}{
		{status(500, 599), true}, {status(100, 999), true}, {status(404, 0), false}, {status(0, 404), false}, {status(99, 500), false}, {status(500, 1000), false},
		{list(AllOf), false}, {list(AnyOf, status(404, 0)), false}, {list(AllOf, status(404, 0), status(500, 599)), true},
		{list(NotOf, status(404, 0)), false}, {list(NotOf, status(404, 404)), true},
	} {
		if c.m.Usable() != c.want {
			t.Errorf("%v: usable = %v", c.m, !c.want)
		}
	}
}

// The grammar of spec/profiles.md §3.9.
func TestOverrideUsable(t *testing.T) {
	label := strings.Repeat("a", 63)
	for authority, want := range map[string]bool{
		"a:80": true, "a.b-c._d:+080": true, "A.b.:0": true, "a:65535": true, label + ":1": true, "1.a:80": true,
		"a": false, "a:": false, "a:http": false, ":80": false, "a:65536": false, "a:-1": false, "a:++1": false, "a:8 0": false,
		"10.0.0.9:80": false, "[::1]:80": false, "a.1:80": false, "a..b:80": false, "-a:80": false, "a-:80": false, "a..:80": false, ".:80": false,
		"a%b:80": false, label + "a:1": false, "a:80:90": false,
		strings.Repeat("abcd.", 50) + "abc:1":  true,
		strings.Repeat("abcd.", 50) + "abc.:1": false,
	} {
		if got := (DstOverride{authority, 1}).Usable(); got != want {
			t.Errorf("%q: usable = %v", authority, got)
		}
	}
}

// Each port of a Service is decided for each client namespace that is told apart.
func TestGovernance(t *testing.T) {
	route := policy(Detect, "HTTPRoute").Routes
	own := content("routes")
	own.Client = "cli"
	others := content("none")
	target := Target{
		Ref:       Ref{Group: "core", Kind: "Service", Namespace: "ns", Name: "web"},
		Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")},
		Opaque:    PortSet{{90, 90}},
		Profiles:  []Profile{others, own, {Port: 90, Name: others.Name, Source: others.Source}},
		Tables:    []Outbound{{Meta: Meta{Port: 7}}, {Meta: Meta{Port: 80}, Client: "", Protocol: Detect, Routes: route}},
		Others: []Outbound{
			{Protocol: Detect}, {OfOpaquePorts: true, Protocol: Opaque},
			{Client: "app", Protocol: GRPC, Routes: policy(GRPC, "GRPCRoute").Routes},
		},
	}
	p := &Program{Settings: Settings{ClusterNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	var got []string
	for _, g := range p.Governance(&target, proxy) {
		got = append(got, fmt.Sprintf("%d@%s %v %v %v %d", g.Port, g.Client, g.Wire, g.HTTP, g.Opaque, len(g.Masked)))
	}
	want := []string{
		"80@ detect OutboundPolicy OutboundPolicy 0",
		"80@app detect OutboundPolicy OutboundPolicy 0", // the port's own table before a client's template
		"80@cli detect ServiceProfile OutboundPolicy 1",
		"90@ opaque - OutboundPolicy 0",
		"90@app opaque - OutboundPolicy 0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	target.Addresses = append(target.Addresses, netip.MustParseAddr("192.0.2.1"))
	if r := p.Settings.Reach(&target); r != ReachedOutside {
		t.Errorf("reach = %v", r)
	}
	if g := p.Governance(&target, refusing); g[0].Wire != Detect {
		t.Errorf("with tables refused, wire = %v", g[0].Wire)
	}
}

func TestBudgetPanics(t *testing.T) {
	b := RetryBudget{Present: true, Ratio: 1, MinRetries: 2147483647, TTL: time.Second}
	if !b.Panics() {
		t.Error("the largest number does not panic")
	}
	b.TTL = 0
	if b.Panics() {
		t.Error("an unusable budget panics")
	}
}

// The rows of spec/profiles.md §3.5.
func TestAnchoredPath(t *testing.T) {
	for pattern, want := range map[string]string{
		"/a": "^/a$", "^/a": "^/a$", "/a$": "^/a$", "^/a$": "^/a$", " /a\u2003\n": "^/a$", "*": "^*$", `/foo\$`: `^/foo\$`, "/a|/b": "^/a|/b$", "$": "^$", "^": "^$",
	} {
		if got := AnchoredPath(pattern); got != want {
			t.Errorf("%q: got %q, want %q", pattern, got, want)
		}
	}
}
