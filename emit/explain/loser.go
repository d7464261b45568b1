package explain

import (
	"fmt"
	"strings"

	"routec.dev/routec/emit/show"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// losers says what each other rule lost by.
func (e *explainer) losers(routes []ir.Route, list []eval.Loser, w eval.Winner, found bool) {
	for i := range list {
		l := &list[i]
		route := &routes[l.Route]
		out := Loser{Rule: ruleName(route, l.Rule), At: e.where(eval.Site{Kind: eval.OfRule, Route: route, Rule: l.Rule}.Place()), Why: l.Reason.String()}
		if l.Reason == eval.Outranked && found {
			out.Why = fmt.Sprintf("it matches, but a more specific rule wins by %s: %s", l.By, against(w.Key, l.Key, l.By))
		}
		for _, s := range l.Failed {
			out.Lack = append(out.Lack, strings.TrimSpace(condition(s)+"  "+e.where(s.Place())))
		}
		e.Lost = append(e.Lost, out)
	}
}

// against writes one part of two keys.
func against(winner, loser eval.Key, by eval.Component) string {
	return part(winner, by) + " against " + part(loser, by)
}

func part(k eval.Key, by eval.Component) string {
	switch by {
	case eval.HostKindComponent:
		return [...]string{"none", "a wildcard", "an exact host"}[k.Host.Kind]
	case eval.HostLengthComponent:
		return fmt.Sprint(k.Host.Length)
	case eval.PathComponent:
		return fmt.Sprint(k.Path)
	case eval.ServiceComponent:
		return fmt.Sprint(k.Service)
	case eval.RPCComponent:
		return fmt.Sprint(k.RPC)
	case eval.HeadersComponent:
		return fmt.Sprint(k.Headers)
	case eval.QueryComponent:
		return fmt.Sprint(k.Query)
	}
	return map[bool]string{true: "one", false: "none"}[k.Method]
}

// condition spells a condition that does not hold.
func condition(s eval.Site) string {
	if s.Kind == eval.OfHost {
		return "host " + s.Route.Hosts[s.Index].String()
	}
	matches := s.Route.Rules[s.Rule].Matches
	if s.Match < 0 || s.Match >= len(matches) {
		return "a gRPC call"
	}
	switch m := &matches[s.Match]; s.Kind {
	case eval.OfPath:
		return "path " + m.Path.String()
	case eval.OfMethod:
		return "method " + m.Method
	case eval.OfService:
		return "service " + m.RPC.Service
	case eval.OfRPC:
		return "method " + m.RPC.Method
	case eval.OfHeader:
		return "header " + m.Headers[s.Index].String()
	case eval.OfQuery:
		return "query " + m.Query[s.Index].String()
	}
	return "a gRPC call"
}

// profile explains what a ServiceProfile says.
func (e *explainer) profile(a *eval.Answer) {
	c := a.Chosen
	routes := a.Profile.Profile.Routes
	if c.Route >= 0 {
		r := &routes[c.Route]
		e.step("rule", fmt.Sprintf("route %d, %q: %s", c.Route, r.Name, r.Condition), r.Origin.Place)
	} else {
		e.step("rule", "no route: the request is sent on, without a timeout or retries", a.Profile.Profile.Endpoint.Origin.Place)
	}
	if c.Timeout > 0 {
		e.step("timeouts", "request "+ir.DurationOf(c.Timeout).String(), routes[c.Route].Origin.Place)
	}
	if c.Retries {
		e.step("retries", "failures are retried, on a budget of "+a.Profile.Profile.Budget.String(), routes[c.Route].Origin.Place)
	}
	for _, t := range c.Targets {
		percent := show.Percent(t.Share.Num().Uint64(), t.Share.Denom().Uint64())
		e.Backends = append(e.Backends, Backend{Name: t.Authority, Share: t.Share.RatString(), Percent: percent})
	}
	if c.Crash {
		e.Reply = &Reply{Cause: a.Governs.Reason.String()}
	}
	for _, l := range c.Losers {
		r := &routes[l.Route]
		e.Lost = append(e.Lost, Loser{Rule: fmt.Sprintf("route %d, %q: %s", l.Route, r.Name, r.Condition), At: e.where(r.Origin.Place), Why: l.Reason.String()})
	}
}
