package cover

import (
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
)

// outbound looks for a client's request to one place where a part stands.
func (s *search) outbound(w *way) {
	to, ok := destination(w)
	if !ok {
		s.lost(Winner{Name: "nobody: no client is told a table that holds it"})
		return
	}
	switch {
	case w.opaque || w.outbound.Protocol == ir.Opaque:
		s.connections(w, Question{To: &to, Connection: true})
	case w.outbound.Protocol == ir.TLS:
		for _, name := range reqset.Hosts(w.outbound.Routes, w.route) {
			s.connections(w, Question{To: &to, Connection: true, ServerName: name})
		}
	default:
		s.requests(w, to)
	}
}

// connections asks about a connection that carries no HTTP.
func (s *search) connections(w *way, q Question) {
	for _, q.From = range clients(w.target, w.outbound.Client) {
		if s.over() {
			return
		}
		if a, err := s.ask(q); err == nil && !s.done {
			s.instead(&a)
		}
	}
}

// requests looks at each match of the rule, at each host that makes a difference.
func (s *search) requests(w *way, to eval.Destination) {
	rules := reqset.Rules{Routes: w.outbound.Routes, GRPC: w.outbound.Protocol == ir.GRPC}
	if s.refused(w, to) {
		return
	}
	for i, host := range append([]string{bracketed(to.Host)}, reqset.Hosts(rules.Routes, w.route)...) {
		q := Question{}
		at := strings.TrimSuffix(authority(to), ":80")
		if i > 0 {
			q.To, at = &to, host
		}
		rules.Host = host
		for _, k := range matches(w) {
			if s.over() {
				return
			}
			r, by, err := s.space.Reaching(rules, reqset.Place{Route: w.route, Rule: w.rule, Match: k}, w.match >= 0)
			if err != nil {
				s.open(err.Error())
			}
			if r != nil {
				s.send(w, q, r, at)
			} else {
				s.lostTo(rules.Routes, by)
			}
		}
	}
}

// refused reports whether the proxy would not run the table: what its patterns mean is then
// of no account.
func (s *search) refused(w *way, to eval.Destination) bool {
	a, err := put(s.cluster, &Question{From: clients(w.target, w.outbound.Client)[0], Call: eval.Call{URL: "http://" + authority(to) + "/"}})
	if err != nil || a.Table == nil || a.Table.Refused == nil {
		return false
	}
	s.instead(&a)
	return true
}

// matches are the matches by which a part can be reached; -1: its rule has none.
func matches(w *way) []int {
	n := len(w.in.Rules[w.rule].Matches)
	switch {
	case w.match >= 0:
		return []int{w.match}
	case n == 0:
		return []int{-1}
	}
	out := make([]int, n)
	for k := range out {
		out[k] = k
	}
	return out
}

// send asks about a request that the rule gets if it comes to its table: as each client
// would send it, in each version of HTTP that may make a difference.
func (s *search) send(w *way, q Question, r *reqset.Request, authority string) {
	for _, q.From = range clients(w.target, w.outbound.Client) {
		var why string
		for _, version := range versions(w.outbound.Protocol) {
			if s.over() {
				return
			}
			q.Call = r.To(authority, w.outbound.Protocol == ir.GRPC, version)
			a, err := s.ask(q)
			switch {
			case s.done:
				return
			case err != nil:
				why = err.Error()
				continue
			}
			if why = s.unreached(w, &a); why == "" {
				break
			}
		}
		if why != "" {
			s.open("a request that it should get does not come through: " + why)
		}
	}
}

func versions(p ir.Protocol) []eval.Version {
	switch p {
	case ir.HTTP1:
		return []eval.Version{eval.HTTP1}
	case ir.HTTP2, ir.GRPC:
		return []eval.Version{eval.HTTP2}
	}
	return []eval.Version{0, eval.HTTP2}
}

// unreached keeps why a request did not reach the part: another table decides, or the rule
// has it and answers before it comes to the part. It returns what nobody expects.
func (s *search) unreached(w *way, a *eval.Answer) (why string) {
	told := a.Chosen == nil && a.Table != nil && a.Table.Refused == nil && a.Verdict != nil &&
		len(a.Table.Outbound.Routes) == len(w.outbound.Routes) && a.Table.Outbound.Routes[w.route].Origin == w.in.Origin
	switch {
	case !told:
		s.instead(a)
	case a.Verdict.Found && a.Verdict.Winner.Route == w.route && a.Verdict.Winner.Rule == w.rule && s.finding.Part.Kind != Match:
		s.lost(Winner{Name: "an earlier filter of the rule, which answers"})
	case a.Verdict.Found:
		return a.Request.Method + " " + a.Request.String() + " goes to " + ruleOf(winner(a), a.Verdict.Winner.Rule).Name
	default:
		return a.Request.Method + " " + a.Request.String() + " goes to no rule"
	}
	return ""
}

// profiled looks for a request that reaches a route or an override of a ServiceProfile.
func (s *search) profiled(w *way) {
	if w.target.Ref.Kind != "Service" || w.profile.Port == 0 {
		s.lost(Winner{Name: "nobody: no client is told the profile"})
		return
	}
	to := eval.Destination{Host: w.target.Ref.Name + "." + w.target.Ref.Namespace, Port: w.profile.Port}
	r := &reqset.Request{Method: "GET", Path: "/"}
	if w.rule >= 0 {
		found, by, err := s.space.ReachingProfile(w.profile, w.rule)
		if err != nil {
			s.open(err.Error())
			return
		}
		for _, i := range by {
			s.lost(profileRoute(w.profile, i))
		}
		if r = found; r == nil {
			return
		}
	}
	for _, from := range clients(w.target, w.profile.Client) {
		for _, q := range []Question{{From: from, Call: r.To(strings.TrimSuffix(authority(to), ":80"), false, 0)}, {From: from, To: &to, Connection: true}} {
			if s.over() || w.rule >= 0 && q.Connection {
				continue
			}
			if a, err := s.ask(q); err != nil {
				s.open("a request that it should get cannot be sent: " + err.Error())
			} else if !s.done {
				s.instead(&a)
			}
		}
	}
}

func profileRoute(p *ir.Profile, i int) Winner {
	o := p.Routes[i].Origin
	return Winner{"route " + number(i) + " of " + o.Object.String(), o.Place}
}
