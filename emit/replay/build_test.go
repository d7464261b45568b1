package replay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/net"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Tables for tests, in the words of spec/matching.md §11: P prefix, E exact, X
// regular expression, A matches anything; then conditions are added to them.

type conditionOf func(*http_route.HttpRouteMatch)

func P(path string, more ...conditionOf) *http_route.HttpRouteMatch {
	return match(&http_route.PathMatch{Kind: &http_route.PathMatch_Prefix{Prefix: path}}, more)
}

func E(path string, more ...conditionOf) *http_route.HttpRouteMatch {
	return match(&http_route.PathMatch{Kind: &http_route.PathMatch_Exact{Exact: path}}, more)
}

func X(path string, more ...conditionOf) *http_route.HttpRouteMatch {
	return match(&http_route.PathMatch{Kind: &http_route.PathMatch_Regex{Regex: path}}, more)
}

func A(more ...conditionOf) *http_route.HttpRouteMatch { return match(nil, more) }

func match(path *http_route.PathMatch, more []conditionOf) *http_route.HttpRouteMatch {
	m := &http_route.HttpRouteMatch{Path: path}
	for _, add := range more {
		add(m)
	}
	return m
}

// method, header and query add a condition; header and query are written n=v
// for a value and n~e for an expression.
func method(name string) conditionOf {
	return func(m *http_route.HttpRouteMatch) {
		m.Method = &http_types.HttpMethod{Type: &http_types.HttpMethod_Unregistered{Unregistered: name}}
	}
}

func header(text string) conditionOf {
	return func(m *http_route.HttpRouteMatch) { m.Headers = append(m.Headers, headerMatch(text)) }
}

func headerMatch(text string) *http_route.HeaderMatch {
	if name, value, ok := strings.Cut(text, "="); ok {
		return &http_route.HeaderMatch{Name: name, Value: &http_route.HeaderMatch_Exact{Exact: []byte(value)}}
	}
	name, regex, _ := strings.Cut(text, "~")
	return &http_route.HeaderMatch{Name: name, Value: &http_route.HeaderMatch_Regex{Regex: regex}}
}

func query(text string) conditionOf {
	return func(m *http_route.HttpRouteMatch) {
		if name, value, ok := strings.Cut(text, "="); ok {
			m.QueryParams = append(m.QueryParams, &http_route.QueryParamMatch{Name: name, Value: &http_route.QueryParamMatch_Exact{Exact: value}})
			return
		}
		name, regex, _ := strings.Cut(text, "~")
		m.QueryParams = append(m.QueryParams, &http_route.QueryParamMatch{Name: name, Value: &http_route.QueryParamMatch_Regex{Regex: regex}})
	}
}

// host reads *.example.com as a suffix, "*" as the suffix of no labels, and
// =text as an exact text whatever it looks like.
func host(text string) *http_route.HostMatch {
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		suffix := &http_route.HostMatch_Suffix{}
		for _, label := range strings.Split(rest, ".")[1:] {
			suffix.ReverseLabels = append([]string{label}, suffix.ReverseLabels...)
		}
		return &http_route.HostMatch{Match: &http_route.HostMatch_Suffix_{Suffix: suffix}}
	}
	return &http_route.HostMatch{Match: &http_route.HostMatch_Exact{Exact: strings.TrimPrefix(text, "=")}}
}

func named(name string) *meta.Metadata {
	return &meta.Metadata{Kind: &meta.Metadata_Default{Default: name}}
}

func rule(matches ...*http_route.HttpRouteMatch) *outbound.HttpRoute_Rule {
	return &outbound.HttpRoute_Rule{Matches: matches, Backends: httpFirst(balancer("b"))}
}

// route takes a blank-separated list of hosts.
func route(hosts string, rules ...*outbound.HttpRoute_Rule) *outbound.HttpRoute {
	r := &outbound.HttpRoute{Metadata: named("r"), Rules: rules}
	for _, h := range strings.Fields(hosts) {
		r.Hosts = append(r.Hosts, host(h))
	}
	return r
}

func policy(routes ...*outbound.HttpRoute) *outbound.OutboundPolicy {
	return &outbound.OutboundPolicy{Metadata: named("p"), Protocol: &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Detect_{
		Detect: &outbound.ProxyProtocol_Detect{
			Timeout: durationpb.New(1e9),
			Http1:   &outbound.ProxyProtocol_Http1{Routes: routes},
			Http2:   &outbound.ProxyProtocol_Http2{Routes: routes},
			Opaque:  &outbound.ProxyProtocol_Opaque{},
		},
	}}}
}

func balancer(name string) *outbound.Backend {
	return &outbound.Backend{Metadata: named(name), Queue: &outbound.Queue{FailfastTimeout: durationpb.New(3e9)}, Kind: &outbound.Backend_Balancer{
		Balancer: &outbound.Backend_BalanceP2C{
			Discovery: &outbound.Backend_EndpointDiscovery{Kind: &outbound.Backend_EndpointDiscovery_Dst{
				Dst: &outbound.Backend_EndpointDiscovery_DestinationGet{Path: name + ":80"},
			}},
			Load: &outbound.Backend_BalanceP2C_PeakEwma_{PeakEwma: &outbound.Backend_BalanceP2C_PeakEwma{
				DefaultRtt: durationpb.New(3e7), Decay: durationpb.New(1e10),
			}},
		},
	}}
}

func failing(name string) *outbound.Backend {
	return &outbound.Backend{Metadata: named(name), Queue: &outbound.Queue{FailfastTimeout: durationpb.New(3e9)}}
}

func forward(ip, port uint32) *outbound.Backend {
	b := failing("forward")
	b.Kind = &outbound.Backend_Forward{Forward: &destination.WeightedAddr{Addr: &net.TcpAddress{
		Ip: &net.IPAddress{Ip: &net.IPAddress_Ipv4{Ipv4: ip}}, Port: port,
	}}}
	return b
}

func httpFirst(backends ...*outbound.Backend) *outbound.HttpRoute_Distribution {
	list := &outbound.HttpRoute_Distribution_FirstAvailable{}
	for _, b := range backends {
		list.Backends = append(list.Backends, &outbound.HttpRoute_RouteBackend{Backend: b})
	}
	return &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_FirstAvailable_{FirstAvailable: list}}
}

func httpRandom(weights ...uint32) *outbound.HttpRoute_Distribution {
	list := &outbound.HttpRoute_Distribution_RandomAvailable{}
	for i, w := range weights {
		b := &outbound.HttpRoute_RouteBackend{Backend: balancer(fmt.Sprintf("b%d", i))}
		list.Backends = append(list.Backends, &outbound.HttpRoute_WeightedRouteBackend{Backend: b, Weight: w})
	}
	return &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_RandomAvailable_{RandomAvailable: list}}
}

// R is a gRPC match, written service/method with * for any.
func R(text string, headers ...string) *grpc_route.GrpcRouteMatch {
	service, method, _ := strings.Cut(text, "/")
	m := &grpc_route.GrpcRouteMatch{Rpc: &grpc_route.GrpcRpcMatch{Service: strings.Trim(service, "*"), Method: strings.Trim(method, "*")}}
	for _, h := range headers {
		m.Headers = append(m.Headers, headerMatch(h))
	}
	return m
}

func grpcRuleOf(matches ...*grpc_route.GrpcRouteMatch) *outbound.GrpcRoute_Rule {
	return &outbound.GrpcRoute_Rule{Matches: matches, Backends: &outbound.GrpcRoute_Distribution{
		Kind: &outbound.GrpcRoute_Distribution_Empty_{Empty: &outbound.GrpcRoute_Distribution_Empty{}},
	}}
}

func grpcPolicy(rules ...*outbound.GrpcRoute_Rule) *outbound.OutboundPolicy {
	return &outbound.OutboundPolicy{Metadata: named("p"), Protocol: &outbound.ProxyProtocol{Kind: &outbound.ProxyProtocol_Grpc_{
		Grpc: &outbound.ProxyProtocol_Grpc{Routes: []*outbound.GrpcRoute{{Metadata: named("r"), Rules: rules}}},
	}}}
}

func prepared(t testing.TB, message proto.Message) *Table {
	t.Helper()
	table, err := Prepare(message)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// request reads "METHOD uri" and header lines "name: value".
func request(t testing.TB, line string, headers ...string) *Request {
	t.Helper()
	method, uri, _ := strings.Cut(line, " ")
	var hs []Header
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		hs = append(hs, Header{name, value})
	}
	r, err := NewRequest(method, uri, hs)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return r
}
