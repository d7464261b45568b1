package eval

import (
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// A Response is what the proxy looks at to classify a response. A gRPC status is text, as
// it stands in the header or trailer; empty: there is none.
type Response struct {
	Status         int
	HeaderStatus   string // grpc-status in the headers
	TrailingStatus string // grpc-status in the trailers
}

// ClassBy says what decided about a response.
type ClassBy uint8

const (
	ByClass      ClassBy = iota // a response class of the route
	ByGRPCStatus                // the gRPC status
	ByHTTPStatus                // the HTTP status: 500 to 599 are failures
)

// A Classification says whether a response is a failure, for metrics and retries
// (spec/profiles.md §3.6).
type Classification struct {
	Failure bool
	By      ClassBy
	Class   int // index in the route's classes, ByClass
}

// A responseClass is a class that the proxy keeps.
type responseClass struct {
	condition responseCondition
	failure   bool
	from      int // index in the route's classes
}

type responseCondition struct {
	kind     ir.ConditionKind
	parts    []responseCondition
	min, max int
}

func classes(list []ir.ResponseClass) []responseClass {
	var out []responseClass
	for i := range list {
		if c, ok := keepResponse(&list[i].Condition); ok {
			out = append(out, responseClass{c, list[i].Failure, i})
		}
	}
	return out
}

// keepResponse prepares a condition; ok is false if the proxy drops it: a status without
// both bounds, and a list that nothing is left of (spec/profiles.md §3.3).
func keepResponse(m *ir.ResponseMatch) (c responseCondition, ok bool) {
	c = responseCondition{kind: m.Kind, min: int(m.Min), max: int(m.Max)}
	if m.Kind == ir.OnStatus {
		return c, m.Usable()
	}
	for i := range m.Parts {
		if part, ok := keepResponse(&m.Parts[i]); ok {
			c.parts = append(c.parts, part)
		}
	}
	return c, len(c.parts) > 0
}

func (c *responseCondition) holds(status int) bool {
	switch c.kind {
	case ir.OnStatus:
		return c.min <= status && status <= c.max
	case ir.NotOf:
		return !c.parts[0].holds(status)
	}
	for i := range c.parts {
		if c.parts[i].holds(status) == (c.kind == ir.AnyOf) {
			return c.kind == ir.AnyOf
		}
	}
	return c.kind == ir.AllOf
}

// Classify returns what the proxy makes of a response to a request that a route got; route
// -1 is the implicit one.
func (p *Profile) Classify(route int, r *Request, response Response) Classification {
	var usable []responseClass
	if route >= 0 {
		usable = p.routes[route].classes
	}
	for i := range usable {
		if usable[i].condition.holds(response.Status) {
			return Classification{usable[i].failure, ByClass, usable[i].from}
		}
	}
	if code, ok := response.code(); ok && (len(usable) > 0 || askedByGRPC(r)) {
		return Classification{Failure: grpcFailure(code), By: ByGRPCStatus}
	}
	if len(usable) == 0 && askedByGRPC(r) { // success without any status, whatever HTTP says
		return Classification{By: ByGRPCStatus}
	}
	return Classification{Failure: 500 <= response.Status && response.Status <= 599, By: ByHTTPStatus}
}

// askedByGRPC looks at the content type alone, over any version of HTTP.
func askedByGRPC(r *Request) bool {
	value, _ := r.header("content-type")
	return strings.HasPrefix(value, "application/grpc")
}

// code returns the gRPC status of the headers, else of the trailers. One above 16 counts as
// UNKNOWN, one that is no number as absent.
func (r *Response) code() (code int, ok bool) {
	for _, text := range []string{r.HeaderStatus, r.TrailingStatus} {
		if n, err := strconv.ParseUint(text, 10, 31); err == nil {
			return grpcCode(uint32(n)), true
		}
	}
	return 0, false
}

// grpcFailure follows spec/profiles.md §3.6: UNKNOWN, DEADLINE_EXCEEDED, PERMISSION_DENIED,
// INTERNAL, UNAVAILABLE and DATA_LOSS.
func grpcFailure(code int) bool {
	switch code {
	case 2, 4, 7, 13, 14, 15:
		return true
	}
	return false
}
