package delta_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// dangers lists what is dangerous, table by table and change by change.
func dangers(c *delta.Changes) string {
	var out []string
	say := func(d delta.Danger, what string) {
		if d != delta.NoDanger {
			out = append(out, d.String()+" "+what)
		}
	}
	var inside func(list []delta.Change)
	inside = func(list []delta.Change) {
		for _, ch := range list {
			say(ch.Danger, ch.Part.String())
			inside(ch.Changes)
		}
	}
	for _, o := range c.Objects {
		say(o.Danger, "object")
		inside(o.Changes)
	}
	for _, t := range c.Tables {
		say(t.Danger, "table")
		inside(t.Changes)
	}
	for _, s := range c.Statuses {
		inside(s.Changes)
	}
	return strings.Join(out, ", ")
}

func TestDangersOfRules(t *testing.T) {
	with := func(r ir.Rule, f ir.Filter) ir.Rule {
		r.Filters = append(r.Filters, f)
		return r
	}
	failing := func(d ir.Distribution) ir.Distribution {
		d.Backends[0].Kind = ir.Failing
		return d
	}
	anything := func(d ir.Distribution) ir.Rule { return ir.Rule{Backends: d} }
	a := rule("/a", weigh(1, "web"))
	for _, tc := range []struct {
		name     string
		old, new *ir.Program
		want     string
	}{
		{"nothing", program(a), program(a), ""},
		{"another weight", program(rule("/a", weigh(90, "x", 10, "y"))), program(rule("/a", weigh(10, "x", 90, "y"))), ""},
		{"a backend more", program(rule("/a", weigh(1, "x"))), program(rule("/a", weigh(1, "x", 1, "y"))), ""},
		{"a rule more", program(a), program(a, rule("/b", weigh(1, "web"))), ""},
		{"a rule less", program(a, rule("/b", weigh(1, "web"))), program(a), "route gone rule"},
		{"moved", program(a, rule("/b", weigh(1, "web"))), program(rule("/b", weigh(1, "web")), a), ""},
		{"another match", program(a), program(rule("/b", weigh(1, "web"))), "route gone match"},
		{"matches everything now", program(a), program(anything(weigh(1, "web"))), ""},
		{"matches less than everything", program(anything(weigh(1, "web"))), program(a), "route gone match"},
		{"backend gone", program(rule("/a", weigh(1, "x", 1, "y"))), program(rule("/a", weigh(1, "x"))), "backend gone backend"},
		{"backend without weight gone", program(rule("/a", weigh(1, "x", 0, "y"))), program(rule("/a", weigh(1, "x"))), ""},
		{"backend drained", program(rule("/a", weigh(1, "x", 1, "y"))), program(rule("/a", weigh(1, "x", 0, "y"))), "backend gone backend"},
		{"all weights zero", program(rule("/a", weigh(1, "x"))), program(rule("/a", weigh(0, "x"))), "traffic lost rule, backend gone backend"},
		{"what is left has no weight", program(rule("/a", weigh(1, "x", 0, "y"))), program(rule("/a", weigh(0, "y"))), "traffic lost rule, backend gone backend"},
		{"no backends", program(a), program(rule("/a", ir.Distribution{})), "traffic lost rule, backend gone backend"},
		{"backend fails", program(a), program(rule("/a", failing(weigh(1, "web")))), "traffic lost rule, backend gone backend"},
		{"rule fails", program(a), program(with(a, ir.FailHTTP{Status: 500})), "traffic lost rule"},
		{"rule failed before", program(with(a, ir.FailHTTP{Status: 500})), program(with(a, ir.FailHTTP{Status: 404})), ""},
		{"redirect", program(a), program(with(a, ir.Redirect{Status: 301})), ""},
	} {
		if got := dangers(delta.Compare(tc.old, tc.new)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestDangersOfTargets(t *testing.T) {
	service := func(ports ...uint16) *ir.Program {
		p := &ir.Program{Targets: []ir.Target{{Ref: web, Ports: ports}}}
		for _, port := range ports {
			o := program(rule("/a", weigh(1, "web"))).Targets[0].Tables[0]
			o.Meta.Port = port
			p.Targets[0].Tables = append(p.Targets[0].Tables, o)
		}
		return p
	}
	unrouted, consumer, network, nothing := service(80), service(80), service(80), &ir.Program{}
	unrouted.Targets[0].Tables[0].Routes = []ir.Route{{Meta: ir.Meta{Default: "http"}, Rules: []ir.Rule{{Backends: weigh(1, "web")}}}}
	theirs := consumer.Targets[0].Tables[0]
	theirs.Client = "books"
	consumer.Targets[0].Tables = append(consumer.Targets[0].Tables, theirs)
	network.Targets[0].Ref.Kind = "EgressNetwork"
	undeclared := service(80)
	undeclared.Targets[0].Ports = []uint16{81}
	refusing := service(80)
	refusing.Targets[0].Tables[0].Routes = []ir.Route{{Meta: ir.Meta{Default: "deny"}, Rules: []ir.Rule{{Filters: []ir.Filter{ir.Forbidden{}}}}}}
	routed := func(prefix string) *ir.Program {
		p := service(80)
		p.Targets[0].Tables[0].Routes = program(rule(prefix, weigh(1, "web"))).Targets[0].Tables[0].Routes
		return p
	}
	named := func(p *ir.Program, name string) *ir.Program {
		p.Targets[0].Tables[0].Routes[0].Meta.Ref.Name = name
		return p
	}
	hosted := func(p *ir.Program, h ir.Host) *ir.Program {
		p.Targets[0].Tables[0].Routes[0].Hosts = []ir.Host{h}
		return p
	}
	// egress is a Service and, if any rules are given, a network that has them by default.
	egress := func(rules ...ir.Rule) *ir.Program {
		p := service(80)
		p.Fallback.Routes = []ir.Route{{Meta: ir.Meta{Default: "egress-fallback"}, Rules: []ir.Rule{{Backends: weigh(1, "x")}}}}
		if len(rules) > 0 {
			p.Targets = append(p.Targets, ir.Target{
				Ref:    ir.Ref{Group: "policy.linkerd.io", Kind: "EgressNetwork", Namespace: "zoo", Name: "all"},
				Others: []ir.Outbound{{Routes: []ir.Route{{Meta: ir.Meta{Default: "egress"}, Rules: rules}}}},
			})
		}
		return p
	}
	allow, deny := ir.Rule{Backends: weigh(1, "x")}, ir.Rule{Filters: []ir.Filter{ir.Forbidden{}}}
	governed := func(side ir.Side, masked ...ir.Ref) *ir.Program {
		p := service(80)
		p.Targets[0].Governs = []ir.Governs{{Port: 80, HTTP: side, Profile: web, Masked: masked}}
		return p
	}
	accepted := func(kind string, yes bool) *ir.Program {
		return &ir.Program{Statuses: []ir.Status{{Object: route, Parents: []ir.ParentStatus{{Parent: web, Conditions: []ir.Condition{{Type: kind, Status: yes}}}}}}}
	}
	for _, tc := range []struct {
		name     string
		old, new *ir.Program
		want     string
	}{
		{"Service gone", service(80), nothing, "traffic lost object"},
		{"Service new", nothing, service(80), ""},
		{"network gone", network, nothing, "route gone object"},
		{"port gone", service(80, 443), service(80), "traffic lost setting"},
		{"client's table gone", consumer, service(80), "route gone table"},
		{"route gone", service(80), unrouted, "route gone route"},
		{"default gone", unrouted, service(80), "route gone route"},
		{"default refuses now", unrouted, refusing, "traffic lost route"},
		{"default refuses no more", refusing, unrouted, ""},
		{"default replaced", unrouted, routed("/"), ""},
		{"network that refuses is new", egress(), egress(deny), "traffic lost object"},
		{"network that allows is new", egress(), egress(allow), ""},
		{"network with the whole mesh new", nothing, egress(deny), ""},
		{"hosts narrowed", routed("/a"), hosted(routed("/a"), ir.Host{Name: "a.b"}), "route gone setting"},
		{"hosts widened", hosted(routed("/a"), ir.Host{Name: "a.b"}), hosted(routed("/a"), ir.Host{Suffix: true, Name: "b"}), ""},
		{"route renamed", routed("/a"), named(routed("/a"), "other"), ""},
		{"route renamed, another match", routed("/a"), named(routed("/b"), "other"), "route gone route"},
		{"port gone, its table stays", service(80), undeclared, "traffic lost setting"},
		{"masked", governed(ir.ByPolicy), governed(ir.ByProfile, route), "route masked setting"},
		{"masked as before", governed(ir.ByProfile, route), governed(ir.ByProfile, route), ""},
		{"unmasked", governed(ir.ByProfile, route), governed(ir.ByPolicy), ""},
		{"nobody's", governed(ir.ByPolicy), governed(ir.ByNobody), "traffic lost setting"},
		{"not accepted", accepted("Accepted", true), accepted("Accepted", false), "route masked condition"},
		{"accepted", accepted("Accepted", false), accepted("Accepted", true), ""},
		{"unresolved", accepted("ResolvedRefs", true), accepted("ResolvedRefs", false), "backend gone condition"},
	} {
		if got := dangers(delta.Compare(tc.old, tc.new)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// allow is an authorization of that name.
func allow(name string, clients ir.Clients, net string) ir.Authorization {
	return ir.Authorization{
		Meta: ir.Meta{Ref: ir.Ref{Kind: "authorizationpolicy", Name: name}}, Clients: clients,
		Networks: []ir.NetworkMatch{{Net: netip.MustParsePrefix(net)}},
	}
}

func TestDangersOfAuthorizations(t *testing.T) {
	meshed, books := ir.Clients{Kind: ir.MeshedTLS}, ir.Clients{Kind: ir.Identified, Identities: []string{"books"}}
	workload := func(other []ir.Authorization, list ...ir.Authorization) *ir.Program {
		w := ir.Workload{Ref: web, Others: []ir.InboundOthers{{Ports: ir.PortSet{{First: 1, Last: 65535}}, Table: ir.Inbound{Authorizations: other}}}}
		if list != nil {
			w.Tables = []ir.Inbound{{Port: 80, Protocol: ir.HTTP1, Authorizations: list}}
		}
		return &ir.Program{Workloads: []ir.Workload{w}}
	}
	routed := func(p *ir.Program, list ...ir.Authorization) *ir.Program {
		p.Workloads[0].Tables[0].Routes = []ir.Route{{Meta: ir.Meta{Ref: route}, Authorizations: list}}
		return p
	}
	anyone := allow("anyone", ir.Clients{}, "0.0.0.0/0")
	only := allow("only", books, "10.0.0.0/8")
	nobody := []ir.Authorization{}
	for _, tc := range []struct {
		name     string
		old, new *ir.Program
		want     string
	}{
		{"another", workload(nil, only), workload(nil, only, allow("more", meshed, "10.0.0.0/8")), "authorization widened authorization"},
		{"another that lets in nobody new", workload(nil, anyone), workload(nil, anyone, only), ""},
		{"a policy for a default", workload(nil, anyone), workload(nil, only), ""},
		{"a default for a policy", workload(nil, only), workload(nil, anyone), "authorization widened authorization"},
		{"one less", workload(nil, only, anyone), workload(nil, only), ""},
		{"networks widened", workload(nil, only), workload(nil, allow("only", books, "0.0.0.0/0")), "authorization widened authorization"},
		{"networks narrowed", workload(nil, only), workload(nil, allow("only", books, "10.1.0.0/16")), ""},
		{"unauthenticated", workload(nil, only), workload(nil, allow("only", ir.Clients{}, "10.0.0.0/8")), "authorization widened authorization"},
		{"others", workload(nil, only), workload(nil, allow("only", ir.Clients{Kind: ir.Identified, Identities: []string{"web"}}, "10.0.0.0/8")), "authorization widened authorization"},
		{"Server gone", workload([]ir.Authorization{anyone}, only), workload([]ir.Authorization{anyone}), "authorization widened table"},
		{"Server gone, and nobody is let in", workload([]ir.Authorization{}, only), workload([]ir.Authorization{}), "traffic lost table"},
		{"nobody is let in", workload(nil, only), workload(nil, nobody...), "traffic lost table"},
		{"nobody was let in", workload(nil, nobody...), workload(nil, only), "authorization widened authorization"},
		{"only a route lets in", workload(nil, only), routed(workload(nil, nobody...), only), ""},
		{"Server new", workload([]ir.Authorization{anyone}), workload([]ir.Authorization{anyone}, only), ""},
		{"open Server new", workload([]ir.Authorization{only}), workload([]ir.Authorization{only}, anyone), "authorization widened table"},
		{"route lets in more", workload(nil, only), routed(workload(nil, only), anyone), "authorization widened route"},
		{"route lets in the same", workload(nil, only), routed(workload(nil, only), only), ""},
	} {
		if got := dangers(delta.Compare(tc.old, tc.new)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// Lists of which every pair would have to be compared cost little, and are taken for wider.
func TestDangersOfLongLists(t *testing.T) {
	list := func(from int) (out []ir.Authorization) {
		for i := range 3000 {
			out = append(out, allow(fmt.Sprint(from+i), ir.Clients{Kind: ir.Identified, Identities: []string{fmt.Sprint(from + i)}}, "10.0.0.0/8"))
		}
		return out
	}
	program := func(list []ir.Authorization) *ir.Program {
		return &ir.Program{Workloads: []ir.Workload{{Ref: web, Tables: []ir.Inbound{{Port: 80, Authorizations: list}}}}}
	}
	c := delta.Compare(program(list(0)), program(list(3000)))
	if got := c.Tables[0].Worst(); got != delta.Widened || len(c.Tables[0].Changes) != 6000 {
		t.Errorf("%v, %d changes", got, len(c.Tables[0].Changes))
	}
}
