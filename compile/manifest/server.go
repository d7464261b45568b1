package manifest

// ServerSpec is the spec of a Server. Nil selectors, ports and names are absent.
type ServerSpec struct {
	PodSelector              *LabelSelector `json:"podSelector"`
	ExternalWorkloadSelector *LabelSelector `json:"externalWorkloadSelector"`
	Port                     any            `json:"port"` // int64, or string: the name of a port
	ProxyProtocol            *string        `json:"proxyProtocol"`
	AccessPolicy             *string        `json:"accessPolicy"`
}

// A LabelSelector chooses objects by their labels, as the policy controller reads it
// (spec/inbound.md §1.4).
type LabelSelector struct {
	MatchLabels      map[string]string `json:"matchLabels"`
	MatchExpressions []LabelExpression `json:"matchExpressions"`
}

// A LabelExpression is one condition on labels. Values is nil when absent: an empty list is
// a list.
type LabelExpression struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}
