package inbound

import "strings"

const maxURI = 65534 // bytes

// probePath returns the path of an HTTP probe as the controller reads it: as a URI, of
// which the path counts, undecoded; "" is "/". ok is false for a text that is no URI, whose
// probe then gets no route. The rules are those of Rust's http crate (spec/inbound.md §2.7).
func probePath(text string) (path string, ok bool) {
	switch {
	case len(text) > maxURI:
		return "", false
	case text == "":
		return "/", true
	case text == "*":
		return "*", true
	case text[0] == '/':
		return cutPath(text)
	}
	scheme, rest, absolute := strings.Cut(text, "://")
	if absolute && isScheme(scheme) {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 || !isAuthority(rest[:end]) {
			return "", false
		}
		if path, ok = cutPath(rest[end:]); path == "" {
			path = "/"
		}
		return path, ok
	}
	return "", isAuthority(text) // a bare authority has no path
}

// cutPath returns what stands before the query and the fragment, if all of it is allowed.
func cutPath(text string) (path string, ok bool) {
	text, _, _ = strings.Cut(text, "#") // nothing in a fragment fails
	path, query, _ := strings.Cut(text, "?")
	return path, strings.IndexFunc(path, notInPath) < 0 && strings.IndexFunc(query, notInQuery) < 0
}

func notInPath(r rune) bool {
	return r <= ' ' || r >= 0x7F || r == '<' || r == '>' || r == '`'
}

func notInQuery(r rune) bool {
	return r <= ' ' || r >= 0x7F || r == '"' || r == '<' || r == '>'
}

// isScheme reports whether s can stand before "://"; it may be empty.
func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && strings.IndexByte("+-.~", c) < 0 {
			return false
		}
	}
	return len(s) <= 64
}

// isAuthority reports whether the whole of s is an authority, by the one scan that the
// crate makes: a "@" forgets the colons and percent signs before it, a "]" those inside.
func isAuthority(s string) bool {
	var colons int
	var opened, closed, percent bool
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':':
			if colons++; colons > 8 {
				return false
			}
		case c == '[':
			if percent || opened {
				return false
			}
			opened = true
		case c == ']':
			if !opened || closed {
				return false
			}
			closed, colons, percent = true, 0, false
		case c == '@':
			colons, percent = 0, false
		case c == '%':
			percent = true
		case !isAlphanumeric(c) && strings.IndexByte("-._~!$&'()*+,;=", c) < 0:
			return false
		}
	}
	return s != "" && opened == closed && colons <= 1 && !percent && !strings.HasSuffix(s, "@")
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
