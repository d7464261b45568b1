package typed

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// quantity returns the canonical form of a resource quantity: 1000m is 1.
func quantity(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return Quantity(v)
	case int64:
		return Quantity(strconv.FormatInt(v, 10))
	case float64:
		return Quantity(strconv.FormatFloat(v, 'g', -1, 64))
	}
	return "", false
}

// Quantity reads a resource quantity and returns its canonical form.
func Quantity(text string) (string, bool) {
	const longest = 100 // no sensible quantity is longer
	if len(text) > longest {
		return "", false
	}
	if isMinute(text) {
		return text, true
	}
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return "", false
	}
	return q.String(), true
}

// isMinute reports whether a well-formed quantity has so small an exponent that the
// library would spend seconds on rounding it.
func isMinute(text string) bool {
	i := strings.IndexAny(text, "eE")
	if i < 1 || !strings.HasPrefix(text[i+1:], "-") {
		return false
	}
	if _, err := resource.ParseQuantity(text[:i]); err != nil {
		return false
	}
	exponent, err := strconv.ParseInt(text[i+2:], 10, 64)
	return err == nil && exponent > 30
}
