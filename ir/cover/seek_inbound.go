package cover

import (
	"net/netip"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// inbound looks for a request to a workload, and for a client that is let in.
func (s *search) inbound(w *way) {
	if w.port == 0 {
		return
	}
	base := Question{
		Workload: eval.Workload{Namespace: w.workload.Ref.Namespace, Name: w.workload.Ref.Name, External: w.workload.Ref.Kind == "ExternalWorkload"},
		Port:     w.port,
	}
	for _, client := range visitors(w) {
		base.Client = client
		if p := w.inbound.Protocol; p == ir.Opaque || p == ir.TLS {
			base.Connection = true
			s.admit(base)
			continue
		}
		s.arrivals(w, base)
		if s.full() {
			return
		}
	}
}

// arrivals tries the matches of the rule; for an authorization of the whole table, those of
// every rule.
func (s *search) arrivals(w *way, q Question) {
	version := eval.Version(0)
	if w.inbound.Protocol == ir.HTTP2 {
		version = eval.HTTP2
	}
	routes := w.inbound.Routes
	if len(routes) == 0 {
		routes = []ir.Route{{Rules: []ir.Rule{{}}}}
	}
	for i := range routes {
		if w.route >= 0 && w.route != i {
			continue
		}
		for j := range routes[i].Rules {
			if w.in != nil && w.rule != j {
				continue
			}
			here := way{in: &routes[i], rule: j}
			host := w.workload.Ref.Name
			if hosts := hostsOf(&routes[i]); len(hosts) > 0 {
				host = hosts[0]
			}
			for k, m := range matches(&here) {
				if w.in == nil || w.match < 0 || w.match == k {
					s.arrival(newCandidate(m, w.inbound.Protocol == ir.GRPC), q, host, version)
				}
			}
		}
	}
}

// arrival asks about a candidate, and bends it away from whoever gets it.
func (s *search) arrival(c *candidate, q Question, host string, version eval.Version) {
	for range mostBends {
		if c == nil || s.full() {
			return
		}
		q.Call = c.call(host, version)
		server, a, ok := s.admit(q)
		if s.done || !ok || !a.Found || a.Winner.Match < 0 {
			return
		}
		if !c.avoid(server.Route(a.Winner).Rules[a.Winner.Rule].Matches[a.Winner.Match]) {
			return
		}
	}
}

func (s *search) admit(q Question) (*eval.Server, eval.Admission, bool) {
	s.finding.Tried++
	server, err := s.cluster.Server(q.Workload, q.Port)
	if err != nil {
		return nil, eval.Admission{}, false
	}
	var a eval.Admission
	if q.Connection {
		a = server.Connection(q.Client)
	} else if a, err = s.cluster.Admit(q.Workload, q.Port, q.Call, q.Client); err != nil {
		return nil, a, false
	}
	s.trial = map[ID]bool{}
	s.Admit(server, &a)
	if s.keep(q) {
		s.finding.Server, s.finding.Admitted = server, a
		return server, a, true
	}
	s.refusedBy(server, &a)
	return server, a, true
}

func (s *search) refusedBy(server *eval.Server, a *eval.Admission) {
	switch {
	case a.Permit == nil && a.Reply != nil:
		s.lost(Winner{Name: "no workload: " + a.Reply.Cause.String()})
	case s.finding.Part.Kind == Authorization && a.Permit != nil && a.Permit.Authorization != nil:
		o := a.Permit.Authorization.Origin
		s.lost(Winner{"the workload, let in by " + a.Permit.Authorization.Meta.String(), o.Place})
	case a.Found:
		route := server.Route(a.Winner)
		name, _ := Name(route)
		s.lost(Winner{"a rule of " + name, eval.Site{Kind: eval.OfRule, Route: route, Rule: a.Winner.Rule}.Place()})
	}
}

// visitors are clients that the authorization may let in; for other parts, those that any
// authorization may.
func visitors(w *way) []eval.Client {
	if w.authorization != nil {
		return visitor(w.authorization)
	}
	var out []eval.Client
	if w.in != nil {
		for i := range w.in.Authorizations {
			out = append(out, visitor(&w.in.Authorizations[i])...)
		}
	}
	for i := range w.inbound.Authorizations {
		out = append(out, visitor(&w.inbound.Authorizations[i])...)
	}
	return append(out, eval.Client{IP: netip.AddrFrom4([4]byte{127, 0, 0, 1})})
}

// visitor returns clients that an authorization may let in, the plainest first.
func visitor(a *ir.Authorization) []eval.Client {
	var out []eval.Client
	for _, n := range a.Networks {
		block := ir.Block{Net: n.Net.Masked(), Except: n.Except}
		ip, ok := netip.AddrFrom4([4]byte{10, 0, 0, 1}), true
		if !block.Holds(ip) {
			ip, ok = within([]ir.Block{block})
		}
		if !ok {
			continue
		}
		switch a.Clients.Kind {
		case ir.AnyClient:
			out = append(out, eval.Client{IP: ip})
		case ir.MeshedTLS:
			out = append(out, eval.Client{IP: ip, Meshed: true}, eval.Client{IP: ip, Meshed: true, Identity: "client.example"})
		default:
			for _, id := range a.Clients.Identities {
				out = append(out, eval.Client{IP: ip, Meshed: true, Identity: id})
			}
			for _, suffix := range a.Clients.Suffixes {
				out = append(out, eval.Client{IP: ip, Meshed: true, Identity: "client" + first(suffix, ".example")})
			}
		}
	}
	return out
}
