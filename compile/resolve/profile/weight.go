package profile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// unitsPerMilli turns thousandths into the units of the message: weight 1 is 10000.
const unitsPerMilli = 10

// weight returns a quantity in the message's units, cut to 32 bits (spec/profiles.md
// §2.6). Thousandths are rounded up, away from zero. full is the value before the cut;
// above 2^63 thousandths both are whatever the library makes of it.
func weight(v any) (units uint32, full int64, err error) {
	q, err := quantity(v)
	if err != nil {
		return 0, 0, err
	}
	full = q.MilliValue() * unitsPerMilli
	return uint32(full), full, nil
}

// quantity reads a Kubernetes quantity; absent is 0.
func quantity(v any) (resource.Quantity, error) {
	if v == nil {
		return resource.Quantity{}, nil
	}
	text, isText := v.(string)
	number, isNumber := literal(v)
	if !isText && !isNumber {
		return resource.Quantity{}, fmt.Errorf("%s where a quantity must stand", describe(v))
	}
	text += number
	bounded, err := bound(strings.TrimSpace(text))
	if err != nil {
		return resource.Quantity{}, err
	}
	q, err := resource.ParseQuantity(bounded)
	if err != nil {
		return resource.Quantity{}, fmt.Errorf("%s is no quantity such as 1, 0.5 or 500m", strconv.Quote(clip(text)))
	}
	return q, nil
}

const (
	longestQuantity = 1000
	largestExponent = 2000 // outweighs every mantissa that fits
)

// bound replaces an exponent that is so large that only its sign matters: the library
// would compute with as many digits.
func bound(text string) (string, error) {
	if len(text) > longestQuantity {
		return "", errors.New("a quantity of more than 1000 characters is not read")
	}
	i := strings.LastIndexAny(text, "eE")
	if i < 0 {
		return text, nil
	}
	exponent, err := strconv.ParseInt(text[i+1:], 10, 64)
	switch {
	case err != nil: // "1E", or no quantity: the library says so
		return text, nil
	case exponent > largestExponent:
		exponent = largestExponent
	case exponent < -largestExponent:
		exponent = -largestExponent
	default:
		return text, nil
	}
	return text[:i+1] + strconv.FormatInt(exponent, 10), nil
}
