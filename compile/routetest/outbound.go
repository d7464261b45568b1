package routetest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
)

// outbound runs a test of a client's request.
func (r *Runner) outbound(out *Outcome) error {
	a, err := r.Ask(out.Test)
	if err != nil {
		return err
	}
	c := comparison{Outcome: out, expect: &out.Test.Expect}
	exits := exitsOf(&a)
	asserted := c.backends(&a, exits)
	c.governs(&a)
	c.route(&a)
	c.reply(replyOf(&a, exits))
	c.passed(exits)
	c.times(&a)
	c.meant(&a)
	if r.Coverage != nil {
		r.Coverage.Reach(&a, func(i int) bool { return asserted[i] })
	}
	return nil
}

// A comparison collects what differs from the expectations of a test.
type comparison struct {
	*Outcome
	expect *Expect
}

func (c *comparison) differ(field, want, got string) {
	c.Differences = append(c.Differences, Difference{field, want, got, c.expect.Place.Sub(field)})
}

// same compares texts, if one is expected.
func (c *comparison) same(field string, want *string, got string) {
	if want != nil && *want != got {
		c.differ(field, *want, cmp.Or(got, "none"))
	}
}

func (c *comparison) governs(a *eval.Answer) {
	want := c.expect.GovernedBy
	if want == nil || *want == a.Side {
		return
	}
	name := func(s ir.Side) string {
		return [...]string{"no traffic", "OutboundPolicy", "ServiceProfile", "nobody"}[s]
	}
	c.differ("governedBy", name(*want), name(a.Side)+" ("+a.Governs.Reason.String()+")")
}

// route compares which rule won, and says so for the reader of other differences.
func (c *comparison) route(a *eval.Answer) {
	name, ref, rule := "none", ir.Ref{}, -1
	switch {
	case a.Chosen != nil && a.Chosen.Route >= 0:
		route := &a.Profile.Profile.Routes[a.Chosen.Route]
		ref, rule = route.Origin.Object, a.Chosen.Route
		name, c.By, c.ByPlace = ref.String(), fmt.Sprintf("route %d of %s", rule, ref), route.Origin.Place
	case a.Verdict != nil && a.Verdict.Found:
		w := a.Verdict.Winner
		route := &cover.Routes(a)[w.Route]
		name, ref = cover.Name(route)
		rule = w.Rule
		c.decidedBy(route, rule)
	}
	c.rule(name, ref, rule)
}

func (c *comparison) decidedBy(route *ir.Route, rule int) {
	name, _ := cover.Name(route)
	c.By = fmt.Sprintf("rule %d of %s", rule, name)
	if route.Meta.Default != "" {
		c.By = "the default route " + strconv.Quote(route.Meta.Default)
	}
	c.ByPlace = eval.Site{Kind: eval.OfRule, Route: route, Rule: rule}.Place()
}

// rule compares the name and index of what won; -1: nothing.
func (c *comparison) rule(name string, ref ir.Ref, rule int) {
	if want := c.expect.Route; want != nil && *want != name && *want != ref.Namespace+"/"+ref.Name && *want != ref.Name {
		c.differ("route", *want, name)
	}
	if want := c.expect.Rule; want != nil && *want != rule {
		got := "none"
		if rule >= 0 {
			got = strconv.Itoa(rule) + " of " + name
		}
		c.differ("rule", strconv.Itoa(*want), got)
	}
}

// reply compares how the proxy answers by itself. The text says what happens instead.
func (c *comparison) reply(r *eval.Reply, otherwise string) {
	e := c.expect
	fails := r != nil && r.Status == 0
	text := otherwise
	if r != nil {
		text = ReplyText(r)
	}
	if e.Status != nil && (r == nil || r.Status != *e.Status) {
		c.differ("status", strconv.Itoa(*e.Status), text)
	}
	if e.GRPCStatus != nil && (r == nil || r.GRPC != *e.GRPCStatus) {
		c.differ("grpcStatus", strconv.Itoa(*e.GRPCStatus), text)
	}
	if e.Location != nil {
		got := text
		if r != nil && r.Location != "" {
			got = r.Location
		}
		c.same("location", e.Location, got)
	}
	if e.Fails != nil && *e.Fails != fails {
		c.differ("fails", strconv.FormatBool(*e.Fails), text)
	}
}

// ReplyText says what the proxy answers by itself.
func ReplyText(r *eval.Reply) string {
	text := strconv.Itoa(r.Status)
	switch {
	case r.Status == 0:
		text = "the connection fails"
	case r.GRPC >= 0:
		text = "gRPC status " + strconv.Itoa(r.GRPC)
	}
	text += ": " + r.Cause.String()
	if r.Message != "" {
		text += ": " + r.Message
	}
	return text
}

// passed compares what backends and the client get to see of headers.
func (c *comparison) passed(exits []exit) {
	for i := range exits {
		x := &exits[i]
		if x.share.Sign() == 0 {
			continue
		}
		c.headers("headers", c.expect.Headers, x.headers, " at "+x.name)
		if c.expect.Response != nil {
			c.headers("responseHeaders", c.expect.Response, x.response(), " from "+x.name)
		}
	}
	if len(exits) == 0 && c.expect.Headers != nil {
		c.differ("headers", "a request that is sent on", "none is")
	}
	if len(exits) == 0 && c.expect.Response != nil {
		c.differ("responseHeaders", "a response of a backend", "there is none")
	}
}

func (c *comparison) headers(field string, want []Header, got []ir.Header, where string) {
	for _, h := range want {
		var values []string
		for _, g := range got {
			if g.Name == h.Name {
				values = append(values, g.Value)
			}
		}
		if strings.Join(values, "\n") != strings.Join(h.Values, "\n") || len(values) != len(h.Values) {
			c.Differences = append(c.Differences, Difference{field + "." + h.Name, list(h.Values), list(values) + where, h.Place})
		}
	}
}

// list writes the values of a header.
func list(values []string) string {
	if len(values) == 0 {
		return "absent"
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return strings.Join(quoted, ", ")
}

// times compares timeouts and retries.
func (c *comparison) times(a *eval.Answer) {
	var t eval.Timeouts
	retries, budget := uint64(0), false
	switch {
	case a.Chosen != nil:
		if a.Chosen.Timeout > 0 {
			t.Request = ir.Timeout{Set: true, Duration: ir.DurationOf(a.Chosen.Timeout)}
		}
		budget = a.Chosen.Retries
	case a.Verdict != nil:
		t = a.Verdict.Timeouts
		if a.Verdict.Retry != nil {
			retries = a.Verdict.Retry.Max
		}
	}
	c.timeout("timeout", c.expect.Timeout, t.Request)
	c.timeout("responseTimeout", c.expect.ResponseTimeout, t.Response)
	c.timeout("idleTimeout", c.expect.IdleTimeout, t.Idle)
	if want := c.expect.Retries; want != nil && (want.Budget != budget || !budget && want.Max != retries) {
		c.differ("retries", retriesText(want.Budget, want.Max), retriesText(budget, retries))
	}
}

func retriesText(budget bool, n uint64) string {
	if budget {
		return "as many as the budget allows"
	}
	return strconv.FormatUint(n, 10)
}

func (c *comparison) timeout(field string, want *Timeout, got ir.Timeout) {
	if want == nil {
		return
	}
	expected := ir.Timeout{Set: !want.None, Duration: ir.DurationOf(want.Duration)}
	if expected != got {
		c.differ(field, expected.String(), got.String())
	}
}
