package replay

import (
	"cmp"
	"slices"
)

// A PathKind is how the recorded match took the path. It does not take part in
// the ranking, but a redirect may replace the prefix of a prefix match alone.
type PathKind uint8

const (
	PathPrefix PathKind = iota // also: no condition on the path
	PathExact
	PathRegex
)

func (k PathKind) String() string { return [...]string{"prefix", "exact", "regex"}[k] }

// A Winner is the rule that a request goes to, and the match that is recorded.
// A later match of the same rule is recorded over an equal earlier one; an
// earlier rule wins over an equal later one (spec/matching.md §3.2).
type Winner struct {
	Route, Rule int // indexes in the message's lists; 0, 0 for an inbound default route
	Match       int // index in the rule's matches; -1 if the rule has none

	// The key that won, in the order in which it is compared.
	Host       HostKind
	HostLength int  // bytes; a wildcard counts each label and its dot
	PathLength int  // bytes; HTTP only
	Service    int  // bytes of the service; gRPC only
	RPC        int  // bytes of the method's name; gRPC only
	Headers    int  // conditions
	Params     int  // conditions; HTTP only
	Method     bool // a condition on the method; HTTP only

	PathKind PathKind // of the recorded match; HTTP only
}

// A candidate is one match that the request satisfies. Candidates are compared
// by host, then length, then preference.
type candidate struct {
	host       hostRank
	length     uint64 // of the path; for gRPC of the service (high half) and method
	preference int32  // what remains of the key is known beforehand, position included
	match      int32  // index in the table's matches; -1: none yet
}

// beatenBy says whether a candidate of this key would replace c.
func (c *candidate) beatenBy(host hostRank, length uint64, preference int32) bool {
	switch {
	case c.match < 0 || host != c.host:
		return c.match < 0 || host > c.host
	case length != c.length:
		return length > c.length
	}
	return preference > c.preference
}

// A place is where a match stands in the message, and the part of its key that
// does not depend on the request.
type place struct {
	route, rule, match int // match -1: the rule has none
	headers, params    int
	method             bool
}

// comparePlaces orders matches whose hosts and lengths tie: positive when a is
// preferred. No two places are equal.
func comparePlaces(a, b place) int {
	return cmp.Or(
		cmp.Compare(a.headers, b.headers),
		cmp.Compare(a.params, b.params),
		compareBool(a.method, b.method),
		cmp.Compare(b.route, a.route), // the earlier route, then the earlier rule
		cmp.Compare(b.rule, a.rule),
		cmp.Compare(a.match, b.match), // within a rule, the later match
	)
}

// preferences numbers places by comparePlaces, so that a search compares one
// number.
func preferences(places []place) []int32 {
	order := make([]int32, len(places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return comparePlaces(places[a], places[b]) })
	numbers := make([]int32, len(places))
	for n, i := range order {
		numbers[i] = int32(n)
	}
	return numbers
}

// preferredFirst sorts a list of matches: what comes later seldom has to be
// tried.
func preferredFirst(list, preferences []int32) {
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(preferences[b], preferences[a]) })
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
