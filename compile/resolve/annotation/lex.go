// Package annotation reads the values of Linkerd's annotations as the policy controller
// does: which texts it takes, and which it refuses (spec/outbound.md §5).
//
// The grammars are those of Rust's standard library, which differ from Go's.
package annotation

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"routec.dev/routec/ir"
)

// Uint reads decimal digits with at most one leading "+", of at most that many bits.
func Uint(s string, bits int) (uint64, error) {
	digits := strings.TrimPrefix(s, "+")
	if digits == "" || strings.IndexFunc(digits, notDigit) >= 0 {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	n, err := strconv.ParseUint(digits, 10, bits)
	if err != nil {
		return 0, fmt.Errorf("%q is above %d", s, uint64(math.MaxUint64)>>(64-bits))
	}
	return n, nil
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// Float reads a decimal number, "inf", "infinity" or "nan" in any case, rounded once to
// that many bits.
func Float(s string, bits int) (float64, error) {
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	switch strings.ToLower(body) {
	case "inf", "infinity", "nan":
	default:
		// Go also takes hexadecimal numbers and underscores; Rust takes neither.
		if body == "" || strings.IndexFunc(body, notDecimal) >= 0 {
			return 0, fmt.Errorf("%q is not a number", s)
		}
	}
	f, err := strconv.ParseFloat(s, bits)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // out of range is infinite, which is a value
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return f, nil
}

func notDecimal(r rune) bool {
	return notDigit(r) && !strings.ContainsRune(".eE+-", r)
}

// Bool reads 1 t T true TRUE True and 0 f F false FALSE False, with white space around.
func Bool(s string) (bool, error) {
	switch Trim(s) {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, fmt.Errorf("%q is not a boolean", s)
}

// Trim removes Unicode white space around s.
func Trim(s string) string { return strings.TrimFunc(s, unicode.IsSpace) }

// Duration reads one whole number with one unit of ms, s, m, h or d, or 0 without a unit
// (spec/outbound.md §5.1).
func Duration(s string) (ir.Duration, error) {
	text := Trim(s)
	if strings.HasPrefix(text, "-") {
		return ir.Duration{}, fmt.Errorf("%q is negative", s)
	}
	last := strings.LastIndexAny(text, "0123456789")
	if last < 0 {
		return ir.Duration{}, fmt.Errorf("%q has no number", s)
	}
	number, unit := text[:last+1], text[last+1:]
	if strings.Contains(number, ".") {
		return ir.Duration{}, fmt.Errorf("%q has a fraction", s)
	}
	n, err := Uint(number, 64)
	if err != nil {
		return ir.Duration{}, fmt.Errorf("%q is not one whole number with one unit", s)
	}
	factor, ok := units[unit]
	if !ok && !(unit == "" && n == 0) {
		return ir.Duration{}, fmt.Errorf("%q needs one of the units ms, s, m, h, d", s)
	}
	if factor > 0 && n > math.MaxUint64/factor {
		return ir.Duration{}, fmt.Errorf("%q is too long", s)
	}
	return ir.Milliseconds(n * factor), nil
}

// units are the milliseconds of each unit.
var units = map[string]uint64{"ms": 1, "s": 1e3, "m": 60e3, "h": 3600e3, "d": 86400e3}
