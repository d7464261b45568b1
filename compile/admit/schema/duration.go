package schema

import (
	"strconv"
	"strings"
	"time"
)

// IsDuration reports whether the API server's format "duration" takes a text: any Go
// duration, or a text in which somewhere a number stands before a word for a unit
// (spec/admission.md LHR-06). The rest of such a text is not looked at.
func IsDuration(s string) bool {
	if _, err := time.ParseDuration(s); err == nil {
		return true
	}
	found := false
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return '0' <= r && r <= '9' })
		if i < 0 {
			break
		}
		s = s[i:]
		number, rest := cutWhile(s, func(r rune) bool { return '0' <= r && r <= '9' })
		word, after := cutWhile(strings.TrimLeftFunc(rest, isBlank), isUnitLetter)
		s = rest
		if word == "" {
			continue
		}
		s = after
		if _, err := strconv.ParseInt(number, 10, 64); err != nil {
			return false
		}
		found = found || isUnitWord(strings.ToLower(word))
	}
	return found
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

// isUnitLetter knows of no letter beyond ASCII but the micro sign.
func isUnitLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == 'µ'
}

func cutWhile(s string, in func(rune) bool) (head, tail string) {
	i := strings.IndexFunc(s, func(r rune) bool { return !in(r) })
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

var (
	unitWords    = map[string]bool{"ns": true, "us": true, "µs": true, "ms": true, "s": true, "m": true, "h": true, "hr": true, "d": true, "w": true, "wk": true}
	unitPrefixes = []string{"nano", "micro", "milli", "sec", "min", "hour", "day", "week"}
)

func isUnitWord(word string) bool {
	if unitWords[word] {
		return true
	}
	for _, p := range unitPrefixes {
		if strings.HasPrefix(word, p) {
			return true
		}
	}
	return false
}

// isDateTime reports whether the API server's format "date-time" takes a text.
func isDateTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}
