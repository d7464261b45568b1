package refuse

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/durationpb"
)

const nanosPerSecond = 1_000_000_000

// normal carries a duration's nanoseconds into its seconds, as the proxy does
// before it looks at the sign.
func normal(d *durationpb.Duration) (seconds, nanos int64) {
	seconds, nanos = d.GetSeconds(), int64(d.GetNanos())
	seconds, nanos = seconds+nanos/nanosPerSecond, nanos%nanosPerSecond
	switch {
	case seconds > 0 && nanos < 0:
		return seconds - 1, nanos + nanosPerSecond
	case seconds < 0 && nanos > 0:
		return seconds + 1, nanos - nanosPerSecond
	}
	return seconds, nanos
}

// negative returns what the proxy says about a duration below zero, else "".
func negative(d *durationpb.Duration) string {
	s, n := normal(d)
	if s >= 0 && n >= 0 {
		return ""
	}
	return "failed to convert negative duration: " + debugDuration(uint64(-s), uint64(-n))
}

// debugDuration writes a duration as the proxy's logs do: the largest unit with
// a whole part, and no trailing zeros.
func debugDuration(seconds, nanos uint64) string {
	switch {
	case seconds > 0:
		return decimal(seconds, nanos, 9) + "s"
	case nanos >= 1_000_000:
		return decimal(nanos/1_000_000, nanos%1_000_000, 6) + "ms"
	case nanos >= 1_000:
		return decimal(nanos/1_000, nanos%1_000, 3) + "µs"
	}
	return strconv.FormatUint(nanos, 10) + "ns"
}

func decimal(whole, fraction uint64, digits int) string {
	s := strconv.FormatUint(whole, 10)
	if fraction == 0 {
		return s
	}
	f := strconv.FormatUint(fraction, 10)
	return s + "." + strings.TrimRight(strings.Repeat("0", digits-len(f))+f, "0")
}

// longer compares two durations that are not negative.
func longer(a, b *durationpb.Duration) bool {
	as, an := normal(a)
	bs, bn := normal(b)
	return as > bs || as == bs && an > bn
}

func zero(d *durationpb.Duration) bool {
	s, n := normal(d)
	return s == 0 && n == 0
}
