package routetest

import (
	"cmp"
	"fmt"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
)

// meant says of a failed test which rule it probably means, and why that one lost: the first
// that has just the backends which are expected, or all of them and more, where the winner
// lacks some.
func (c *comparison) meant(a *eval.Answer) {
	if c.Passed() || a.Request == nil || a.Verdict == nil || len(c.expect.Backends) == 0 {
		return
	}
	routes := cover.Routes(a)
	if w := a.Verdict.Winner; a.Verdict.Found && c.sends(&routes[w.Route].Rules[w.Rule]) {
		return
	}
	a.Explain()
	var meant *eval.Loser
	for i := range a.Verdict.Losers {
		l := &a.Verdict.Losers[i]
		rule := &routes[l.Route].Rules[l.Rule]
		if !c.sends(rule) {
			continue
		}
		if just := len(rule.Backends.Backends) == len(c.expect.Backends); meant == nil || just {
			if meant = l; just {
				break
			}
		}
	}
	if meant != nil {
		c.lost(&routes[meant.Route], meant)
	}
}

// lost says why a rule lost.
func (c *comparison) lost(route *ir.Route, l *eval.Loser) {
	name, _ := cover.Name(route)
	site := eval.Site{Kind: eval.OfRule, Route: route, Rule: l.Rule}
	why := l.Reason.String()
	if l.Reason == eval.Unsatisfied && len(l.Failed) > 0 {
		site = l.Failed[0]
		why = "asks for " + asked(site)
	}
	c.Meant, c.MeantPlace = fmt.Sprintf("rule %d of %s sends there, but %s", l.Rule, name, why), site.Place()
}

// sends reports whether a rule has every backend that is expected to get something.
func (c *comparison) sends(rule *ir.Rule) bool {
	for i := range c.expect.Backends {
		b := &c.expect.Backends[i]
		if b.Share != nil && b.Share.Sign() == 0 {
			continue
		}
		has := false
		for j := range rule.Backends.Backends {
			m := rule.Backends.Backends[j].Meta
			has = has || b.is(&exit{ref: m.Ref, port: m.Port})
		}
		if !has {
			return false
		}
	}
	return true
}

// asked names a condition of a match.
func asked(s eval.Site) string {
	m := s.Route.Rules[s.Rule].Matches[s.Match]
	switch s.Kind {
	case eval.OfPath:
		return "path " + m.Path.String()
	case eval.OfMethod:
		return "method " + m.Method
	case eval.OfHeader:
		return "header " + m.Headers[s.Index].Name
	case eval.OfQuery:
		return "query parameter " + m.Query[s.Index].Name
	case eval.OfService, eval.OfRPC:
		return "gRPC method " + cmp.Or(m.RPC.Service, "*") + "/" + cmp.Or(m.RPC.Method, "*")
	}
	return "a gRPC call"
}
