package eval

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir"
)

// A Request is what the router sees of a request (§1.0): the connection's default authority
// has been filled in, and hop-by-hop headers are gone. It is made by [NewRequest] or by a
// [Call], must not be changed, and can be asked of many tables.
type Request struct {
	URI
	Method  string      // case preserved
	Headers []ir.Header // names in lower case, in order, one element a line
	Params  []Param     // of the query

	host           string // of the authority, in lower case
	chopped        string // host without one trailing dot
	rpc            bool   // the path names a service and a method, and the method is POST
	service, named string // of the path, where it has that form
	routed         bool   // the path has that form
}

// NewRequest reads what a router sees: the URI in the form of [ParseURI], a method, and
// headers, whose names may have any case. The errors are those of a request that no proxy
// would hand to its router.
func NewRequest(method, uri string, headers []ir.Header) (*Request, error) {
	u, err := ParseURI(uri)
	if err != nil {
		return nil, err
	}
	return newRequest(method, u, headers)
}

func newRequest(method string, u URI, headers []ir.Header) (*Request, error) {
	if !ir.IsMethod(method) {
		return nil, fmt.Errorf("method %q is not an HTTP token", method)
	}
	r := &Request{URI: u, Method: method, Headers: make([]ir.Header, len(headers))}
	for i, h := range headers {
		if err := checkHeader(h); err != nil {
			return nil, err
		}
		r.Headers[i] = ir.Header{Name: foldASCII(h.Name), Value: h.Value}
	}
	r.Params = decodeQuery(u.Query)
	r.host = foldASCII(hostOf(u.Authority))
	r.chopped = strings.TrimSuffix(r.host, ".")
	r.service, r.named, r.routed = splitRPC(u.Path)
	r.rpc = r.routed && method == "POST"
	return r, nil
}

// splitRPC reads /SERVICE/METHOD, with or without a further slash and whatever follows.
func splitRPC(path string) (service, method string, ok bool) {
	if !strings.HasPrefix(path, "/") {
		return "", "", false
	}
	service, method, ok = strings.Cut(path[1:], "/")
	if !ok {
		return "", "", false
	}
	method, _, _ = strings.Cut(method, "/")
	return service, method, true
}

func checkHeader(h ir.Header) error {
	switch {
	case h.Name == "":
		return fmt.Errorf("a header has no name (its value is %q)", h.Value)
	case !ir.IsMethod(h.Name): // names and methods are the same tokens
		return fmt.Errorf("header name %q: %q is not allowed", h.Name, strayByte(h.Name))
	}
	for i := range len(h.Value) {
		if c := h.Value[i]; c < 0x20 && c != '\t' || c == 0x7F {
			return fmt.Errorf("header %s: its value has the control character %q", h.Name, c)
		}
	}
	return nil
}

// strayByte returns the first byte of a name that no token has.
func strayByte(name string) byte {
	for i := range len(name) {
		if !ir.IsMethod(name[i : i+1]) {
			return name[i]
		}
	}
	return 0
}

// header returns the value of the first line with a name.
func (r *Request) header(name string) (value string, ok bool) {
	for i := range r.Headers {
		if r.Headers[i].Name == name {
			return r.Headers[i].Value, true
		}
	}
	return "", false
}

// grpcClient says whether errors are told by grpc-status: for HTTP/2 requests whose content
// type begins with application/grpc (§5.4).
func (r *Request) grpcClient(v Version) bool {
	value, _ := r.header("content-type")
	return v == HTTP2 && strings.HasPrefix(value, "application/grpc")
}
