package manifest

// ServerAuthorizationSpec is the spec of a ServerAuthorization.
type ServerAuthorizationSpec struct {
	Server ServerChoice `json:"server"`
	Client Client       `json:"client"`
}

// A ServerChoice names one Server or selects Servers by their labels.
type ServerChoice struct {
	Name     *string        `json:"name"`
	Selector *LabelSelector `json:"selector"`
}

// A Client says whom a ServerAuthorization lets in.
type Client struct {
	Networks        []Network      `json:"networks"`
	Unauthenticated bool           `json:"unauthenticated"`
	MeshTLS         *ClientMeshTLS `json:"meshTLS"`
}

// ClientMeshTLS asks for mesh TLS: any, or with one of the identities.
type ClientMeshTLS struct {
	UnauthenticatedTLS bool             `json:"unauthenticatedTLS"`
	Identities         []string         `json:"identities"`
	ServiceAccounts    []ServiceAccount `json:"serviceAccounts"`
}

// A ServiceAccount names a service account; a nil namespace is the referrer's.
type ServiceAccount struct {
	Name      string  `json:"name"`
	Namespace *string `json:"namespace"`
}

// AuthorizationPolicySpec is the spec of an AuthorizationPolicy. Its references are nil
// when absent, which hides the object; an empty list lets everybody in.
type AuthorizationPolicySpec struct {
	TargetRef                  TargetRef   `json:"targetRef"`
	RequiredAuthenticationRefs []TargetRef `json:"requiredAuthenticationRefs"`
}

// A TargetRef names an object of Linkerd's policies. Nil parts are absent.
type TargetRef struct {
	Group     *string `json:"group"`
	Kind      *string `json:"kind"`
	Name      *string `json:"name"`
	Namespace *string `json:"namespace"`
}
