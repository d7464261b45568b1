package load

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// plain returns what an unquoted scalar is to the API server: nil, bool, int64,
// float64 or string. ±infinity and NaN are returned as they are; no client can
// send them.
func plain(s string) any {
	if n, ok := decimal(s); ok {
		return n
	}
	return asJSON(resolve(s))
}

// asJSON returns a resolved scalar as JSON carries it to the API server: a number
// that has no fraction and fits 64 bits is an integer however it was written,
// because the client writes 1e3 as 1000, in as few digits as tell a float apart.
func asJSON(v any) any {
	switch v := v.(type) {
	case uint64:
		return float64(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e21 {
			if n, err := strconv.ParseInt(strconv.FormatFloat(v, 'f', -1, 64), 10, 64); err == nil {
				return n
			}
		}
	}
	return v
}

// asKey returns a resolved scalar as the key of a map. ok is false for null and for
// unsigned integers, which clients refuse as keys.
func asKey(v any) (key string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		switch s := strconv.FormatFloat(v, 'g', -1, 32); s {
		case "+Inf":
			return ".inf", true
		case "-Inf":
			return "-.inf", true
		case "NaN":
			return ".nan", true
		default:
			return s, true
		}
	}
	return "", false
}

// decimal reads the usual number: 1 to 18 digits, the first not zero unless alone.
func decimal(s string) (int64, bool) {
	if s == "" || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var n int64
	for i := 0; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// resolve returns what an unquoted scalar is to the clients' YAML library, which
// follows YAML 1.1 with exceptions: nil, bool, int64, uint64 (beyond int64),
// float64 or string. Dates and numbers of base 60 are text.
func resolve(s string) any {
	if s == "" {
		return nil
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9' || c == '-' || c == '+':
		return resolveNumber(s)
	case c == '.':
		return resolveDotted(s)
	}
	if len(s) > len("false") {
		return s
	}
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	case "~", "null", "Null", "NULL":
		return nil
	}
	return s
}

// resolveDotted resolves a scalar that begins with a dot.
func resolveDotted(s string) any {
	switch s {
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	case ".inf", ".Inf", ".INF":
		return math.Inf(1)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}

// resolveNumber resolves a scalar that begins with a digit or a sign.
func resolveNumber(s string) any {
	switch s {
	case "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	}
	if isTimestamp(s) {
		return s
	}
	digits := strings.ReplaceAll(s, "_", "")
	if v := parseInteger(digits, 0); v != nil {
		return v
	}
	if isFloat(digits) {
		if f, err := strconv.ParseFloat(digits, 64); err == nil {
			return f
		}
	}
	if rest, ok := strings.CutPrefix(digits, "0b"); ok { // 0b-11: the library takes a sign here too
		if v := parseInteger(rest, 2); v != nil {
			return v
		}
	}
	return s
}

// parseInteger returns an int64, a uint64 when only that holds the number, or nil.
// Base 0 is that of a prefix: 0x, 0o, 0b, or a mere 0 for octal.
func parseInteger(s string, base int) any {
	if n, err := strconv.ParseInt(s, base, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseUint(s, base, 64); err == nil {
		return n
	}
	return nil
}

// isFloat reports whether s is [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
func isFloat(s string) bool {
	s = unsigned(s)
	whole := countDigits(s)
	s = s[whole:]
	fraction := 0
	if s != "" && s[0] == '.' {
		fraction = countDigits(s[1:])
		s = s[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	exponent := unsigned(s[1:])
	return exponent != "" && countDigits(exponent) == len(exponent)
}

// unsigned returns s without one leading sign.
func unsigned(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// countDigits returns how many digits s begins with.
func countDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// isTimestamp reports whether the library takes a plain scalar for a date, and
// therefore leaves it alone.
func isTimestamp(s string) bool {
	if countDigits(s) != 4 || len(s) < 5 || s[4] != '-' {
		return false
	}
	for _, layout := range [...]string{
		"2006-1-2T15:4:5.999999999Z07:00",
		"2006-1-2t15:4:5.999999999Z07:00",
		"2006-1-2 15:4:5.999999999",
		"2006-1-2",
	} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
