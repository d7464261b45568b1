package replay

import (
	"strings"
	"unicode/utf8"

	"routec.dev/routec/emit/replay/syntax"
)

// A Header is one header line.
type Header struct{ Name, Value string }

// A Request is what the router sees of a request (spec/matching.md §1.0): the
// connection's default authority has been filled in, hop-by-hop headers are
// gone. It is made by [NewRequest] and can be asked of many tables.
type Request struct {
	Method  string
	URI     syntax.URI
	Headers []Header // lower-case names, in order

	visible []bool // per header: may a regular expression see the value?
	host    string // lower case
	chopped string // host without one trailing dot
	params  []param
}

// A param is one decoded query parameter.
type param struct{ name, value string }

// NewRequest reads a request. Its errors are those of a request that cannot
// exist: no server would hand it to the router.
func NewRequest(method, uri string, headers []Header) (*Request, error) {
	if err := syntax.Method(method); err != nil {
		return nil, err
	}
	u, err := syntax.ParseURI(uri)
	if err != nil {
		return nil, err
	}
	r := &Request{Method: method, URI: u, Headers: make([]Header, len(headers)), visible: make([]bool, len(headers))}
	for i, h := range headers {
		if err := syntax.HeaderName(h.Name); err != nil {
			return nil, err
		}
		if err := syntax.HeaderValue(h.Value); err != nil {
			return nil, err
		}
		r.Headers[i] = Header{syntax.Lower(h.Name), h.Value}
		r.visible[i] = syntax.Visible(h.Value)
	}
	r.host = syntax.Lower(syntax.Host(u.Authority))
	r.chopped = strings.TrimSuffix(r.host, ".")
	r.params = params(u.Query)
	return r, nil
}

// params decodes a query as a form: pieces between '&', none for an empty one.
func params(query string) []param {
	if query == "" {
		return nil
	}
	var ps []param
	for piece := range strings.SplitSeq(query, "&") {
		if piece != "" {
			name, value, _ := strings.Cut(piece, "=")
			ps = append(ps, param{formDecode(name), formDecode(value)})
		}
	}
	return ps
}

// formDecode turns '+' into a blank and %XX into a byte; an incomplete escape
// stays, and what is not UTF-8 then becomes U+FFFD.
func formDecode(s string) string {
	if strings.IndexByte(s, '+') < 0 && strings.IndexByte(s, '%') < 0 {
		return s // a URI's query is UTF-8 already
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0:
			b = append(b, byte(hex(s[i+1])<<4|hex(s[i+2])))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return lossy(b)
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// lossy replaces each maximal invalid piece by one U+FFFD: the start of a
// well-formed sequence that is broken off, or else one byte. (The standard
// library replaces each byte, or each run; neither is right.)
func lossy(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = brokenOff(b)
		}
		out.WriteRune(r)
		b = b[n:]
	}
	return out.String()
}

// brokenOff is the length of the maximal invalid piece at the start of b: the
// bytes that some well-formed sequence begins with, at least one.
func brokenOff(b []byte) int {
	size, low, high := sequence(b[0])
	n := 1
	for n < size && n < len(b) && b[n] >= low && b[n] <= high {
		n, low, high = n+1, 0x80, 0xBF
	}
	return n
}

// sequence gives the length of the sequences that begin with c and the range
// of their second byte (Unicode, table 3-7); length 1 if there are none.
func sequence(c byte) (size int, low, high byte) {
	switch {
	case c >= 0xC2 && c <= 0xDF:
		return 2, 0x80, 0xBF
	case c == 0xE0:
		return 3, 0xA0, 0xBF
	case c == 0xED:
		return 3, 0x80, 0x9F
	case c >= 0xE1 && c <= 0xEF:
		return 3, 0x80, 0xBF
	case c == 0xF0:
		return 4, 0x90, 0xBF
	case c >= 0xF1 && c <= 0xF3:
		return 4, 0x80, 0xBF
	case c == 0xF4:
		return 4, 0x80, 0x8F
	}
	return 1, 0, 0
}
