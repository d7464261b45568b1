package routetest

import (
	"fmt"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
)

// inbound runs a test of a request that reaches a workload.
func (r *Runner) inbound(out *Outcome) error {
	s, a, err := r.AskServer(out.Test)
	if err != nil {
		return err
	}
	c := comparison{Outcome: out, expect: &out.Test.Expect}
	if a.Found {
		route := s.Route(a.Winner)
		c.decidedBy(route, a.Winner.Rule)
		name, ref := cover.Name(route)
		c.rule(name, ref, a.Winner.Rule)
	} else {
		c.rule("none", ir.Ref{}, -1)
	}
	c.permit(&a)
	reply := a.Reply
	if reply == nil {
		reply = a.Filters.Reply
	}
	c.reply(reply, "the request reaches the workload, which answers it")
	if c.expect.Headers != nil {
		if reply != nil {
			c.differ("headers", "a request that reaches the workload", ReplyText(reply))
		} else {
			c.headers("headers", c.expect.Headers, a.Filters.Headers, "")
		}
	}
	if r.Coverage != nil {
		r.Coverage.Admit(s, &a)
	}
	return nil
}

// permit compares who is let in, by what.
func (c *comparison) permit(a *eval.Admission) {
	e := c.expect
	if e.Allowed != nil && *e.Allowed != (a.Permit != nil) {
		words := map[bool]string{true: "allowed", false: "denied"}
		c.differ("allowed", words[*e.Allowed], words[a.Permit != nil]+why(a))
	}
	if e.Authorization == nil {
		return
	}
	name, ref := "none", ir.Ref{}
	if a.Permit != nil {
		name, ref = PermitText(a.Permit), permitRef(a.Permit)
	}
	if want := *e.Authorization; want != name && want != ref.Name && want != ref.Namespace+"/"+ref.Name {
		c.differ("authorization", want, name)
	}
}

func permitRef(p *eval.Permit) ir.Ref {
	if p.Authorization == nil {
		return ir.Ref{}
	}
	if o := p.Authorization.Origin.Object; o != (ir.Ref{}) {
		return o
	}
	return p.Authorization.Meta.Ref
}

// PermitText names the authorization that lets a client in.
func PermitText(p *eval.Permit) string {
	if p.Authorization == nil {
		return "localhost"
	}
	if o := p.Authorization.Origin.Object; o != (ir.Ref{}) {
		return o.String()
	}
	return p.Authorization.Meta.String()
}

// why says what lets the client in, or the nearest that would not.
func why(a *eval.Admission) string {
	if a.Permit != nil {
		return " by " + PermitText(a.Permit)
	}
	if a.Reply != nil && a.Reply.Cause != eval.Unauthorized {
		return ": " + a.Reply.Cause.String()
	}
	var reasons []string
	for _, i := range eval.Nearest(a.Denials) {
		if d := &a.Denials[i]; d.Authorization != nil && len(reasons) < 3 {
			reasons = append(reasons, fmt.Sprintf("%s would, but %s", PermitText(&eval.Permit{Authorization: d.Authorization}), d.Lack))
		}
	}
	if len(reasons) == 0 {
		return ": nothing lets anybody in"
	}
	return ": " + strings.Join(reasons, "; ")
}
