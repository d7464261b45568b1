package profile

import (
	"net/netip"
	"testing"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir"
)

func request(kind ir.ConditionKind, text string, parts ...ir.RequestMatch) ir.RequestMatch {
	return ir.RequestMatch{Kind: kind, Text: text, Parts: parts}
}

func response(kind ir.ConditionKind, min, max uint32, parts ...ir.ResponseMatch) ir.ResponseMatch {
	return ir.ResponseMatch{Kind: kind, Min: min, Max: max, Parts: parts}
}

// Messages are compared as the proxy API defines equality: presence and order included.
func TestDestination(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile ir.Profile
		want    string // proto JSON
	}{
		{"undeclared port", ir.Profile{}, `{}`},
		{
			"no ServiceProfile",
			ir.Profile{
				Name: "web.ns.svc.cluster.local", Opaque: true, Budget: ir.DefaultBudget(),
				Parent: ir.Meta{Ref: ir.Ref{Group: "core", Kind: "Service", Namespace: "ns", Name: "web"}, Port: 80},
				Source: ir.Meta{Ref: ir.Ref{Group: "linkerd.io"}},
			},
			`{"fullyQualifiedName": "web.ns.svc.cluster.local", "opaqueProtocol": true,
			  "retryBudget": {"retryRatio": 0.2, "minRetriesPerSecond": 10, "ttl": "10s"},
			  "parentRef": {"resource": {"group": "core", "kind": "Service", "name": "web", "namespace": "ns", "port": 80}},
			  "profileRef": {"resource": {"group": "linkerd.io"}}}`,
		},
		{
			"routes",
			ir.Profile{Routes: []ir.ProfileRoute{
				{
					Condition: request(ir.AllOf, "", request(ir.OnMethod, "GET"), request(ir.OnMethod, "BREW"), request(ir.OnPath, "/a b")),
					Classes: []ir.ResponseClass{
						{Condition: response(ir.AnyOf, 0, 0, response(ir.OnStatus, 500, 599), response(ir.NotOf, 0, 0, response(ir.OnStatus, 404, 0))), Failure: true},
						{Condition: response(ir.AllOf, 0, 0)},
					},
					Retryable: true, Timeout: 3723004 * time.Millisecond,
				},
				{Name: "b", Condition: request(ir.AnyOf, "", request(ir.NotOf, "", request(ir.AnyOf, ""))), Timeout: -1500 * time.Millisecond},
			}},
			`{"routes": [
			  {"condition": {"all": {"matches": [{"method": {"registered": "GET"}}, {"method": {"unregistered": "BREW"}}, {"path": {"regex": "/a b"}}]}},
			   "responseClasses": [
			     {"condition": {"any": {"matches": [{"status": {"min": 500, "max": 599}}, {"not": {"status": {"min": 404}}}]}}, "isFailure": true},
			     {"condition": {"all": {}}}],
			   "metricsLabels": {"route": ""}, "isRetryable": true, "timeout": "3723.004s"},
			  {"condition": {"any": {"matches": [{"not": {"any": {}}}]}}, "metricsLabels": {"route": "b"}, "timeout": "-1.5s"}]}`,
		},
		{
			"overrides and a budget without ttl",
			ir.Profile{
				Budget:    ir.RetryBudget{Present: true},
				Overrides: []ir.DstOverride{{Authority: ":80", Weight: 4294957296}, {Authority: "a:80"}},
			},
			`{"retryBudget": {}, "dstOverrides": [{"authority": ":80", "weight": 4294957296}, {"authority": "a:80"}]}`,
		},
		{
			"unknown address",
			ir.Profile{Budget: ir.DefaultBudget(), Endpoint: ir.Endpoint{Addr: netip.MustParseAddrPort("10.0.0.1:80"), Weight: 10000}},
			`{"retryBudget": {"retryRatio": 0.2, "minRetriesPerSecond": 10, "ttl": "10s"},
			  "endpoint": {"addr": {"ip": {"ipv4": 167772161}, "port": 80}, "weight": 10000}}`,
		},
		{
			"meshed workload",
			ir.Profile{Endpoint: ir.Endpoint{
				Addr: netip.MustParseAddrPort("[2001:db8::1]:80"), Weight: 10000, Labels: []ir.Label{{Key: "external_workload", Value: "vm"}, {Key: "zone"}},
				Mesh: ir.EndpointMesh{Present: true, Identity: "spiffe://x/vm", ServerName: "vm.x"},
			}},
			`{"endpoint": {"addr": {"ip": {"ipv6": {"first": "2306139568115548160", "last": "1"}}, "port": 80}, "weight": 10000,
			  "metricLabels": {"external_workload": "vm", "zone": ""},
			  "tlsIdentity": {"uriLikeIdentity": {"uri": "spiffe://x/vm"}, "serverName": {"name": "vm.x"}},
			  "protocolHint": {"h2": {}}, "http2": {"keepAlive": {"interval": "10s", "timeout": "3s", "whileIdle": true}}}}`,
		},
		{
			"opaque meshed workload",
			ir.Profile{Opaque: true, Endpoint: ir.Endpoint{
				Addr: netip.MustParseAddrPort("10.0.0.1:80"), Weight: 10000, Mesh: ir.EndpointMesh{Present: true, Opaque: true, InboundPort: 4143},
			}},
			`{"opaqueProtocol": true, "endpoint": {"addr": {"ip": {"ipv4": 167772161}, "port": 80}, "weight": 10000,
			  "tlsIdentity": {"uriLikeIdentity": {}, "serverName": {}},
			  "protocolHint": {"opaque": {}, "opaqueTransport": {"inboundPort": 4143}}, "http2": {"keepAlive": {"interval": "10s", "timeout": "3s", "whileIdle": true}}}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want destination.DestinationProfile
			if err := protojson.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if got := Destination(c.profile); !proto.Equal(got, &want) {
				t.Errorf("got  %s\nwant %s", protojson.Format(got), protojson.Format(&want))
			}
		})
	}
}
