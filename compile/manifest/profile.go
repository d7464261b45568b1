package manifest

import (
	"bytes"
	"encoding/json"
)

// StoredProfile is the spec of a ServiceProfile as stored; nil when it has none. It stays
// untyped because its schema is open in places: a stored one may hold what the destination
// controller cannot decode (spec/profiles.md §1.7, §5.4). compile/resolve/profile reads it
// into a [ServiceProfileSpec] the way the controller does.
type StoredProfile map[string]any

// UnmarshalJSON keeps numbers as they are written: a [json.Number] has no bounds.
func (p *StoredProfile) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode((*map[string]any)(p))
}

// ServiceProfileSpec is the spec of a ServiceProfile. A nil pointer or list is absent; an
// empty list is a list.
type ServiceProfileSpec struct {
	Routes       []*ProfileRoute
	RetryBudget  *RetryBudget
	DstOverrides []*WeightedDst
}

// A ProfileRoute is one route of a ServiceProfile.
type ProfileRoute struct {
	Name            string
	Condition       *RequestMatch
	ResponseClasses []*ResponseClass
	IsRetryable     bool
	Timeout         string // a Go duration
}

// A RequestMatch is a condition on requests; several fields mean all of them.
type RequestMatch struct {
	All, Any  []*RequestMatch
	Not       *RequestMatch
	PathRegex string
	Method    string
}

// A ResponseClass says whether the responses of a condition are failures.
type ResponseClass struct {
	Condition *ResponseMatch
	IsFailure bool
}

// A ResponseMatch is a condition on responses; several fields mean all of them.
type ResponseMatch struct {
	All, Any []*ResponseMatch
	Not      *ResponseMatch
	Status   *StatusBounds
}

// StatusBounds is a range of status codes; 0 is unspecified.
type StatusBounds struct{ Min, Max uint32 }

// RetryBudget bounds a profile's retries. Absent members are zero.
type RetryBudget struct {
	RetryRatio          float32
	MinRetriesPerSecond uint32
	TTL                 string // a Go duration
}

// A WeightedDst is one target of a ServiceProfile's traffic split.
type WeightedDst struct {
	Authority string
	Weight    any // a quantity: a number or a string; nil when absent
}
