package eval

import (
	"strings"

	"routec.dev/routec/ir"
)

// A HostKind orders host conditions: any exact host beats any wildcard, and any wildcard
// beats a route without hosts.
type HostKind uint8

const (
	NoHost HostKind = iota
	SuffixHost
	ExactHost
)

// A HostRank is how specific the host condition is that a request met; Length is in bytes,
// and counts a wildcard's dots (§1.1).
type HostRank struct {
	Kind   HostKind
	Length int
}

// packed is a HostRank as one number that compares alike.
func (h HostRank) packed() uint64 { return uint64(h.Kind)<<32 | uint64(h.Length) }

func unpackHost(p uint64) HostRank { return HostRank{HostKind(p >> 32), int(uint32(p))} }

// A hostCondition is one host of a route, prepared.
type hostCondition struct {
	text   string // in lower case for HTTP, as written for TLS; of a suffix with its leading dot
	suffix bool
	dotted bool // a trailing dot is required, else one is ignored
	rank   uint64
}

// prepareHosts prepares the hosts of a route; those of TLS routes keep their case (§1.9).
func prepareHosts(hosts []ir.Host, fold bool) []hostCondition {
	var out []hostCondition
	for _, h := range hosts {
		out = append(out, prepareHost(h, fold))
	}
	return out
}

func prepareHost(h ir.Host, fold bool) hostCondition {
	c := hostCondition{text: h.Name, suffix: h.Suffix, dotted: strings.HasSuffix(h.Name, ".")}
	if fold {
		c.text = foldASCII(h.Name)
	}
	if !h.Suffix {
		c.rank = HostRank{ExactHost, len(h.Name)}.packed()
		return c
	}
	c.dotted = c.dotted || h.Name == "" // its one label is empty
	c.text = "." + c.text
	c.rank = HostRank{SuffixHost, len(c.text)}.packed()
	return c
}

// holds compares with the two forms of a host: as it is, and without one trailing dot.
func (c *hostCondition) holds(host, chopped string) bool {
	if !c.dotted {
		host = chopped
	}
	if c.suffix {
		return strings.HasSuffix(host, c.text)
	}
	return host == c.text
}

// rankHost returns the best rank among the hosts that hold. A request without an authority
// meets none.
func rankHost(hosts []hostCondition, authority bool, host, chopped string) (rank uint64, ok bool) {
	if len(hosts) == 0 {
		return 0, true
	}
	if !authority {
		return 0, false
	}
	for i := range hosts {
		if c := &hosts[i]; c.rank > rank && c.holds(host, chopped) {
			rank = c.rank
		}
	}
	return rank, rank != 0
}
