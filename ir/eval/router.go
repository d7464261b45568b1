package eval

import "routec.dev/routec/ir"

// A Winner is the rule that a request goes to, and the match that the proxy records. Within
// a rule, the last of equal matches is recorded; among rules, the first of equals wins
// (§3.2).
type Winner struct {
	Route, Rule int         // indexes in the table
	Match       int         // index in the rule's matches; -1: it has none
	Key         Key         // by which it won
	Path        ir.PathKind // HTTP: how the recorded match took the path; PathPrefix where it has no condition on it
}

// A best is the best candidate so far.
type best struct {
	route, match int // route -1: none
	host         uint64
	rank         rank
}

// find returns the best candidate for a request. A rule's rank is known before its
// conditions are looked at, so that only those are which could still win.
func (t *router) find(r *Request) best {
	b := best{route: -1}
	for i := range t.routes {
		host, ok := rankHost(t.routes[i].hosts, r.Authority != "", r.host, r.chopped)
		if !ok || b.route >= 0 && host < b.host {
			continue
		}
		b = t.findIn(i, host, r, b)
	}
	return b
}

// findIn goes on with one route, whose host rank is at least that of b.
func (t *router) findIn(i int, host uint64, r *Request, b best) best {
	matches := t.routes[i].matches
	for k := range matches {
		m := &matches[k]
		rank := m.rankFor(r)
		if b.route >= 0 && host == b.host {
			if rank.less(b.rank) {
				continue
			}
			sameRule := b.route == i && matches[b.match].rule == m.rule
			if rank == b.rank && !sameRule {
				continue
			}
		}
		if t.holds(m, r) {
			b = best{i, k, host, rank}
		}
	}
	return b
}

// rankFor completes the rank: a regular expression counts the whole path.
func (m *match) rankFor(r *Request) rank {
	out := m.rank
	if m.path.kind == ir.PathRegex {
		out.high |= uint64(len(r.Path)) << 32
	}
	return out
}

// holds reports whether a match is satisfied (§1.6, §1.8).
func (t *router) holds(m *match, r *Request) bool {
	if t.grpc {
		return m.free || m.holdsRPC(r) && m.holdsHeaders(r)
	}
	if !m.path.holds(r.Path) || m.method != "" && m.method != r.Method {
		return false
	}
	for i := range m.query {
		if !m.query[i].inParams(r.Params) {
			return false
		}
	}
	return m.holdsHeaders(r)
}

func (m *match) holdsRPC(r *Request) bool {
	return r.rpc && (m.service == "" || m.service == r.service) && (m.named == "" || m.named == r.named)
}

func (m *match) holdsHeaders(r *Request) bool {
	for i := range m.headers {
		if !m.headers[i].inHeaders(r.Headers) {
			return false
		}
	}
	return true
}

// winner spells a candidate out.
func (t *router) winner(b best) (Winner, bool) {
	if b.route < 0 {
		return Winner{Rule: -1, Route: -1, Match: -1}, false
	}
	m := &t.routes[b.route].matches[b.match]
	w := Winner{Route: b.route, Rule: int(m.rule), Match: int(m.index), Key: b.rank.key(b.host, t.grpc)}
	if !t.grpc {
		w.Path = m.path.kind
		if w.Path == ir.PathAny {
			w.Path = ir.PathPrefix
		}
	}
	return w, true
}
