package profile_test

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

// Endpoint profiles of ExternalWorkloads and of addresses that nobody here has
// (spec/profiles.md §2.10).
func TestEndpoints(t *testing.T) {
	vm := func(name, extra, spec string) string {
		return fmt.Sprintf("apiVersion: workload.linkerd.io/v1beta1\nkind: ExternalWorkload\nmetadata: {name: %s, namespace: ns, labels: {app: vm}%s}\nspec: {meshTLS: {identity: 'spiffe://r/vm', serverName: vm.r}, %s}", name, extra, spec)
	}
	server := func(namespace, selector, port, protocol string) string {
		return fmt.Sprintf("apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: s, namespace: %s}\nspec: {externalWorkloadSelector: %s, port: %s, proxyProtocol: %s}", namespace, selector, port, protocol)
	}
	const spec = "workloadIPs: [{ip: 10.9.0.1}, {ip: 10.9.0.1}, {}, {ip: '::01'}], ports: [{name: http, port: 80}, {name: db, port: 3306}, {port: 70000}]"
	plain := vm("vm", "", spec)
	for _, c := range []struct {
		name      string
		manifests []string
		addr      string
		want      string
	}{
		{"plain", []string{plain}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"default opaque port", []string{plain}, "10.9.0.1:3306", "vm opaque:4143 spiffe://r/vm"},
		{"undeclared port", []string{plain}, "10.9.0.1:81", "unknown"},
		{"undeclared default opaque port", []string{plain}, "10.9.0.1:25", "unknown, opaque"},
		{"not the text of the address", []string{plain}, "[::1]:80", "unknown"},
		{"annotation", []string{vm("vm", ", annotations: {config.linkerd.io/opaque-ports: 'http,x'}", spec)}, "10.9.0.1:80", "vm opaque:4143 spiffe://r/vm"},
		{"annotation replaces the default", []string{vm("vm", ", annotations: {config.linkerd.io/opaque-ports: ''}", spec)}, "10.9.0.1:3306", "vm h2 spiffe://r/vm"},
		{"proxy port", []string{vm("vm", "", "workloadIPs: [{ip: 10.9.0.1}], ports: [{name: linkerd-proxy, port: 5143}, {port: 25}]")}, "10.9.0.1:25", "vm opaque:5143 spiffe://r/vm"},
		{"Server", []string{plain, server("ns", "{matchLabels: {app: vm}}", "80", "opaque")}, "10.9.0.1:80", "vm opaque:4143 spiffe://r/vm"},
		{"Server, named port", []string{plain, server("ns", "{}", "http", "opaque")}, "10.9.0.1:80", "vm opaque:4143 spiffe://r/vm"},
		{"Server of another port", []string{plain, server("ns", "{}", "81", "opaque")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"Server of others", []string{plain, server("ns", "{matchLabels: {app: x}}", "80", "opaque")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"Server elsewhere", []string{plain, server("cli", "{}", "80", "opaque")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"Server without a selector", []string{plain, server("ns", "null", "80", "opaque")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"Server, unreadable selector", []string{plain, server("ns", "{matchExpressions: [{key: app, operator: In}]}", "80", "opaque")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"Server of HTTP", []string{plain, server("ns", "{}", "80", "HTTP/1")}, "10.9.0.1:80", "vm h2 spiffe://r/vm"},
		{"two of them", []string{plain, vm("vm2", "", spec)}, "10.9.0.1:80", "FailedPrecondition"},
		{"nobody", nil, "192.0.2.1:443", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := build(t, c.manifests...).Profile(c.addr, "cli")
			if got := endpoint(p, err); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func endpoint(p ir.Profile, err error) string {
	if err != nil {
		code, _, _ := strings.Cut(err.Error(), ":")
		return code
	}
	out := "unknown"
	for _, l := range p.Endpoint.Labels {
		if l.Key == "external_workload" {
			out = l.Value
		}
	}
	switch m := p.Endpoint.Mesh; {
	case m.Opaque && p.Opaque:
		out += fmt.Sprintf(" opaque:%d %s", m.InboundPort, m.Identity)
	case m.Present:
		out += " h2 " + m.Identity
	case p.Opaque:
		out += ", opaque"
	}
	return out
}
