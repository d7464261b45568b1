package cover

import (
	"strconv"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

func number(i int) string { return strconv.Itoa(i) }

// ask asks a question and keeps it if it reaches the part. Every backend counts as asserted:
// the test that is made of the question says what is expected of each.
func (s *search) ask(q Question) (eval.Answer, error) {
	a, err := put(s.cluster, &q)
	if err != nil {
		return a, err
	}
	s.trial = map[ID]bool{}
	s.Reach(&a, func(int) bool { return true })
	if s.keep(q) {
		s.finding.Answer = a
	}
	return a, nil
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

// instead keeps what gets a client's request or connection.
func (s *search) instead(a *eval.Answer) {
	wanted := s.finding.Part.ways[0].profile != nil
	switch {
	case a.Side == ir.ByNobody:
		s.lost(Winner{Name: "nobody: " + a.Governs.Reason.String()})
	case wanted && a.Chosen == nil:
		s.lost(Winner{Name: "the OutboundPolicy, which governs: " + a.Governs.Reason.String()})
	case !wanted && a.Chosen != nil:
		at := profileOrigin(&a.Profile.Profile)
		s.lost(Winner{"the ServiceProfile, which governs", at.Place})
	case a.Chosen != nil && a.Chosen.Route >= 0:
		s.lost(profileRoute(&a.Profile.Profile, a.Chosen.Route))
	case a.Chosen != nil:
		s.lost(Winner{Name: "no route of the ServiceProfile"})
	case a.Table != nil && a.Table.Refused != nil:
		s.lost(Winner{Name: "nobody: the proxy refuses the table: " + a.Table.Refused.Error()})
	case a.Verdict != nil && a.Verdict.Found:
		s.lost(ruleOf(winner(a), a.Verdict.Winner.Rule))
	case a.Verdict != nil && a.Verdict.Reply != nil:
		s.lost(Winner{Name: "no rule: " + a.Verdict.Reply.Cause.String()})
	}
}
