// Package explain says what happens to one request, and why: the path through the decision
// with the place of each rule that took part, and what every other rule lost by.
//
// It reads what ir/eval decided, and decides nothing. An [Explanation] is written as text
// for people, as JSON, or as a picture.
package explain

import (
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/emit/show"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// Where finds the position of a place, FILE:LINE:COL; empty for no place.
type Where func(source.Place) string

// An Explanation is the path of one request through the decision.
type Explanation struct {
	Request  string    `json:"request"`
	Client   string    `json:"client"`
	Steps    []Step    `json:"steps"` // in the order in which a proxy takes them
	Backends []Backend `json:"backends,omitempty"`
	Reply    *Reply    `json:"reply,omitempty"` // the proxy's own
	Lost     []Loser   `json:"lost,omitempty"`  // every other rule, in table order
}

// A Step is one decision on the way.
type Step struct {
	Name    string   `json:"step"` // destination, governs, table, rule, authorization, filters, timeouts, retries, limit
	Text    string   `json:"text"`
	At      string   `json:"at,omitempty"` // where it is written
	Details []string `json:"details,omitempty"`
}

// A Backend is where a share of such requests goes.
type Backend struct {
	Name    string   `json:"name"`
	Share   string   `json:"share"` // an exact fraction, of the requests while all backends are available
	Percent string   `json:"percent"`
	At      string   `json:"at,omitempty"`
	Headers []string `json:"headers,omitempty"` // that it gets, where filters change them
	Answers []string `json:"answers,omitempty"` // what filters do to the headers of its answers
	Reply   *Reply   `json:"reply,omitempty"`   // in its place
}

// A Reply is an answer that the proxy gives by itself.
type Reply struct {
	Cause    string `json:"cause"`
	Status   int    `json:"status,omitempty"` // 0: the connection ends
	GRPC     *int   `json:"grpcStatus,omitempty"`
	Location string `json:"location,omitempty"`
	Message  string `json:"message,omitempty"`
}

// String returns the reply as part of a sentence.
func (r *Reply) String() string {
	text := fmt.Sprintf("answered %d", r.Status)
	switch {
	case r.Status == 0:
		text = "the connection fails"
	case r.GRPC != nil:
		text = fmt.Sprintf("answered gRPC status %d", *r.GRPC)
	}
	text += " (" + r.Cause
	if r.Message != "" {
		text += ": " + r.Message
	}
	if r.Location != "" {
		text += " to " + r.Location
	}
	return text + ")"
}

// A Loser is a rule that did not get the request.
type Loser struct {
	Rule string   `json:"rule"`
	At   string   `json:"at,omitempty"`
	Why  string   `json:"why"`
	Lack []string `json:"lack,omitempty"` // the conditions that do not hold, with their places
}

// Outbound explains an answer to a client's call, whose losers have been asked for. Target is
// what it was looked up as; nil: nothing that is in the manifests.
func Outbound(request, client string, a *eval.Answer, target *ir.Target, where Where) *Explanation {
	e := &explainer{Explanation{Request: request, Client: client}, where}
	e.destination(a, target)
	e.governs(a)
	switch {
	case a.Chosen != nil:
		e.profile(a)
	case a.Verdict != nil:
		e.verdict(a)
	default:
		e.Reply = &Reply{Cause: a.Governs.Reason.String()}
	}
	return &e.Explanation
}

type explainer struct {
	Explanation
	where Where
}

func (e *explainer) step(name, text string, at source.Place, details ...string) {
	e.Steps = append(e.Steps, Step{name, text, e.where(at), details})
}

func (e *explainer) destination(a *eval.Answer, target *ir.Target) {
	text := a.Lookup.String()
	if a.Target != (ir.Ref{}) {
		text = fmt.Sprintf("%s:%d, %s", a.Target, a.Port, text)
	}
	var at source.Place
	if target != nil {
		at = target.Origin.Place
	}
	e.step("destination", text, at)
}

func (e *explainer) governs(a *eval.Answer) {
	text := a.Side.String() + " governs: " + a.Governs.Reason.String()
	if a.Side == ir.NoTraffic {
		text = "connections are read as " + a.Governs.Wire.String() + ", which this is not"
	}
	if a.Governs.Profile != (ir.Ref{}) {
		text += " (" + a.Governs.Profile.String() + ")"
	}
	var details []string
	for _, m := range a.Governs.Masked {
		details = append(details, "it overrules "+m.String())
	}
	e.step("governs", text, source.Place{}, details...)
}

// verdict explains what the policy says.
func (e *explainer) verdict(a *eval.Answer) {
	v := a.Verdict
	if a.Table != nil {
		e.table(&a.Table.Outbound, a.Table.Refused)
	}
	if !v.Found {
		e.Reply = reply(v.Reply)
		if a.Table != nil {
			e.losers(cover.Routes(a), v.Losers, eval.Winner{}, false)
		}
		return
	}
	routes := cover.Routes(a)
	route := &routes[v.Winner.Route]
	e.rule(routes, v.Winner, v.Losers)
	rule := &route.Rules[v.Winner.Rule]
	e.filters(rule.Filters, v.Filters, func(i int) source.Place {
		return eval.Site{Kind: eval.OfFilter, Route: route, Rule: v.Winner.Rule, Index: i}.Place()
	})
	if v.Filters.Reply != nil {
		e.Reply = reply(v.Filters.Reply)
	} else if v.Reply != nil {
		e.Reply = reply(v.Reply)
	} else {
		e.inForce(v, route)
		e.backends(a, route)
	}
	if len(e.Backends) == 0 && e.Reply == nil { // a list of none: every request is shed
		e.Reply = &Reply{Cause: eval.NoBackend.String()}
		if a.Request != nil {
			e.Reply.Status = 503
		}
	}
	e.losers(routes, v.Losers, v.Winner, true)
}

func (e *explainer) table(o *ir.Outbound, refused error) {
	who := "clients of every namespace"
	if o.Client != "" {
		who = "clients of namespace " + o.Client
	}
	text := fmt.Sprintf("%s, for %s", o.Protocol, who)
	var at source.Place
	var details []string
	for i, d := range o.DecidedBy {
		if i == 0 {
			at = d.Place
			text += ", decided by " + d.Object.String()
			continue
		}
		details = append(details, strings.TrimSpace("and by "+d.Object.String()+" "+e.where(d.Place)))
	}
	if len(o.DecidedBy) == 0 {
		text += ", defaults only"
	}
	if refused != nil {
		text = "refused by the proxy, which runs another in its place: " + refused.Error()
	}
	e.step("table", text, at, details...)
}

// rule explains which rule won.
func (e *explainer) rule(routes []ir.Route, w eval.Winner, losers []eval.Loser) {
	route := &routes[w.Route]
	rule := &route.Rules[w.Rule]
	text := ruleName(route, w.Rule)
	at := eval.Site{Kind: eval.OfRule, Route: route, Rule: w.Rule}.Place()
	var details []string
	if w.Match >= 0 && w.Match < len(rule.Matches) {
		match := eval.Site{Kind: eval.OfMatch, Route: route, Rule: w.Rule, Match: w.Match}.Place()
		details = append(details, strings.TrimSpace(fmt.Sprintf("match %d: %s  %s", w.Match, rule.Matches[w.Match], e.where(match))))
	} else {
		details = append(details, "it matches every request or connection")
	}
	if len(route.Hosts) > 0 {
		hosts := make([]string, len(route.Hosts))
		for i, h := range route.Hosts {
			hosts[i] = h.String()
		}
		details = append(details, "of the hosts "+strings.Join(hosts, ", "))
	}
	if up := eval.RunnerUp(losers); up >= 0 {
		next := &routes[losers[up].Route]
		details = append(details, "without it: "+ruleName(next, losers[up].Rule))
	}
	e.step("rule", text, at, details...)
}

func ruleName(route *ir.Route, rule int) string {
	if route.Meta.Default != "" {
		return fmt.Sprintf("the default route %q", route.Meta.Default)
	}
	name, _ := cover.Name(route)
	return fmt.Sprintf("rule %d of %s", rule, name)
}

func (e *explainer) filters(list []ir.Filter, p eval.Passage, place func(int) source.Place) {
	for _, s := range p.Steps {
		e.step("filter", fmt.Sprintf("%s: %s", ir.FilterString(list[s.Filter]), s.Effect), place(s.Filter))
	}
}

// inForce says which timeouts and retries apply.
func (e *explainer) inForce(v *eval.Verdict, route *ir.Route) {
	t := v.Timeouts
	var list []string
	for _, x := range []struct {
		name string
		t    ir.Timeout
	}{{"request", t.Request}, {"response", t.Response}, {"idle", t.Idle}, {"headers of an attempt", t.Headers}} {
		if x.t.Set {
			list = append(list, x.name+" "+x.t.String())
		}
	}
	if len(list) > 0 {
		e.step("timeouts", strings.Join(list, ", "), eval.Site{Kind: eval.OfTimeouts, Route: route, Rule: v.Winner.Rule}.Place())
	}
	if r := v.Retry; r != nil {
		text := fmt.Sprintf("at most %d further attempts", r.Max)
		var on []string
		if r.OnStatus {
			for _, s := range r.Statuses {
				on = append(on, s.String())
			}
		}
		if r.OnCode {
			on = append(on, r.Codes.String())
		}
		if len(on) > 0 {
			text += ", on " + strings.Join(on, ", ")
		}
		if r.ByClient {
			text += ", since the client asks for it"
		}
		e.step("retries", text, source.Place{})
	}
}

func (e *explainer) backends(a *eval.Answer, route *ir.Route) {
	v := a.Verdict
	d := route.Rules[v.Winner.Rule].Backends
	for i := range v.Backends {
		b := &v.Backends[i]
		out := Backend{Name: b.Meta.String(), Share: b.Share.RatString(), Percent: show.Share(d, i)}
		if b.Kind == ir.Forward && b.Addr.IsValid() {
			out.Name += " at " + b.Addr.String()
		}
		if d.Kind == ir.RandomAvailable {
			out.At = e.where(eval.Site{Kind: eval.OfBackend, Route: route, Rule: v.Winner.Rule, Backend: i}.Place())
		}
		if a.Request != nil {
			out.Headers = changed(a.Request.Headers, b.Filters.Headers)
			out.Answers = answers(v, i)
		}
		switch {
		case b.Filters.Reply != nil:
			out.Reply = reply(b.Filters.Reply)
		case b.Failing != nil:
			out.Reply = reply(b.Failing)
		}
		e.Backends = append(e.Backends, out)
	}
}

// answers lists what becomes of the headers of a backend's answers: those that the client gets
// whatever the backend says, and those that it does not.
func answers(v *eval.Verdict, backend int) []string {
	out := changed(nil, v.ResponseHeaders(backend, nil))
	for _, m := range slices.Concat(v.Backends[backend].Response, v.Response) {
		for _, name := range m.Remove {
			out = append(out, "- "+name)
		}
	}
	return out
}

// changed lists the headers that came or went.
func changed(before, after []ir.Header) []string {
	count := map[ir.Header]int{}
	for _, h := range before {
		count[h]++
	}
	var out []string
	for _, h := range after {
		if count[h]--; count[h] < 0 {
			out = append(out, "+ "+h.Name+": "+h.Value)
		}
	}
	for _, h := range before {
		if count[h] > 0 {
			count[h]--
			out = append(out, "- "+h.Name+": "+h.Value)
		}
	}
	return out
}

func reply(r *eval.Reply) *Reply {
	if r == nil {
		return nil
	}
	out := &Reply{Cause: r.Cause.String(), Status: r.Status, Location: r.Location, Message: r.Message}
	if r.GRPC >= 0 {
		out.GRPC = &r.GRPC
	}
	return out
}
