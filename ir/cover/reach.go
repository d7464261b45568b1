package cover

import (
	"strconv"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// Reach counts what a client's call or connection has reached. Asserted says of which
// backends its sender expects anything; nil stands for none.
func (c *Coverage) Reach(a *eval.Answer, asserted func(backend int) bool) {
	if asserted == nil {
		asserted = func(int) bool { return false }
	}
	switch {
	case a.Chosen != nil:
		c.reachProfile(a, asserted)
	case a.Verdict != nil && a.Verdict.Found && a.Table.Refused == nil:
		c.reachRule(a, asserted)
	}
}

// Admit counts what a client's call has reached at a workload.
func (c *Coverage) Admit(s *eval.Server, a *eval.Admission) {
	if s.Refused != nil {
		return
	}
	if a.Permit != nil && a.Permit.Authorization != nil {
		o := a.Permit.Authorization.Origin
		c.hit(o.Object, o.Place.Field)
	}
	if !a.Found {
		return
	}
	v := visit{c, s.Route(a.Winner), a.Winner.Rule}
	v.rule(a.Winner.Match)
	v.filters(a.Filters, func(k int) eval.Site { return eval.Site{Kind: eval.OfFilter, Index: k} })
}

func (c *Coverage) hit(object ir.Ref, field string) {
	id := ID{object, field}
	switch p := c.byID[id]; {
	case p == nil:
	case c.trial != nil:
		c.trial[id] = true
	default:
		p.Hits++
	}
}

// A visit is a request at a rule.
type visit struct {
	*Coverage
	route *ir.Route
	index int
}

func (v visit) hit(s eval.Site) {
	s.Route, s.Rule = v.route, v.index
	if p := s.Place(); p.Doc != nil {
		v.Coverage.hit(v.route.Origin.Object, p.Field)
	}
}

func (v visit) rule(match int) {
	v.hit(eval.Site{Kind: eval.OfRule})
	if match >= 0 {
		v.hit(eval.Site{Kind: eval.OfMatch, Match: match})
	}
}

// filters counts those that ran.
func (v visit) filters(p eval.Passage, site func(int) eval.Site) {
	for _, s := range p.Steps {
		if s.Effect != eval.NotReached && s.Effect != eval.NotLookedAt {
			v.hit(site(s.Filter))
		}
	}
}

func (c *Coverage) reachRule(a *eval.Answer, asserted func(int) bool) {
	verdict := a.Verdict
	route := winner(a)
	v := visit{c, route, verdict.Winner.Rule}
	v.rule(verdict.Winner.Match)
	v.filters(verdict.Filters, func(k int) eval.Site { return eval.Site{Kind: eval.OfFilter, Index: k} })
	if verdict.Filters.Reply != nil || !written(route.Rules[verdict.Winner.Rule].Backends) {
		return
	}
	for i := range verdict.Backends {
		b := &verdict.Backends[i]
		if len(verdict.Backends) > 1 && !asserted(i) {
			continue
		}
		v.hit(eval.Site{Kind: eval.OfBackend, Backend: i})
		if len(own(b.Weighted)) > 0 {
			v.filters(b.Filters, func(k int) eval.Site { return eval.Site{Kind: eval.OfBackendFilter, Backend: i, Index: k} })
		}
	}
}

// winner returns the route that a call or connection goes by.
func winner(a *eval.Answer) *ir.Route { return &Routes(a)[a.Verdict.Winner.Route] }

// Routes returns the routes that the indexes of an answer's verdict mean: on a table that
// detects protocols, connections that carry no HTTP have routes of their own.
func Routes(a *eval.Answer) []ir.Route {
	o := &a.Table.Outbound
	if o.Protocol == ir.Detect && a.Request == nil {
		return o.OpaqueRoutes
	}
	return o.Routes
}

// Name names a route by its object, with a namespace even where a table has none; one of the
// control plane's own by its default.
func Name(r *ir.Route) (name string, ref ir.Ref) {
	if r.Meta.Default == "" && r.Origin.Object != (ir.Ref{}) {
		return r.Origin.Object.String(), r.Origin.Object
	}
	return r.Meta.String(), r.Meta.Ref
}

func (c *Coverage) reachProfile(a *eval.Answer, asserted func(int) bool) {
	p := &a.Profile.Profile
	if a.Chosen.Route >= 0 {
		o := p.Routes[a.Chosen.Route].Origin
		c.hit(o.Object, o.Place.Field)
	}
	at := profileOrigin(p)
	for i, t := range a.Chosen.Targets {
		if t.Override >= 0 && (len(a.Chosen.Targets) == 1 || asserted(i)) {
			c.hit(at.Object, at.Place.Sub(overrideField(t.Override)).Field)
		}
	}
}

// profileOrigin returns where the ServiceProfile of a profile was written.
func profileOrigin(p *ir.Profile) ir.Origin {
	for _, o := range p.DecidedBy {
		if o.Object.Kind == "ServiceProfile" {
			return o
		}
	}
	return ir.Origin{}
}

func overrideField(i int) string { return "spec.dstOverrides[" + strconv.Itoa(i) + "]" }
