package eval

import (
	"fmt"
	"strconv"
	"strings"
)

// checkAuthority applies the grammar of §1.0: what the proxy's library takes for an
// authority, which is more than RFC 3986 allows.
func checkAuthority(s string) error {
	if s == "" {
		return fmt.Errorf("the authority is empty")
	}
	if s[len(s)-1] == '@' {
		return fmt.Errorf("authority %q ends with @", s)
	}
	var open, closed, percent bool
	colons := 0 // since the last ] or @
	for i := range len(s) {
		switch c := s[i]; c {
		case '[':
			if open || percent {
				return fmt.Errorf("authority %q: unexpected [", s)
			}
			open = true
		case ']':
			if !open || closed {
				return fmt.Errorf("authority %q: unexpected ]", s)
			}
			closed, colons, percent = true, 0, false
		case '@':
			colons, percent = 0, false
		case ':':
			if colons++; colons > 8 {
				return fmt.Errorf("authority %q has too many colons", s)
			}
		case '%':
			percent = true
		default:
			if !isAlphanumeric(c) && strings.IndexByte("!$&'()*+,-.;=_~", c) < 0 {
				return fmt.Errorf("authority %q: unexpected %q", s, c)
			}
		}
	}
	switch {
	case open != closed:
		return fmt.Errorf("authority %q: [ without ]", s)
	case colons > 1:
		return fmt.Errorf("authority %q has too many colons; an IPv6 address stands in [ ]", s)
	case percent:
		return fmt.Errorf("authority %q: unexpected %%", s)
	}
	return nil
}

// hostOf returns the part of an authority that conditions look at: without userinfo and
// port, with the brackets of an IPv6 literal. It can be empty.
func hostOf(authority string) string {
	t := authority[strings.LastIndexByte(authority, '@')+1:]
	if strings.HasPrefix(t, "[") {
		if i := strings.IndexByte(t, ']'); i >= 0 {
			return t[:i+1]
		}
		return t
	}
	host, _, _ := strings.Cut(t, ":")
	return host
}

// portOf returns the port of an authority; one that is no number of 16 bits does not count.
func portOf(authority string) (port uint16, ok bool) {
	text := authority[strings.LastIndexByte(authority, ':')+1:]
	if len(text) == len(authority) {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 16)
	return uint16(n), err == nil
}

// foldASCII lower-cases ASCII letters and nothing else.
func foldASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
