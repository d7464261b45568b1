package eval

import (
	"strings"

	"routec.dev/routec/ir"
)

// KeyOf returns the key of a match but for its host, and, where the condition on the path is
// a regular expression, for the length of the path; nil stands for a rule without matches.
func KeyOf(m *ir.Match, grpc bool) Key {
	switch {
	case m == nil && grpc:
		return Key{}
	case m == nil:
		return Key{Path: 1}
	case grpc:
		return Key{Service: len(m.RPC.Service), RPC: len(m.RPC.Method), Headers: len(m.Headers)}
	}
	path := pathLength(m.Path)
	return Key{Path: path, Headers: len(m.Headers), Query: len(m.Query), Method: m.Method != ""}
}

func pathLength(m ir.PathMatch) int {
	if m.Kind == ir.PathRegex {
		return 0
	}
	c, _ := (*preparer)(nil).path(m) // only patterns need preparation
	return c.length()
}

// RankHost returns how specific the hosts of an HTTP or gRPC route are for requests to a
// host; false if none of them holds.
func RankHost(hosts []ir.Host, host string) (HostRank, bool) {
	host = foldASCII(host)
	rank, ok := rankHost(prepareHosts(hosts, true), true, host, strings.TrimSuffix(host, "."))
	return unpackHost(rank), ok
}
