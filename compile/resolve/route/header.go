package route

import "strings"

// The controller's words for headers that it cannot convert.
const (
	errHeaderName  = "invalid HTTP header name"
	errHeaderValue = "failed to parse header value"
)

// isToken reports whether s is a header name: one or more token characters.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// isHeaderValue reports whether s can be a header value: no control characters but tab.
func isHeaderValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\t' || c == 0x7F {
			return false
		}
	}
	return true
}
