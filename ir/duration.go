package ir

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A Duration is a length of time as the proxy API writes it. Linkerd's annotations reach
// beyond the 292 years of a time.Duration.
type Duration struct {
	Seconds int64
	Nanos   int32 // 0 to 999,999,999
}

// DurationOf converts a time.Duration, which must not be negative.
func DurationOf(d time.Duration) Duration {
	return Duration{Seconds: int64(d / time.Second), Nanos: int32(d % time.Second)}
}

// Milliseconds returns a duration of n milliseconds.
func Milliseconds(n uint64) Duration {
	return Duration{Seconds: int64(n / 1000), Nanos: int32(n%1000) * 1e6}
}

// Std returns d as a time.Duration, capped at the largest one.
func (d Duration) Std() time.Duration {
	if d.Seconds > math.MaxInt64/int64(time.Second)-1 {
		return math.MaxInt64
	}
	return time.Duration(d.Seconds)*time.Second + time.Duration(d.Nanos)
}

// String returns the duration in seconds, such as "1.5s".
func (d Duration) String() string {
	s := strconv.FormatInt(d.Seconds, 10)
	if d.Nanos != 0 {
		n := strconv.FormatInt(int64(d.Nanos)+1e9, 10)[1:]
		s += "." + strings.TrimRight(n, "0")
	}
	return s + "s"
}

// A Timeout is a duration that may be absent; an explicit zero expires at once.
type Timeout struct {
	Set bool
	Duration
}

// String returns the duration, or "none".
func (t Timeout) String() string {
	if !t.Set {
		return "none"
	}
	return t.Duration.String()
}
