package replay

import (
	"math/big"
	"slices"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"

	"routec.dev/routec/emit/replay/syntax"
)

// The messages have a filter type for each side and route kind. Their getters
// give nil for a filter of another kind, so these interfaces cover all of them.
type (
	anyFilter interface {
		GetRequestHeaderModifier() *http_route.RequestHeaderModifier
	}
	httpInjector interface {
		GetFailureInjector() *http_route.HttpFailureInjector
	}
	grpcInjector interface {
		GetFailureInjector() *grpc_route.GrpcFailureInjector
	}
	redirector interface {
		GetRedirect() *http_route.RequestRedirect
	}
	responder interface {
		GetResponseHeaderModifier() *http_route.ResponseHeaderModifier
	}
)

// A pass runs the filters of a list over a request, in order (§5.1). The first
// that answers for certain ends it.
type pass struct {
	request *Request
	winner  Winner
	client  grpcClient
	inbound bool
}

func runFilters[F anyFilter](p pass, filters []F, headers []Header) Passage {
	passage := Passage{Headers: slices.Clone(headers), Passed: one()}
	for i, f := range filters {
		step := runFilter(p, f, &passage.Headers)
		step.Filter = i
		passage.Steps = append(passage.Steps, step)
		if step.Reply != nil {
			left := new(big.Rat).Sub(one(), step.Reply.Probability)
			passage.Passed.Mul(passage.Passed, left)
		}
		if passage.Passed.Sign() == 0 {
			break
		}
	}
	return passage
}

func runFilter(p pass, filter anyFilter, headers *[]Header) Step {
	if m := filter.GetRequestHeaderModifier(); m != nil {
		*headers = ModifyHeaders(*headers, m)
		return Step{}
	}
	if f, ok := filter.(httpInjector); ok && f.GetFailureInjector() != nil {
		return p.inject(f.GetFailureInjector().GetRatio(), p.httpFailure(f.GetFailureInjector()))
	}
	if f, ok := filter.(grpcInjector); ok && f.GetFailureInjector() != nil {
		return p.inject(f.GetFailureInjector().GetRatio(), p.grpcFailure(f.GetFailureInjector()))
	}
	if f, ok := filter.(redirector); ok && f.GetRedirect() != nil {
		return p.redirect(f.GetRedirect())
	}
	if f, ok := filter.(responder); ok && f.GetResponseHeaderModifier() != nil {
		return Step{Ignored: "it applies to responses"}
	}
	return Step{Reply: p.client.reply(InvalidPolicy, 500, 13, "server policy configured with unknown filter")}
}

func (p pass) inject(r *http_route.Ratio, a *Reply) Step {
	a.Probability = ratio(r)
	if a.Probability.Sign() == 0 {
		return Step{Ignored: "its ratio is 0"}
	}
	return Step{Reply: a}
}

// httpFailure answers with the configured status; inbound proxies do not
// honour it at this revision (§5.4).
func (p pass) httpFailure(f *http_route.HttpFailureInjector) *Reply {
	if p.inbound {
		return p.client.reply(InjectedFailure, 500, 13, f.GetMessage())
	}
	return p.client.reply(InjectedFailure, int(f.GetStatus()), 9, f.GetMessage())
}

func (p pass) grpcFailure(f *grpc_route.GrpcFailureInjector) *Reply {
	if p.inbound {
		return p.client.reply(InjectedFailure, 500, 13, f.GetMessage())
	}
	code := int(f.GetCode())
	if code > 16 {
		code = 2
	}
	return p.client.reply(InjectedFailure, 200, code, f.GetMessage())
}

// A modifier changes the headers of a request or of a response.
type modifier interface {
	GetAdd() *http_types.Headers
	GetSet() *http_types.Headers
	GetRemove() []string
}

// ModifyHeaders applies a request's or response's header modifier: all it adds,
// then all it sets, then all it removes, whatever the fields' order (§5.2).
func ModifyHeaders(headers []Header, m modifier) []Header {
	headers = slices.Clone(headers)
	for _, h := range m.GetAdd().GetHeaders() {
		headers = append(headers, Header{syntax.Lower(h.GetName()), string(h.GetValue())})
	}
	for _, h := range m.GetSet().GetHeaders() {
		headers = setHeader(headers, syntax.Lower(h.GetName()), string(h.GetValue()))
	}
	for _, name := range m.GetRemove() {
		headers = removeHeader(headers, syntax.Lower(name))
	}
	return headers
}

// setHeader leaves one line of that name, where the first one was.
func setHeader(headers []Header, name, value string) []Header {
	i := slices.IndexFunc(headers, func(h Header) bool { return h.Name == name })
	if i < 0 {
		return append(headers, Header{name, value})
	}
	headers[i].Value = value
	return append(headers[:i+1], removeHeader(headers[i+1:], name)...)
}

func removeHeader(headers []Header, name string) []Header {
	return slices.DeleteFunc(headers, func(h Header) bool { return h.Name == name })
}
