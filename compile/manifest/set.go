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
}
