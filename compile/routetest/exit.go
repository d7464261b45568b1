package routetest

import (
	"cmp"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// An exit is where requests leave the proxy, of a policy or of a profile.
type exit struct {
	name    string
	ref     ir.Ref // without a group
	port    uint16
	share   *big.Rat
	headers []ir.Header
	reply   *eval.Reply // the backend's filters answer, or it cannot be reached
	place   source.Place

	response func() []ir.Header // of a response without any
}

// exitsOf returns where a request is sent; none: the proxy answers by itself.
func exitsOf(a *eval.Answer) []exit {
	switch {
	case a.Chosen != nil:
		return targets(a)
	case a.Verdict == nil || a.Verdict.Reply != nil || a.Verdict.Filters.Reply != nil:
		return nil
	}
	v := a.Verdict
	out := make([]exit, len(v.Backends))
	for i := range v.Backends {
		b := &v.Backends[i]
		out[i] = exit{
			name: b.Meta.String(), ref: b.Meta.Ref, port: b.Meta.Port, share: b.Share, headers: b.Filters.Headers,
			reply: b.Filters.Reply, response: func() []ir.Header { return v.ResponseHeaders(i, nil) },
		}
		if b.Kind == ir.Forward && b.Addr.IsValid() {
			out[i].name += " (" + b.Addr.String() + ")"
		}
		if out[i].reply == nil {
			out[i].reply = b.Failing
		}
		route := &cover.Routes(a)[v.Winner.Route]
		if d := route.Rules[v.Winner.Rule].Backends; d.Kind == ir.RandomAvailable {
			out[i].place = eval.Site{Kind: eval.OfBackend, Route: route, Rule: v.Winner.Rule, Backend: i}.Place()
		}
	}
	return out
}

// targets returns where a profile sends a request.
func targets(a *eval.Answer) []exit {
	var headers []ir.Header
	if a.Request != nil {
		headers = a.Request.Headers
	}
	var out []exit
	for _, t := range a.Chosen.Targets {
		host, port, _ := net.SplitHostPort(t.Authority)
		labels := strings.SplitN(host, ".", 3)
		x := exit{name: t.Authority, share: t.Share, headers: headers, response: func() []ir.Header { return nil }}
		if len(labels) == 3 {
			x.ref = ir.Ref{Kind: "Service", Name: labels[0], Namespace: labels[1]}
		}
		if n, err := strconv.ParseUint(port, 10, 16); err == nil {
			x.port = uint16(n)
		}
		out = append(out, x)
	}
	return out
}

// replyOf returns what the client gets from the proxy itself, or else in words what happens.
func replyOf(a *eval.Answer, exits []exit) (*eval.Reply, string) {
	switch {
	case a.Verdict != nil && a.Verdict.Filters.Reply != nil:
		return a.Verdict.Filters.Reply, ""
	case a.Verdict != nil && a.Verdict.Reply != nil:
		return a.Verdict.Reply, ""
	case a.Side == ir.ByNobody || a.Chosen != nil && a.Chosen.Crash:
		return &eval.Reply{GRPC: -1, Cause: eval.Crash, Message: a.Governs.Reason.String()}, ""
	}
	var reply *eval.Reply
	for i := range exits {
		x := &exits[i]
		switch {
		case x.share.Sign() == 0:
		case x.reply == nil:
			return nil, "the request is sent to " + x.name + ", which answers it"
		case reply != nil && *reply != *x.reply:
			return nil, "the answer depends on the backend"
		default:
			reply = x.reply
		}
	}
	if reply == nil {
		return nil, "no backend gets the request"
	}
	return reply, ""
}

// backends compares shares. The result says which backends are as expected, by index.
func (c *comparison) backends(a *eval.Answer, exits []exit) map[int]bool {
	if !c.expect.Any {
		return nil
	}
	if len(exits) == 0 && len(c.expect.Backends) > 0 {
		reply, _ := replyOf(a, nil)
		got := "no backend"
		if reply != nil {
			got += ", since the proxy answers by itself: " + ReplyText(reply)
		}
		c.differ("backends", c.expectedBackends(), got)
		return nil
	}
	good := map[int]bool{}
	named := make([]bool, len(exits))
	for i := range c.expect.Backends {
		c.backend(&c.expect.Backends[i], exits, named, good)
	}
	for i := range exits {
		if x := &exits[i]; !named[i] && x.share.Sign() > 0 {
			c.differ("backends", "nothing for others", SharePercent(x.share)+" for "+x.name)
		}
	}
	return good
}

func (c *comparison) expectedBackends() string {
	var out []string
	for i := range c.expect.Backends {
		b := &c.expect.Backends[i]
		out = append(out, strings.TrimSpace(b.Text+" "+b.String()))
	}
	return strings.Join(out, ", ")
}

// String returns the backend as in "Service faces/smiley:80".
func (b *Backend) String() string {
	s := b.Kind + " " + b.Namespace + "/" + b.Name
	if b.Port != 0 {
		s += ":" + strconv.Itoa(int(b.Port))
	}
	return s
}

func (b *Backend) is(x *exit) bool {
	return b.Kind == x.ref.Kind && b.Namespace == x.ref.Namespace && b.Name == x.ref.Name && (b.Port == 0 || b.Port == x.port)
}

// backend compares one expected backend, which may stand in a rule more than once.
func (c *comparison) backend(b *Backend, exits []exit, named []bool, good map[int]bool) {
	share := new(big.Rat)
	var mine []int
	for i := range exits {
		if x := &exits[i]; b.is(x) && !named[i] {
			named[i] = true
			mine = append(mine, i)
			share.Add(share, x.share)
		}
	}
	before := len(c.Differences)
	field := b.Place.Field[len(c.expect.Place.Field)+1:]
	switch {
	case len(mine) == 0 && (b.Share == nil || b.Share.Sign() > 0):
		c.differ(field, cmp.Or(b.Text, "some")+" for "+b.String(), "it is no backend here: "+names(exits))
	case len(mine) == 0: // nothing is expected, and nothing comes
	case b.Share == nil && share.Sign() == 0:
		c.differ(field, "some for "+b.String(), "0 %")
	case b.Share != nil && !c.within(b.Share, share):
		c.differ(field+".share", b.Text+" for "+b.String(), SharePercent(share))
	}
	for _, i := range mine {
		if x := &exits[i]; x.share.Sign() > 0 {
			c.headers(field+".headers", b.Headers, x.headers, " at "+x.name)
			if x.reply != nil && c.expect.Status == nil && c.expect.GRPCStatus == nil {
				c.differ(field, "a backend that can be reached", ReplyText(x.reply))
			}
		}
	}
	if len(c.Differences) > before {
		return
	}
	for _, i := range mine {
		good[i] = true
	}
}

func (c *comparison) within(want, got *big.Rat) bool {
	off := new(big.Rat).Sub(want, got)
	if c.expect.Tolerance == nil {
		return off.Sign() == 0
	}
	return off.Abs(off).Cmp(c.expect.Tolerance) <= 0
}

func names(exits []exit) string {
	var out []string
	for i := range exits {
		out = append(out, exits[i].name)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > 4 {
		out = append(out[:4], "…")
	}
	return strings.Join(out, ", ")
}

// SharePercent writes a share in percent, and exactly where percents are too coarse.
func SharePercent(share *big.Rat) string {
	percent := new(big.Rat).Mul(share, big.NewRat(100, 1))
	if text := percent.FloatString(2); new(big.Rat).Mul(percent, big.NewRat(100, 1)).IsInt() {
		return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
	}
	return fmt.Sprintf("%s %% (%s)", percent.FloatString(2), share)
}
