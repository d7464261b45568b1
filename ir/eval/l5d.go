package eval

import (
	"math"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// overrides are what the l5d-* headers of a request ask for (§6.1).
type overrides struct {
	request, response, retry ir.Timeout
	limit                    *uint64
	statuses                 *[]ir.StatusRange
	codes                    *ir.GRPCCodes
}

// retries reports whether a header asks for retries.
func (o *overrides) retries() bool {
	return o.retry.Set || o.limit != nil || o.statuses != nil || o.codes != nil
}

var overrideHeaders = [...]string{
	"l5d-timeout", "l5d-request-timeout", "l5d-response-timeout",
	"l5d-retry-timeout", "l5d-retry-limit", "l5d-retry-http", "l5d-retry-grpc",
}

// takeOverrides reads those headers, of each the first value, and removes them all.
func takeOverrides(r *Request) (o overrides, rest []ir.Header) {
	rest = append([]ir.Header(nil), r.Headers...)
	for _, name := range overrideHeaders {
		if value, ok := r.header(name); ok {
			o.read(name, value)
			rest = removeHeader(rest, name)
		}
	}
	return o, rest
}

// read takes one header; what cannot be understood is ignored.
func (o *overrides) read(name, value string) {
	if !isVisible(value) {
		return
	}
	switch name {
	case "l5d-timeout", "l5d-request-timeout":
		readTimeout(&o.request, value)
	case "l5d-response-timeout":
		readTimeout(&o.response, value)
	case "l5d-retry-timeout":
		readTimeout(&o.retry, value)
	case "l5d-retry-limit":
		if n, err := strconv.ParseUint(strings.TrimPrefix(value, "+"), 10, 64); err == nil {
			o.limit = &n
		}
	case "l5d-retry-http":
		ranges := readStatuses(value)
		o.statuses = &ranges
	case "l5d-retry-grpc":
		codes := readCodes(value)
		o.codes = &codes
	}
}

func readTimeout(t *ir.Timeout, value string) {
	if d, ok := parseDuration(value); ok {
		*t = ir.Timeout{Set: true, Duration: d}
	}
}

// parseDuration reads digits and a unit: ms, s, m, h or d; zero needs none.
func parseDuration(s string) (ir.Duration, bool) {
	s = strings.TrimSpace(s)
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, err := strconv.ParseUint(s[:digits], 10, 64)
	if err != nil {
		return ir.Duration{}, false
	}
	switch s[digits:] {
	case "ms":
		return ir.Milliseconds(n), true
	case "s":
		return seconds(n, 1)
	case "m":
		return seconds(n, 60)
	case "h":
		return seconds(n, 60*60)
	case "d":
		return seconds(n, 24*60*60)
	case "":
		return ir.Duration{}, n == 0
	}
	return ir.Duration{}, false
}

func seconds(n, unit uint64) (ir.Duration, bool) {
	if n > math.MaxUint64/unit {
		return ir.Duration{}, false
	}
	return ir.Duration{Seconds: int64(min(n*unit, math.MaxInt64))}, true
}

// readStatuses reads a list of 5xx, gateway-error, NNN and NNN-NNN. Items that are none of
// these, also for a blank, are skipped.
func readStatuses(value string) []ir.StatusRange {
	var out []ir.StatusRange
	for item := range strings.SplitSeq(value, ",") {
		switch item {
		case "5xx":
			out = append(out, ir.StatusRange{First: 500, Last: 599})
		case "gateway-error":
			out = append(out, ir.StatusRange{First: 502, Last: 504})
		default:
			first, last, ranged := strings.Cut(item, "-")
			if !ranged {
				last = first
			}
			a, b := readStatus(first), readStatus(last)
			if a != 0 && b != 0 && a <= b {
				out = append(out, ir.StatusRange{First: a, Last: b})
			}
		}
	}
	return out
}

// readStatus reads a status from 100 to 599; 0 stands for anything else.
func readStatus(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n < 100 || n > 599 {
		return 0
	}
	return uint32(n)
}

func readCodes(value string) ir.GRPCCodes {
	var out ir.GRPCCodes
	for item := range strings.SplitSeq(value, ",") {
		switch item {
		case "cancelled":
			out.Cancelled = true
		case "deadline-exceeded":
			out.DeadlineExceeded = true
		case "internal":
			out.Internal = true
		case "resource-exhausted":
			out.ResourceExhausted = true
		case "unavailable":
			out.Unavailable = true
		}
	}
	return out
}
