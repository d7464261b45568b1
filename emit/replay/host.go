package replay

import (
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"

	"routec.dev/routec/emit/replay/syntax"
)

// A HostKind orders host conditions: any exact host beats any wildcard, any
// wildcard beats a route without hosts.
type HostKind uint8

const (
	NoHost HostKind = iota
	WildcardHost
	ExactHost
)

func (k HostKind) String() string { return [...]string{"none", "wildcard", "exact"}[k] }

// hostRank packs kind and byte length so that larger means preferred. The rank
// of a route whose hosts do not match is noMatch.
type hostRank uint64

const noMatch = hostRank(1 << 62)

func rank(kind HostKind, length int) hostRank { return hostRank(kind)<<40 | hostRank(length) }

func (r hostRank) kind() HostKind { return HostKind(r >> 40) }
func (r hostRank) length() int    { return int(r & (1<<40 - 1)) }

// A name condition is an exact host or a suffix, for hosts and for SNIs.
type nameCondition struct {
	text    string // the host, or "." and the suffix's labels; lower case for hosts
	suffix  bool
	keepDot bool // the text ends with a dot, which the request's name must have too
	rank    hostRank
}

func hostCondition(h *http_route.HostMatch) nameCondition {
	if s := h.GetSuffix(); s != nil {
		return suffixCondition(s.GetReverseLabels())
	}
	return exactCondition(h.GetExact())
}

func sniCondition(s *tls_route.SniMatch) nameCondition {
	if suffix := s.GetSuffix(); suffix != nil {
		return suffixCondition(suffix.GetReverseLabels())
	}
	return exactCondition(s.GetExact())
}

func exactCondition(name string) nameCondition {
	return nameCondition{text: name, keepDot: strings.HasSuffix(name, "."), rank: rank(ExactHost, len(name))}
}

// suffixCondition writes [com, example] as ".example.com". Without labels it
// takes every name.
func suffixCondition(labels []string) nameCondition {
	var b strings.Builder
	for i := len(labels) - 1; i >= 0; i-- {
		b.WriteByte('.')
		b.WriteString(labels[i])
	}
	return nameCondition{
		text:    b.String(),
		suffix:  true,
		keepDot: len(labels) > 0 && labels[0] == "",
		rank:    rank(WildcardHost, b.Len()),
	}
}

// matches takes a name as it is and without one trailing dot.
func (c *nameCondition) matches(name, chopped string) bool {
	if !c.keepDot {
		name = chopped
	}
	if c.suffix {
		return strings.HasSuffix(name, c.text)
	}
	return name == c.text
}

// A hostSet is the hosts of a route; routes with equal hosts share one.
type hostSet []nameCondition

func newHostSet(hosts []*http_route.HostMatch) hostSet {
	set := make(hostSet, len(hosts))
	for i, h := range hosts {
		set[i] = hostCondition(h)
		set[i].text = syntax.Lower(set[i].text)
	}
	return set
}

// rank is the best rank among the hosts that match.
func (s hostSet) rank(r *Request) hostRank {
	if len(s) == 0 {
		return rank(NoHost, 0)
	}
	best, found := hostRank(0), false
	if r.URI.Authority == "" {
		return noMatch
	}
	for i := range s {
		if s[i].rank >= best && s[i].matches(r.host, r.chopped) {
			best, found = s[i].rank, true
		}
	}
	if !found {
		return noMatch
	}
	return best
}
