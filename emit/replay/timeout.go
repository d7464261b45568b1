package replay

import (
	"math/bits"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/replay/syntax"
	"routec.dev/routec/ir"
)

// Timeouts are those in force for a request (§6.1). A duration of zero has
// expired already; it does not disable the timer.
type Timeouts struct {
	Request  ir.Timeout // one deadline for all attempts
	Response ir.Timeout // until the response ends, from the end of the request
	Idle     ir.Timeout // between frames
	Headers  ir.Timeout // until response headers, per attempt; only with a retry policy
}

func timeouts(t *http_route.Timeouts, legacy *durationpb.Duration, o overrides, retry *Retry) Timeouts {
	out := Timeouts{Request: timeout(t.GetRequest()), Response: timeout(t.GetResponse()), Idle: timeout(t.GetIdle())}
	if !out.Request.Set {
		out.Request = timeout(legacy)
	}
	if o.request.Set {
		out.Request = o.request
	}
	if o.response.Set {
		out.Response = o.response
	}
	if retry != nil {
		out.Headers = retry.Timeout
	}
	return out
}

func timeout(d *durationpb.Duration) ir.Timeout {
	if d == nil {
		return ir.Timeout{}
	}
	return ir.Timeout{Set: true, Duration: duration(d)}
}

// duration carries whole seconds out of the nanoseconds. The sum of a converted
// table's duration is not negative.
func duration(d *durationpb.Duration) ir.Duration {
	s, n := d.GetSeconds()+int64(d.GetNanos())/1e9, d.GetNanos()%1e9
	if n < 0 {
		s, n = s-1, n+1e9
	}
	return ir.Duration{Seconds: s, Nanos: n}
}

// overrides are what the l5d-* headers of a request ask for, where the rule
// lets them.
type overrides struct {
	request, response, retry ir.Timeout
	limit                    *uint64
	statuses                 *[]StatusRange
	codes                    *[]int
}

// takeOverrides removes the headers and reads the first value of each. Where
// the rule does not allow them they are neither read nor removed.
func takeOverrides(headers []Header, allowed bool) ([]Header, overrides) {
	var o overrides
	if !allowed {
		return headers, o
	}
	var kept []Header
	seen := map[string]bool{}
	for _, h := range headers {
		if !overrideHeader(h.Name) {
			kept = append(kept, h)
		} else if !seen[h.Name] {
			seen[h.Name] = true
			o.read(h)
		}
	}
	return kept, o
}

func overrideHeader(name string) bool {
	switch name {
	case "l5d-timeout", "l5d-request-timeout", "l5d-response-timeout",
		"l5d-retry-timeout", "l5d-retry-limit", "l5d-retry-http", "l5d-retry-grpc":
		return true
	}
	return false
}

func (o *overrides) read(h Header) {
	if !syntax.Visible(h.Value) {
		return
	}
	switch h.Name {
	case "l5d-timeout":
		if d := headerDuration(h.Value); !o.request.Set {
			o.request = d
		}
	case "l5d-request-timeout":
		if d := headerDuration(h.Value); d.Set {
			o.request = d
		}
	case "l5d-response-timeout":
		o.response = headerDuration(h.Value)
	case "l5d-retry-timeout":
		o.retry = headerDuration(h.Value)
	case "l5d-retry-limit":
		if n, ok := syntax.Uint64(h.Value); ok {
			o.limit = &n
		}
	case "l5d-retry-http":
		o.statuses = headerStatuses(h.Value)
	case "l5d-retry-grpc":
		o.codes = headerCodes(h.Value)
	}
}

// headerDuration reads a number and one of the units ms, s, m, h and d, or the
// bare number 0. Anything else is as if the header were absent.
func headerDuration(s string) ir.Timeout {
	s = strings.TrimSpace(s)
	i := strings.LastIndexAny(s, "0123456789") + 1
	n, ok := syntax.Uint64(s[:i])
	scale, known := map[string]uint64{"ms": 1, "s": 1e3, "m": 60e3, "h": 3600e3, "d": 86400e3}[s[i:]]
	if !known && (s[i:] != "" || n != 0) {
		return ir.Timeout{}
	}
	high, low := bits.Mul64(n, scale)
	if !ok || high > 0 {
		return ir.Timeout{}
	}
	return ir.Timeout{Set: true, Duration: ir.Milliseconds(low)}
}
