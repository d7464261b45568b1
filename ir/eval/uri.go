package eval

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A URI is a request's target as the router sees it (§1.0).
type URI struct {
	Scheme    string // empty: none
	Authority string // empty: none, since no authority is empty
	Path      string // empty: of CONNECT
	Query     string // raw, without the question mark
	HasQuery  bool
}

// String returns the URI as the proxy would write it.
func (u URI) String() string {
	s := u.Authority
	if u.Scheme != "" {
		s = u.Scheme + "://" + s
	}
	return s + u.pathAndQuery()
}

func (u URI) pathAndQuery() string {
	if u.HasQuery {
		return u.Path + "?" + u.Query
	}
	return u.Path
}

// maxURI bounds a target, in bytes.
const maxURI = 65534

// ParseURI reads a target: SCHEME://AUTHORITY/PATH?QUERY, /PATH?QUERY and * without an
// authority, or an AUTHORITY alone. A fragment is discarded.
func ParseURI(s string) (URI, error) {
	switch {
	case s == "":
		return URI{}, fmt.Errorf("the URI is empty")
	case len(s) > maxURI:
		return URI{}, fmt.Errorf("the URI has %d bytes, more than %d", len(s), maxURI)
	case s == "*":
		return URI{Path: "*"}, nil
	case s[0] == '/':
		return parsePath(s)
	}
	scheme, rest, ok := cutScheme(s)
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if err := checkAuthority(rest[:end]); err != nil {
		return URI{}, fmt.Errorf("URI %q: %w", s, err)
	}
	if !ok {
		if end < len(rest) {
			return URI{}, fmt.Errorf("URI %q: a path needs a scheme before its authority, such as http://%s", s, s)
		}
		return URI{Authority: s}, nil
	}
	u, err := parsePath(rest[end:])
	u.Scheme, u.Authority = scheme, rest[:end]
	return u, err
}

// cutScheme splits at "://". The two schemes that the proxy knows are read in any case.
func cutScheme(s string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(s, "://")
	if !ok || scheme == "" || len(scheme) > 64 {
		return "", s, false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isAlphanumeric(c) && strings.IndexByte("+-.~", c) < 0 {
			return "", s, false
		}
	}
	if low := foldASCII(scheme); low == "http" || low == "https" {
		return low, rest, true
	}
	return scheme, rest, true
}

// parsePath reads a path and a query; an absent path reads as /.
func parsePath(s string) (URI, error) {
	s, _, _ = strings.Cut(s, "#")
	path, query, has := strings.Cut(s, "?")
	for i := range len(path) {
		if !isPathByte(path[i]) {
			return URI{}, fmt.Errorf("path %q: %q must be percent-encoded", path, path[i])
		}
	}
	for i := range len(query) {
		if !isQueryByte(query[i]) {
			return URI{}, fmt.Errorf("query %q: %q must be percent-encoded", query, query[i])
		}
	}
	if !utf8.ValidString(s) {
		return URI{}, fmt.Errorf("path %q is not valid UTF-8", s)
	}
	if path == "" {
		path = "/"
	}
	return URI{Path: path, Query: query, HasQuery: has}, nil
}

func isPathByte(c byte) bool {
	return c > 0x20 && c != '#' && c != '<' && c != '>' && c != '?' && c != '`'
}

func isQueryByte(c byte) bool {
	return c > 0x20 && c != '"' && c != '#' && c != '<' && c != '>'
}
