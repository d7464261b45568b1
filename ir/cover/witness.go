package cover

import (
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// A way is a place in the tables where a part stands.
type way struct {
	target   *ir.Target
	outbound *ir.Outbound
	opaque   bool // among the routes for connections without HTTP
	profile  *ir.Profile

	workload      *ir.Workload
	inbound       *ir.Inbound
	port          uint16
	authorization *ir.Authorization

	in                 *ir.Route
	route, rule, match int
}

// A Question is a request with who sends it, to a place.
type Question struct {
	From       string // namespace of the client
	Call       eval.Call
	To         *eval.Destination // nil: where the URL says
	Connection bool              // it carries no HTTP: TLS if there is a server name
	ServerName string

	Workload eval.Workload // inbound; else zero
	Port     uint16
	Client   eval.Client
}

// A Finding is what came of the search for a request that reaches a part.
type Finding struct {
	Part     *Part
	Question *Question // nil: none was found
	Answer   eval.Answer
	Server   *eval.Server // inbound
	Admitted eval.Admission

	Tried   int      // requests that were asked about
	Instead []Winner // what they went to, where none was found
}

// A Winner is a rule that got requests meant for another.
type Winner struct {
	Name  string
	Place source.Place
}

// Bounds of the search for one part.
const (
	mostWays    = 8
	mostTries   = 96
	mostInstead = 5
)

// Generate looks for a request for each part that has not been reached yet, and counts what
// these reach. Each is asked about before it is said to reach anything; that none is found
// is no proof that there is none.
func (c *Coverage) Generate(cluster *eval.Cluster) []Finding {
	var out []Finding
	for _, p := range c.Parts {
		if p.Hits > 0 {
			continue
		}
		s := search{Coverage: c, cluster: cluster, finding: Finding{Part: p}}
		out = append(out, s.run())
	}
	return out
}

// A search looks for a request that reaches a part.
type search struct {
	*Coverage
	cluster *eval.Cluster
	finding Finding
	done    bool
}

func (s *search) run() Finding {
	ways := s.finding.Part.ways
	for i := range ways[:min(len(ways), mostWays)] {
		w := &ways[i]
		switch {
		case s.done:
		case w.inbound != nil:
			s.inbound(w)
		case w.profile != nil:
			s.profiled(w)
		default:
			s.outbound(w)
		}
	}
	if s.done {
		s.finding.Instead = nil
	}
	return s.finding
}

// full reports whether enough was tried.
func (s *search) full() bool { return s.done || s.finding.Tried >= mostTries }

// ask asks a question and keeps it if it reaches the part. Every backend counts as asserted:
// the test that is made of the question says what is expected of each.
func (s *search) ask(q Question) (eval.Answer, bool) {
	s.finding.Tried++
	a, err := put(s.cluster, &q)
	if err != nil {
		return a, false
	}
	s.trial = map[ID]bool{}
	s.Reach(&a, func(int) bool { return true })
	if !s.keep(q) {
		s.instead(&a)
		return a, true
	}
	s.finding.Answer = a
	return a, true
}

func put(c *eval.Cluster, q *Question) (eval.Answer, error) {
	switch {
	case q.Connection && q.ServerName != "":
		return c.TLS(q.From, *q.To, q.ServerName)
	case q.Connection:
		return c.Connect(q.From, *q.To)
	case q.To != nil:
		return c.CallTo(q.From, *q.To, q.Call)
	}
	return c.Call(q.From, q.Call)
}

// keep ends the search if the question just asked reached the part.
func (s *search) keep(q Question) bool {
	trial := s.trial
	s.trial = nil
	if !trial[s.finding.Part.ID] {
		return false
	}
	for id := range trial {
		s.hit(id.Object, id.Field)
	}
	s.finding.Question, s.done = &q, true
	return true
}

func (s *search) instead(a *eval.Answer) {
	switch {
	case a.Chosen != nil && a.Chosen.Route >= 0:
		o := a.Profile.Profile.Routes[a.Chosen.Route].Origin
		s.lost(Winner{"a route of " + o.Object.String(), o.Place})
	case a.Chosen != nil:
		s.lost(Winner{Name: "the ServiceProfile, which governs"})
	case a.Verdict != nil && a.Verdict.Found:
		route := winner(a)
		name, _ := Name(route)
		s.lost(Winner{"a rule of " + name, eval.Site{Kind: eval.OfRule, Route: route, Rule: a.Verdict.Winner.Rule}.Place()})
	case a.Verdict != nil && a.Verdict.Reply != nil:
		s.lost(Winner{Name: "no rule: " + a.Verdict.Reply.Cause.String()})
	}
}

func (s *search) lost(w Winner) {
	for _, known := range s.finding.Instead {
		if known == w {
			return
		}
	}
	if len(s.finding.Instead) < mostInstead {
		s.finding.Instead = append(s.finding.Instead, w)
	}
}
