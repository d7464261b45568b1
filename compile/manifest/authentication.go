package manifest

// MeshTLSAuthenticationSpec is the spec of a MeshTLSAuthentication.
type MeshTLSAuthenticationSpec struct {
	Identities   []string    `json:"identities"`
	IdentityRefs []TargetRef `json:"identityRefs"`
}

// NetworkAuthenticationSpec is the spec of a NetworkAuthentication. Networks is nil when
// absent, which hides the object.
type NetworkAuthenticationSpec struct {
	Networks []Network `json:"networks"`
}
