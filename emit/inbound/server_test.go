package inbound

import (
	"net/netip"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir"
)

func prefix(s string) ir.NetworkMatch { return ir.NetworkMatch{Net: netip.MustParsePrefix(s)} }

func resource(kind, name string) ir.Meta {
	return ir.Meta{Ref: ir.Ref{Group: "policy.linkerd.io", Kind: kind, Name: name}}
}

// Each table and the message that the real controller would write for it; presence counts.
func TestServer(t *testing.T) {
	header := ir.ModifyHeaders{Set: []ir.Header{{Name: "x-b", Value: "v"}}}
	for _, c := range []struct {
		name  string
		table ir.Inbound
		want  string
	}{
		{"TLS without anybody", ir.Inbound{Meta: resource("server", "web"), Protocol: ir.TLS},
			`{"protocol": {"tls": {}}, "labels": {"group": "policy.linkerd.io", "kind": "server", "name": "web"}}`},
		{"clients", ir.Inbound{Meta: ir.Meta{Default: "deny"}, Protocol: ir.Opaque, Authorizations: []ir.Authorization{
			{Meta: resource("authorizationpolicy", "p"), Networks: []ir.NetworkMatch{prefix("10.9.8.7/24"), {
				Net: netip.MustParsePrefix("fd00::/8"), Except: []netip.Prefix{netip.MustParsePrefix("fd00::1/128")},
			}}, Clients: ir.Clients{Kind: ir.Identified, Identities: []string{"a.b"}, Suffixes: []string{"", ".", ".a.b"}}},
			{Meta: resource("serverauthorization", "s"), Networks: []ir.NetworkMatch{prefix("0.0.0.0/0")}, Clients: ir.Clients{Kind: ir.MeshedTLS}},
			{Meta: ir.Meta{Default: "audit"}, Networks: []ir.NetworkMatch{prefix("::/0")}},
		}}, `{"protocol": {"opaque": {}}, "labels": {"group": "", "kind": "default", "name": "deny"}, "authorizations": [
			{"metadata": {"resource": {"group": "policy.linkerd.io", "kind": "authorizationpolicy", "name": "p"}},
			 "labels": {"group": "policy.linkerd.io", "kind": "authorizationpolicy", "name": "p"},
			 "networks": [{"net": {"ip": {"ipv4": 168364039}, "prefixLen": 24}},
			  {"net": {"ip": {"ipv6": {"first": "18230571291595767808"}}, "prefixLen": 8}, "except": [{"ip": {"ipv6": {"first": "18230571291595767808", "last": "1"}}, "prefixLen": 128}]}],
			 "authentication": {"meshTLS": {"identities": {"identities": [{"name": "a.b"}], "suffixes": [{}, {"parts": [""]}, {"parts": ["a", "b"]}]}}}},
			{"metadata": {"resource": {"group": "policy.linkerd.io", "kind": "serverauthorization", "name": "s"}},
			 "labels": {"group": "policy.linkerd.io", "kind": "serverauthorization", "name": "s"},
			 "networks": [{"net": {"ip": {"ipv4": 0}}}], "authentication": {"meshTLS": {"unauthenticated": {}}}},
			{"metadata": {"default": "audit"}, "labels": {"group": "", "kind": "default", "name": "audit"},
			 "networks": [{"net": {"ip": {"ipv6": {}}}}], "authentication": {"unauthenticated": {}}}]}`},
		{"HTTP routes and a rate limit", ir.Inbound{Meta: resource("server", "web"), Protocol: ir.Detect, DetectTimeout: ir.Duration{Seconds: 10},
			Routes: []ir.Route{{Meta: ir.Meta{Ref: ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Name: "r"}}, Hosts: []ir.Host{{Name: "shop.example", Suffix: true}},
				Rules: []ir.Rule{{Matches: []ir.Match{{Path: ir.PathMatch{Kind: ir.PathExact, Value: "/a"}, Method: "GET"}}, Filters: []ir.Filter{header, ir.Redirect{Scheme: "https", Status: 302}}}, {}}}},
			RateLimit: ir.RateLimit{Present: true, Meta: resource("HTTPLocalRateLimitPolicy", "rl"), Total: ir.Limit{Set: true}, Overrides: []ir.Override{{RPS: 5}}},
		}, `{"protocol": {"detect": {"timeout": "10s", "httpRoutes": [{"metadata": {"resource": {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "r"}},
			"hosts": [{"suffix": {"reverseLabels": ["example", "shop"]}}], "rules": [{"matches": [{"path": {"exact": "/a"}, "method": {"registered": "GET"}}],
			"filters": [{"requestHeaderModifier": {"add": {}, "set": {"headers": [{"name": "x-b", "value": "dg=="}]}}}, {"redirect": {"scheme": {"registered": "HTTPS"}, "status": 302}}]}, {}]}],
			"httpLocalRateLimit": {"metadata": {"resource": {"group": "policy.linkerd.io", "kind": "HTTPLocalRateLimitPolicy", "name": "rl"}}, "total": {}, "overrides": [{"limit": {"requestsPerSecond": 5}, "clients": {}}]}}},
			"labels": {"group": "policy.linkerd.io", "kind": "server", "name": "web"}}`},
		{"gRPC routes", ir.Inbound{Meta: resource("server", "web"), Protocol: ir.GRPC, Routes: []ir.Route{
			{Meta: ir.Meta{Default: "default"}, Rules: []ir.Rule{{Matches: []ir.Match{{RPC: ir.RPCMatch{Present: true}}, {}}, Filters: []ir.Filter{header, ir.FailGRPC{Code: 7}, ir.Empty{}}}}},
		}}, `{"protocol": {"grpc": {"routes": [{"metadata": {"default": "default"}, "rules": [{"matches": [{"rpc": {}}, {}],
			"filters": [{"requestHeaderModifier": {"add": {}, "set": {"headers": [{"name": "x-b", "value": "dg=="}]}}}, {"failureInjector": {"code": 7}}, {}]}]}]}},
			"labels": {"group": "policy.linkerd.io", "kind": "server", "name": "web"}}`},
		{"HTTP/1 fails", ir.Inbound{Meta: ir.Meta{Default: "x"}, Protocol: ir.HTTP1, Routes: []ir.Route{
			{Meta: ir.Meta{Default: "default"}, Rules: []ir.Rule{{Filters: []ir.Filter{ir.FailHTTP{Status: 500, Message: "no"}, ir.Empty{}}}}},
		}}, `{"protocol": {"http1": {"routes": [{"metadata": {"default": "default"}, "rules": [{"filters": [{"failureInjector": {"status": 500, "message": "no"}}, {}]}]}]}},
			"labels": {"group": "", "kind": "default", "name": "x"}}`},
		{"HTTP/2", ir.Inbound{Meta: ir.Meta{Default: "x"}, Protocol: ir.HTTP2}, `{"protocol": {"http2": {}}, "labels": {"group": "", "kind": "default", "name": "x"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := &inbound.Server{}
			if err := protojson.Unmarshal([]byte(c.want), want); err != nil {
				t.Fatal(err)
			}
			if got := Server(c.table); !proto.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", protojson.Format(got), protojson.Format(want))
			}
		})
	}
}
