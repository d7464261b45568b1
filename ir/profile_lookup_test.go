package ir

import (
	"net/netip"
	"strings"
	"testing"
)

func lookups() *Program {
	service := func(name string, addresses ...string) Target {
		t := Target{Ref: Ref{Group: "core", Kind: "Service", Namespace: "ns", Name: name}}
		for _, a := range addresses {
			t.Addresses = append(t.Addresses, netip.MustParseAddr(a))
		}
		t.Profiles = []Profile{{Port: 80, Name: name}, {Port: 80, Client: "cli", Name: name + "/cli"}, {Port: 90, Answer: Silence}, {Port: 91, Answer: Refusal}}
		return t
	}
	endpoint := func(addr, name string) Profile {
		return Profile{Endpoint: Endpoint{Addr: netip.MustParseAddrPort(addr), Labels: []Label{{"external_workload", name}}}}
	}
	return &Program{
		Settings:  Settings{ClusterDomain: "cluster.local", DefaultOpaquePorts: PortSet{{25, 25}}},
		Targets:   []Target{service("a", "10.0.0.1", "fd00::1"), service("b", "10.0.0.2"), service("c", "10.0.0.2")},
		Endpoints: []Profile{endpoint("10.9.0.1:80", "vm1"), {Answer: Conflict, Endpoint: Endpoint{Addr: netip.MustParseAddrPort("10.9.0.2:80")}}},
	}
}

// Every row of spec/profiles.md §2.1.
func TestProfileLookup(t *testing.T) {
	p := lookups()
	for _, c := range []struct{ authority, client, want string }{
		{"a.ns.svc.cluster.local:80", "", "a"},
		{"a.ns.svc.cluster.local", "", "a"},
		{"a.ns.svc.cluster.local:80", "cli", "a/cli"},
		{"a.ns.svc.cluster.local:80", "other", "a"},
		{"a.ns.svc.cluster.local:+080", "", "a"},
		{"[a.ns.svc.cluster.local]:80", "", "a"},
		{"10.0.0.1:80", "cli", "a/cli"},
		{"10.0.0.1", "", "a"},
		{"[fd00::1]:80", "", "a"},
		{"[::ffff:10.0.0.1]:80", "", "a"},
		{"a.ns.svc.cluster.local:81", "", "empty"},
		{"10.0.0.1:81", "", "empty"},
		{"a.ns.svc.cluster.local:90", "", "no message"},
		{"10.0.0.1:91", "", "InvalidArgument"},
		{"10.0.0.2:80", "", "FailedPrecondition"},
		{"10.9.0.1:80", "", "endpoint vm1"},
		{"10.9.0.2:80", "", "FailedPrecondition"},
		{"10.9.0.1:81", "", "endpoint"},
		{"192.0.2.1:25", "", "opaque endpoint"},
		{"[2001:db8::1]:443", "", "endpoint"},
		{"x.ns.svc.cluster.local:80", "", "Unknown"},
		{"A.ns.svc.cluster.local:80", "", "Unknown"},
		{"pod-0.a.ns.svc.cluster.local:80", "", "NotFound"},
		{"a.ns.svc.other.local:80", "", "InvalidArgument"},
		{"a.ns.svc.cluster.local.:80", "", "InvalidArgument"},
		{"a.ns.pod.cluster.local:80", "", "InvalidArgument"},
		{"x.pod-0.a.ns.svc.cluster.local:80", "", "InvalidArgument"},
		{"ns.svc.cluster.local:80", "", "InvalidArgument"},
		{"example.org:443", "", "InvalidArgument"},
		{"cluster.local", "", "InvalidArgument"},
		{"", "", "InvalidArgument"},
		{":80", "", "InvalidArgument"},
		{"a.ns.svc.cluster.local:", "", "InvalidArgument"},
		{"a.ns.svc.cluster.local:0", "", "InvalidArgument"},
		{"a.ns.svc.cluster.local:65536", "", "InvalidArgument"},
		{"a.ns.svc.cluster.local:http", "", "InvalidArgument"},
		{"fd00::1", "", "InvalidArgument"},
		{"[fe80::1%eth0]:80", "", "InvalidArgument"},
	} {
		got, err := p.Profile(c.authority, c.client)
		if s := outcome(got, err); s != c.want {
			t.Errorf("%q for %q: got %s (%v), want %s", c.authority, c.client, s, err, c.want)
		}
	}
}

func outcome(p Profile, err error) string {
	switch {
	case err != nil:
		code, _, _ := strings.Cut(err.Error(), ":")
		return code
	case p.Endpoint.Addr.IsValid():
		s := "endpoint"
		if p.Opaque {
			s = "opaque " + s
		}
		for _, l := range p.Endpoint.Labels {
			s += " " + l.Value
		}
		return s
	case p.Name == "":
		return "empty"
	}
	return p.Name
}

// No authority makes the lookup panic, and an answer belongs to what was asked.
func FuzzProfileLookup(f *testing.F) {
	p := lookups()
	for _, seed := range []string{"a.ns.svc.cluster.local:80", "10.0.0.1:80", "[::1]:80", "", ":", "]:80", "a%b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, authority string) {
		got, err := p.Profile(authority, "")
		if err == nil && got.Name != "" && got.Port != 80 {
			t.Fatalf("%q: answered for port %d", authority, got.Port)
		}
	})
}
