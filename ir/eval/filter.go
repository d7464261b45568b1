package eval

import (
	"fmt"

	"routec.dev/routec/ir"
)

// Effect says what a filter does to a request.
type Effect uint8

const (
	Passed      Effect = iota // nothing that this request shows
	Changed                   // its headers are others now
	Answered                  // it is answered, and nothing further sees it
	OnResponses               // the filter acts on responses only
	NotReached                // an earlier filter has answered
	NotLookedAt               // TLS, opaque: the proxy looks at the first filter alone
)

// String returns the effect in a word or two.
func (e Effect) String() string {
	return [...]string{"passed", "changed", "answered", "on responses", "not reached", "not looked at"}[e]
}

// A Step is one filter of a list, and what it does.
type Step struct {
	Filter int // index in the list
	Effect Effect
}

// A Passage is what a list of filters makes of a request.
type Passage struct {
	Steps   []Step      // one for each filter
	Headers []ir.Header // as they leave the list
	Reply   *Reply      // the answer that ends it; nil: the request goes on
}

// run sends a request through a list of HTTP or gRPC filters. Each sees the request's own
// URI, whatever has become of its headers.
func (a asker) run(filters []ir.Filter, r *Request, headers []ir.Header, w Winner) Passage {
	p := Passage{Headers: headers}
	for i, f := range filters {
		step := Step{Filter: i}
		switch m, modifies := f.(ir.ModifyHeaders); {
		case p.Reply != nil:
			step.Effect = NotReached
		case modifies && m.Response:
			step.Effect = OnResponses
		case modifies:
			step.Effect = p.modify(m)
		default:
			if p.Reply = a.answer(f, r, w); p.Reply != nil {
				step.Effect = Answered
			}
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

func (p *Passage) modify(m ir.ModifyHeaders) Effect {
	before := p.Headers
	p.Headers = ModifyHeaders(before, m)
	if len(before) == len(p.Headers) {
		same := true
		for i := range before {
			same = same && before[i] == p.Headers[i]
		}
		if same {
			return Passed
		}
	}
	return Changed
}

// ModifyHeaders applies a modifier to a copy: all that it adds, then all that it sets, then
// all that it removes (§5.2). Header names are in lower case.
func ModifyHeaders(headers []ir.Header, m ir.ModifyHeaders) []ir.Header {
	out := append([]ir.Header(nil), headers...)
	for _, h := range m.Add {
		out = append(out, ir.Header{Name: foldASCII(h.Name), Value: h.Value})
	}
	for _, h := range m.Set {
		out = setHeader(out, ir.Header{Name: foldASCII(h.Name), Value: h.Value})
	}
	for _, name := range m.Remove {
		out = removeHeader(out, foldASCII(name))
	}
	return out
}

// setHeader replaces every value of a name by one, which takes the place of the first.
func setHeader(headers []ir.Header, h ir.Header) []ir.Header {
	for i := range headers {
		if headers[i].Name == h.Name {
			headers[i] = h
			return append(headers[:i+1], removeHeader(headers[i+1:], h.Name)...)
		}
	}
	return append(headers, h)
}

func removeHeader(headers []ir.Header, name string) []ir.Header {
	kept := headers[:0]
	for _, h := range headers {
		if h.Name != name {
			kept = append(kept, h)
		}
	}
	return kept
}

// answer returns how a filter answers the request, nil if it lets it pass (§5.4).
func (a asker) answer(f ir.Filter, r *Request, w Winner) *Reply {
	switch f := f.(type) {
	case ir.Redirect:
		return a.redirect(f, r.URI, w)
	case ir.FailHTTP:
		if a.inbound { // the configured status is not honoured
			return a.reply(InjectedFailure, 500, 13, f.Message)
		}
		return a.reply(InjectedFailure, int(f.Status), 9, f.Message)
	case ir.FailGRPC:
		if a.inbound {
			return a.reply(InjectedFailure, 500, 13, f.Message)
		}
		return a.reply(InjectedFailure, 200, grpcCode(f.Code), f.Message)
	case ir.Empty, ir.Invalid:
		return a.reply(InvalidPolicy, 500, 13, "")
	}
	panic(fmt.Sprintf("eval: an HTTP or gRPC rule cannot hold a filter %T", f))
}

// grpcCode returns the status that the proxy makes of a code.
func grpcCode(code uint32) int {
	if code > 16 {
		return 2
	}
	return int(code)
}
