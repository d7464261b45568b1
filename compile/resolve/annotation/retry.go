package annotation

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir"
)

// Annotations that configure retries (spec/outbound.md §5.6).
const (
	RetryLimit   = "retry.linkerd.io/limit"
	RetryTimeout = "retry.linkerd.io/timeout"
	RetryHTTP    = "retry.linkerd.io/http"
	RetryGRPC    = "retry.linkerd.io/grpc"
)

// An Invalid is an annotation whose value the controller refuses.
type Invalid struct {
	Key, Value string
	Err        error
}

// Error names the annotation and says what is wrong with its value.
func (e *Invalid) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the value.
func (e *Invalid) Unwrap() error { return e.Err }

// read parses the value of an annotation; an absent one is the zero value.
func read[T any](from map[string]string, key string, parse func(string) (T, error)) (value T, set bool, err error) {
	text, set := from[key]
	if !set {
		return value, false, nil
	}
	if value, err = parse(text); err != nil {
		return value, true, &Invalid{key, text, err}
	}
	return value, true, nil
}

// HTTPRetry reads the retry policy of HTTP routes.
func HTTPRetry(from map[string]string) (ir.Retry, error) {
	statuses, set, err := read(from, RetryHTTP, statusRanges)
	if err != nil {
		return ir.Retry{}, err
	}
	return retry(from, set, ir.Retry{Statuses: statuses})
}

// GRPCRetry reads the retry policy of gRPC routes.
func GRPCRetry(from map[string]string) (ir.Retry, error) {
	codes, set, err := read(from, RetryGRPC, grpcCodes)
	if err != nil {
		return ir.Retry{}, err
	}
	return retry(from, set, ir.Retry{Codes: codes})
}

// retry completes a policy of conditions with the limit and timeout that both kinds share.
// A zero limit or timeout counts as absent, and any of the three makes a policy.
func retry(from map[string]string, conditions bool, r ir.Retry) (ir.Retry, error) {
	limit, _, err := read(from, RetryLimit, func(s string) (uint64, error) { return Uint(s, 16) })
	if err != nil {
		return ir.Retry{}, err
	}
	timeout, _, err := read(from, RetryTimeout, Duration)
	if err != nil {
		return ir.Retry{}, err
	}
	zero := timeout == ir.Duration{}
	if limit == 0 && zero && !conditions {
		return ir.Retry{}, nil
	}
	r.Present = true
	r.Limit = uint32(max(limit, 1))
	r.Timeout = ir.Timeout{Set: !zero, Duration: timeout}
	r.MaxRequestBytes = 65536
	r.Backoff = ir.Backoff{Min: ir.Milliseconds(25), Max: ir.Milliseconds(250), Jitter: 1}
	return r, nil
}

func statusRanges(list string) ([]ir.StatusRange, error) {
	var out []ir.StatusRange
	for item := range strings.SplitSeq(list, ",") {
		r, err := statusRange(item)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func statusRange(item string) (ir.StatusRange, error) {
	switch {
	case equalFold(item, "5xx"):
		return ir.StatusRange{First: 500, Last: 599}, nil
	case equalFold(item, "gateway-error"):
		return ir.StatusRange{First: 502, Last: 504}, nil
	}
	first, last, isRange := strings.Cut(item, "-")
	low, err := statusCode(first)
	if err != nil {
		return ir.StatusRange{}, err
	}
	high := low
	if isRange {
		if high, err = statusCode(last); err != nil {
			return ir.StatusRange{}, err
		}
	}
	if high < low {
		return ir.StatusRange{}, fmt.Errorf("the range %q runs backwards", item)
	}
	return ir.StatusRange{First: low, Last: high}, nil
}

func statusCode(s string) (uint32, error) {
	n, err := Uint(s, 32)
	if err != nil || n < 100 || n > 599 {
		return 0, fmt.Errorf("%q is not a status code from 100 to 599, 5xx or gateway-error", s)
	}
	return uint32(n), nil
}

func grpcCodes(list string) (ir.GRPCCodes, error) {
	var codes ir.GRPCCodes
	for item := range strings.SplitSeq(list, ",") {
		switch {
		case equalFold(item, "cancelled"):
			codes.Cancelled = true
		case equalFold(item, "deadline-exceeded"):
			codes.DeadlineExceeded = true
		case equalFold(item, "internal"):
			codes.Internal = true
		case equalFold(item, "resource-exhausted"):
			codes.ResourceExhausted = true
		case equalFold(item, "unavailable"):
			codes.Unavailable = true
		default:
			return codes, fmt.Errorf("%q is not one of cancelled, deadline-exceeded, internal, resource-exhausted, unavailable", item)
		}
	}
	return codes, nil
}

// equalFold compares without the case of ASCII letters, and of no others.
func equalFold(a, b string) bool {
	return len(a) == len(b) && strings.EqualFold(a, b)
}
