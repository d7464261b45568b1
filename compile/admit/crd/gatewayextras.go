package crd

import (
	"strings"

	. "routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/diag"
)

// The bodies of the filters that Linkerd knows of and does not implement.

func (b Bundle) cors() *Schema {
	credentials := Of(Boolean)
	credentials.MustBeTrue = b.Minor < 4
	headers := func() *Schema { return List(64, Text(1, 256).Matching(Token)).Set() }
	return Fields(
		Optional("allowCredentials", credentials),
		Optional("allowHeaders", headers()),
		Optional("allowMethods", List(9, OneOf(append([]string{"*"}, methods...)...)).Set()),
		Optional("allowOrigins", List(64, Text(1, 253).Matching(b.origin())).Set()),
		Optional("exposeHeaders", headers()),
		Defaulted("maxAge", Int(Int32).NoLess(1), int64(5)),
	).Coded(diag.CORSRefused)
}

func (b Bundle) externalAuth() *Schema {
	most := 0
	if b.Minor >= 5 {
		most = 64
	}
	headers := func() *Schema { return List(most, Of(String)).Set() }
	size := Int(NoFormat)
	if b.Minor >= 7 {
		size = Int(Int32).NoLess(0)
	}
	return Fields(
		Required("protocol", OneOf("HTTP", "GRPC")),
		Required("backendRef", Fields(ref()...)),
		Optional("grpc", Fields(Optional("allowedHeaders", headers()))),
		Optional("http", Fields(
			Optional("path", Text(0, 1024).Matching(urlPath)),
			Optional("allowedHeaders", headers()),
			Optional("allowedResponseHeaders", headers()),
		)),
		Optional("forwardBody", Fields(Optional("maxSize", size))),
	).Coded(diag.ExternalAuthRefused)
}

// urlPath is a non-empty text of the characters of a path.
var urlPath = &Pattern{
	Text:  `^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$`,
	Match: isURLPath,
}

func isURLPath(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlphanumeric(c) || strings.IndexByte("-/._~!$&'()*+,;=:@", c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return s != ""
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// origin is the pattern of an origin that CORS allows; it was narrowed twice.
func (b Bundle) origin() *Pattern {
	switch {
	case b.Minor >= 5:
		return &Pattern{
			Text:  `(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)`,
			Match: isHTTPOrigin,
		}
	case b.Minor == 4:
		return &Pattern{
			Text:  `(^\*$)|(^([a-zA-Z][a-zA-Z0-9+\-.]+):\/\/([^:/?#]+)(:([0-9]{1,5}))?$)`,
			Match: isAnyOrigin,
		}
	}
	return &Pattern{
		Text:  `^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?`,
		Match: isURL,
	}
}

func isURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && scheme != "" && !strings.ContainsAny(scheme, "/?#") && strings.HasPrefix(rest, "//")
}

func isAnyOrigin(s string) bool {
	if s == "*" {
		return true
	}
	scheme, host, ok := strings.Cut(s, "://")
	if !ok || len(scheme) < 2 || !isAlphanumeric(scheme[0]) || scheme[0] <= '9' {
		return false
	}
	for i := 1; i < len(scheme); i++ {
		if !isAlphanumeric(scheme[i]) && strings.IndexByte("+-.", scheme[i]) < 0 {
			return false
		}
	}
	host, ok = cutPort(host)
	return ok && host != "" && !strings.ContainsAny(host, ":/?#")
}

func isHTTPOrigin(s string) bool {
	if s == "*" {
		return true
	}
	host, ok := strings.CutPrefix(s, "http://")
	if !ok {
		host, ok = strings.CutPrefix(s, "https://")
	}
	if !ok {
		return false
	}
	host, ok = cutPort(host)
	if !ok || host == "*" {
		return ok
	}
	for _, label := range strings.Split(strings.TrimPrefix(host, "*."), ".") {
		if label == "" {
			return false
		}
		for i := 0; i < len(label); i++ {
			if !isAlphanumeric(label[i]) && label[i] != '-' {
				return false
			}
		}
	}
	return true
}

// cutPort removes a port of one to five digits; it is false where a colon has none.
func cutPort(s string) (host string, ok bool) {
	host, port, found := strings.Cut(s, ":")
	if !found {
		return host, true
	}
	if port == "" || len(port) > 5 {
		return "", false
	}
	for i := 0; i < len(port); i++ {
		if port[i] < '0' || port[i] > '9' {
			return "", false
		}
	}
	return host, true
}
