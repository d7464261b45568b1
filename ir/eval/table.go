package eval

import (
	"fmt"
	"math"
	"math/big"

	"routec.dev/routec/ir"
)

// A Table is an outbound table, prepared. It may be used by several goroutines at once.
type Table struct {
	Outbound ir.Outbound // as given; must not be changed
	Refused  error       // set by [Invalid]: why the proxy runs this table instead of another

	http router
	tls  [][]hostCondition // by route
}

// Prepare prepares an outbound table. The error is a *[RefusedError] for what no answer
// could be given from: a regular expression or a match that the proxy refuses, and weights
// on which it panics. Whether the proxy would run the table at all is for emit/refuse to
// say; [Invalid] is what it runs where it would not.
func Prepare(o ir.Outbound) (*Table, error) { return newPreparer().outbound(o) }

func (p *preparer) outbound(o ir.Outbound) (*Table, error) {
	t := &Table{Outbound: o}
	for _, routes := range [][]ir.Route{o.Routes, o.OpaqueRoutes} {
		for i := range routes {
			if err := checkRoute(&routes[i], o.Protocol == ir.GRPC); err != nil {
				return nil, err
			}
		}
	}
	switch o.Protocol {
	case ir.TLS:
		for i := range o.Routes {
			t.tls = append(t.tls, prepareHosts(o.Routes[i].Hosts, false))
		}
	case ir.Detect, ir.HTTP1, ir.HTTP2, ir.GRPC:
		var err error
		t.http, err = p.router(o.Routes, o.Protocol == ir.GRPC)
		return t, err
	}
	return t, nil
}

// checkRoute finds weights on which the proxy panics (§2.3 P1, P2) and filters without
// content, which outbound tables may not have (§2.2).
func checkRoute(r *ir.Route, grpc bool) error {
	for j := range r.Rules {
		rule := &r.Rules[j]
		d := rule.Backends
		sum := uint64(0)
		for _, b := range d.Backends {
			sum += uint64(b.Weight)
		}
		if d.Kind == ir.RandomAvailable && len(d.Backends) > 1 && (sum == 0 || sum > math.MaxUint32) {
			return &RefusedError{Site{Route: r, Rule: j, Match: -1, Kind: OfRule}, fmt.Errorf("rule %d: the proxy panics on weights that sum to %d", j, sum)}
		}
		for k, f := range rule.Filters {
			if _, empty := f.(ir.Empty); empty && grpc {
				return &RefusedError{Site{Route: r, Rule: j, Match: -1, Kind: OfFilter, Index: k}, fmt.Errorf("rule %d, filter %d: the proxy refuses a filter without content", j, k)}
			}
		}
	}
	return nil
}

// Invalid is what the proxy runs instead of a table that it refuses (§2.1): every request
// is answered 500, every opaque connection fails.
func Invalid(o ir.Outbound, why error) *Table {
	failing := []ir.Route{{Meta: ir.Meta{Default: "invalid"}, Rules: []ir.Rule{{Filters: []ir.Filter{ir.Invalid{Message: why.Error()}}}}}}
	o.Protocol, o.Routes, o.OpaqueRoutes, o.Accrual = ir.Detect, failing, failing, ir.Accrual{}
	t, _ := Prepare(o) // nothing in it can be refused
	t.Refused = why
	return t
}

// Serves reports whether the table has rules for connections of a version.
func (t *Table) Serves(v Version) bool {
	switch t.Outbound.Protocol {
	case ir.Detect:
		return true
	case ir.HTTP1:
		return v == HTTP1
	case ir.HTTP2, ir.GRPC:
		return v == HTTP2
	}
	return false
}

// Find returns the rule that a request goes to on a connection of a version; false where
// there is none. It allocates nothing once the states of the regular expressions exist.
func (t *Table) Find(v Version, r *Request) (Winner, bool) {
	if !t.Serves(v) {
		return Winner{}, false
	}
	return t.http.winner(t.http.find(r))
}

// A Verdict is what an outbound proxy does with a request or a connection.
type Verdict struct {
	Found  bool
	Winner Winner
	Losers []Loser // every other rule, in table order; of requests, by [Table.Explain] only
	Reply  *Reply  // the proxy's own, where there is no rule or it sends nowhere; filters come before it

	Filters  Passage // the rule's
	Kind     ir.DistributionKind
	Backends []Backend // in table order

	Timeouts Timeouts
	Retry    *Retry             // nil: one attempt
	Accrual  ir.Accrual         // of the table; applies to balancers only
	Response []ir.ModifyHeaders // the rule's filters of responses, applied after the backend's
}

// A Backend is an entry of a distribution, and what happens to the requests it is picked for.
type Backend struct {
	*ir.Weighted
	Share    *big.Rat           // of the requests that reach the distribution while every backend is available
	Filters  Passage            // the backend's; their headers are those that it receives
	Failing  *Reply             // of a backend that cannot be reached
	Response []ir.ModifyHeaders // the backend's filters of responses
}

// Decide returns what happens to a request on a connection of a version.
func (t *Table) Decide(v Version, r *Request) Verdict {
	asker := asker{grpc: r.grpcClient(v)}
	if !t.Serves(v) {
		return Verdict{Reply: ended(NotServed, "")}
	}
	var out Verdict
	if out.Winner, out.Found = t.http.winner(t.http.find(r)); !out.Found {
		out.Reply = asker.reply(NoRoute, 404, 5, "")
		return out
	}
	rule := &t.Outbound.Routes[out.Winner.Route].Rules[out.Winner.Rule]
	var headers []ir.Header
	out.Timeouts, out.Retry, headers = inForce(rule, r, t.http.grpc)
	out.Accrual = t.Outbound.Accrual
	out.Filters = asker.run(rule.Filters, r, headers, out.Winner)
	out.Response = responses(rule.Filters)
	out.distribute(rule.Backends, asker, func(b *ir.Backend) Passage {
		return asker.run(b.Filters, r, out.Filters.Headers, out.Winner)
	})
	return out
}

// Explain is Decide, with why the other rules lost.
func (t *Table) Explain(v Version, r *Request) Verdict {
	out := t.Decide(v, r)
	out.Losers = t.losers(v, r)
	return out
}

func (t *Table) losers(v Version, r *Request) []Loser {
	if !t.Serves(v) {
		return t.notAsked()
	}
	return t.http.losers(t.Outbound.Routes, r, t.http.find(r))
}

func (v *Verdict) distribute(d ir.Distribution, a asker, filters func(*ir.Backend) Passage) {
	v.Kind = d.Kind
	if d.Kind == ir.NoBackends {
		v.Reply = a.reply(NoBackend, 503, 14, "")
		return
	}
	shares := Shares(d, nil)
	for i := range d.Backends {
		b := &d.Backends[i]
		out := Backend{Weighted: b, Share: shares[i], Filters: filters(&b.Backend), Response: responses(b.Filters)}
		if b.Kind == ir.Failing {
			out.Failing = a.reply(FailingBackend, 502, 14, "")
		}
		v.Backends = append(v.Backends, out)
	}
}

func responses(filters []ir.Filter) []ir.ModifyHeaders {
	var out []ir.ModifyHeaders
	for _, f := range filters {
		if m, ok := f.(ir.ModifyHeaders); ok && m.Response {
			out = append(out, m)
		}
	}
	return out
}

// ResponseHeaders returns what becomes of a response's headers on the way from a backend to
// the client. Answers that the proxy gives itself are left alone, but for the 502 and 504
// of an endpoint (§5.1).
func (v *Verdict) ResponseHeaders(backend int, headers []ir.Header) []ir.Header {
	for _, m := range v.Backends[backend].Response {
		headers = ModifyHeaders(headers, m)
	}
	for _, m := range v.Response {
		headers = ModifyHeaders(headers, m)
	}
	return headers
}

// notAsked lists the rules of a table that has none for such traffic.
func (t *Table) notAsked() []Loser {
	var out []Loser
	for i := range t.Outbound.Routes {
		for j := range t.Outbound.Routes[i].Rules {
			out = append(out, Loser{Route: i, Rule: j, Match: -1, Reason: OtherProtocol})
		}
	}
	return out
}
