package eval

import (
	"slices"

	"routec.dev/routec/ir"
)

// LimitKind says which bucket a client's requests are taken from after the total one.
type LimitKind uint8

const (
	NoLimit      LimitKind = iota
	ByOverride             // that of an override, which its clients share
	ByIdentity             // one of the client's own
	ByNoIdentity           // the one that all clients without an identity share
)

// A Limit is the rate limit that applies to a client's requests (§8.4). A limit of 0 is
// none. One request takes from the total bucket first, and does so even if the other one
// then denies it.
type Limit struct {
	TotalRPS uint32
	Kind     LimitKind
	RPS      uint32 // of Kind
	Override int    // index, ByOverride
}

// limit returns the limit for a client; gRPC tables have none. An override counts where its
// limit is not 0; for a client that several name, the last one does.
func (s *Server) limit(c Client) Limit {
	l := s.Inbound.RateLimit
	switch s.Inbound.Protocol {
	case ir.Detect, ir.HTTP1, ir.HTTP2:
	default:
		return Limit{}
	}
	if !l.Present {
		return Limit{}
	}
	out := Limit{TotalRPS: rps(l.Total)}
	for i := len(l.Overrides) - 1; i >= 0 && c.Identity != ""; i-- {
		if o := &l.Overrides[i]; o.RPS != 0 && slices.Contains(o.Identities, c.verified()) {
			out.Kind, out.RPS, out.Override = ByOverride, o.RPS, i
			return out
		}
	}
	if out.RPS = rps(l.Identity); out.RPS != 0 {
		out.Kind = ByIdentity
		if c.Identity == "" {
			out.Kind = ByNoIdentity
		}
	}
	return out
}

func rps(l ir.Limit) uint32 {
	if !l.Set {
		return 0
	}
	return l.RPS
}
