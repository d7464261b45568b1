package check

import (
	"reflect"

	"routec.dev/routec/ir"
)

// A spot is a match of a rule of a route; match -1 is a rule without matches.
type spot struct{ route, rule, match int }

// A pair is two matches of different routes that may tie.
type pair struct {
	a, b spot
	path string // HTTP
}

func (q *tieQuestion) rule(s spot) *ir.Rule { return &q.table.Routes[s.route].Rules[s.rule] }

func (q *tieQuestion) match(s spot) ir.Match {
	if s.match < 0 {
		return ir.Match{RPC: ir.RPCMatch{Present: true}}
	}
	return q.rule(s).Matches[s.match]
}

// A tieKey is what equally ranked matches have in common.
type tieKey struct {
	path            string // HTTP
	length          int    // HTTP: how much of the path counts
	service, method string // gRPC
	headers, query  int
	hasMethod       bool
	host            string
	suffix, hosted  bool
}

// candidates pairs the matches that would tie on some path, in table order: patterns on the
// paths that others name, and on one of their own.
func (q *tieQuestion) candidates() []pair {
	if !q.open() {
		return nil
	}
	spots := q.spots()
	buckets := map[tieKey][]spot{}
	var out []pair
	for _, path := range q.paths(spots) {
		for _, s := range spots {
			m := q.match(s)
			if !q.takes(m, path) {
				continue
			}
			for _, k := range q.keys(s, m, path) {
				for _, other := range buckets[k] {
					if q.worthAsking(other, s) {
						out = append(out, pair{other, s, path})
					}
				}
				if len(buckets[k]) == maxBucket {
					q.cut = true
					continue
				}
				buckets[k] = append(buckets[k], s)
			}
			if len(out) > maxAsked {
				q.cut = true
				return out
			}
		}
	}
	return out
}

// maxSpots bounds the matches of one table that are compared.
const maxSpots = 1500

// maxBucket bounds the matches of one rank that are paired.
const maxBucket = 64

// open reports whether the order of any two routes is.
func (q *tieQuestion) open() bool {
	routes := 0
	names, unknown := map[string]bool{}, false
	for i := range q.table.Routes {
		o := &q.table.Routes[i].Origin
		if o.Object.Kind == "" {
			continue
		}
		routes++
		unknown = unknown || o.Created.IsZero() || names[o.Object.Name]
		names[o.Object.Name] = true
	}
	return routes > 1 && unknown
}

// worthAsking reports whether two matches are of routes whose order is open, and of rules
// that do different things.
func (q *tieQuestion) worthAsking(a, b spot) bool {
	if a.route == b.route || a == b {
		return false
	}
	x, y := &q.table.Routes[a.route], &q.table.Routes[b.route]
	if x.Origin.Object.Kind == "" || y.Origin.Object.Kind == "" || !undecided(x.Origin, y.Origin) || q.said[pairOf(x, y)] {
		return false
	}
	return !sameOutcome(q.rule(a), q.rule(b))
}

func pairOf(x, y *ir.Route) [2]ir.Ref {
	a, b := x.Origin.Object, y.Origin.Object
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return [2]ir.Ref{a, b}
}

// sameOutcome reports whether two rules do the same with what they match.
func sameOutcome(a, b *ir.Rule) bool {
	x, y := *a, *b
	x.Matches, y.Matches = nil, nil
	return reflect.DeepEqual(x, y)
}

// spots lists the matches of user routes, up to a bound: beyond it, nothing is claimed.
func (q *tieQuestion) spots() []spot {
	var out []spot
	for i := range q.table.Routes {
		if q.table.Routes[i].Origin.Object.Kind == "" {
			continue
		}
		for j := range q.table.Routes[i].Rules {
			matches := q.table.Routes[i].Rules[j].Matches
			if len(matches) == 0 {
				out = append(out, spot{i, j, -1})
			}
			for k := range matches {
				out = append(out, spot{i, j, k})
			}
			if len(out) > maxSpots {
				q.cut = true
				return out[:maxSpots]
			}
		}
	}
	return out
}
