// Package syntax reads the texts of HTTP the way the proxy's library does:
// URIs, authorities, methods, header names and values, DNS names.
//
// It decides nothing about routing. Both [routec.dev/routec/emit/refuse], which
// asks whether a table's texts would convert, and
// [routec.dev/routec/emit/replay], which reads requests, stand on it. The rules
// are those of spec/matching.md §1.0 and §2.2.
package syntax

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// What the proxy says about a text that it cannot read.
var (
	ErrEmpty         = errors.New("empty string")
	ErrTooLong       = errors.New("uri too long")
	ErrChar          = errors.New("invalid uri character")
	ErrFormat        = errors.New("invalid format")
	ErrScheme        = errors.New("invalid scheme")
	ErrSchemeTooLong = errors.New("scheme too long")
	ErrAuthority     = errors.New("invalid authority")
)

const (
	maxURI    = 65534 // bytes
	maxScheme = 64    // bytes
)

// A URI is a request target as the router sees it (spec/matching.md §1.0).
type URI struct {
	Scheme    Scheme
	Authority string // "" is NONE: an authority is never empty
	Path      string // as written; "" only for a bare authority
	Query     string // as written, after '?' and before '#'
	HasQuery  bool
}

// A Scheme is NONE, or a text that may be empty. The two standard schemes are
// lower case; a standard scheme never equals another one, whatever its text.
type Scheme struct {
	Given bool
	Text  string
	other bool // written in a table, and not one of the standard two
}

// HTTP is the scheme that a redirect falls back to.
var HTTP = Scheme{Given: true, Text: "http"}

// Equal compares as the proxy does: without regard to case, but never across
// the border between standard and other schemes.
func (s Scheme) Equal(o Scheme) bool {
	return s.Given == o.Given && s.other == o.other && equalFold(s.Text, o.Text)
}

// DefaultPort is 80 or 443 for the standard schemes and -1 for any other.
func (s Scheme) DefaultPort() int {
	switch {
	case s.other || !s.Given:
		return -1
	case s.Text == "http":
		return 80
	}
	return 443
}

// ParseScheme reads a scheme on its own, as a redirect writes it. The empty
// text is legal, and "HTTP" is not the standard scheme here.
func ParseScheme(s string) (Scheme, error) {
	if s == "http" || s == "https" {
		return Scheme{Given: true, Text: s}, nil
	}
	if len(s) > maxScheme {
		return Scheme{}, ErrSchemeTooLong
	}
	for i := 0; i < len(s); i++ {
		if !schemeByte(s[i]) {
			return Scheme{}, ErrScheme
		}
	}
	return Scheme{Given: true, Text: s, other: true}, nil
}

// ParseURI reads "/p?q", "*", "authority" or "scheme://authority/p?q". Its
// errors are the package's own values.
func ParseURI(s string) (URI, error) {
	switch {
	case len(s) > maxURI:
		return URI{}, ErrTooLong
	case s == "":
		return URI{}, ErrEmpty
	case s == "*":
		return URI{Path: "*"}, nil
	case s[0] == '/':
		return withPath(URI{}, s)
	case len(s) == 1:
		return bareAuthority(s)
	}
	return parseFull(s)
}

func bareAuthority(s string) (URI, error) {
	if err := Authority(s); err != nil {
		return URI{}, err
	}
	return URI{Authority: s}, nil
}

func parseFull(s string) (URI, error) {
	scheme, rest, err := cutScheme(s)
	if err != nil {
		return URI{}, err
	}
	end, err := authorityEnd(rest)
	if err != nil {
		return URI{}, err
	}
	if !scheme.Given {
		if end != len(rest) {
			return URI{}, ErrFormat
		}
		return URI{Authority: rest}, nil
	}
	if end == 0 {
		return URI{}, ErrFormat
	}
	return withPath(URI{Scheme: scheme, Authority: rest[:end]}, rest[end:])
}

// cutScheme takes "scheme://" off s, where s has one.
func cutScheme(s string) (Scheme, string, error) {
	if hasPrefixFold(s, "http://") {
		return HTTP, s[len("http://"):], nil
	}
	if hasPrefixFold(s, "https://") {
		return Scheme{Given: true, Text: "https"}, s[len("https://"):], nil
	}
	i := 0
	for i < len(s) && schemeByte(s[i]) {
		i++
	}
	switch {
	case len(s) <= len("://") || !strings.HasPrefix(s[i:], "://"):
		return Scheme{}, s, nil
	case i > maxScheme:
		return Scheme{}, "", ErrSchemeTooLong
	}
	return Scheme{Given: true, Text: s[:i], other: true}, s[i+3:], nil
}

func withPath(u URI, s string) (URI, error) {
	path, query, hasQuery, err := ParsePath(s)
	u.Path, u.Query, u.HasQuery = path, query, hasQuery
	return u, err
}

// ParsePath reads a path with an optional query; a fragment is cut off, an
// empty path reads as "/".
func ParsePath(s string) (path, query string, hasQuery bool, err error) {
	i := 0
	for ; i < len(s) && s[i] != '?' && s[i] != '#'; i++ {
		if !pathByte(s[i]) {
			return "", "", false, ErrChar
		}
	}
	path = s[:i]
	if i < len(s) && s[i] == '?' {
		hasQuery = true
		j := i + 1
		for ; j < len(s) && s[j] != '#'; j++ {
			if !queryByte(s[j]) {
				return "", "", false, ErrChar
			}
		}
		query = s[i+1 : j]
	}
	if !utf8.ValidString(path) || !utf8.ValidString(query) {
		return "", "", false, ErrChar
	}
	if path == "" {
		path = "/"
	}
	return path, query, hasQuery, nil
}

// String writes the URI as the proxy writes a location header.
func (u URI) String() string {
	var b strings.Builder
	if u.Scheme.Given {
		b.WriteString(u.Scheme.Text)
		b.WriteString("://")
	}
	b.WriteString(u.Authority)
	b.WriteString(u.Path)
	if u.HasQuery {
		b.WriteByte('?')
		b.WriteString(u.Query)
	}
	return b.String()
}

// Equal compares as the proxy does: scheme and authority without regard to
// case, path and query byte by byte.
func (u URI) Equal(o URI) bool {
	return u.Scheme.Equal(o.Scheme) && equalFold(u.Authority, o.Authority) &&
		u.Path == o.Path && u.HasQuery == o.HasQuery && u.Query == o.Query
}

func schemeByte(c byte) bool {
	return alphanumeric(c) || c == '+' || c == '-' || c == '.' || c == '~'
}

func pathByte(c byte) bool {
	switch c {
	case '#', '<', '>', '?', '`':
		return false
	}
	return c > ' '
}

func queryByte(c byte) bool {
	switch c {
	case '"', '#', '<', '>':
		return false
	}
	return c > ' '
}
