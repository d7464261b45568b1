package replay

import (
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/replay/syntax"
	"routec.dev/routec/ir"
)

// A Retry is the retry policy in force for a request (§6.1, §6.3).
type Retry struct {
	Max      uint64         // further attempts
	MaxBytes uint32         // of request body; a larger one is attempted once
	Statuses *[]StatusRange // HTTP statuses that are retried; nil: the status is not looked at
	Codes    *[]int         // gRPC statuses that are retried; nil: not looked at
	Timeout  ir.Timeout     // until an attempt's response headers
	Backoff  *Backoff       // nil: no pause
}

// A StatusRange is a range of HTTP statuses, both ends included.
type StatusRange struct{ Start, End int }

// A Backoff is the pause before further attempts: it doubles from Min up to
// Max, with a random part of up to Jitter times itself.
type Backoff struct {
	Min, Max ir.Duration
	Jitter   float32
}

// httpRetry looks at statuses, grpcRetry at codes; headers may add the other.
func httpRetry(r *outbound.HttpRoute_Retry) *Retry {
	if r == nil {
		return nil
	}
	statuses := []StatusRange{}
	for _, s := range r.GetConditions().GetStatusRanges() {
		statuses = append(statuses, StatusRange{int(s.GetStart()), int(s.GetEnd())})
	}
	return &Retry{
		Max: uint64(r.GetMaxRetries()), MaxBytes: r.GetMaxRequestBytes(), Statuses: &statuses,
		Timeout: timeout(r.GetTimeout()), Backoff: backoff(r.GetBackoff()),
	}
}

func grpcRetry(r *outbound.GrpcRoute_Retry) *Retry {
	if r == nil {
		return nil
	}
	codes := []int{}
	c := r.GetConditions()
	for _, code := range []struct {
		retried bool
		number  int
	}{
		{c.GetCancelled(), 1}, {c.GetDeadineExceeded(), 4}, {c.GetResourceExhausted(), 8}, {c.GetInternal(), 13}, {c.GetUnavailable(), 14},
	} {
		if code.retried {
			codes = append(codes, code.number)
		}
	}
	return &Retry{
		Max: uint64(r.GetMaxRetries()), MaxBytes: r.GetMaxRequestBytes(), Codes: &codes,
		Timeout: timeout(r.GetTimeout()), Backoff: backoff(r.GetBackoff()),
	}
}

func backoff(b *outbound.ExponentialBackoff) *Backoff {
	if b == nil {
		return nil
	}
	return &Backoff{duration(b.GetMinBackoff()), duration(b.GetMaxBackoff()), b.GetJitterRatio()}
}

// overridden applies a request's headers. They make a policy of their own
// where the rule has none.
func (r *Retry) overridden(o overrides) *Retry {
	if o.statuses == nil && o.codes == nil && o.limit == nil && !o.retry.Set {
		return r
	}
	if r == nil {
		r = &Retry{Max: 1, MaxBytes: 64 << 10, Backoff: &Backoff{ir.Milliseconds(25), ir.Milliseconds(250), 1}}
	}
	if o.statuses != nil {
		r.Statuses = o.statuses
	}
	if o.codes != nil {
		r.Codes = o.codes
	}
	if o.limit != nil {
		r.Max = *o.limit
	}
	if o.retry.Set {
		r.Timeout = o.retry
	}
	return r
}

// headerStatuses reads a comma list without blanks; what it does not know it
// skips, and the empty set still counts as set.
func headerStatuses(s string) *[]StatusRange {
	ranges := []StatusRange{}
	for item := range strings.SplitSeq(s, ",") {
		switch strings.ToLower(item) {
		case "5xx":
			ranges = append(ranges, StatusRange{500, 599})
			continue
		case "gateway-error":
			ranges = append(ranges, StatusRange{502, 504})
			continue
		}
		first, last, isRange := strings.Cut(item, "-")
		if !isRange {
			last = first
		}
		start, ok1 := headerStatus(first)
		end, ok2 := headerStatus(last)
		if ok1 && ok2 && start <= end {
			ranges = append(ranges, StatusRange{start, end})
		}
	}
	return &ranges
}

func headerStatus(s string) (int, bool) {
	n, ok := syntax.Uint16(s)
	return n, ok && n >= 100 && n < 600
}

func headerCodes(s string) *[]int {
	numbers := map[string]int{"cancelled": 1, "deadline-exceeded": 4, "resource-exhausted": 8, "internal": 13, "unavailable": 14}
	codes := []int{}
	for item := range strings.SplitSeq(s, ",") {
		if n, ok := numbers[strings.ToLower(item)]; ok {
			codes = append(codes, n)
		}
	}
	return &codes
}
