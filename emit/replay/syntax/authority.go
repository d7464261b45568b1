package syntax

import (
	"strconv"
	"strings"
)

// Authority says whether s is an authority and nothing more. The grammar is
// loose: ":80", "a@b@c" and "[x]y:1" are authorities (spec/matching.md §1.0).
func Authority(s string) error {
	if s == "" {
		return ErrEmpty
	}
	end, err := authorityEnd(s)
	if err != nil {
		return err
	}
	if end != len(s) {
		return ErrChar
	}
	return nil
}

// authorityEnd finds where the authority at the start of s ends; it may be
// empty if s isn't.
func authorityEnd(s string) (int, error) {
	const maxColons = 8
	if s == "" {
		return 0, ErrEmpty
	}
	colons, at, end := 0, -1, len(s)
	var opened, closed, percent bool
scan:
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '/', '?', '#':
			end = i
			break scan
		case ':':
			if colons >= maxColons {
				return 0, ErrAuthority
			}
			colons++
		case '[':
			if percent || opened {
				return 0, ErrAuthority
			}
			opened = true
		case ']':
			if !opened || closed {
				return 0, ErrAuthority
			}
			closed = true
			colons, percent = 0, false
		case '@':
			at = i
			colons, percent = 0, false
		case '%':
			percent = true
		default:
			if !authorityByte(c) {
				return 0, ErrChar
			}
		}
	}
	if opened != closed || colons > 1 || percent || (end > 0 && at == end-1) {
		return 0, ErrAuthority
	}
	return end, nil
}

// Host is the part of an authority that takes part in matching: no userinfo,
// no port; brackets stay; it can be empty.
func Host(authority string) string {
	t := authority[strings.LastIndexByte(authority, '@')+1:]
	if strings.HasPrefix(t, "[") {
		if i := strings.IndexByte(t, ']'); i >= 0 {
			return t[:i+1]
		}
	}
	host, _, _ := strings.Cut(t, ":")
	return host
}

// Port is the number after the last colon of an authority, if it is one.
func Port(authority string) (port int, ok bool) {
	i := strings.LastIndexByte(authority, ':')
	if i < 0 {
		return 0, false
	}
	return Uint16(authority[i+1:])
}

// Uint16 reads a number as the proxy's language does: decimal, any number of
// leading zeros, at most one leading '+'.
func Uint16(s string) (int, bool) {
	n, ok := Uint64(s)
	if !ok || n > 65535 {
		return 0, false
	}
	return int(n), true
}

// Uint64 is [Uint16] for 64 bits.
func Uint64(s string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 64)
	return n, err == nil
}

func authorityByte(c byte) bool {
	return alphanumeric(c) || strings.IndexByte("!$&'()*+,-.;=_~", c) >= 0
}
