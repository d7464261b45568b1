package webhook

import (
	"strings"

	"routec.dev/routec/compile/admit/schema"
)

// identityError says why a mesh identity is neither DNS-like nor a SPIFFE id (MTA-03,
// MTA-04); "" takes it.
func identityError(id string) string {
	rest, ok := strings.CutPrefix(id, "spiffe://")
	if !ok {
		if schema.IsIdentity(id) {
			return ""
		}
		return "identity must be a valid SPIFFE id or a DNS SAN, matching the regex: " + schema.Identity.Text
	}
	domain, path, hasPath := strings.Cut(rest, "/")
	switch {
	case domain == "":
		return "SPIFFE trust domain is missing"
	case strings.ContainsFunc(domain, func(r rune) bool { return !spiffeRune(r) || 'A' <= r && r <= 'Z' }):
		return "SPIFFE trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores"
	case !hasPath:
		return ""
	}
	return pathError(path)
}

func spiffeRune(r rune) bool {
	return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._", r))
}

func pathError(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		switch {
		case strings.ContainsFunc(segment, func(r rune) bool { return !spiffeRune(r) }):
			return "SPIFFE path segment characters are limited to letters, numbers, dots, dashes, and underscores"
		case segment == "" && i == len(segments)-1:
			return "SPIFFE path cannot have a trailing slash"
		case segment == "":
			return "SPIFFE path cannot contain empty segments"
		case segment == "." || segment == "..":
			return "SPIFFE path cannot contain dot segments"
		}
	}
	return ""
}
