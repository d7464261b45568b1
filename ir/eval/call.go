package eval

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// A Call is a request as a client writes it, such as POST
// http://smiley.faces:50051/faces.Smiley/Center.
type Call struct {
	Method  string // empty: GET
	URL     string // http://HOST[:PORT][/PATH][?QUERY]
	Headers []ir.Header
	Version Version // 0: HTTP/2 if the content type is gRPC's, else HTTP/1
}

// GRPC returns a gRPC call of METHOD, "faces.Smiley/Center", to a host with or without a
// port.
func GRPC(authority, method string, headers []ir.Header) Call {
	return Call{
		Method: "POST", URL: "http://" + authority + "/" + strings.TrimPrefix(method, "/"), Version: HTTP2,
		Headers: append([]ir.Header{{Name: "content-type", Value: "application/grpc"}}, headers...),
	}
}

// A Destination is where a client connects to: a name or an address, and a port.
type Destination struct {
	Host string // without brackets
	Port uint16
}

// Encrypted reports whether the client encrypts the request itself: the proxy then sees
// TLS, and no request.
func (c Call) Encrypted() bool {
	scheme, _, ok := cutScheme(c.URL)
	return ok && scheme == "https"
}

// Destination returns where the client connects to: the host of the URL, and its port or
// that of its scheme.
func (c Call) Destination() (Destination, error) {
	u, err := c.parse()
	if err != nil {
		return Destination{}, err
	}
	host := hostOf(u.Authority)
	port := map[string]uint16{"http": 80, "https": 443}[u.Scheme]
	if text := u.Authority[strings.LastIndexByte(u.Authority, '@')+1:][len(host):]; text != "" {
		n, err := strconv.ParseUint(text[1:], 10, 16)
		if err != nil || n == 0 {
			return Destination{}, fmt.Errorf("URL %q: port %q is not a number from 1 to 65535", c.URL, text[1:])
		}
		port = uint16(n)
	}
	if host == "" || host == "[]" {
		return Destination{}, fmt.Errorf("URL %q has no host", c.URL)
	}
	return Destination{strings.Trim(host, "[]"), port}, nil
}

func (c Call) parse() (URI, error) {
	scheme, _, ok := cutScheme(c.URL)
	if !ok {
		return URI{}, fmt.Errorf("URL %q has no scheme; did you mean http://%s?", c.URL, schemeless(c.URL))
	}
	if scheme != "http" && scheme != "https" {
		return URI{}, fmt.Errorf("URL %q: scheme %q is neither http nor https", c.URL, scheme)
	}
	u, err := ParseURI(c.URL)
	if err != nil {
		return URI{}, fmt.Errorf("URL %q: %w", c.URL, err)
	}
	return u, nil
}

// schemeless is what follows a scheme that is not written well, such as http//.
func schemeless(url string) string {
	if rest, ok := strings.CutPrefix(url, "http"); ok {
		rest = strings.TrimPrefix(rest, "s")
		if after := strings.TrimLeft(rest, ":/"); len(rest)-len(after) > 1 {
			url = after
		}
	}
	return strings.TrimLeft(url, "/")
}

// version returns the version that the call is made in.
func (c Call) version() Version {
	if c.Version != 0 {
		return c.Version
	}
	for _, h := range c.Headers {
		if foldASCII(h.Name) == "content-type" && strings.HasPrefix(h.Value, "application/grpc") {
			return HTTP2
		}
	}
	return HTTP1
}

// Request returns what the router of a proxy sees of the call (§1.0). The original
// destination, if known, names the host of a request whose Host header names none.
func (c Call) Request(original netip.AddrPort) (*Request, error) {
	u, err := c.parse()
	if err != nil {
		return nil, err
	}
	u.Authority = u.Authority[strings.LastIndexByte(u.Authority, '@')+1:]
	method := c.Method
	if method == "" {
		method = "GET"
	}
	if method == "CONNECT" {
		u.Scheme, u.Path, u.Query, u.HasQuery = "", "", "", false
	}
	headers := slices.Clone(c.Headers)
	for i := range headers {
		if err := checkHeader(headers[i]); err != nil {
			return nil, err
		}
		headers[i].Name = foldASCII(headers[i].Name)
	}
	if c.version() == HTTP2 {
		if err := checkHTTP2(headers); err != nil {
			return nil, err
		}
		return newRequest(method, u, headers)
	}
	if strings.IndexByte(u.pathAndQuery(), 0x7F) >= 0 {
		return nil, fmt.Errorf("URL %q: the byte 7F must be percent-encoded", c.URL)
	}
	if u.Authority, headers, err = hostHeader(method, u.Authority, headers, original); err != nil {
		return nil, err
	}
	return newRequest(method, u, hopByHop(method, headers))
}

// hostHeader returns the authority of an HTTP/1 request, and its headers with a Host.
func hostHeader(method, authority string, headers []ir.Header, original netip.AddrPort) (string, []ir.Header, error) {
	for i := range headers {
		headers[i].Value = strings.Trim(headers[i].Value, " \t")
	}
	at := slices.IndexFunc(headers, func(h ir.Header) bool { return h.Name == "host" })
	if at < 0 {
		return authority, append([]ir.Header{{Name: "host", Value: authority}}, headers...), nil
	}
	switch host := headers[at].Value; {
	case method == "CONNECT":
		return authority, headers, nil
	case checkAuthority(host) == nil:
		return host, headers, nil
	case !original.IsValid():
		return "", nil, fmt.Errorf("header host: %q is no authority, and the address that would stand in for it is not known", host)
	}
	return defaultAuthority(original), headers, nil
}

// defaultAuthority is that of an outbound connection.
func defaultAuthority(original netip.AddrPort) string {
	if original.Port() != 80 {
		return original.String()
	}
	host, _, _ := net.SplitHostPort(original.String())
	if original.Addr().Is6() {
		return "[" + host + "]"
	}
	return host
}

// hopByHop removes the headers of the connection, unless the request upgrades it.
func hopByHop(method string, headers []ir.Header) []ir.Header {
	gone := []string{"connection", "upgrade", "proxy-connection", "keep-alive"}
	first := true
	for _, h := range headers {
		switch {
		case h.Name == "upgrade" && foldASCII(h.Value) != "h2c", method == "CONNECT":
			return headers
		case h.Name == "connection" && first:
			first = false
			for name := range strings.SplitSeq(foldASCII(h.Value), ",") {
				gone = append(gone, strings.Trim(name, " \t"))
			}
		}
	}
	return slices.DeleteFunc(headers, func(h ir.Header) bool { return slices.Contains(gone, h.Name) })
}

// checkHTTP2 finds the headers that no HTTP/2 request may have.
func checkHTTP2(headers []ir.Header) error {
	for _, h := range headers {
		switch h.Name {
		case "connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection":
			return fmt.Errorf("header %s: an HTTP/2 request cannot have it", h.Name)
		case "te":
			if h.Value != "trailers" {
				return fmt.Errorf("header te: in an HTTP/2 request it can only be trailers, not %q", h.Value)
			}
		}
	}
	return nil
}
