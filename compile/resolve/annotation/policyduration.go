package annotation

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"unicode"

	"routec.dev/routec/ir"
)

// ErrPanics marks a duration that ends the policy controller's watch of policy.linkerd.io
// HTTPRoutes for good (spec/outbound.md §6.6).
var ErrPanics = errors.New("makes the policy controller's decoder panic")

// PolicyDuration reads a timeout of a policy.linkerd.io HTTPRoute: a sequence of numbers
// and units, summed, whose leading sign is ignored (spec/outbound.md §6.6). A lone "0"
// ends the sequence and makes it zero. An error makes the object unparsable; [ErrPanics]
// makes it much worse.
func PolicyDuration(s string) (ir.Duration, error) {
	rest := strings.TrimLeft(strings.TrimLeft(s, "+"), "-")
	total := new(big.Int) // nanoseconds
	for rest != "" {
		if rest == "0" {
			return ir.Duration{}, nil
		}
		number, unit, tail, err := component(rest)
		if err != nil {
			return ir.Duration{}, fmt.Errorf("%q is not a duration: %w", s, err)
		}
		n, err := nanoseconds(number, unit)
		if err != nil {
			return ir.Duration{}, fmt.Errorf("%q: %w", s, err)
		}
		if total.Add(total, n).Cmp(limit) >= 0 {
			return ir.Duration{}, fmt.Errorf("%q is beyond 2^64 seconds: it %w", s, ErrPanics)
		}
		rest = tail
	}
	seconds, nanos := new(big.Int).DivMod(total, billion, new(big.Int))
	if !seconds.IsInt64() {
		return ir.Duration{Seconds: math.MaxInt64}, nil // what the message can hold
	}
	return ir.Duration{Seconds: seconds.Int64(), Nanos: int32(nanos.Int64())}, nil
}

var (
	billion = big.NewInt(1e9)
	limit   = new(big.Int).Mul(new(big.Int).Lsh(big.NewInt(1), 64), billion) // 2^64 seconds
)

// seconds are the lengths of the units, as the controller multiplies them.
var seconds = map[string]float64{
	"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
}

// component splits the first number and unit off.
func component(s string) (number, unit, rest string, err error) {
	start := strings.IndexFunc(s, unicode.IsLetter)
	if start < 0 {
		return "", "", "", errors.New("a number has no unit")
	}
	end := strings.IndexFunc(s[start:], func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(s) - start
	}
	number, unit, rest = s[:start], s[start:start+end], s[start+end:]
	if _, ok := seconds[unit]; !ok {
		return "", "", "", fmt.Errorf("%q is not one of the units ns, us, ms, s, m, h", unit)
	}
	return number, unit, rest, nil
}

// nanoseconds multiplies in float64 seconds and rounds the exact product to the nearest
// nanosecond, ties to even.
func nanoseconds(number, unit string) (*big.Int, error) {
	f, err := Float(number, 64)
	if err != nil {
		return nil, err
	}
	product := f * seconds[unit]
	if product < 0 {
		return nil, fmt.Errorf("it subtracts: it %w", ErrPanics)
	}
	if product >= math.MaxUint64 {
		return nil, fmt.Errorf("it is beyond 2^64 seconds: it %w", ErrPanics)
	}
	exact := new(big.Rat).SetFloat64(product)
	exact.Mul(exact, new(big.Rat).SetInt(billion))
	quotient, remainder := new(big.Int).QuoRem(exact.Num(), exact.Denom(), new(big.Int))
	switch twice := remainder.Lsh(remainder, 1).Cmp(exact.Denom()); {
	case twice > 0, twice == 0 && quotient.Bit(0) == 1:
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient, nil
}
