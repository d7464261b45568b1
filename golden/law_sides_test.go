package golden

import (
	"fmt"
	"slices"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"

	"routec.dev/routec/emit/replay"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// This file spells the answers of the two evaluators alike.

func ourVerdict(_ drawer, v eval.Verdict) lawOutcome {
	return ourOutcome(v, [3]bool{true, false, true})
}

func ourOutcome(v eval.Verdict, up [3]bool) lawOutcome {
	out := lawOutcome{Found: v.Found, Reply: ourReply(v.Reply)}
	if !v.Found {
		return out
	}
	out.Winner = ourWinner(v.Winner)
	out.Filters = ourPassage(v.Filters)
	out.Response = ourModifiers(v.Response)
	out.Timeouts = fmt.Sprintln(v.Timeouts.Request, v.Timeouts.Response, v.Timeouts.Idle, v.Timeouts.Headers)
	out.Accrual = v.Accrual != ir.Accrual{}
	if r := v.Retry; r != nil {
		out.Retry = fmt.Sprintln(r.Max, r.MaxBytes, r.OnStatus, ourRanges(r.Statuses), r.OnCode, ourCodes(r.Codes), r.Timeout, r.Backoff.Min, r.Backoff.Max, r.Backoff.Jitter)
	}
	d := ir.Distribution{Kind: v.Kind}
	for _, b := range v.Backends {
		d.Backends = append(d.Backends, *b.Weighted)
		out.Backends = append(out.Backends, lawBackend{b.Share.String(), ourReply(b.Failing), ourModifiers(b.Response), ourPassage(b.Filters)})
	}
	out.Partial = lawShares(eval.Shares(d, func(i int) bool { return up[i] }))
	return out
}

func ourWinner(w eval.Winner) string {
	path := [...]string{"prefix", "exact", "prefix", "regex"}[w.Path]
	return fmt.Sprintln(w.Route, w.Rule, w.Match, w.Key, path)
}

func ourReply(r *eval.Reply) string {
	if r == nil {
		return ""
	}
	detail := ""
	if r.Cause == eval.InjectedFailure {
		detail = r.Message
	}
	return fmt.Sprintf("%v: %d %d %q %q", r.Cause, r.Status, r.GRPC, r.Location, detail)
}

func ourPassage(p eval.Passage) lawPassage {
	out := lawPassage{Reply: ourReply(p.Reply)}
	if p.Reply == nil {
		var lines []string
		for _, h := range p.Headers {
			lines = append(lines, h.Name+"="+h.Value)
		}
		out.Headers = sortedHeaders(lines)
	}
	return out
}

func ourModifiers(list []ir.ModifyHeaders) string {
	out := ""
	for _, m := range list {
		for _, h := range m.Add {
			out += "add " + h.Name + "=" + h.Value + "\n"
		}
		for _, h := range m.Set {
			out += "set " + h.Name + "=" + h.Value + "\n"
		}
		for _, name := range m.Remove {
			out += "remove " + name + "\n"
		}
	}
	return out
}

func ourRanges(list []ir.StatusRange) string {
	out := ""
	for _, r := range list {
		out += fmt.Sprintf("%d-%d ", r.First, r.Last)
	}
	return out
}

func ourCodes(c ir.GRPCCodes) string {
	out := ""
	for _, code := range []struct {
		set  bool
		code int
	}{{c.Cancelled, 1}, {c.DeadlineExceeded, 4}, {c.ResourceExhausted, 8}, {c.Internal, 13}, {c.Unavailable, 14}} {
		if code.set {
			out += fmt.Sprint(code.code, " ")
		}
	}
	return out
}

func ourAdmission(a eval.Admission) lawOutcome {
	out := lawOutcome{Found: a.Found, Reply: ourReply(a.Reply)}
	if a.Found {
		out.Winner, out.Permit = ourWinner(a.Winner), ourPermit(a.Permit)
	}
	if a.Permit != nil {
		out.Filters = ourPassage(a.Filters)
	}
	return out
}

func ourPermit(p *eval.Permit) string {
	if p == nil {
		return "denied"
	}
	return fmt.Sprintln(p.List, p.Index)
}

func theirOutbound(_ drawer, o replay.Outbound) lawOutcome {
	return theirOutcome(o, [3]bool{true, false, true})
}

func theirOutcome(o replay.Outbound, up [3]bool) lawOutcome {
	out := lawOutcome{Found: o.Found, Reply: theirReply(o.Reply)}
	if !o.Found {
		return out
	}
	out.Winner = theirWinner(o.Winner)
	out.Filters = theirPassage(o.Filters)
	out.Response = theirModifiers(o.Response)
	out.Timeouts = fmt.Sprintln(o.Timeouts.Request, o.Timeouts.Response, o.Timeouts.Idle, o.Timeouts.Headers)
	out.Accrual = o.Accrual != nil
	if r := o.Retry; r != nil {
		statuses, codes := "", ""
		if r.Statuses != nil {
			for _, s := range *r.Statuses {
				statuses += fmt.Sprintf("%d-%d ", s.Start, s.End)
			}
		}
		if r.Codes != nil {
			for _, c := range slices.Sorted(slices.Values(*r.Codes)) {
				codes += fmt.Sprint(c, " ")
			}
		}
		backoff := replay.Backoff{}
		if r.Backoff != nil {
			backoff = *r.Backoff
		}
		out.Retry = fmt.Sprintln(r.Max, r.MaxBytes, r.Statuses != nil, statuses, r.Codes != nil, codes, r.Timeout, backoff.Min, backoff.Max, backoff.Jitter)
	}
	for _, b := range o.Backends {
		out.Backends = append(out.Backends, lawBackend{b.Share.String(), theirReply(b.Failing), theirModifiers(b.Response), theirPassage(b.Filters)})
	}
	out.Partial = lawShares(o.Shares(func(i int) bool { return up[i] }))
	return out
}

func theirWinner(w replay.Winner) string {
	key := eval.Key{
		Host: eval.HostRank{Kind: eval.HostKind(w.Host), Length: w.HostLength}, Path: w.PathLength,
		Service: w.Service, RPC: w.RPC, Headers: w.Headers, Query: w.Params, Method: w.Method,
	}
	return fmt.Sprintln(w.Route, w.Rule, w.Match, key, w.PathKind)
}

func theirReply(r *replay.Reply) string {
	if r == nil {
		return ""
	}
	detail := ""
	if r.Cause == replay.InjectedFailure {
		detail = r.Detail
	}
	cause := string(r.Cause)
	if r.Cause == replay.Refused {
		cause = eval.Rejected.String()
	}
	return fmt.Sprintf("%v: %d %d %q %q", cause, r.Status, r.GRPC, r.Location, detail)
}

// theirPassage takes the first reply: without ratios, it is the only one that is given.
func theirPassage(p replay.Passage) lawPassage {
	for _, step := range p.Steps {
		if step.Reply != nil {
			return lawPassage{Reply: theirReply(step.Reply)}
		}
	}
	var lines []string
	for _, h := range p.Headers {
		lines = append(lines, h.Name+"="+h.Value)
	}
	return lawPassage{Headers: sortedHeaders(lines)}
}

func theirModifiers(list []*http_route.ResponseHeaderModifier) string {
	out := ""
	for _, m := range list {
		for _, h := range m.GetAdd().GetHeaders() {
			out += "add " + h.GetName() + "=" + string(h.GetValue()) + "\n"
		}
		for _, h := range m.GetSet().GetHeaders() {
			out += "set " + h.GetName() + "=" + string(h.GetValue()) + "\n"
		}
		for _, name := range m.GetRemove() {
			out += "remove " + name + "\n"
		}
	}
	return out
}

func theirAdmission(in replay.Inbound) lawOutcome {
	out := lawOutcome{Found: in.Found, Reply: theirReply(in.Reply)}
	if in.Found {
		out.Winner, out.Permit = theirWinner(in.Winner), theirPermit(in.Permit)
	}
	if in.Permit != nil {
		out.Filters = theirPassage(in.Filters)
	}
	return out
}

func theirPermit(p *replay.Permit) string {
	if p == nil {
		return "denied"
	}
	return fmt.Sprintln(p.From, p.Index)
}
