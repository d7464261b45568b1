package syntax

import (
	"errors"
	"strings"
)

// What the proxy says about a method or header that it cannot read.
var (
	ErrMethod      = errors.New("invalid HTTP method")
	ErrHeaderName  = errors.New("invalid HTTP header name")
	ErrHeaderValue = errors.New("failed to parse header value")
)

// MaxHeaderName is the longest header name, in bytes.
const MaxHeaderName = 65535

// Method says whether s is a method: any token. Case is kept and matters.
func Method(s string) error {
	if !token(s) {
		return ErrMethod
	}
	return nil
}

// HeaderName says whether s names a header, in any case.
func HeaderName(s string) error {
	if len(s) > MaxHeaderName || !token(s) {
		return ErrHeaderName
	}
	return nil
}

// HeaderValue says whether s can be a header's value: no control byte but tab.
// Bytes above 7F are fine.
func HeaderValue[T string | []byte](s T) error {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return ErrHeaderValue
		}
	}
	return nil
}

// Visible says whether a header value is seen by regular expressions: tab and
// visible ASCII only (spec/matching.md §1.4).
func Visible(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

func token(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !alphanumeric(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func alphanumeric(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// Lower folds ASCII letters and nothing else; it returns s itself where there
// is nothing to fold.
func Lower(s string) string {
	for i := 0; i < len(s); i++ {
		if upper(s[i]) {
			b := []byte(s)
			for ; i < len(b); i++ {
				if upper(b[i]) {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && equalFold(s[:len(prefix)], prefix)
}

// equalFold is strings.EqualFold for ASCII alone: 'K' is not the Kelvin sign.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if x, y := a[i], b[i]; x != y && (x|0x20 != y|0x20 || !upper(x&^0x20)) {
			return false
		}
	}
	return true
}
