package eval

import (
	"fmt"
	"testing"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// Each rule that loses says why: by the first component of the key that tells, by order, or
// by the conditions of its nearest match that do not hold.
func TestLosers(t *testing.T) {
	for _, c := range []struct {
		protocol        ir.Protocol
		routes, request string
		loser           string // of the first loser
	}{
		{ir.Detect, "{web}[any]; {*.com}[any]; {x.com}[any]", "GET http://x.com/", "0.0 the host differs [host 0]"},
		{ir.Detect, "{x.com}[any]; {}[any]", "GET !/", "0.0 the request names no host [host 0]"},
		{ir.Detect, "{*.com}[E /a]; {x.com}[any]", "GET http://x.com/a", "0.0 a more specific rule wins: kind of host"},
		{ir.Detect, "{*.com}[E /a]; {*.x.com}[any]", "GET http://b.x.com/a", "0.0 a more specific rule wins: length of host"},
		{ir.Detect, "[P /a | P /a/b]", "/a/b", "0.0 a more specific rule wins: length of path"},
		{ir.Detect, "[any +GET | any +h(x=1)]", "/ -- x: 1", "0.0 a more specific rule wins: number of header conditions"},
		{ir.Detect, "[any +GET | any +q(a=1)]", "/?a=1", "0.0 a more specific rule wins: number of query conditions"},
		{ir.Detect, "[any | any +GET]", "/", "0.0 a more specific rule wins: method condition"},
		{ir.GRPC, "[rpc */m | rpc s/*]", "POST /s/m", "0.0 a more specific rule wins: length of service"},
		{ir.GRPC, "[rpc s/* | rpc s/m]", "POST /s/m", "0.0 a more specific rule wins: length of method name"},
		{ir.Detect, "[any | any]", "/", "0.1 an equally specific rule stands earlier"},
		{ir.Detect, "[any]; [any]", "/", "1.0 an equally specific rule of an earlier route wins, where the age of both is not known"},
		{ir.Detect, "[any | P /a, P /c +POST]", "/b", "0.1 no match holds [path]"},
		{ir.Detect, "[any | E /a, E /b +POST +h(x=1) +q(a~b)]", "/b", "0.1 no match holds [method query 0 header 0]"},
		{ir.GRPC, "[- | rpc s/n +h(x=1)]", "POST /s/m", "0.1 no match holds [rpc header 0]"},
		{ir.GRPC, "[- | rpc s/m]", "GET /s/m", "0.1 no match holds [match]"},
	} {
		v := tableOf(t, c.protocol, c.routes).Explain(HTTP2, requestOf(t, c.request))
		if got := spellLoser(&v.Losers[0]); got != c.loser {
			t.Errorf("%s, %s: got %q, want %q", c.routes, c.request, got, c.loser)
		}
	}
}

func spellLoser(l *Loser) string {
	out := fmt.Sprintf("%d.%d %v", l.Route, l.Rule, l.Reason)
	if l.Reason == Outranked {
		out += ": " + l.By.String()
	}
	var failed []string
	for _, s := range l.Failed {
		name := map[SiteKind]string{OfHost: "host", OfMatch: "match", OfPath: "path", OfMethod: "method", OfService: "service", OfRPC: "rpc", OfHeader: "header", OfQuery: "query"}[s.Kind]
		switch s.Kind {
		case OfHost, OfHeader, OfQuery:
			name = fmt.Sprint(name, " ", s.Index)
		}
		failed = append(failed, name)
	}
	if failed != nil {
		out += " " + fmt.Sprint(failed)
	}
	return out
}

func TestLosersByAge(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		winner, loser time.Time
		want          Reason
	}{
		{day(1), day(2), OlderRoute}, {day(1), day(1), EarlierName}, {day(1), time.Time{}, UnknownAge}, {time.Time{}, time.Time{}, UnknownAge},
	} {
		routes := routesOf(t, "[any]; [any]")
		routes[0].Origin.Created, routes[1].Origin.Created = c.winner, c.loser
		table, err := Prepare(ir.Outbound{Routes: routes})
		if err != nil {
			t.Fatal(err)
		}
		if v := table.Explain(HTTP1, requestOf(t, "/")); v.Losers[0].Reason != c.want {
			t.Errorf("%v, %v: got %v, want %v", c.winner, c.loser, v.Losers[0].Reason, c.want)
		}
	}
}

// Indexes lead to the places in the manifest.
func TestSites(t *testing.T) {
	route := &ir.Route{Origin: ir.Origin{Place: source.Place{Doc: &source.Doc{File: "a.yaml"}, Item: "items[3]"}}}
	for _, c := range []struct {
		site Site
		want string
	}{
		{Site{Kind: OfRoute}, ""},
		{Site{Kind: OfHost, Index: 1}, "spec.hostnames[1]"},
		{Site{Kind: OfRule, Rule: 2}, "spec.rules[2]"},
		{Site{Kind: OfMatch, Rule: 2, Match: 1}, "spec.rules[2].matches[1]"},
		{Site{Kind: OfMatch, Rule: 2, Match: -1}, "spec.rules[2]"},
		{Site{Kind: OfPath, Rule: 2}, "spec.rules[2].matches[0].path"},
		{Site{Kind: OfMethod}, "spec.rules[0].matches[0].method"},
		{Site{Kind: OfService}, "spec.rules[0].matches[0].method.service"},
		{Site{Kind: OfRPC}, "spec.rules[0].matches[0].method.method"},
		{Site{Kind: OfHeader, Index: 4}, "spec.rules[0].matches[0].headers[4]"},
		{Site{Kind: OfQuery, Index: 4}, "spec.rules[0].matches[0].queryParams[4]"},
		{Site{Kind: OfFilter, Index: 4}, "spec.rules[0].filters[4]"},
		{Site{Kind: OfBackend, Backend: 3}, "spec.rules[0].backendRefs[3]"},
		{Site{Kind: OfBackendFilter, Backend: 3, Index: 4}, "spec.rules[0].backendRefs[3].filters[4]"},
		{Site{Kind: OfTimeouts}, "spec.rules[0].timeouts"},
	} {
		c.site.Route = route
		if p := c.site.Place(); p.Field != c.want || p.Item != "items[3]" {
			t.Errorf("%+v: got %+v, want %q", c.site, p, c.want)
		}
	}
	if p := (Site{Kind: OfPath, Route: &ir.Route{}}).Place(); p != (source.Place{}) {
		t.Errorf("a built-in route has the place %+v", p)
	}
}
