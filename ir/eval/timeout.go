package eval

import "routec.dev/routec/ir"

// Timeouts are those in force for a request (§6.1). A zero duration has expired already; it
// does not disable the timer.
type Timeouts struct {
	Request  ir.Timeout // one deadline for all attempts
	Response ir.Timeout // until the response ends, from the end of the request
	Idle     ir.Timeout // between frames
	Headers  ir.Timeout // of each attempt but the last, until response headers; only with a retry policy
}

// A Retry is the retry policy in force for a request (§6.1, §6.3).
type Retry struct {
	Max      uint64           // further attempts
	MaxBytes uint32           // of request body; a larger one is attempted once
	OnStatus bool             // HTTP statuses are looked at
	Statuses []ir.StatusRange // those that are retried
	OnCode   bool             // gRPC statuses are looked at
	Codes    ir.GRPCCodes     // those that are retried
	Timeout  ir.Timeout       // until an attempt's response headers
	Backoff  ir.Backoff       // the pause before further attempts
	ByClient bool             // the rule has no retry policy: the request's own headers ask for it
}

// The retry policy of a request that asks for retries where the rule has none.
const (
	clientRetries  = 1
	clientMaxBytes = 65536
)

var clientBackoff = ir.Backoff{Min: ir.Milliseconds(25), Max: ir.Milliseconds(250), Jitter: 1}

// inForce returns the timeouts and the retry policy for a request, and the headers that its
// filters see: without those that the client overrides something by, where the rule lets it.
func inForce(rule *ir.Rule, r *Request, grpc bool) (Timeouts, *Retry, []ir.Header) {
	var o overrides
	headers := r.Headers
	if rule.AllowL5d {
		o, headers = takeOverrides(r)
	}
	retry := retryOf(rule.Retry, grpc).overridden(&o)
	t := Timeouts{Request: rule.Timeouts.Request, Response: rule.Timeouts.Response, Idle: rule.Timeouts.Idle}
	if o.request.Set {
		t.Request = o.request
	}
	if o.response.Set {
		t.Response = o.response
	}
	if retry != nil {
		t.Headers = retry.Timeout
	}
	return t, retry, headers
}

// retryOf returns a rule's retry policy, nil for none. HTTP rules look at statuses, gRPC
// rules at codes.
func retryOf(r ir.Retry, grpc bool) *Retry {
	if !r.Present {
		return nil
	}
	out := &Retry{Max: uint64(r.Limit), MaxBytes: r.MaxRequestBytes, Timeout: r.Timeout, Backoff: r.Backoff}
	if grpc {
		out.OnCode, out.Codes = true, r.Codes
	} else {
		out.OnStatus, out.Statuses = true, r.Statuses
	}
	return out
}

func (r *Retry) overridden(o *overrides) *Retry {
	if !o.retries() {
		return r
	}
	if r == nil {
		r = &Retry{Max: clientRetries, MaxBytes: clientMaxBytes, Backoff: clientBackoff, ByClient: true}
	}
	if o.limit != nil {
		r.Max = *o.limit
	}
	if o.retry.Set {
		r.Timeout = o.retry
	}
	if o.statuses != nil {
		r.OnStatus, r.Statuses = true, *o.statuses
	}
	if o.codes != nil {
		r.OnCode, r.Codes = true, *o.codes
	}
	return r
}
