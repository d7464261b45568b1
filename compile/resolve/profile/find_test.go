package profile_test

import (
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

// Every finding of spec/profiles.md §5.5, at its field.
func TestFindings(t *testing.T) {
	get := "name: a, condition: {method: GET}"
	routes := func(s string) []string { return []string{service("", ""), sp("ns", "routes: [{"+s+"}]")} }
	condition := func(s string) []string { return routes("name: a, condition: " + s) }
	class := func(s string) []string {
		return routes("name: a, condition: {method: GET}, responseClasses: [{condition: " + s + "}]")
	}
	budget := func(s string) []string {
		return []string{service("", ""), sp("ns", "routes: [{"+get+", isRetryable: true}], retryBudget: {"+s+"}")}
	}
	split := func(s string) []string {
		return []string{service("", ""), strings.Replace(service("", ""), "name: web", "name: a", 1), sp("ns", "dstOverrides: ["+s+"]")}
	}
	const inRoute, inClass = "spec.routes[0].condition", "spec.routes[0].responseClasses[0].condition"

	for _, c := range []struct {
		name      string
		manifests []string
		want      string // codes and fields, joined by "; "
		says      string // part of the first one's message
	}{
		{"nothing to say", routes(get), "", ""},

		{"SP-24", condition("{all: [{method: 1}]}"), "RC4001 " + inRoute + ".all[0].method", "no ServiceProfile of the cluster takes effect"},
		{"SP-24 hits others", append(condition("{all: [{pathRegex: true}]}"), sp("cli", "routes: [{"+get+"}]"), named("app", "x", "")),
			"RC4001 " + inRoute + ".all[0].pathRegex; RC4101 metadata.name", "app/x and cli/web.ns.svc.cluster.local"},
		{"T106", condition(strings.Repeat("{all: [", 49) + "{method: GET}" + strings.Repeat("]}", 49)), "RC4003 spec.routes[0]", "do not proceed"},

		{"pattern alone", condition("{pathRegex: '/u/{id}'}"), "RC4104 spec; RC4004 " + inRoute + ".pathRegex", "changes nothing"},
		{"pattern of one route of two", routes("name: a, condition: {pathRegex: '/u/{id}'}}, {" + get), "RC4004 " + inRoute + ".pathRegex", "so the route disappears"},
		{"pattern in not alone", condition("{all: [{method: GET}], not: {pathRegex: '(('}}"), "RC4004 " + inRoute + ".not.pathRegex", "matches more"},
		{"pattern beside a method", condition("{method: GET, pathRegex: '(('}"), "RC4004 " + inRoute + ".pathRegex", "matches more"},
		{"pattern in any", condition("{any: [{pathRegex: '(('}]}"), "RC4004 " + inRoute + ".any[0].pathRegex", "matches less"},
		{"pattern in a negated any", condition("{all: [{not: {any: [{pathRegex: '(('}]}}]}"), "RC4004 " + inRoute + ".all[0].not.any[0].pathRegex", "matches more"},
		{"pattern in a negated all", condition("{all: [{not: {all: [{pathRegex: '(('}, {method: GET}]}}]}"), "RC4004 " + inRoute + ".all[0].not.all[0].pathRegex", "matches less"},
		{"alternation", condition("{pathRegex: /a|/b}"), "RC4005 " + inRoute + ".pathRegex", "`^/a|/b$`"},
		{"long alternation", condition("{pathRegex: '/" + strings.Repeat("é", 40) + "|/b'}"), "RC4005 " + inRoute + ".pathRegex", "é…`"},
		{"unprintable alternation", condition(`{pathRegex: "/\u0001|/b"}`), "RC4005 " + inRoute + ".pathRegex", `"^/\x01|/b$"`},
		{"asterisk", condition("{pathRegex: '*'}"), "RC4005 " + inRoute + ".pathRegex", "the repetition applies to the anchor"},
		{"method", condition("{any: [{method: 'not a method'}, {method: GET}]}"), "RC4006 " + inRoute + ".any[0].method", "matches less"},
		{"empty all", condition("{all: []}"), "RC4008 " + inRoute + ".all", "matches every request"},
		{"empty any", condition("{any: []}"), "RC4008 " + inRoute + ".any", "matches no request"},

		{"one-sided status", class("{status: {min: 404}}"), "RC4007 " + inClass + ".status", "the response class disappears"},
		{"one-sided status among others", class("{all: [{status: {min: 500, max: 599}}, {not: {status: {min: 503}}}]}"), "RC4007 " + inClass + ".all[1].not.status", "matches more"},
		{"one-sided status in any", class("{any: [{status: {max: 404}}, {status: {min: 500, max: 599}}]}"), "RC4007 " + inClass + ".any[0].status", "matches less"},
		{"one-sided status in a list alone", class("{any: [{status: {max: 404}}]}"), "RC4007 " + inClass + ".any[0].status", "the response class disappears"},
		{"empty class list", class("{any: []}"), "RC4008 " + inClass + ".any", "the response class disappears"},

		{"negative timeout", routes(get + ", timeout: -1s"), "RC4009 spec.routes[0].timeout", "negative"},
		{"unreadable timeout", routes(get + ", timeout: 1d"), "RC4009 spec.routes[0].timeout", `"1d" is no duration`},

		{"short ttl", budget("retryRatio: 0.2, minRetriesPerSecond: 1, ttl: 10ms"), "RC4010 spec.retryBudget.ttl", "retries nothing"},
		{"high ratio", budget("retryRatio: 5000, minRetriesPerSecond: 1, ttl: 10s"), "RC4010 spec.retryBudget.retryRatio", "between 0 and 1000"},
		{"many retries", budget("retryRatio: 1, minRetriesPerSecond: 2147483648, ttl: 10s"), "RC4010 spec.retryBudget.minRetriesPerSecond", "above"},
		{"short ttl, nothing retried", []string{service("", ""), sp("ns", "routes: [{"+get+"}], retryBudget: {retryRatio: 1, ttl: 10ms}")}, "", ""},
		{"budget panics", budget("retryRatio: 1, minRetriesPerSecond: 2147483647, ttl: 10s"), "RC4011 spec.retryBudget.minRetriesPerSecond", "panics"},

		{"negative weight", split("{authority: 'a.ns.svc.cluster.local:80', weight: -1}"), "RC4012 spec.dstOverrides[0].weight", "4294957296"},
		{"large weight", split("{authority: 'a.ns.svc.cluster.local:80', weight: 429497}"), "RC4012 spec.dstOverrides[0].weight", "2704"},
		{"no weight", split("{authority: 'a.ns.svc.cluster.local:80'}, {authority: 'a.ns.svc.cluster.local:80', weight: 1}"), "RC4013 spec.dstOverrides[0]", "no weight"},
		{"no authority", split("{weight: 1}, {authority: 'a.ns.svc.cluster.local:80', weight: 1}"), "RC4013 spec.dstOverrides[0]", "no target"},
		{"address", split("{authority: '10.0.0.9:80', weight: 1}"), "RC4104 spec; RC4013 spec.dstOverrides[0].authority", ""},
		{"unknown Service", split("{authority: 'x.ns.svc.cluster.local:80', weight: 1}"), "RC4014 spec.dstOverrides[0].authority", "no Service here"},
		{"switched off", split("{authority: 'x.ns.svc.cluster.local:80', weight: 0}, {authority: 'a.ns.svc.cluster.local:80', weight: 1}"), "", ""},
		{"no port", split("{authority: a.ns.svc.cluster.local, weight: 1}"), "RC4017 spec.dstOverrides[0].authority", "no port"},
		{"all zero", split("{authority: 'a.ns.svc.cluster.local:80', weight: 0}"), "RC4104 spec; RC4015 spec.dstOverrides", ""},
		{"T29", split("{authority: 'a.ns.svc.cluster.local:80', weight: -1}, {authority: 'a.ns.svc.cluster.local:80', weight: 1}"),
			"RC4016 spec.dstOverrides; RC4012 spec.dstOverrides[0].weight", "panics"},

		{"short name", []string{service("", ""), named("ns", "web", "")}, "RC4101 metadata.name", "SERVICE.NAMESPACE.svc.cluster.local"},
		{"no such Service", []string{named("ns", "y.ns.svc.cluster.local", "")}, "RC4101 metadata.name", "no Service ns/y"},
		{"no clients", []string{service("", ""), sp("cli", "routes: [{"+get+"}]"), "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ns}\nspec: {}"},
			"RC4102 metadata.namespace", "no workload lives there"},
		{"hides", []string{service("", ""), sp("ns", "routes: [{"+get+"}]"), sp("cli", "routes: [{"+get+"}]")}, "RC4103 metadata.namespace", "obey this one alone"},
		{"opt-out", []string{service("", ""), sp("ns", "routes: [{"+get+"}]"), sp("cli", "")}, "RC4103 metadata.namespace", "obey the OutboundPolicy"},
		{"no effect", []string{service("", ""), sp("ns", "retryBudget: {retryRatio: 1, minRetriesPerSecond: 1, ttl: 10s}")}, "RC4104 spec", "changes nothing"},
		{"headless", []string{service("", "clusterIP: None, ports: [{port: 80}]"), sp("ns", "routes: [{"+get+"}]")}, "RC4105 metadata.name", "headless"},
		{"outside", []string{service("", "clusterIP: 192.0.2.1, ports: [{port: 80}]"), sp("ns", "routes: [{"+get+"}]")}, "RC4105 metadata.name", "outside the cluster networks"},
		{"external name", []string{service("", "type: ExternalName, externalName: x.org, ports: [{port: 80}]"), sp("ns", "routes: [{"+get+"}]")}, "RC4105 metadata.name", "ExternalName"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := build(t, c.manifests...)
			if got := strings.Join(cluster.codes(), "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			for _, d := range cluster.findings {
				if strings.HasPrefix(string(d.Code), "RC4") {
					if !strings.Contains(d.Message, c.says) {
						t.Errorf("%q does not say %q", d.Message, c.says)
					}
					break
				}
			}
		})
	}
}

// Only what breaks connections is an error, and only what hurts others a hazard.
func TestSeverities(t *testing.T) {
	want := map[diag.Code]diag.Severity{
		diag.ProfileUndecodable: diag.Hazard,
		diag.ProfileUnserved:    diag.Error, diag.ProfileTooDeep: diag.Error, diag.BudgetPanics: diag.Error,
		diag.OverridesPanic: diag.Error, diag.OpaquePanics: diag.Error,
		diag.OverridePortless: diag.Info,
	}
	c := build(t, service("", ports("{port: 80}, {name: db, port: 3306, appProtocol: http}")),
		sp("a", "routes: [{name: a, condition: {all: [{method: 1}]}}]"),
		sp("b", "routes: [{name: a, condition: {}}]"),
		sp("c", "routes: [{name: a, condition: "+strings.Repeat("{all: [", 49)+"{method: GET}"+strings.Repeat("]}", 49)+"}]"),
		sp("d", "retryBudget: {retryRatio: 1, minRetriesPerSecond: 2147483647, ttl: 10s}"),
		sp("e", "dstOverrides: [{authority: v, weight: 429496}, {authority: w, weight: 429496}]"),
	)
	seen := map[diag.Code]bool{}
	for _, d := range c.findings {
		if severity, special := want[d.Code]; special && d.Severity != severity {
			t.Errorf("%s is %v, want %v", d.Code, d.Severity, severity)
		} else if !special && d.Severity > diag.Warning {
			t.Errorf("%s is %v: %s", d.Code, d.Severity, d.Message)
		}
		seen[d.Code] = true
	}
	for code := range want {
		if !seen[code] {
			t.Errorf("%s was not found", code)
		}
	}
}
