package ir

// A Status is what the policy controller writes on an object. An object of which it
// writes nothing has neither Parents nor Conditions (spec/outbound.md §2.2).
type Status struct {
	Object     Ref
	Parents    []ParentStatus // routes: one for each parentRef of a kind that is served
	Conditions []Condition    // EgressNetwork, HTTPLocalRateLimitPolicy
	Target     *Ref           // HTTPLocalRateLimitPolicy: its targetRef in canonical spelling
	Origin     Origin
}

// A ParentStatus is a route's status at one parent.
type ParentStatus struct {
	Parent     Ref
	Port       uint16 // 0: the parentRef names none
	HasPort    bool
	Conditions []Condition
}

// A Condition is a Kubernetes condition without its times.
type Condition struct {
	Type    string // Accepted, ResolvedRefs
	Status  bool
	Reason  string
	Message string
}
