package decode

import "routec.dev/routec/compile/manifest"

// GroupKind names a kind of object in any of its versions.
type GroupKind struct {
	Group, Kind string // Group is "" for the core group
}

// String returns "Kind.group", or "Kind" in the core group.
func (k GroupKind) String() string {
	if k.Group == "" {
		return k.Kind
	}
	return k.Kind + "." + k.Group
}

// ToolGroup is the group of this compiler's own kinds.
const ToolGroup = "routec.dev"

// ours are the kinds that have a say in routing, with the scope of each; every
// other kind is counted. To read another kind, add it here.
var ours = map[GroupKind]scope{
	{manifest.CoreGroup, "Namespace"}:             cluster,
	{manifest.CoreGroup, "Service"}:               namespaced,
	{manifest.CoreGroup, "Pod"}:                   namespaced,
	{manifest.CoreGroup, "ReplicationController"}: namespaced,

	{"apps", "Deployment"}:  namespaced,
	{"apps", "StatefulSet"}: namespaced,
	{"apps", "DaemonSet"}:   namespaced,
	{"apps", "ReplicaSet"}:  namespaced,
	{"batch", "Job"}:        namespaced,
	{"batch", "CronJob"}:    namespaced,

	{manifest.GatewayGroup, "GRPCRoute"}: namespaced,
	{manifest.GatewayGroup, "HTTPRoute"}: namespaced,
	{manifest.GatewayGroup, "TLSRoute"}:  namespaced,
	{manifest.GatewayGroup, "TCPRoute"}:  namespaced,

	{manifest.PolicyGroup, "HTTPRoute"}:                namespaced,
	{manifest.PolicyGroup, "Server"}:                   namespaced,
	{manifest.PolicyGroup, "ServerAuthorization"}:      namespaced,
	{manifest.PolicyGroup, "AuthorizationPolicy"}:      namespaced,
	{manifest.PolicyGroup, "MeshTLSAuthentication"}:    namespaced,
	{manifest.PolicyGroup, "NetworkAuthentication"}:    namespaced,
	{manifest.PolicyGroup, "HTTPLocalRateLimitPolicy"}: namespaced,
	{manifest.PolicyGroup, "EgressNetwork"}:            namespaced,

	{manifest.ProfileGroup, "ServiceProfile"}:    namespaced,
	{manifest.WorkloadGroup, "ExternalWorkload"}: namespaced,

	{ToolGroup, "Mesh"}:      cluster,
	{ToolGroup, "RouteTest"}: namespaced,
}

type scope int

const (
	unknown scope = iota
	cluster
	namespaced
)

// Namespaced reports whether objects of that kind, one of those that are read, live
// in a namespace.
func Namespaced(group, kind string) bool {
	return ours[GroupKind{group, kind}] == namespaced
}

// isOurs reports whether objects of that kind are read.
func isOurs(k GroupKind) bool { return ours[k] != unknown }
