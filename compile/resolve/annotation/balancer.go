package annotation

import (
	"errors"
	"fmt"
	"math"

	"routec.dev/routec/ir"
)

// Annotations of a balancer's failure accrual and load biaser (spec/outbound.md §5.3, §5.4).
const (
	FailureAccrual   = "balancer.linkerd.io/failure-accrual"
	MaxFailures      = "balancer.linkerd.io/failure-accrual-consecutive-max-failures"
	MaxPenalty       = "balancer.linkerd.io/failure-accrual-consecutive-max-penalty"
	MinPenalty       = "balancer.linkerd.io/failure-accrual-consecutive-min-penalty"
	JitterRatio      = "balancer.linkerd.io/failure-accrual-consecutive-jitter-ratio"
	SuccessThreshold = "balancer.alpha.linkerd.io/failure-accrual-success-rate-threshold"
	SuccessWindow    = "balancer.alpha.linkerd.io/failure-accrual-success-rate-window"
	SuccessRequests  = "balancer.alpha.linkerd.io/failure-accrual-success-rate-min-requests"
	HonorRetryAfter  = "balancer.alpha.linkerd.io/failure-accrual-honor-retry-after"

	PenalizeFailures  = "balancer.alpha.linkerd.io/penalize-failures"
	BiaserPenalty     = "balancer.alpha.linkerd.io/load-biaser-penalty"
	BiaserRetryAfter  = "balancer.alpha.linkerd.io/load-biaser-max-retry-after"
	defaultPenalty    = 5_000   // milliseconds
	defaultRetryAfter = 300_000 // milliseconds
)

// Accrual reads the failure accrual. Any error means that the resource has none.
func Accrual(from map[string]string) (ir.Accrual, error) {
	mode, set := from[FailureAccrual]
	if !set {
		return ir.Accrual{}, nil
	}
	a := ir.Accrual{Kind: ir.Consecutive}
	switch mode {
	case "consecutive":
	case "unified":
		a.Kind = ir.Unified
	default:
		return ir.Accrual{}, &Invalid{FailureAccrual, mode, fmt.Errorf("%q is neither consecutive nor unified", mode)}
	}
	if err := consecutive(&a, from); err != nil {
		return ir.Accrual{}, err
	}
	if a.Kind == ir.Unified {
		if err := unified(&a, from); err != nil {
			return ir.Accrual{}, err
		}
	}
	return a, nil
}

func consecutive(a *ir.Accrual, from map[string]string) error {
	max, err := readOr(from, MaxFailures, trimmed(uint32s), 7)
	if err != nil {
		return err
	}
	highest, err := readOr(from, MaxPenalty, Duration, ir.Milliseconds(60_000))
	if err != nil {
		return err
	}
	lowest, err := readOr(from, MinPenalty, Duration, ir.Milliseconds(1_000))
	if err != nil {
		return err
	}
	jitter, err := readOr(from, JitterRatio, trimmed(float32s), 0.5)
	if err != nil {
		return err
	}
	switch {
	case less(highest, lowest):
		return invalid(from, MinPenalty, MaxPenalty, errors.New("the smallest penalty is above the largest"))
	case highest == ir.Duration{}:
		return invalid(from, MaxPenalty, MaxPenalty, errors.New("the largest penalty must be above zero"))
	case !(jitter >= 0 && jitter <= 100): // NaN fails, too
		return invalid(from, JitterRatio, JitterRatio, errors.New("the jitter ratio must be from 0 to 100"))
	}
	a.MaxFailures = max
	a.Backoff = ir.Backoff{Min: lowest, Max: highest, Jitter: jitter}
	return nil
}

func unified(a *ir.Accrual, from map[string]string) error {
	threshold, err := readOr(from, SuccessThreshold, trimmed(float64s), 0.8)
	if err != nil {
		return err
	}
	window, err := readOr(from, SuccessWindow, Duration, ir.Milliseconds(10_000))
	if err != nil {
		return err
	}
	requests, err := readOr(from, SuccessRequests, trimmed(uint32s), 5)
	if err != nil {
		return err
	}
	switch {
	case !(threshold >= 0 && threshold <= 1):
		return invalid(from, SuccessThreshold, SuccessThreshold, errors.New("the threshold must be from 0 to 1"))
	case window == ir.Duration{}:
		return invalid(from, SuccessWindow, SuccessWindow, errors.New("the window must be above zero"))
	case threshold != 0 && less(window, ir.Milliseconds(10)):
		return invalid(from, SuccessWindow, SuccessWindow, errors.New("the window must be at least 10ms"))
	case threshold != 0 && requests > 1_000_000:
		return invalid(from, SuccessRequests, SuccessRequests, errors.New("at most 1000000 requests can be required"))
	}
	a.Threshold, a.Window, a.MinRequests = threshold, window, requests
	return nil
}

// HonorsRetryAfter reads whether unified accrual respects a server's Retry-After. An error
// counts as false and leaves the accrual as it is.
func HonorsRetryAfter(from map[string]string) (bool, error) {
	return readOr(from, HonorRetryAfter, Bool, false)
}

// Biaser reads a Service's load biaser into load; without one, load is left as it is.
func Biaser(from map[string]string, load *ir.Load) error {
	on, err := readOr(from, PenalizeFailures, Bool, false)
	if err != nil || !on {
		return err
	}
	penalty, err := readOr(from, BiaserPenalty, Duration, ir.Milliseconds(defaultPenalty))
	if err != nil {
		return err
	}
	if less(ir.Milliseconds(math.MaxUint32), penalty) {
		return invalid(from, BiaserPenalty, BiaserPenalty, errors.New("the penalty is above 4294967295ms"))
	}
	retryAfter, err := readOr(from, BiaserRetryAfter, Duration, ir.Milliseconds(defaultRetryAfter))
	if err != nil {
		return err
	}
	load.Penalize = true
	load.Penalty, load.RetryAfter = penalty, retryAfter
	load.PenaltyDecay = ir.Duration{Seconds: 10}
	return nil
}

// invalid blames key, or the other one where only that is written.
func invalid(from map[string]string, key, other string, err error) error {
	if _, set := from[key]; !set {
		key = other
	}
	return &Invalid{key, from[key], err}
}

func readOr[T any](from map[string]string, key string, parse func(string) (T, error), absent T) (T, error) {
	v, set, err := read(from, key, parse)
	if !set {
		return absent, err
	}
	return v, err
}

func trimmed[T any](parse func(string) (T, error)) func(string) (T, error) {
	return func(s string) (T, error) { return parse(Trim(s)) }
}

func uint32s(s string) (uint32, error) {
	n, err := Uint(s, 32)
	return uint32(n), err
}

func float32s(s string) (float32, error) {
	f, err := Float(s, 32)
	return float32(f), err
}

func float64s(s string) (float64, error) { return Float(s, 64) }

func less(a, b ir.Duration) bool {
	return a.Seconds < b.Seconds || a.Seconds == b.Seconds && a.Nanos < b.Nanos
}
