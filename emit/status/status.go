// Package status writes decided statuses the way the policy controller writes them into a
// cluster, times left out (spec/outbound.md §2.2).
package status

import (
	"routec.dev/routec/ir"
)

// controllerName is how Linkerd's policy controller signs the status of routes.
const controllerName = "linkerd.io/policy-controller"

// A Status is a Kubernetes status subresource.
type Status struct {
	Parents    []Parent    `json:"parents,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	TargetRef  *TargetRef  `json:"targetRef,omitempty"`
}

// A Parent is a route's status at one parent.
type Parent struct {
	Conditions     []Condition `json:"conditions"`
	ControllerName string      `json:"controllerName"`
	ParentRef      ParentRef   `json:"parentRef"`
}

// A ParentRef names the parent.
type ParentRef struct {
	Group     string  `json:"group"`
	Kind      string  `json:"kind"`
	Name      string  `json:"name"`
	Namespace string  `json:"namespace"`
	Port      *uint16 `json:"port,omitempty"`
}

// A Condition is a Kubernetes condition.
type Condition struct {
	Message string `json:"message"`
	Reason  string `json:"reason"`
	Status  string `json:"status"`
	Type    string `json:"type"`
}

// A TargetRef is a rate limit policy's target in canonical spelling.
type TargetRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// Of returns the status of an object; nil where the controller writes none.
func Of(s ir.Status) *Status {
	if len(s.Parents) == 0 && len(s.Conditions) == 0 {
		return nil
	}
	out := &Status{Conditions: conditions(s.Conditions)}
	if s.Target != nil {
		out.TargetRef = &TargetRef{Group: s.Target.Group, Kind: s.Target.Kind, Name: s.Target.Name}
	}
	for _, p := range s.Parents {
		out.Parents = append(out.Parents, parent(p))
	}
	return out
}

func parent(p ir.ParentStatus) Parent {
	out := Parent{
		Conditions:     conditions(p.Conditions),
		ControllerName: controllerName,
		ParentRef: ParentRef{
			Group: p.Parent.Group, Kind: p.Parent.Kind, Name: p.Parent.Name, Namespace: p.Parent.Namespace,
		},
	}
	if p.HasPort {
		out.ParentRef.Port = &p.Port
	}
	return out
}

func conditions(list []ir.Condition) []Condition {
	var out []Condition
	for _, c := range list {
		status := "False"
		if c.Status {
			status = "True"
		}
		out = append(out, Condition{Message: c.Message, Reason: c.Reason, Status: status, Type: c.Type})
	}
	return out
}
