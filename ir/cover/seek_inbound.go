package cover

import (
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
)

// inbound looks for a request to a workload, and for a client that is let in.
func (s *search) inbound(w *way) {
	if w.port == 0 {
		s.lost(Winner{Name: "nobody: no port of the workload has the table"})
		return
	}
	base := Question{
		Workload: eval.Workload{Namespace: w.workload.Ref.Namespace, Name: w.workload.Ref.Name, External: w.workload.Ref.Kind == "ExternalWorkload"},
		Port:     w.port,
	}
	server, err := s.cluster.Server(base.Workload, base.Port)
	switch p := w.inbound.Protocol; {
	case err == nil && server.Refused != nil:
		s.lost(Winner{Name: "nobody: the proxy refuses the table: " + server.Refused.Error()})
	case p == ir.Opaque || p == ir.TLS:
		s.visits(w, base, nil)
	default:
		s.arrivals(w, base)
		if p == ir.Detect && w.authorization != nil && w.route < 0 && !s.done {
			s.visits(w, base, nil)
		}
	}
}

// visits asks about a connection that carries no HTTP, from each client that may make a
// difference.
func (s *search) visits(w *way, q Question, route *ir.Route) {
	q.Connection = true
	for _, q.Client = range visitors(w, route) {
		if s.over() {
			return
		}
		s.admit(w, q, nil)
	}
}

// arrivals looks at the matches of the rule. An authorization of a route can be reached by
// whichever of its rules, and one of the whole table by those of every route: who is let in
// depends on nothing else of a request.
func (s *search) arrivals(w *way, q Question) {
	rules := reqset.Rules{Routes: w.inbound.Routes, GRPC: w.inbound.Protocol == ir.GRPC}
	if len(rules.Routes) == 0 {
		rules.Routes = []ir.Route{{Rules: []ir.Rule{{}}}}
	}
	for i := range rules.Routes {
		if w.route >= 0 && w.route != i {
			continue
		}
		for j := range rules.Routes[i].Rules {
			if w.in != nil && w.rule != j {
				continue
			}
			here := *w
			here.in, here.route, here.rule = &rules.Routes[i], i, j
			if w.in == nil {
				here.match = -1
			}
			if s.arrival(&here, rules, q) && w.in == nil || s.done {
				break
			}
		}
	}
}

// arrival looks at one rule. It reports whether a request gets there.
func (s *search) arrival(w *way, rules reqset.Rules, q Question) (arrives bool) {
	for _, rules.Host = range append([]string{w.workload.Ref.Name}, reqset.Hosts(rules.Routes, w.route)...) {
		for _, k := range matches(w) {
			if s.over() {
				return arrives
			}
			r, by, err := s.space.Reaching(rules, reqset.Place{Route: w.route, Rule: w.rule, Match: k}, w.match >= 0)
			if err != nil {
				s.open(err.Error())
			}
			switch {
			case r == nil && s.finding.Part.Kind != Authorization:
				s.lostTo(rules.Routes, by)
			case r != nil:
				s.arrive(w, q, r, rules)
				if arrives = true; s.done || s.finding.Part.Kind == Authorization {
					return true
				}
			}
		}
	}
	return arrives
}

// arrive asks about a request, from each client that may make a difference.
func (s *search) arrive(w *way, q Question, r *reqset.Request, rules reqset.Rules) {
	version := eval.Version(0)
	if w.inbound.Protocol == ir.HTTP2 {
		version = eval.HTTP2
	}
	q.Call = r.To(rules.Host, rules.GRPC, version)
	clients := visitors(w, w.in)
	for _, h := range r.Headers {
		if h.Name == eval.ClientID { // which the proxy writes itself
			clients = []eval.Client{{IP: clients[0].IP, Meshed: true, Identity: h.Value}}
		}
	}
	for _, q.Client = range clients {
		if s.over() {
			return
		}
		s.admit(w, q, r)
		if s.done || s.finding.Part.Kind != Authorization && s.finding.Part.Kind != Filter {
			return // who asks makes no difference
		}
	}
}

// admit asks a question of the workload's proxy, and keeps who gets the request instead.
func (s *search) admit(w *way, q Question, r *reqset.Request) {
	server, a, err := s.enter(q)
	if err != nil {
		s.open("a request that it should get cannot be sent: " + err.Error())
		return
	}
	s.trial = map[ID]bool{}
	s.Admit(server, &a)
	if s.keep(q) {
		s.finding.Server, s.finding.Admitted = server, a
		return
	}
	part := s.finding.Part
	switch {
	case server.Inbound.Meta != w.inbound.Meta:
		s.open("no port was found that has the table")
	case part.Kind == Authorization && a.Permit != nil && a.Permit.Authorization != nil:
		o := a.Permit.Authorization.Origin
		s.lost(Winner{"the workload, let in by " + a.Permit.Authorization.Meta.String(), o.Place})
	case part.Kind == Authorization || part.Kind == Filter && a.Permit == nil:
		// another client may be let in
	case r != nil && a.Found && a.Winner.Route == w.route && a.Winner.Rule == w.rule && part.Kind != Match:
		s.lost(Winner{Name: "an earlier filter of the rule, which answers"})
	default:
		s.open("a request that it should get goes elsewhere: " + q.Call.Method + " " + q.Call.URL)
	}
}

func (s *search) enter(q Question) (*eval.Server, eval.Admission, error) {
	server, err := s.cluster.Server(q.Workload, q.Port)
	if err != nil {
		return nil, eval.Admission{}, err
	}
	if q.Connection {
		return server, server.Connection(q.Client), nil
	}
	a, err := s.cluster.Admit(q.Workload, q.Port, q.Call, q.Client)
	return server, a, err
}
