package manifest

import (
	"fmt"

	"routec.dev/routec/ir/source"
)

// A Mesh is the cluster-wide settings that the control plane is started with
// (design: kind Mesh, routec.dev/v1alpha1). [DefaultMesh] has the chart's defaults.
type Mesh struct {
	Name                         string
	ClusterDomain                string
	IdentityTrustDomain          string
	ControlPlaneNamespace        string
	ClusterNetworks              []string
	DefaultInboundPolicy         string
	DefaultOpaquePorts           []string // elements as written: a port or a range "A-B"
	ProbeNetworks                []string
	GlobalEgressNetworkNamespace string
	AllowL5dRequestHeaders       bool
	DefaultNamespace             string
	Admission                    Admission
	CreationOrder                CreationOrder
	GatewayAPI                   GatewayAPI
	Sources                      []string // folders the mesh is built from; empty is everything
	Ignore                       []Ignore // findings that are not to be reported
	Place                        source.Place
}

// Admission says what becomes of objects that a webhook would refuse.
type Admission string

const (
	Enforce Admission = "enforce" // dropped, with an error
	Permit  Admission = "permit"  // reported, but compiled as if the webhook had been down
)

// ParseAdmission returns the setting of that name; the error says which there are.
func ParseAdmission(name string) (Admission, error) {
	switch a := Admission(name); a {
	case Enforce, Permit:
		return a, nil
	}
	return "", fmt.Errorf("%s or %s, not %q", Enforce, Permit, name)
}

// CreationOrder says what stands in for the creation times that Git does not hold.
type CreationOrder string

const (
	Declared CreationOrder = "declared" // metadata.creationTimestamp where present
	FromGit  CreationOrder = "git"      // the first commit of an object's file
)

// GatewayAPI names the Gateway API CRDs of the cluster (spec/admission.md §2.1).
type GatewayAPI struct {
	Bundle  string // such as "1.1.1"
	Channel string // "standard" or "experimental"
}

// An Ignore is a finding that a mesh does not want reported.
type Ignore struct {
	Code   string
	Object string // "" is every object; a "*" at the end stands for any rest
	Reason string
	Place  source.Place
}

// DefaultMesh returns the settings of an unconfigured control plane.
func DefaultMesh() Mesh {
	return Mesh{
		Name:                         "default",
		ClusterDomain:                "cluster.local",
		IdentityTrustDomain:          "cluster.local",
		ControlPlaneNamespace:        "linkerd",
		ClusterNetworks:              []string{"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"},
		DefaultInboundPolicy:         "all-unauthenticated",
		DefaultOpaquePorts:           []string{"25", "587", "3306", "4444", "5432", "6379", "9300", "11211"},
		GlobalEgressNetworkNamespace: "linkerd-egress",
		DefaultNamespace:             "default",
		Admission:                    Enforce,
		CreationOrder:                Declared,
		GatewayAPI:                   GatewayAPI{Bundle: "1.1.1", Channel: "experimental"},
	}
}
