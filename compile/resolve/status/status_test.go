package status

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

func identity(kind, namespace, name string) manifest.Meta {
	id := manifest.Identity{Kind: kind, Namespace: namespace, Name: name}
	if kind == route.EgressNetwork || kind == route.Server {
		id.Group = manifest.PolicyGroup
	}
	return manifest.Meta{Identity: id}
}

func service(name string, spec manifest.ServiceSpec) manifest.Object[manifest.ServiceSpec] {
	return manifest.Object[manifest.ServiceSpec]{Meta: identity("Service", "prod", name), Spec: spec}
}

func egress(name string, networks ...manifest.Network) manifest.Object[manifest.EgressNetworkSpec] {
	return manifest.Object[manifest.EgressNetworkSpec]{Meta: identity("EgressNetwork", "prod", name), Spec: manifest.EgressNetworkSpec{Networks: networks}}
}

func cluster() *manifest.Set {
	set := &manifest.Set{}
	set.Services = append(set.Services,
		service("web", manifest.ServiceSpec{}),
		service("headless", manifest.ServiceSpec{ClusterIP: "nOnE"}),
		service("external", manifest.ServiceSpec{Type: "ExternalName"}),
	)
	set.EgressNetworks = append(set.EgressNetworks,
		egress("out"),
		egress("overlapping", manifest.Network{CIDR: "10.1.0.0/16"}),
	)
	return set
}

// at is a parentRef; a port below 0 stands for none.
func at(kind, name string, port int32) route.Parent {
	group := route.Core
	if kind != route.Service {
		group = route.Policy
	}
	p := route.Parent{Ref: ir.Ref{Group: group, Kind: kind, Namespace: "prod", Name: name}}
	if port >= 0 {
		p.Port, p.HasPort = port, true
	}
	return p
}

func of(rank Rank, namespace, name string, parents ...route.Parent) Route {
	meta := identity([...]string{"TCPRoute", "TLSRoute", "HTTPRoute", "GRPCRoute"}[rank], namespace, name)
	return Route{Meta: &meta, Rank: rank, Parents: parents}
}

func board(routes ...Route) *Board {
	return NewBoard(cluster(), []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, routes)
}

// verdict is what is written for the parents of a route: reasons, messages and ports.
func verdict(b *Board, r Route) string {
	s, entries := b.Route(r)
	if len(s.Parents) != len(entries) {
		return "statuses and entries differ"
	}
	var out []string
	for i, p := range s.Parents {
		accept := p.Conditions[0]
		if accept.Status != entries[i].Accepted || p.Port != entries[i].Port || p.HasPort != entries[i].HasPort {
			return "status and entry differ"
		}
		text := accept.Reason
		if accept.Message != "" {
			text += " (" + accept.Message + ")"
		}
		if p.HasPort {
			text = fmt.Sprint(p.Port, " ", text)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestAcceptance(t *testing.T) {
	for _, c := range []struct {
		name string
		in   route.Parent
		want string
	}{
		{"a Service", at(route.Service, "web", 80), "80 Accepted"},
		{"every port", at(route.Service, "web", -1), "Accepted"},
		{"no such Service", at(route.Service, "ghost", 80), "80 NoMatchingParent"},
		{"headless", at(route.Service, "headless", 80), "80 NoMatchingParent (parent service must have a ClusterIP)"},
		{"external", at(route.Service, "external", 80), "80 NoMatchingParent (parent service must have a ClusterIP)"},
		{"an EgressNetwork", at(route.EgressNetwork, "out", 443), "443 Accepted"},
		{"one that overlaps", at(route.EgressNetwork, "overlapping", 443), "443 NoMatchingParent (EgressNetwork parent has not been accepted)"},
		{"the last port", at(route.Service, "web", 65535), "65535 Accepted"},
		{"a port beyond 16 bits", at(route.Service, "web", 65536), ""},
		{"port 0", at(route.Service, "web", 0), ""},
	} {
		r := of(HTTP, "prod", "a", c.in)
		if got := verdict(board(r), r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPatches tells a parentRef that is left out from one that spoils all.
func TestPatches(t *testing.T) {
	web := at(route.Service, "web", 80)
	beyond := of(HTTP, "prod", "a", web, at(route.Service, "web", 65536))
	if got := verdict(board(beyond), beyond); got != "80 Accepted" {
		t.Errorf("a port beyond 16 bits: %q", got)
	}
	zero := of(HTTP, "prod", "a", web, at(route.Service, "web", 0))
	if got := verdict(board(zero), zero); got != "" {
		t.Errorf("port 0: %q", got)
	}
}

func TestConflicts(t *testing.T) {
	web, every, ghost := at(route.Service, "web", 80), at(route.Service, "web", -1), at(route.Service, "ghost", 80)
	for _, c := range []struct {
		name         string
		route, other Route
		want         string
	}{
		{"lower", of(HTTP, "prod", "a", web), of(GRPC, "prod", "b", web), "80 RouteReasonConflicted"},
		{"lowest", of(TCP, "prod", "a", web), of(TLS, "prod", "b", web), "80 RouteReasonConflicted"},
		{"higher", of(GRPC, "prod", "a", web), of(HTTP, "prod", "b", web), "80 Accepted"},
		{"equal", of(HTTP, "prod", "a", web), of(HTTP, "prod", "b", web), "80 Accepted"},
		{"of another namespace", of(HTTP, "prod", "a", web), of(GRPC, "team", "b", web), "80 RouteReasonConflicted"},
		{"every port and one", of(HTTP, "prod", "a", web), of(GRPC, "prod", "b", every), "80 Accepted"},
		{"one port and every", of(HTTP, "prod", "a", every), of(GRPC, "prod", "b", web), "Accepted"},
		{"every port, twice", of(HTTP, "prod", "a", every), of(GRPC, "prod", "b", every), "RouteReasonConflicted"},
		{"another port", of(HTTP, "prod", "a", web), of(GRPC, "prod", "b", at(route.Service, "web", 81)), "80 Accepted"},
		{"port 0 is not every port", of(HTTP, "prod", "a", every), of(GRPC, "prod", "b", at(route.Service, "web", 0)), "Accepted"},
		{"a port that 16 bits would wrap", of(HTTP, "prod", "a", web), of(GRPC, "prod", "b", at(route.Service, "web", 65536+80)), "80 Accepted"},
		{"a missing parent comes first", of(HTTP, "prod", "a", ghost), of(GRPC, "prod", "b", ghost), "80 NoMatchingParent"},
		{"one parent of two", of(HTTP, "prod", "a", web, every), of(GRPC, "prod", "b", web), "80 RouteReasonConflicted; Accepted"},
	} {
		if got := verdict(board(c.route, c.other), c.route); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := verdict(board(c.other, c.route), c.route); got != c.want {
			t.Errorf("%s, the other way round: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestResolvedRefs(t *testing.T) {
	ref := func(kind, name string) route.BackendRef {
		return route.BackendRef{Ref: at(kind, name, -1).Ref, OwnNamespace: true}
	}
	web, out := at(route.Service, "web", 80), at(route.EgressNetwork, "out", 443)
	unknown := route.BackendRef{Ref: ir.Ref{Name: "x"}}
	const misplaced = "InvalidKind EgressNetwork backend needs to be on a route that has an EgressNetwork parent"
	for _, c := range []struct {
		name     string
		parent   route.Parent
		backends []route.BackendRef
		want     string
	}{
		{"none", web, nil, "ResolvedRefs "},
		{"a headless Service", web, []route.BackendRef{ref(route.Service, "headless")}, "ResolvedRefs "},
		{"missing", web, []route.BackendRef{ref(route.Service, "ghost")}, "BackendNotFound "},
		{"of the route's own namespace", web, []route.BackendRef{{Ref: ir.Ref{Group: route.Core, Kind: route.Service, Name: "web"}}}, "ResolvedRefs "},
		{"of an unknown kind", web, []route.BackendRef{unknown}, "InvalidKind "},
		{"the first decides", web, []route.BackendRef{ref(route.Service, "web"), ref(route.Service, "ghost"), unknown}, "BackendNotFound "},
		{"an EgressNetwork that is missing", web, []route.BackendRef{ref(route.EgressNetwork, "ghost")}, "BackendNotFound "},
		{"an EgressNetwork of a Service", web, []route.BackendRef{ref(route.EgressNetwork, "out")}, misplaced},
		{"an EgressNetwork of its own", out, []route.BackendRef{ref(route.EgressNetwork, "out")}, "ResolvedRefs "},
		{"an EgressNetwork of another", out, []route.BackendRef{ref(route.EgressNetwork, "overlapping")}, misplaced},
	} {
		r := of(HTTP, "prod", "a", c.parent)
		r.Backends = c.backends
		s, _ := board(r).Route(r)
		got := s.Parents[0].Conditions[1]
		if got.Reason+" "+got.Message != c.want || got.Status != (got.Reason == "ResolvedRefs") || got.Type != "ResolvedRefs" {
			t.Errorf("%s: %+v, want %q", c.name, got, c.want)
		}
	}
}

func TestServerParents(t *testing.T) {
	set := cluster()
	set.Servers = append(set.Servers, manifest.Object[manifest.ServerSpec]{Meta: identity("Server", "prod", "s")})
	r := of(HTTP, "prod", "a", at(route.Server, "s", 80))
	s, _ := NewBoard(set, nil, []Route{r}).Route(r)
	if len(s.Parents) != 1 || len(s.Parents[0].Conditions) != 1 || !s.Parents[0].Conditions[0].Status || s.Parents[0].HasPort {
		t.Errorf("%+v", s)
	}
	if r.Outbound() || !of(HTTP, "prod", "a", at(route.Server, "s", -1), at(route.Service, "web", -1)).Outbound() {
		t.Error("a route is outbound by its parents other than Servers")
	}
}

func TestOverlaps(t *testing.T) {
	cluster := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		cidr, except string
		want         bool
	}{
		{"192.0.2.0/24", "", false},
		{"10.1.2.3", "", true},
		{"10.0.0.0/8", "", true},
		{"0.0.0.0/0", "", true},
		{"0.0.0.0/0", "10.0.0.0/8", false},
		{"0.0.0.0/0", "10.0.0.0/9", true},
		{"0.0.0.0/0", "0.0.0.0/0", false},
		{"::/0", "", true},
		{"::/0", "fd00::/8", false},
		{"2001:db8::/32", "", false},
	} {
		n := manifest.Network{CIDR: c.cidr}
		if c.except != "" {
			n.Except = []string{c.except}
		}
		if got := overlaps([]manifest.Network{n}, cluster); got != c.want {
			t.Errorf("%s except %q: %v", c.cidr, c.except, got)
		}
	}
}
