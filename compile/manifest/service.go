package manifest

// ServiceSpec is what is read of a Service (spec/outbound.md §1.4, spec/profiles.md §1.5).
type ServiceSpec struct {
	Type       string        `json:"type"`
	ClusterIP  string        `json:"clusterIP"`
	ClusterIPs []string      `json:"clusterIPs"`
	Ports      []ServicePort `json:"ports"`
}

// A ServicePort is one entry of a Service's ports.
type ServicePort struct {
	Name        string  `json:"name"`
	Port        int32   `json:"port"`
	TargetPort  *Port   `json:"targetPort"`
	Protocol    string  `json:"protocol"`
	AppProtocol *string `json:"appProtocol"`
}

// EgressNetworkSpec is the spec of an EgressNetwork. Networks is nil when the field is
// absent, which stands for everything outside the cluster networks (spec/outbound.md §1.5).
type EgressNetworkSpec struct {
	TrafficPolicy string    `json:"trafficPolicy"`
	Networks      []Network `json:"networks"`
}

// A Network is a block of addresses with exceptions, as written.
type Network struct {
	CIDR   string   `json:"cidr"`
	Except []string `json:"except"`
}
