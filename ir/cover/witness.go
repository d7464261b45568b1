package cover

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/reqset"
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

// A Finding is what came of the search for a request that reaches a part: a request, the
// certainty that there is none, or neither.
type Finding struct {
	Part     *Part
	Question *Question // nil: there is none, unless Open says otherwise
	Answer   eval.Answer
	Server   *eval.Server // inbound
	Admitted eval.Admission

	Hidden []Winner // without Question: what gets the requests that would reach it; none: there are no such requests
	Open   string   // why it is not decided whether there is a request
}

// A Winner is a rule that gets requests meant for another, or something else that does.
type Winner struct {
	Name  string
	Place source.Place
}

// Generate finds a request for each part that has not been reached yet, and counts what
// these reach. Package reqset finds them, exactly; each is asked about before it is said to
// reach anything.
func (c *Coverage) Generate(cluster *eval.Cluster) []Finding {
	var out []Finding
	space := reqset.NewSpace()
	rule := -1 // of out: a rule that is not reached, and with it nothing inside
	for _, p := range c.Parts {
		switch {
		case p.Hits > 0:
			continue
		case rule >= 0 && p.Object == out[rule].Part.Object && p.Rule == out[rule].Part.Rule:
			inside := out[rule]
			inside.Part = p
			out = append(out, inside)
			continue
		}
		space.Next()
		s := search{Coverage: c, cluster: cluster, space: space, finding: Finding{Part: p}}
		out = append(out, s.run())
		if rule = -1; p.Kind == Rule && !s.done {
			rule = len(out) - 1
		}
	}
	return out
}

// mostTries bounds the search for one part: the combinations of table, host, match and
// client that it looks at.
const mostTries = 4096

// A search looks for a request that reaches a part.
type search struct {
	*Coverage
	cluster *eval.Cluster
	space   *reqset.Space
	finding Finding
	tries   int
	done    bool
}

func (s *search) run() Finding {
	ways := s.finding.Part.ways
	for i := range ways {
		w := &ways[i]
		switch {
		case s.over():
		case w.inbound != nil:
			s.inbound(w)
		case w.profile != nil:
			s.profiled(w)
		default:
			s.outbound(w)
		}
	}
	if s.done {
		s.finding.Hidden, s.finding.Open = nil, ""
	}
	return s.finding
}

// over reports whether the search is over, and counts a step of it.
func (s *search) over() bool {
	if s.tries++; s.tries > mostTries {
		s.open(fmt.Sprintf("there are more than %d combinations of table, host, match and client", mostTries))
		return true
	}
	return s.done
}

// open keeps why it will not be decided that there is no request.
func (s *search) open(why string) {
	if s.finding.Open == "" {
		s.finding.Open = strings.TrimPrefix(why, "not decided: ")
	}
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

// lost keeps what gets a request in place of the part.
func (s *search) lost(w Winner) {
	for _, known := range s.finding.Hidden {
		if known == w {
			return
		}
	}
	s.finding.Hidden = append(s.finding.Hidden, w)
}

// lostTo keeps the rules that get all requests which a match would have.
func (s *search) lostTo(routes []ir.Route, by []reqset.Place) {
	for _, p := range by {
		s.lost(ruleOf(&routes[p.Route], p.Rule))
	}
}

// ruleOf names a rule.
func ruleOf(route *ir.Route, rule int) Winner {
	name, _ := Name(route)
	return Winner{fmt.Sprintf("rule %d of %s", rule, name), eval.Site{Kind: eval.OfRule, Route: route, Rule: rule}.Place()}
}
