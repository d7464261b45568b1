package manifest

import (
	"encoding/json"
	"errors"
)

// ServerSpec is the spec of a Server. Nil selectors, ports and names are absent.
type ServerSpec struct {
	PodSelector              *LabelSelector `json:"podSelector"`
	ExternalWorkloadSelector *LabelSelector `json:"externalWorkloadSelector"`
	Port                     *Port          `json:"port"`
	ProxyProtocol            *string        `json:"proxyProtocol"`
	AccessPolicy             *string        `json:"accessPolicy"`
}

// A LabelSelector chooses objects by their labels, as the policy controller reads it
// (spec/inbound.md §1.4).
type LabelSelector struct {
	MatchLabels      Labels            `json:"matchLabels"`
	MatchExpressions []LabelExpression `json:"matchExpressions"`
}

// A LabelExpression is one condition on labels. Values is nil when absent: an empty list is
// a list.
type LabelExpression struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// Labels are a selector's labels. Schemas leave them open, but the controllers read only
// texts: a number, a boolean or null makes the whole object unreadable.
type Labels map[string]string

// UnmarshalJSON reads a map of texts.
func (l *Labels) UnmarshalJSON(data []byte) error {
	var values map[string]*string
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*l = nil
	if values != nil {
		*l = make(Labels, len(values))
	}
	for k, v := range values {
		if v == nil {
			return errors.New("the label " + k + " is null, not text")
		}
		(*l)[k] = *v
	}
	return nil
}

// A Port is a number, or the name of a port: any text, even of digits.
type Port struct {
	Number int64
	Name   string
	Named  bool
}

// UnmarshalJSON reads a whole number or a text.
func (p *Port) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*p = Port{Named: true}
		return json.Unmarshal(data, &p.Name)
	}
	*p = Port{}
	return json.Unmarshal(data, &p.Number)
}
