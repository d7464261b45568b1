package replay

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/replay/syntax"
	"routec.dev/routec/ir/automata"
)

// A slow twin of the indexed tables: spec/matching.md §1 and §3.2 line by line,
// over the message itself. Random tables and requests must be answered alike.

// A literalKey is compared from left to right.
type literalKey [7]int

func (k literalKey) compare(o literalKey) int {
	for i := range k {
		if k[i] != o[i] {
			return k[i] - o[i]
		}
	}
	return 0
}

type literalMatch struct {
	key  literalKey // without host
	kind PathKind
	ok   bool
}

// literalSelect is "select" of §3.2: rules gives the satisfied matches of each
// rule, in order, index -1 for the implicit one.
func literalSelect(r *Request, routes int, hosts func(int) []*http_route.HostMatch, rules func(int) [][]literalMatch) (best Winner, found bool) {
	var bestKey literalKey
	for i := range routes {
		kind, length, ok := literalHost(hosts(i), r)
		if !ok {
			continue
		}
		for j, matches := range rules(i) {
			at := -2
			var s literalMatch
			for k, m := range matches {
				if m.ok && (at == -2 || m.key.compare(s.key) >= 0) {
					at, s = k, m
				}
			}
			key := s.key
			key[0], key[1] = int(kind), length
			if at == -2 || found && key.compare(bestKey) <= 0 {
				continue
			}
			best, bestKey, found = Winner{Route: i, Rule: j, Match: at, Host: kind, HostLength: length, PathKind: s.kind}, key, true
		}
	}
	return best, found
}

func literalHost(hosts []*http_route.HostMatch, r *Request) (best HostKind, length int, ok bool) {
	if len(hosts) == 0 {
		return NoHost, 0, true
	}
	if r.URI.Authority == "" {
		return NoHost, 0, false
	}
	for _, h := range hosts {
		x := strings.ToLower(syntax.Host(r.URI.Authority))
		kind, n, text, dotted := ExactHost, len(h.GetExact()), h.GetExact(), strings.HasSuffix(h.GetExact(), ".")
		matches := func() bool { return x == strings.ToLower(text) }
		if s := h.GetSuffix(); s != nil {
			labels := s.GetReverseLabels()
			kind, n, text, dotted = WildcardHost, 0, "", len(labels) > 0 && labels[0] == ""
			for _, l := range labels {
				n, text = n+len(l)+1, "."+l+text
			}
			matches = func() bool { return strings.HasSuffix(x, strings.ToLower(text)) }
		}
		if !dotted {
			x = strings.TrimSuffix(x, ".")
		}
		if matches() && (!ok || kind > best || kind == best && n > length) {
			best, length, ok = kind, n, true
		}
	}
	return best, length, ok
}

func literalHTTP(t *testing.T, routes []*outbound.HttpRoute, r *Request) (Winner, bool) {
	w, ok := literalSelect(r, len(routes), func(i int) []*http_route.HostMatch { return routes[i].GetHosts() }, func(i int) (rules [][]literalMatch) {
		for _, rule := range routes[i].GetRules() {
			var ms []literalMatch
			for _, m := range rule.GetMatches() {
				ms = append(ms, literalHTTPMatch(t, m, r))
			}
			if len(ms) == 0 {
				ms = []literalMatch{{key: literalKey{2: 1}, ok: true}}
			}
			rules = append(rules, ms)
		}
		return rules
	})
	if ok && len(routes[w.Route].GetRules()[w.Rule].GetMatches()) == 0 {
		w.Match = -1
	}
	return w, ok
}

func literalHTTPMatch(t *testing.T, m *http_route.HttpRouteMatch, r *Request) literalMatch {
	path, length, kind, ok := r.URI.Path, 1, PathPrefix, true
	switch p := m.GetPath().GetKind().(type) {
	case *http_route.PathMatch_Exact:
		length, kind, ok = len(p.Exact), PathExact, path == p.Exact
	case *http_route.PathMatch_Regex:
		length, kind, ok = len(path), PathRegex, literalSpan(t, p.Regex, path)
	case *http_route.PathMatch_Prefix:
		if p.Prefix != "/" {
			trimmed, have := strings.TrimRight(p.Prefix, "/"), strings.TrimRight(path, "/")
			length, ok = len(trimmed), have == trimmed || strings.HasPrefix(have, trimmed+"/")
		}
	}
	if m.GetMethod() != nil {
		ok = ok && methodText(m.GetMethod()) == r.Method
	}
	for _, h := range m.GetHeaders() {
		ok = ok && literalHeader(t, h, r)
	}
	for _, q := range m.GetQueryParams() {
		some := false
		for _, p := range r.params {
			if e, exact := q.GetValue().(*http_route.QueryParamMatch_Exact); p.name == q.GetName() {
				some = some || exact && e.Exact == p.value || !exact && literalSpan(t, q.GetRegex(), p.value)
			}
		}
		ok = ok && some
	}
	key := literalKey{2: length, 3: len(m.GetHeaders()), 4: len(m.GetQueryParams()), 5: 0}
	if m.GetMethod() != nil {
		key[5] = 1
	}
	return literalMatch{key, kind, ok}
}

func literalHeader(t *testing.T, h *http_route.HeaderMatch, r *Request) bool {
	for _, have := range r.Headers {
		if !strings.EqualFold(have.Name, h.GetName()) {
			continue
		}
		if e, exact := h.GetValue().(*http_route.HeaderMatch_Exact); exact && string(e.Exact) == have.Value ||
			!exact && syntax.Visible(have.Value) && literalSpan(t, h.GetRegex(), have.Value) {
			return true
		}
	}
	return false
}

func literalSpan(t *testing.T, pattern, text string) bool {
	re, err := automata.Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return re.FullSpan(text)
}

func literalGRPC(t *testing.T, routes []*outbound.GrpcRoute, r *Request) (Winner, bool) {
	w, ok := literalSelect(r, len(routes), func(i int) []*http_route.HostMatch { return routes[i].GetHosts() }, func(i int) (rules [][]literalMatch) {
		for _, rule := range routes[i].GetRules() {
			var ms []literalMatch
			for _, m := range rule.GetMatches() {
				ms = append(ms, literalGRPCMatch(t, m, r))
			}
			if len(ms) == 0 {
				ms = []literalMatch{{ok: true}}
			}
			rules = append(rules, ms)
		}
		return rules
	})
	if ok && len(routes[w.Route].GetRules()[w.Rule].GetMatches()) == 0 {
		w.Match = -1
	}
	return w, ok
}

func literalGRPCMatch(t *testing.T, m *grpc_route.GrpcRouteMatch, r *Request) literalMatch {
	service, method := m.GetRpc().GetService(), m.GetRpc().GetMethod()
	parts := strings.Split(r.URI.Path, "/")
	ok := r.Method == "POST" && parts[0] == "" && len(parts) >= 3 &&
		(service == "" || service == parts[1]) && (method == "" || method == parts[2])
	for _, h := range m.GetHeaders() {
		ok = ok && literalHeader(t, h, r)
	}
	return literalMatch{literalKey{2: len(service), 3: len(method), 4: len(m.GetHeaders())}, PathPrefix, ok}
}

// A dice draws tables and requests from few words, so that much of it meets.
type dice struct{ *rand.Rand }

func (d dice) pick(words ...string) string { return words[d.IntN(len(words))] }

func (d dice) hosts() string {
	return d.pick("", "", "a", "a.com", "*.com", "a.com *.com", "*", "*.a.com A.COM.", "b")
}

func (d dice) conditions() (list []conditionOf) {
	for d.IntN(3) == 0 {
		list = append(list, []conditionOf{
			header("x=" + d.pick("1", "2")), header("y~" + d.pick(".", "1|12", "[12]+")), query("q=" + d.pick("1", "")), query("q~" + d.pick("1.*", "(a|ab)")),
		}[d.IntN(4)])
	}
	if d.IntN(4) == 0 {
		list = append(list, method(d.pick("GET", "POST")))
	}
	return list
}

func (d dice) httpMatch() *http_route.HttpRouteMatch {
	path := d.pick("/", "", "/a", "/a/", "/a/b", "//", "/ab", "*", "/a/b/c")
	switch d.IntN(4) {
	case 0:
		return P(path, d.conditions()...)
	case 1:
		return E(path, d.conditions()...)
	case 2:
		return X(d.pick(".*", "/a", "/a.*", "/a|/ab", "/[^/]*", "(/a|/a/b)(/.*)?"), d.conditions()...)
	}
	return A(d.conditions()...)
}

func (d dice) request(t *testing.T) *Request {
	uri := d.pick("", "http://", "http://") // none, or an authority
	if uri != "" {
		uri += d.pick("a", "a.com", "A.com.", "x.a.com:80", "b", ".com")
	}
	uri += d.pick("/", "/a", "/a/", "/a/b", "/ab", "//a", "/a/b/c", "/a//") + d.pick("", "?q", "?q=1", "?q=ab&q=12", "?p=1")
	if d.IntN(12) == 0 {
		uri = d.pick("*", "a.com:1")
	}
	var headers []string
	for d.IntN(2) == 0 {
		headers = append(headers, d.pick("x", "X", "y")+": "+d.pick("1", "2", "12", "é"))
	}
	return request(t, d.pick("GET", "POST", "POST")+" "+uri, headers...)
}

func (d dice) httpRoutes() (routes []*outbound.HttpRoute) {
	for range 1 + d.IntN(4) {
		r := route(d.hosts())
		for range d.IntN(4) {
			one := rule()
			for range d.IntN(4) {
				one.Matches = append(one.Matches, d.httpMatch())
			}
			r.Rules = append(r.Rules, one)
		}
		routes = append(routes, r)
	}
	return routes
}

func (d dice) grpcRoutes() (routes []*outbound.GrpcRoute) {
	for range 1 + d.IntN(3) {
		r := &outbound.GrpcRoute{Metadata: named("r"), Hosts: route(d.hosts()).GetHosts()}
		for range d.IntN(4) {
			one := grpcRuleOf()
			for range d.IntN(4) {
				m := R(d.pick("*/*", "a/*", "*/b", "a/b", "*/", "ab/b"))
				for d.IntN(3) == 0 {
					m.Headers = append(m.Headers, headerMatch(d.pick("x=1", "y~.*")))
				}
				one.Matches = append(one.Matches, m)
			}
			r.Rules = append(r.Rules, one)
		}
		routes = append(routes, r)
	}
	return routes
}

func TestIndexAgreesWithTheLiteralReading(t *testing.T) {
	tables := 1500
	if testing.Short() {
		tables = 100
	}
	d := dice{rand.New(rand.NewPCG(1, 2))}
	won := 0
	for range tables {
		p := policy(d.httpRoutes()...)
		g := grpcPolicy()
		g.GetProtocol().GetGrpc().Routes = d.grpcRoutes()
		http, grpc := prepared(t, p), prepared(t, g)
		for range 30 {
			r := d.request(t)
			w, ok := http.HTTP1(r)
			want, wantOK := literalHTTP(t, p.GetProtocol().GetDetect().GetHttp1().GetRoutes(), r)
			compareWinners(t, p, r, w, ok, want, wantOK)
			w, wok := grpc.GRPC(r)
			want, wantOK = literalGRPC(t, g.GetProtocol().GetGrpc().GetRoutes(), r)
			compareWinners(t, g, r, w, wok, want, wantOK)
			if ok {
				won++
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d tables of each kind, 30 requests each; %d HTTP requests have a winner", tables, won)
}

func compareWinners(t *testing.T, table fmt.Stringer, r *Request, got Winner, ok bool, want Winner, wantOK bool) {
	t.Helper()
	if ok != wantOK || got.Route != want.Route || got.Rule != want.Rule || got.Match != want.Match ||
		got.PathKind != want.PathKind || got.Host != want.Host || got.HostLength != want.HostLength {
		t.Errorf("%s %s %v:\n got  %v %+v\n want %v %+v\n table %s", r.Method, r.URI, r.Headers, ok, got, wantOK, want, table)
	}
}
