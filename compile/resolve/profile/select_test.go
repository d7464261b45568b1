package profile_test

import (
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

// The cases T01–T14 of spec/profiles.md §9.1: who is given which ServiceProfile.
func TestSelection(t *testing.T) {
	const empty, broken = "", "routes: [{name: b, condition: {}}]"
	for _, c := range []struct {
		name      string
		manifests []string
		client    string
		routes    string // names
		source    string // namespace of the selected one
		governs   ir.Side
	}{
		{"T01 none", nil, "cli", "", "", ir.ByPolicy},
		{"T02 empty", []string{sp("ns", empty)}, "cli", "", "ns", ir.ByPolicy},
		{"T03 a route", []string{sp("ns", routeA)}, "cli", "a", "ns", ir.ByProfile},
		{"T04 client's own", []string{sp("ns", routeA), sp("cli", routeB)}, "cli", "b", "cli", ir.ByProfile},
		{"T04 server's", []string{sp("ns", routeA), sp("cli", routeB)}, "ns", "a", "ns", ir.ByProfile},
		{"T04 any other", []string{sp("ns", routeA), sp("cli", routeB)}, "other", "a", "ns", ir.ByProfile},
		{"T04 client sorts last", []string{sp("ns", routeA), sp("zoo", routeB)}, "other", "a", "ns", ir.ByProfile},
		{"T05 opt-out", []string{sp("ns", routeA), sp("cli", empty)}, "cli", "", "cli", ir.ByPolicy},
		{"T05 others", []string{sp("ns", routeA), sp("cli", empty)}, "other", "a", "ns", ir.ByProfile},
		{"T06 others", []string{sp("ns", routeA), sp("cli", broken)}, "other", "a", "ns", ir.ByProfile},
		{"T07 elsewhere", []string{sp("linkerd", routeA)}, "cli", "", "", ir.ByPolicy},
		{"T07 clients there", []string{sp("linkerd", routeA)}, "linkerd", "a", "linkerd", ir.ByProfile},
		{"T08 short name", []string{named("ns", "web", routeA)}, "cli", "", "", ir.ByPolicy},
		{"T08 other domain", []string{named("ns", "web.ns.svc.other.domain", routeA)}, "cli", "", "", ir.ByPolicy},
		{"T12 no client namespace", []string{sp("ns", routeA), sp("cli", empty)}, "", "a", "ns", ir.ByProfile},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := build(t, append(c.manifests, service("", ""))...)
			p := cluster.ask(t, 80, c.client)
			if got := names(p.Routes); got != c.routes {
				t.Errorf("routes = %q, want %q", got, c.routes)
			}
			if p.Source.Ref.Namespace != c.source || p.Source.Ref.Group != "linkerd.io" || p.Profiled() != (c.source != "") {
				t.Errorf("source = %v, want one in %q", p.Source, c.source)
			}
			if p.Name != fqdn || p.Parent.String() != "Service ns/web:80" || p.Budget != ir.DefaultBudget() {
				t.Errorf("envelope = %q, %v, %+v", p.Name, p.Parent, p.Budget)
			}
			if got := cluster.governs(t, 80, c.client).HTTP; got != c.governs {
				t.Errorf("governs = %v, want %v", got, c.governs)
			}
		})
	}
}

// The lookups that do not end in a service profile: T06, T09–T11, T13, T14.
func TestLookup(t *testing.T) {
	external := service("", "type: ExternalName, externalName: example.org, ports: [{port: 80}]")
	for _, c := range []struct {
		name      string
		manifests []string
		authority string
		client    string
		want      string // an error, "empty", "endpoint" or "routes NAMES"
	}{
		{"T06", []string{service("", ""), sp("ns", routeA), sp("cli", "routes: [{name: b, condition: {}}]")}, fqdn + ":80", "cli", "no message"},
		{"T09", []string{service("", ""), sp("ns", routeA)}, fqdn + ":81", "cli", "empty"},
		{"T10", []string{sp("ns", routeA)}, fqdn + ":80", "cli", "Unknown"},
		{"T11 declared", []string{external}, fqdn + ":80", "", "InvalidArgument"},
		{"T11 undeclared", []string{external}, fqdn + ":81", "", "empty"},
		{"T13 mirror", []string{service("labels: {multicluster.linkerd.io/remote-discovery: west}", ""), sp("ns", routeA)}, fqdn + ":80", "", "routes a"},
		{"T14 headless by name", []string{service("", "clusterIP: None, ports: [{port: 80}]"), sp("ns", routeA)}, fqdn + ":80", "", "routes a"},
		{"T14 by Pod IP", []string{service("", "clusterIP: None, ports: [{port: 80}]"), sp("ns", routeA)}, "10.1.2.3:80", "", "endpoint"},
		{"by cluster IP", []string{service("", ""), sp("ns", routeA)}, "10.0.0.1:80", "", "routes a"},
		{"default port", []string{service("", ""), sp("ns", routeA)}, fqdn, "", "routes a"},
		{"port with plus", []string{service("", ""), sp("ns", routeA)}, fqdn + ":+80", "", "routes a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := build(t, c.manifests...).Profile(c.authority, c.client)
			got := "routes " + names(p.Routes)
			switch {
			case err != nil:
				got, _, _ = strings.Cut(err.Error(), ":")
			case p.Endpoint.Addr.IsValid():
				got = "endpoint"
			case p.Name == "":
				got = "empty"
			}
			if got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}
