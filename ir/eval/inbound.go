package eval

import "routec.dev/routec/ir"

// A Server is an inbound table, prepared. It may be used by several goroutines at once.
type Server struct {
	Inbound ir.Inbound // as given; must not be changed
	Refused error      // set by [InvalidInbound]: why the proxy runs this table instead of another

	routes []ir.Route // the table's, or the one that stands in for none
	http   router
}

// PrepareInbound prepares an inbound table; for the error, see [Prepare]. A table of HTTP or
// gRPC routes that has none gets one named "default" that holds every request (§2.4).
func PrepareInbound(t ir.Inbound) (*Server, error) { return newPreparer().inbound(t) }

func (p *preparer) inbound(t ir.Inbound) (s *Server, err error) {
	s = &Server{Inbound: t, routes: t.Routes}
	if !s.Serves(HTTP2, true) {
		return s, nil
	}
	if len(s.routes) == 0 {
		s.routes = []ir.Route{{Meta: ir.Meta{Default: "default"}, Rules: []ir.Rule{{}}}}
	}
	s.http, err = p.router(s.routes, t.Protocol == ir.GRPC)
	return s, err
}

// InvalidInbound is what the proxy runs instead of an inbound table that it refuses: it lets
// nobody in, not even from localhost (§2.1).
func InvalidInbound(t ir.Inbound, why error) *Server {
	t.Protocol, t.Authorizations, t.RateLimit = ir.Detect, nil, ir.RateLimit{}
	t.Routes = []ir.Route{{Meta: ir.Meta{Default: "invalid"}, Rules: []ir.Rule{{Filters: []ir.Filter{ir.Invalid{Message: why.Error()}}}}}}
	s, _ := PrepareInbound(t) // nothing in it can be refused
	s.Refused = why
	return s
}

// Serves reports whether the table has rules for connections of a version. Where it demands
// HTTP/1, a meshed client's proxy may still carry requests over HTTP/2 (§7.2).
func (s *Server) Serves(v Version, meshed bool) bool {
	switch s.Inbound.Protocol {
	case ir.Detect:
		return true
	case ir.HTTP1:
		return v == HTTP1 || meshed
	case ir.HTTP2, ir.GRPC:
		return v == HTTP2
	}
	return false
}

// Find returns the rule that a request goes to, as [Table.Find] does. The request must tell
// who its client is, if a condition asks for it: see [Request.From].
func (s *Server) Find(v Version, r *Request, meshed bool) (Winner, bool) {
	if !s.Serves(v, meshed) {
		return Winner{}, false
	}
	return s.http.winner(s.http.find(r))
}

// Route returns the route of a winner; of a table without routes, the one that stands in.
func (s *Server) Route(w Winner) *ir.Route { return &s.routes[w.Route] }

// An Admission is what an inbound proxy does with a request or a connection.
type Admission struct {
	Found  bool
	Winner Winner
	Losers []Loser // every other rule, in table order; by [Server.Explain] only

	Permit  *Permit  // nil: denied
	Denials []Denial // the authorizations that were tried before, in order
	Reply   *Reply   // the proxy's own, where no rule was found or the client is denied

	Filters Passage // they run after authorization, and before the rate limit
	Limit   Limit   // the rate limit that then applies
}

// Decide returns what happens to a client's request on a connection of a version. The
// route is found first: who is not let in still learns whether there is one (§8.1).
func (s *Server) Decide(v Version, r *Request, c Client) Admission {
	a := asker{grpc: r.grpcClient(v), inbound: true}
	if !s.Serves(v, c.Meshed) {
		return Admission{Reply: ended(NotServed, "")}
	}
	r = r.From(c)
	var out Admission
	if out.Winner, out.Found = s.http.winner(s.http.find(r)); !out.Found {
		out.Reply = a.reply(NoRoute, 404, 5, "")
		return out
	}
	route := s.Route(out.Winner)
	out.Permit, out.Denials = s.authorize(c, route)
	if out.Permit == nil {
		out.Reply = a.reply(Unauthorized, 403, 7, "")
		return out
	}
	out.Filters = a.run(route.Rules[out.Winner.Rule].Filters, r, r.Headers, out.Winner)
	out.Limit = s.limit(c)
	return out
}

// Explain is Decide, with why the other rules lost.
func (s *Server) Explain(v Version, r *Request, c Client) Admission {
	out := s.Decide(v, r, c)
	if s.Serves(v, c.Meshed) {
		r = r.From(c)
		out.Losers = s.http.losers(s.routes, r, s.http.find(r))
	}
	return out
}

// Connection returns what happens to a client's connection that carries no HTTP which the
// table has rules for. A table that demands HTTP denies it (§8.3).
func (s *Server) Connection(c Client) Admission {
	var out Admission
	switch s.Inbound.Protocol {
	case ir.Opaque:
		c.Meshed, c.Identity = false, "" // TLS is not looked at
	case ir.Detect, ir.TLS:
	default:
		return Admission{Reply: ended(NotServed, "")}
	}
	out.Permit, out.Denials = s.authorize(c, nil)
	if out.Permit == nil {
		out.Reply = ended(Unauthorized, "")
	}
	return out
}
