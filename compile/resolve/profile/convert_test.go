package profile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/ir"
)

// The conditions of T15–T19 and their kin (spec/profiles.md §3.1, §3.2).
func TestConditions(t *testing.T) {
	for _, c := range []struct{ name, yaml, want string }{
		{"T15", "{method: purge, pathRegex: /p, any: [{method: get}], all: [{pathRegex: /a}], not: {method: POST}}",
			"all(all(path /a), any(method GET), method PURGE, not(method POST), path /p)"},
		{"T16", "{all: [{method: GET}]}", "all(method GET)"},
		{"T17 all", "{all: []}", "all()"},
		{"T17 any", "{any: []}", "any()"},
		{"T18", `{method: " get"}`, "method  GET"},
		{"upper case by code point", `{method: "ßı"}`, "method ßI"},
		{"empty texts are unset", `{method: "", pathRegex: "/x"}`, "path /x"},
		{"null is unset", `{method: GET, all: null}`, "method GET"},
		{"nested", `{not: {not: {all: [{any: [{method: a}]}]}}}`, "not(not(all(any(method A))))"},
		{"unknown and wrongly cased fields are ignored", `{all: [{method: GET, Method: PUT, headers: 1}]}`, "all(method GET)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := build(t, service("", ""), sp("ns", "routes: [{name: a, condition: "+c.yaml+"}]")).ask(t, 80, "")
			if got := p.Routes[0].Condition.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	classes := build(t, service("", ""), sp("ns", `routes: [{name: a, condition: {method: GET}, responseClasses: [
	  {condition: {status: {min: 500}, all: [{status: {max: 503}}], any: [{status: {min: 500, max: 599}}], not: {status: {min: 501, max: 501}}}, isFailure: true},
	  {condition: {status: {}}}]}]`)).ask(t, 80, "").Routes[0].Classes
	if got, want := classes[0].Condition.String(), "all(all(status 0-503), any(status 500-599), status 500-0, not(status 501-501))"; got != want || !classes[0].Failure {
		t.Errorf("T19: got  %s\nwant %s", got, want)
	}
	if got := classes[1]; got.Condition.String() != "status 0-0" || got.Failure {
		t.Errorf("an empty range: %v", got)
	}
}

// T20: a route's timeout, which cannot void a profile.
func TestTimeouts(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"bogus": 0, "0s": 0, "0": 0, "": 0, "5": 0, "1d": 0, " 1s": 0,
		"-1500ms": -1500 * time.Millisecond, "1ns": 1, "1h2m3.004s": 3723004 * time.Millisecond, "1µs": 1000, "+1.5m": 90 * time.Second,
	} {
		p := build(t, service("", ""), sp("ns", fmt.Sprintf("routes: [{name: a, condition: {method: GET}, isRetryable: true, timeout: %q}]", text))).ask(t, 80, "")
		if got := p.Routes[0].Timeout; got != want || !p.Routes[0].Retryable {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// T21–T25: the retry budget replaces the default whole.
func TestBudget(t *testing.T) {
	for _, c := range []struct {
		yaml   string
		want   ir.RetryBudget
		usable bool
	}{
		{"{retryRatio: 0.3, minRetriesPerSecond: 5, ttl: 1m}", ir.RetryBudget{Present: true, Ratio: 0.3, MinRetries: 5, TTL: time.Minute}, true},
		{"{retryRatio: 0.5, ttl: 500ms}", ir.RetryBudget{Present: true, Ratio: 0.5, TTL: 500 * time.Millisecond}, false},
		{"{ttl: 0s}", ir.RetryBudget{Present: true}, false},
		{"{retryRatio: 1, minRetriesPerSecond: 10, ttl: -1s}", ir.RetryBudget{Present: true, Ratio: 1, MinRetries: 10, TTL: -time.Second}, false},
		{"{retryRatio: 5000, minRetriesPerSecond: 4294967295, ttl: 61s}", ir.RetryBudget{Present: true, Ratio: 5000, MinRetries: 4294967295, TTL: 61 * time.Second}, false},
		{"{retryRatio: 1, minRetriesPerSecond: 2147483648, ttl: 10s}", ir.RetryBudget{Present: true, Ratio: 1, MinRetries: 2147483648, TTL: 10 * time.Second}, false},
		{"{retryRatio: 1000.1, ttl: 10s}", ir.RetryBudget{Present: true, Ratio: 1000.1, TTL: 10 * time.Second}, false},
		{"{retryRatio: -0.2, ttl: 1s}", ir.RetryBudget{Present: true, Ratio: -0.2, TTL: time.Second}, false},
		{"{retryRatio: 1e-50, ttl: 60s}", ir.RetryBudget{Present: true, TTL: time.Minute}, true},
	} {
		p := build(t, service("", ""), sp("ns", "retryBudget: "+c.yaml)).ask(t, 80, "")
		if p.Budget != c.want || p.Budget.Usable() != c.usable {
			t.Errorf("%s: got %+v (usable %v)", c.yaml, p.Budget, p.Budget.Usable())
		}
	}
}

// What voids a profile whole: T06, T22, T35, T37.
func TestUnserved(t *testing.T) {
	for _, c := range []struct{ name, spec, field string }{
		{"T22 unreadable ttl", "retryBudget: {retryRatio: 0.3, minRetriesPerSecond: 5, ttl: x}", "spec.retryBudget.ttl"},
		{"T22 no ttl", "retryBudget: {retryRatio: 0.3, minRetriesPerSecond: 5}", "spec.retryBudget.ttl"},
		{"T35", `routes: [{name: a, condition: {method: GET}}, {name: b, condition: {pathRegex: ""}}]`, "spec.routes[1].condition"},
		{"T37", "routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {status: {min: 600}}}]}]", "spec.routes[0].responseClasses[0].condition.status.min"},
		{"largest status", "routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {all: [{status: {min: 500, max: 600}}]}}]}]", "spec.routes[0].responseClasses[0].condition.all[0].status.max"},
		{"inverted", "routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {not: {status: {min: 300, max: 200}}}}]}]", "spec.routes[0].responseClasses[0].condition.not.status.max"},
		{"no condition", "routes: [{name: a}]", "spec.routes[0].condition"},
		{"no class condition", "routes: [{name: a, condition: {method: GET}, responseClasses: [{}]}]", "spec.routes[0].responseClasses[0].condition"},
		{"empty class condition", "routes: [{name: a, condition: {method: GET}, responseClasses: [{condition: {}}]}]", "spec.routes[0].responseClasses[0].condition"},
		{"null condition", "routes: [{name: a, condition: {any: [null]}}]", "spec.routes[0].condition.any[0]"},
		{"deep", "routes: [{name: a, condition: {all: [{not: {any: [{method: GET}, {}]}}]}}]", "spec.routes[0].condition.all[0].not.any[1]"},
		{"null route", "routes: [null]", "spec.routes[0]"},
		{"null class", "routes: [{name: a, condition: {method: GET}, responseClasses: [null]}]", "spec.routes[0].responseClasses[0]"},
		{"null override", "dstOverrides: [null]", "spec.dstOverrides[0]"},
		{"wrongly cased", "routes: [{name: a, condition: {all: [{Method: GET}]}}]", "spec.routes[0].condition.all[0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := build(t, service("", ""), sp("ns", c.spec))
			if _, err := cluster.Profile(fqdn+":80", "cli"); err != ir.ErrNoMessage {
				t.Errorf("error = %v, want %v", err, ir.ErrNoMessage)
			}
			if got, want := strings.Join(cluster.codes(), "\n"), "RC4002 "+c.field; got != want {
				t.Errorf("findings = %q, want %q", got, want)
			}
			if g := cluster.governs(t, 80, "cli"); g.HTTP != ir.ByNobody || g.Opaque != ir.ByNobody || g.Reason != ir.Unconvertible {
				t.Errorf("governs = %+v", g)
			}
		})
	}
}

// T26–T33, T101 and the table of spec/profiles.md §2.6.
func TestOverrides(t *testing.T) {
	for _, c := range []struct{ name, yaml, want, usable string }{
		{"T26", "[{authority: a.ns.svc.cluster.local, weight: 500m}, {authority: 'b.ns.svc.cluster.local:8080', weight: 1}, {authority: c, weight: 0}, {authority: d}, {weight: 1}]",
			"a.ns.svc.cluster.local:80 5000, b.ns.svc.cluster.local:8080 10000, c:80 0, d:80 0, :80 10000",
			"a.ns.svc.cluster.local:80 5000, b.ns.svc.cluster.local:8080 10000"},
		{"T27", "[{authority: a, weight: 90}, {authority: b, weight: '10'}]", "a:80 900000, b:80 100000", "a:80 900000, b:80 100000"},
		{"T28", "[{authority: a, weight: 1M}, {authority: b, weight: -1}, {authority: c, weight: 999u}, {authority: d, weight: '0.33333'}]",
			"a:80 1410065408, b:80 4294957296, c:80 10, d:80 3340", "a:80 1410065408, b:80 4294957296, c:80 10, d:80 3340"},
		{"T30", "[{authority: 10.0.0.9, weight: 1}]", "10.0.0.9:80 10000", ""},
		{"T101", "[{authority: 'a%b', weight: 1}, {authority: '[a:b]:c', weight: 1}, {authority: 'x]:80', weight: 1}]",
			"a%b:80 10000, [a:b]:c 10000, [x]:80]:80 10000", ""},
		{"splits as they are", "[{authority: 'x:', weight: 1}, {authority: 'x:http', weight: 1}, {authority: ':80', weight: 1}, {authority: '::1', weight: 1}, {authority: 'foo:80:90', weight: 1}, {authority: '[::1]', weight: 1}, {authority: '[]:1', weight: 1}]",
			"x: 10000, x:http 10000, :80 10000, [::1]:80 10000, [foo:80:90]:80 10000, [[::1]]:80 10000, []:1 10000", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := build(t, service("", ""), sp("ns", "dstOverrides: "+c.yaml)).ask(t, 80, "")
			if got := overrides(p.Overrides); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := overrides(p.UsableOverrides()); got != c.usable {
				t.Errorf("usable: got  %s\nwant %s", got, c.usable)
			}
		})
	}
	t.Run("T31", func(t *testing.T) {
		c := build(t, service("", ports("{name: a, port: 80}, {name: b, port: 8080}")), sp("ns", "dstOverrides: [{authority: a, weight: 1}]"))
		if a, b := overrides(c.ask(t, 80, "").Overrides), overrides(c.ask(t, 8080, "").Overrides); a != "a:80 10000" || b != "a:8080 10000" {
			t.Errorf("got %s and %s", a, b)
		}
	})
}

func overrides(list []ir.DstOverride) string {
	var out []string
	for _, o := range list {
		out = append(out, fmt.Sprintf("%s %d", o.Authority, o.Weight))
	}
	return strings.Join(out, ", ")
}

// T34, T36: what admission refuses, and the controller takes.
func TestPermitted(t *testing.T) {
	c := build(t, service("", ""), sp("ns", `opaquePorts: {"80": {}}, routes: [{name: "", condition: {method: GET}}]`))
	if p := c.ask(t, 80, ""); p.Opaque || len(p.Routes) != 1 || p.Routes[0].Name != "" {
		t.Errorf("got %+v", p)
	}
}
