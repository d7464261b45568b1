package manifest

// A Set is every object of one cluster that the compiler reads, typed, after admission.
// Each list is sorted by namespace, then name, then group.
type Set struct {
	Namespaces []Meta

	Services       []Object[ServiceSpec]
	EgressNetworks []Object[EgressNetworkSpec]
	HTTPRoutes     []Object[HTTPRouteSpec] // of both groups
	GRPCRoutes     []Object[GRPCRouteSpec]
	TLSRoutes      []Object[TLSRouteSpec]
	TCPRoutes      []Object[TCPRouteSpec]

	ServiceProfiles []Object[StoredProfile]

	Workloads         []Object[WorkloadSpec] // Pods, and the kinds that make Pods from a template
	Pods              []Pod                  // what compile/admit/inject makes of Workloads: meshed Pods only
	ExternalWorkloads []Object[ExternalWorkloadSpec]

	Servers                    []Object[ServerSpec]
	ServerAuthorizations       []Object[ServerAuthorizationSpec]
	AuthorizationPolicies      []Object[AuthorizationPolicySpec]
	MeshTLSAuthentications     []Object[MeshTLSAuthenticationSpec]
	NetworkAuthentications     []Object[NetworkAuthenticationSpec]
	HTTPLocalRateLimitPolicies []Object[HTTPLocalRateLimitPolicySpec]
}
