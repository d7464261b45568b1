package ir

import (
	"math"
	"strings"
	"time"
)

// This file says what the proxy keeps of a profile: it converts the message once more and
// leaves out what it cannot represent (spec/profiles.md §3.3, §3.9, §3.10).

// A Proxy answers what only the proxy's own libraries know.
type Proxy struct {
	// Compiles reports whether its regular expressions take a pattern (ir/automata.Check).
	Compiles func(pattern string) bool
	// Refuses reports whether it cannot decode a table: it then detects protocols, and fails
	// what no profile governs (spec/profiles.md §4.1). Nil stands for none.
	Refuses func(*Outbound) bool
}

func (x Proxy) refuses(o *Outbound) bool { return x.Refuses != nil && x.Refuses(o) }

// maxDepth is how many messages inside one another the proxy decodes.
const maxDepth = 100

// TooDeep reports whether a condition is nested so deeply that the proxy cannot decode the
// whole profile (spec/profiles.md §3.4).
func (p *Profile) TooDeep() bool {
	for i := range p.Routes {
		if p.Routes[i].tooDeep() {
			return true
		}
	}
	return false
}

func (r *ProfileRoute) tooDeep() bool {
	if r.Condition.depth(2) > maxDepth { // inside profile and route
		return true
	}
	for i := range r.Classes {
		if r.Classes[i].Condition.depth(3) > maxDepth {
			return true
		}
	}
	return false
}

// depth returns how deep the deepest message of a condition lies that itself lies at base.
func (m RequestMatch) depth(base int) int {
	switch m.Kind {
	case AllOf, AnyOf:
		base++ // the list is a message, too
	case OnPath, OnMethod:
		return base + 1
	}
	deepest := base
	for _, part := range m.Parts {
		deepest = max(deepest, part.depth(base+1))
	}
	return deepest
}

func (m ResponseMatch) depth(base int) int {
	switch m.Kind {
	case AllOf, AnyOf:
		base++
	case OnStatus:
		return base + 1
	}
	deepest := base
	for _, part := range m.Parts {
		deepest = max(deepest, part.depth(base+1))
	}
	return deepest
}

// Routed reports whether the proxy keeps a route of the profile.
func (p *Profile) Routed(by Proxy) bool {
	for i := range p.Routes {
		if p.Routes[i].Condition.Usable(by) {
			return true
		}
	}
	return false
}

// Usable reports whether the proxy keeps the condition. It keeps every list, even one that
// it has emptied.
func (m RequestMatch) Usable(by Proxy) bool {
	switch m.Kind {
	case NotOf:
		return m.Parts[0].Usable(by)
	case OnPath:
		return by.Compiles(AnchoredPath(m.Text))
	case OnMethod:
		return IsMethod(m.Text)
	}
	return true
}

// Usable reports whether the proxy keeps the condition. It drops a list that it has emptied.
func (m ResponseMatch) Usable() bool {
	switch m.Kind {
	case OnStatus:
		return isStatus(m.Min) && isStatus(m.Max)
	case NotOf:
		return m.Parts[0].Usable()
	}
	for _, part := range m.Parts {
		if part.Usable() {
			return true
		}
	}
	return false
}

func isStatus(code uint32) bool { return 100 <= code && code <= 999 }

// AnchoredPath returns the regular expression that the proxy makes of a path pattern. It
// looks at the text alone, so that an alternative or an escape can slip past the anchors
// (spec/profiles.md §3.5).
func AnchoredPath(pattern string) string {
	p := strings.TrimSpace(pattern)
	if !strings.HasPrefix(p, "^") {
		p = "^" + p
	}
	if !strings.HasSuffix(p, "$") {
		p += "$"
	}
	return p
}

// IsMethod reports whether the text can be an HTTP method: a token of RFC 9110.
func IsMethod(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// UsableOverrides returns the overrides that the proxy splits traffic among.
func (p *Profile) UsableOverrides() []DstOverride {
	var usable []DstOverride
	for _, o := range p.Overrides {
		if o.Usable() {
			usable = append(usable, o)
		}
	}
	return usable
}

// Usable reports whether the proxy takes the override for a target.
func (o DstOverride) Usable() bool { return o.Weight != 0 && isNameAddr(o.Authority) }

// Overflows reports whether the weights of two or more usable overrides exceed 32 bits
// together, which makes the proxy panic.
func Overflows(usable []DstOverride) bool {
	sum := uint64(0)
	for _, o := range usable {
		sum += uint64(o.Weight)
	}
	return len(usable) > 1 && sum > math.MaxUint32
}

// isNameAddr reports whether s is a DNS name and a port, as the proxy reads them.
func isNameAddr(s string) bool {
	i := strings.LastIndexByte(s, ':')
	return i >= 0 && isPort(s[i+1:]) && IsDNSName(s[:i])
}

// isPort reports whether s is a number of 16 bits as Rust reads it.
func isPort(s string) bool {
	s = strings.TrimPrefix(s, "+")
	digits := strings.TrimLeft(s, "0")
	return s != "" && strings.Trim(s, "0123456789") == "" && (len(digits) < 5 || len(digits) == 5 && digits <= "65535")
}

// IsDNSName reports whether the proxy takes s for the name of a destination
// (spec/profiles.md §3.9).
func IsDNSName(s string) bool {
	if len(s) > 253 {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != ""
}

func isLabel(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 63 && s[0] != '-' && s[len(s)-1] != '-'
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Usable reports whether the proxy retries on this budget: outside of its ranges, it
// retries nothing (spec/profiles.md §3.10).
func (b RetryBudget) Usable() bool {
	return b.Present && b.MinRetries <= math.MaxInt32 &&
		b.Ratio >= 0 && b.Ratio <= 1000 && // NaN fails
		b.TTL >= time.Second && b.TTL <= time.Minute
}

// Panics reports whether the proxy's conversion panics on this budget.
func (b RetryBudget) Panics() bool { return b.Usable() && b.MinRetries == math.MaxInt32 }
