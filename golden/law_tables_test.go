package golden

import (
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// A drawer draws tables that the proxy runs and requests that come near them: few names, so
// that conditions meet often and rules tie.
type drawer struct{ *rand.Rand }

func newDrawer(seed uint64) drawer { return drawer{rand.New(rand.NewPCG(seed, 1))} }

func oneOf[T any](d drawer, list ...T) T { return list[d.IntN(len(list))] }

// some draws a list of up to most elements.
func some[T any](d drawer, most int, draw func() T) []T {
	var out []T
	for range d.IntN(most + 1) {
		out = append(out, draw())
	}
	return out
}

func (d drawer) chance(percent int) bool { return d.IntN(100) < percent }

var (
	lawHosts = []string{
		"web", "WEB", "web.prod", "a.example.com", "example.com", "example.com.", "b.a.example.com", ".example.com",
		"*.example.com", "10.0.0.9", "[::1]", "web:80", "", "com", "a.example.com..", "x~y",
	}
	lawPaths = []string{
		"/", "/foo", "/foo/", "/foo/bar", "/foo/bar/baz", "/foobar", "//foo", "/FOO", "/a%20b", "/é", "/s/m", "/s", "/s/",
		"/svc/Get", "/svc/Get/more", "/faces.Smiley/Center", "//m", "/foo//x", "/1", "/12", "/k", "/\u212a", "/foo\x7f", "*",
	}
	lawPrefixes = []string{"", "/", "//", "/foo", "/foo/", "/foo/bar", "/f", "/s", "*", "foo", "/é", "/svc"}
	lawPatterns = []string{
		"/.*", ".*", "/foo|/foo/bar", "/foo/bar|/foo", "/a.*?", "(?i)/FOO", "/\\d+", "/[a-z]+/[^/]*", "/(?:foo|bar)$", "", "/foo.*",
		"/s/.+", "a+", "v1|v1-beta", "v1-beta|v1", "\\w+", "b", "[^a]", ".{2}", "(?i:k)/?|/k", "\\bfoo\\b",
	}
	lawMethods = []string{"GET", "POST", "PUT", "get", "BREW", "CONNECT"}
	lawNames   = []string{"x-a", "x-b", "host", "cookie", "l5d-client-id"}
	lawValues  = []string{"", "a", "b", "a, b", "v1", "v1-beta", "é", "a b", "foo", "\ufffd", "+", "%41"}
	lawQuery   = []string{"a", "b", "A", "a b", "\ufffd", "v"}
	lawRPCs    = []string{"", "s", "svc", "faces.Smiley", "m", "Get", "Center", "VeryLongMethodName"}
)

func (d drawer) outbound() ir.Outbound {
	o := ir.Outbound{
		Meta:     ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "web"}, Port: 80},
		Protocol: oneOf(d, ir.Detect, ir.Detect, ir.HTTP1, ir.HTTP2, ir.HTTP2, ir.GRPC, ir.GRPC, ir.GRPC, ir.TLS, ir.Opaque),
	}
	switch o.Protocol {
	case ir.TLS, ir.Opaque:
	default:
		o.Accrual = oneOf(d, ir.Accrual{}, ir.Accrual{Kind: ir.Consecutive, MaxFailures: 7, Backoff: d.backoff()})
	}
	switch o.Protocol {
	case ir.TLS:
		o.Routes = some(d, 4, func() ir.Route { return d.connectionRoute(true) })
	case ir.Opaque:
		o.Routes = some(d, 1, func() ir.Route { return d.connectionRoute(false) })
	case ir.Detect:
		o.OpaqueRoutes = some(d, 1, func() ir.Route { return d.connectionRoute(false) })
		fallthrough
	default:
		o.Routes = some(d, 5, func() ir.Route { return d.route(o.Protocol == ir.GRPC, false) })
	}
	return o
}

func (d drawer) inbound() ir.Inbound {
	t := ir.Inbound{
		Meta:           ir.Meta{Ref: ir.Ref{Group: "policy.linkerd.io", Kind: "server", Namespace: "prod", Name: "web"}},
		Protocol:       oneOf(d, ir.Detect, ir.Detect, ir.HTTP1, ir.HTTP2, ir.GRPC, ir.TLS, ir.Opaque),
		Authorizations: some(d, 2, d.authorization),
	}
	if t.Protocol != ir.TLS && t.Protocol != ir.Opaque {
		t.Routes = some(d, 4, func() ir.Route { return d.route(t.Protocol == ir.GRPC, true) })
	}
	return t
}

func (d drawer) route(grpc, inbound bool) ir.Route {
	r := ir.Route{
		Meta:  ir.Meta{Ref: ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "prod", Name: "r" + strconv.Itoa(d.IntN(9))}},
		Hosts: some(d, 2, d.host),
		Rules: some(d, 4, func() ir.Rule { return d.rule(grpc, inbound) }),
	}
	if d.chance(50) {
		r.Hosts = nil
	}
	if inbound {
		r.Authorizations = some(d, 2, d.authorization)
	}
	return r
}

func (d drawer) host() ir.Host {
	return ir.Host{Suffix: d.chance(40), Name: oneOf(d, lawHosts...)}
}

func (d drawer) rule(grpc, inbound bool) ir.Rule {
	r := ir.Rule{
		Matches: some(d, 3, func() ir.Match { return d.match(grpc) }),
		Filters: some(d, 3, func() ir.Filter { return d.filter(grpc, inbound) }),
	}
	if d.chance(40) {
		r.Filters = nil
	}
	if inbound {
		return r
	}
	r.Backends = d.distribution(func() []ir.Filter { return some(d, 2, func() ir.Filter { return d.filter(grpc, false) }) })
	r.AllowL5d = d.chance(30)
	if d.chance(60) {
		r.Timeouts = ir.Timeouts{Present: true, Request: d.timeout(), Response: d.timeout(), Idle: d.timeout()}
	}
	if d.chance(40) {
		r.Retry = ir.Retry{Present: true, Limit: uint32(d.IntN(4)), MaxRequestBytes: 65536, Timeout: d.timeout(), Backoff: d.backoff()}
		if grpc {
			r.Retry.Codes = ir.GRPCCodes{Cancelled: d.chance(50), Internal: d.chance(50), Unavailable: d.chance(50)}
		} else {
			r.Retry.Statuses = some(d, 2, func() ir.StatusRange {
				return oneOf(d, ir.StatusRange{First: 500, Last: 599}, ir.StatusRange{First: 429, Last: 429})
			})
		}
	}
	return r
}

func (d drawer) timeout() ir.Timeout {
	return oneOf(d, ir.Timeout{}, ir.Timeout{Set: true}, ir.Timeout{Set: true, Duration: ir.Milliseconds(1500)})
}

func (d drawer) backoff() ir.Backoff {
	return ir.Backoff{Min: ir.Milliseconds(uint64(1 + d.IntN(9))), Max: ir.Duration{Seconds: 10}, Jitter: 0.5}
}

func (d drawer) match(grpc bool) ir.Match {
	m := ir.Match{Headers: some(d, 2, d.header)}
	if d.chance(50) {
		m.Headers = nil
	}
	if grpc {
		m.RPC = ir.RPCMatch{Present: true, Service: oneOf(d, lawRPCs...), Method: oneOf(d, lawRPCs...)}
		return m
	}
	switch d.IntN(6) {
	case 0:
		m.Path = ir.PathMatch{Kind: ir.PathExact, Value: oneOf(d, lawPaths...)}
	case 1, 2:
		m.Path = ir.PathMatch{Kind: ir.PathPrefix, Value: oneOf(d, lawPrefixes...)}
	case 3:
		m.Path = ir.PathMatch{Kind: ir.PathRegex, Value: oneOf(d, lawPatterns...)}
	}
	if d.chance(25) {
		m.Method = oneOf(d, lawMethods...)
	}
	if d.chance(30) {
		m.Query = some(d, 2, d.param)
	}
	return m
}

func (d drawer) header() ir.HeaderMatch {
	if d.chance(40) {
		return ir.HeaderMatch{Name: oneOf(d, lawNames...), Regex: true, Value: oneOf(d, lawPatterns...)}
	}
	return ir.HeaderMatch{Name: oneOf(d, lawNames...), Value: oneOf(d, lawValues...)}
}

func (d drawer) param() ir.ValueMatch {
	if d.chance(40) {
		return ir.ValueMatch{Name: oneOf(d, lawQuery...), Regex: true, Value: oneOf(d, lawPatterns...)}
	}
	return ir.ValueMatch{Name: oneOf(d, lawQuery...), Value: oneOf(d, lawValues...)}
}

func (d drawer) filter(grpc, inbound bool) ir.Filter {
	switch n := d.IntN(10); {
	case n < 5:
		return d.modifier(!grpc && !inbound && d.chance(30))
	case n < 6 && inbound:
		return ir.Empty{}
	case grpc:
		return ir.FailGRPC{Code: uint32(d.IntN(20)), Message: "no"}
	case n < 7:
		return ir.FailHTTP{Status: uint32(100 + d.IntN(900)), Message: "no"}
	}
	return ir.Redirect{
		Scheme: oneOf(d, "", "http", "https"), Host: oneOf(d, "", "", "b", "web", "b:81"),
		Port: oneOf[uint32](d, 0, 0, 80, 443, 8080), Status: oneOf[uint32](d, 0, 302, 999), Path: d.rewrite(),
	}
}

func (d drawer) rewrite() ir.PathRewrite {
	kind := oneOf(d, ir.KeepPath, ir.ReplaceFull, ir.ReplacePrefix, ir.ReplacePrefix)
	if kind == ir.KeepPath {
		return ir.PathRewrite{}
	}
	return ir.PathRewrite{Kind: kind, Value: oneOf(d, "/", "/xyz", "/xyz/", "/foo", "/q?a=b", "/h#x", "/a b", "/s/m")}
}

func (d drawer) modifier(response bool) ir.ModifyHeaders {
	header := func() ir.Header { return ir.Header{Name: oneOf(d, lawNames...), Value: oneOf(d, "1", "2", "3")} }
	return ir.ModifyHeaders{
		Response: response, Add: some(d, 2, header), Set: some(d, 2, header),
		Remove: some(d, 1, func() string { return oneOf(d, lawNames...) }),
	}
}

func (d drawer) connectionRoute(tls bool) ir.Route {
	filters := func() []ir.Filter {
		return some(d, 1, func() ir.Filter { return oneOf[ir.Filter](d, ir.Forbidden{}, ir.Invalid{Message: "no"}) })
	}
	r := ir.Route{
		Meta:  ir.Meta{Ref: ir.Ref{Group: "gateway.networking.k8s.io", Kind: "TLSRoute", Namespace: "prod", Name: "t"}},
		Rules: []ir.Rule{{Filters: filters(), Backends: d.distribution(filters)}},
	}
	if tls {
		r.Hosts = some(d, 2, d.host)
	}
	return r
}

func (d drawer) distribution(filters func() []ir.Filter) ir.Distribution {
	out := ir.Distribution{Kind: oneOf(d, ir.NoBackends, ir.FirstAvailable, ir.RandomAvailable, ir.RandomAvailable)}
	if out.Kind == ir.NoBackends {
		return out
	}
	for range 1 + d.IntN(3) {
		b := ir.Weighted{Backend: d.backend(filters())}
		if out.Kind == ir.RandomAvailable {
			b.Weight = oneOf[uint32](d, 0, 1, 3, 90, 1<<30)
		}
		out.Backends = append(out.Backends, b)
	}
	return out
}

func (d drawer) backend(filters []ir.Filter) ir.Backend {
	b := ir.Backend{
		Meta:    ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "b"}, Port: 80},
		Kind:    oneOf(d, ir.Failing, ir.Balancer, ir.Balancer, ir.Forward),
		Queue:   ir.Queue{Capacity: 100, Failfast: ir.Duration{Seconds: 3}},
		Filters: filters,
	}
	switch b.Kind {
	case ir.Balancer:
		b.Authority = "b.prod.svc.cluster.local:80"
		b.Load = ir.Load{RTT: ir.Milliseconds(30), Decay: ir.Duration{Seconds: 10}}
	case ir.Forward:
		b.Addr = netip.MustParseAddrPort("10.1.2.3:80")
	}
	return b
}

var lawNetworks = []string{"0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/16", "::/0", "fd00::/8", "127.0.0.0/8", "10.1.2.3/32"}

var lawIdentities = []string{"web.prod", "Web.prod", "a.b.web.prod", "spiffe://t/w", "spiffe://t/w.prod", "*"}

func (d drawer) authorization() ir.Authorization {
	network := func() netip.Prefix { return netip.MustParsePrefix(oneOf(d, lawNetworks...)) }
	a := ir.Authorization{Meta: ir.Meta{Ref: ir.Ref{Group: "policy.linkerd.io", Kind: "authorizationpolicy", Namespace: "prod", Name: "a"}}}
	for range 1 + d.IntN(2) {
		a.Networks = append(a.Networks, ir.NetworkMatch{Net: network(), Except: some(d, 1, network)})
	}
	if a.Clients.Kind = oneOf(d, ir.AnyClient, ir.MeshedTLS, ir.Identified, ir.Identified); a.Clients.Kind == ir.Identified {
		a.Clients.Identities = some(d, 2, func() string { return oneOf(d, lawIdentities...) })
		a.Clients.Suffixes = some(d, 1, func() string { return oneOf(d, "", ".prod", ".web.prod", "./w.prod") })
	}
	return a
}

// A lawRequest is a request as both sides are asked it.
type lawRequest struct {
	method, uri string
	headers     []ir.Header
}

func (d drawer) request(grpc bool) lawRequest {
	r := lawRequest{method: oneOf(d, lawMethods...), uri: d.uri(), headers: some(d, 4, d.headerLine)}
	if grpc && d.chance(80) {
		r.method = "POST"
	}
	if d.chance(30) {
		r.headers = append(r.headers, ir.Header{Name: "Content-Type", Value: oneOf(d, "application/grpc", "application/grpc-web", "text/plain")})
	}
	for range d.IntN(3) * d.IntN(2) {
		r.headers = append(r.headers, d.overrideLine())
	}
	return r
}

func (d drawer) headerLine() ir.Header {
	return ir.Header{Name: oneOf(d, "X-A", "x-a", "x-b", "host", "cookie", "l5d-client-id"), Value: oneOf(d, lawValues...)}
}

func (d drawer) overrideLine() ir.Header {
	name := oneOf(d, "l5d-timeout", "l5d-request-timeout", "l5d-response-timeout", "l5d-retry-timeout", "l5d-retry-limit", "l5d-retry-http", "l5d-retry-grpc")
	return ir.Header{Name: name, Value: oneOf(d,
		"1s", "20ms", "3m", "1h", "2d", "0", "000", "1", " 5s ", "s", "-1s", "1.5s", "99999999999999999999s", "", "7", "65535", "65536", "x",
		"5xx", "gateway-error", "5xx,404", "404-410", "410-404", "99", "600", "500-600", "5xx, 404", "bogus",
		"cancelled", "internal,unavailable", "cancelled, internal", "resource-exhausted,deadline-exceeded", "unknown",
	)}
}

func (d drawer) uri() string {
	path := oneOf(d, lawPaths...)
	if path == "*" {
		return "*"
	}
	if d.chance(40) {
		path += "?" + strings.Join(some(d, 3, func() string {
			return oneOf(d, "a", "a=b", "a=a", "b=v1", "a=", "A=b", "a+b=c", "%61=b", "a=%FF", "%E2%82=x", "v=v1-beta", "", "a=b=c", "x;a=b", "a=%2B", "a=%ZZ")
		}), "&")
	}
	switch d.IntN(12) {
	case 0:
		return path
	case 1:
		return oneOf(d, "web:80", "web", "a.example.com:443")
	}
	return oneOf(d, "http", "http", "https", "foo") + "://" + d.authority() + path
}

func (d drawer) authority() string {
	host := oneOf(d, "web", "Web", "web.", "web.prod", "a.example.com", "A.example.COM.", "example.com", "example.com.", "example.com..", "b.a.example.com", ".example.com",
		"xexample.com", "10.0.0.9", "[::1]", "*.example.com")
	return oneOf(d, "", "", "", "u:p@") + host + oneOf(d, "", "", ":80", ":8080", ":443", ":x", ":99999")
}
