package schema

import "strings"

// A Pattern is a regular expression of a schema with its hand-written matcher:
// the same language, without a regular-expression engine on the hot path.
type Pattern struct {
	Text  string // as the API server prints it
	Match func(string) bool
}

// The patterns of the schemas (spec/admission.md §19).
var (
	// DNS is a lower-case DNS name.
	DNS = &Pattern{`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, isDNS}
	// Group is empty or a DNS name.
	Group = &Pattern{`^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
		func(s string) bool { return s == "" || isDNS(s) }}
	// Host is a DNS name, perhaps with "*." in front.
	Host = &Pattern{`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
		func(s string) bool { return isDNS(strings.TrimPrefix(s, "*.")) }}
	// Label is one label of a DNS name.
	Label = &Pattern{`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, isLabel}
	// Kind is the name of a kind.
	Kind = &Pattern{`^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$`, isKind}
	// Token is the name of a header.
	Token = &Pattern{"^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", IsToken}
	// Printable is a header value of visible ASCII words.
	Printable = &Pattern{`^[!-~]+([\t ]?[!-~]+)*$`, isPrintable}
	// GatewayDuration is a duration of Gateway API (GEP-2257).
	GatewayDuration = &Pattern{`^([0-9]{1,5}(h|m|s|ms)){1,4}$`, isGatewayDuration}
	// Identity is a DNS-like identity, "*" or "*.example" included.
	Identity = &Pattern{`^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, IsIdentity}
	// Quantity is a resource quantity.
	Quantity = &Pattern{`^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`, isQuantity}
	// ConditionType is the type of a condition: a qualified name.
	ConditionType = &Pattern{`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`, isConditionType}
	// ConditionReason is the reason of a condition.
	ConditionReason = &Pattern{`^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$`, isConditionReason}
)

func lowerOrDigit(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// isDNS accepts dot-separated labels; it walks the text once.
func isDNS(s string) bool {
	last := byte('.')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case lowerOrDigit(c):
		case c == '-':
			if last == '.' {
				return false
			}
		case c == '.':
			if last == '.' || last == '-' {
				return false
			}
		default:
			return false
		}
		last = c
	}
	return last != '.' && last != '-'
}

func isLabel(s string) bool { return isDNS(s) && strings.IndexByte(s, '.') < 0 }

func isKind(s string) bool {
	if s == "" || !letter(s[0]) || s[len(s)-1] == '-' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !letter(s[i]) && !digit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// tokenBytes has a 1 for each byte of an HTTP token.
var tokenBytes = func() (set [256]bool) {
	for c := 0; c < 128; c++ {
		set[c] = letter(byte(c)) || digit(byte(c)) || strings.IndexByte("!#$%&'*+-.^_`|~", byte(c)) >= 0
	}
	return set
}()

// IsToken reports whether s is an HTTP token: the name of a header.
func IsToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !tokenBytes[s[i]] {
			return false
		}
	}
	return s != ""
}

func isPrintable(s string) bool {
	blank := true // a blank may neither come first nor follow another
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '!' <= c && c <= '~':
			blank = false
		case (c == ' ' || c == '\t') && !blank:
			blank = true
		default:
			return false
		}
	}
	return !blank
}

func isGatewayDuration(s string) bool {
	parts := 0
	for ; s != ""; parts++ {
		n := 0
		for n < len(s) && digit(s[n]) {
			n++
		}
		if n == 0 || n > 5 || parts == 4 {
			return false
		}
		s = s[n:]
		switch {
		case strings.HasPrefix(s, "ms"):
			s = s[2:]
		case s != "" && (s[0] == 'h' || s[0] == 'm' || s[0] == 's'):
			s = s[1:]
		default:
			return false
		}
	}
	return parts > 0
}

// IsIdentity reports whether s is a DNS-like mesh identity.
func IsIdentity(s string) bool {
	if s == "*" {
		return true
	}
	return isDNS(strings.TrimPrefix(s, "*."))
}

func isQuantity(s string) bool {
	s, ok := cutDecimal(s)
	if !ok {
		return false
	}
	switch {
	case s == "":
		return true
	case len(s) == 1:
		return strings.Contains("numkMGTPE", s)
	case len(s) == 2 && s[1] == 'i':
		return strings.IndexByte("KMGTPE", s[0]) >= 0
	case s[0] == 'e' || s[0] == 'E':
		rest, ok := cutDecimal(s[1:])
		return ok && rest == ""
	}
	return false
}

// cutDecimal removes a signed decimal number from the front of s.
func cutDecimal(s string) (rest string, ok bool) {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole := 0
	for whole < len(s) && digit(s[whole]) {
		whole++
	}
	s = s[whole:]
	if s == "" || s[0] != '.' {
		return s, whole > 0
	}
	s = s[1:]
	part := 0
	for part < len(s) && digit(s[part]) {
		part++
	}
	return s[part:], whole > 0 || part > 0
}

func isConditionType(s string) bool {
	prefix, name, ok := strings.Cut(s, "/")
	if !ok {
		name = s
	} else if !isDNS(prefix) {
		return false
	}
	return name != "" && all(name, "-_.") && isAlphanumeric(name[0]) && isAlphanumeric(name[len(name)-1])
}

func isConditionReason(s string) bool {
	return s != "" && letter(s[0]) && all(s, "_,:") && !strings.HasSuffix(s, ",") && !strings.HasSuffix(s, ":")
}

func isAlphanumeric(c byte) bool { return letter(c) || digit(c) }

// all reports whether s holds nothing but letters, digits and the bytes of extra.
func all(s, extra string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlphanumeric(s[i]) && strings.IndexByte(extra, s[i]) < 0 {
			return false
		}
	}
	return true
}
