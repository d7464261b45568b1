package manifest

import (
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

// Groups of the kinds that the compiler reads.
const (
	CoreGroup     = ""
	GatewayGroup  = "gateway.networking.k8s.io"
	PolicyGroup   = "policy.linkerd.io"
	ProfileGroup  = "linkerd.io"
	WorkloadGroup = "workload.linkerd.io"
)

// HTTPRouteSpec is the spec of both HTTPRoute kinds. policy.linkerd.io's is a subset of
// Gateway API's in shape; they differ in defaults, admission and the grammar of timeouts.
type HTTPRouteSpec = gateway.HTTPRouteSpec

// A ParentRef and a BackendRef are references of routes, as written.
type (
	ParentRef  = gateway.ParentReference
	BackendRef = gateway.BackendRef
)

// GRPCRouteSpec is the spec of a GRPCRoute.
type GRPCRouteSpec = gateway.GRPCRouteSpec

// TLSRouteSpec is what is read of a TLSRoute. Hostnames is nil when the field is absent,
// which hides the object from the policy controller (spec/outbound.md §1.2).
type TLSRouteSpec struct {
	gateway.CommonRouteSpec `json:",inline"`
	Hostnames               []gateway.Hostname `json:"hostnames"`
	Rules                   []L4RouteRule      `json:"rules"`
}

// TCPRouteSpec is what is read of a TCPRoute.
type TCPRouteSpec struct {
	gateway.CommonRouteSpec `json:",inline"`
	Rules                   []L4RouteRule `json:"rules"`
}

// An L4RouteRule is a rule of a TLSRoute or TCPRoute.
type L4RouteRule struct {
	BackendRefs []gateway.BackendRef `json:"backendRefs"`
}
