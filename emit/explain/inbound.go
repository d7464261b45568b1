package explain

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// Inbound explains what the proxy of a workload does with a client's request.
func Inbound(request, client string, s *eval.Server, a *eval.Admission, where Where) *Explanation {
	e := &explainer{Explanation{Request: request, Client: client}, where}
	e.server(s)
	if a.Found {
		e.rule(routesOf(s, a), a.Winner, a.Losers)
	}
	e.authorization(a)
	switch {
	case a.Reply != nil:
		e.Reply = reply(a.Reply)
	case a.Found:
		route := s.Route(a.Winner)
		e.filters(route.Rules[a.Winner.Rule].Filters, a.Filters, func(i int) source.Place {
			return eval.Site{Kind: eval.OfFilter, Route: route, Rule: a.Winner.Rule, Index: i}.Place()
		})
		e.Reply = reply(a.Filters.Reply)
	}
	e.limit(s, a)
	if e.Reply == nil {
		e.Backends = []Backend{{Name: "the workload itself", Share: "1", Percent: "100 %"}}
	}
	if len(a.Losers) > 0 {
		e.losers(routesOf(s, a), a.Losers, a.Winner, a.Found)
	}
	return &e.Explanation
}

// routesOf returns the routes that the indexes of losers mean.
func routesOf(s *eval.Server, a *eval.Admission) []ir.Route {
	last := a.Winner.Route
	for _, l := range a.Losers {
		last = max(last, l.Route)
	}
	routes := make([]ir.Route, last+1)
	for i := range routes {
		routes[i] = *s.Route(eval.Winner{Route: i})
	}
	return routes
}

func (e *explainer) server(s *eval.Server) {
	t := &s.Inbound
	text := fmt.Sprintf("%s, by %s", t.Protocol, t.Meta)
	if s.Refused != nil {
		text = "refused by the proxy, which lets nobody in: " + s.Refused.Error()
	}
	var at source.Place
	var details []string
	for i, d := range t.DecidedBy {
		if i == 0 {
			at = d.Place
		}
		details = append(details, "decided by "+d.Object.String())
	}
	e.step("table", text, at, details...)
}

// authorization says what lets the client in, or why nothing does.
func (e *explainer) authorization(a *eval.Admission) {
	var details []string
	for _, i := range eval.Nearest(a.Denials) {
		d := &a.Denials[i]
		name, at := "localhost", ""
		if d.Authorization != nil {
			name, at = permission(d.Authorization), e.where(d.Authorization.Origin.Place)
		}
		detail := name + " does not let it in: " + d.Lack.String()
		if at != "" {
			detail += "  " + at
		}
		details = append(details, detail)
	}
	switch {
	case a.Permit == nil && a.Reply != nil && a.Reply.Cause != eval.Unauthorized:
		return
	case a.Permit == nil:
		e.step("authorization", "denied: nothing lets the client in", source.Place{}, details...)
	case a.Permit.Authorization == nil:
		e.step("authorization", "allowed: it comes from the machine itself", source.Place{}, details...)
	default:
		z := a.Permit.Authorization
		e.step("authorization", fmt.Sprintf("allowed: %s, of the %s", permission(z), a.Permit.List), z.Origin.Place, details...)
	}
}

// permission says who is let in, from where, and by what.
func permission(a *ir.Authorization) string {
	text := a.String()
	if o := a.Origin.Object; o != (ir.Ref{}) {
		text = strings.TrimSuffix(text, a.Meta.String()) + o.String()
	}
	return text
}

func (e *explainer) limit(s *eval.Server, a *eval.Admission) {
	l := a.Limit
	if l.TotalRPS == 0 && l.Kind == eval.NoLimit || e.Reply != nil {
		return
	}
	text := ""
	if l.TotalRPS > 0 {
		text = fmt.Sprintf("%d requests per second of all clients", l.TotalRPS)
	}
	if l.Kind != eval.NoLimit {
		if text != "" {
			text += ", and "
		}
		of := map[eval.LimitKind]string{
			eval.ByOverride: "of those that the override names", eval.ByIdentity: "of this client", eval.ByNoIdentity: "of all clients without an identity",
		}[l.Kind]
		text += fmt.Sprintf("%d requests per second %s", l.RPS, of)
	}
	e.step("limit", text, s.Inbound.RateLimit.Origin.Place)
}
