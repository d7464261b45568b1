// Package replay answers one request from a frozen message alone, the way the
// proxy that receives the message would.
//
// A message is prepared once, into a [Table]; a request is read once, into a
// [Request]. [Table.HTTP1], [Table.HTTP2], [Table.GRPC] and [Table.TLS] then
// find the rule that wins without allocating, and [Table.Outbound] and
// [Table.Inbound] say what happens to the request there: filters, backends and
// their shares, timeouts, retries, authorizations.
//
// It states what the proxy does with the bytes, not what anybody meant: it
// shares no code with the evaluator of decided programs or with the lowerings,
// so that a test that asks both checks them all. The rules are those of
// spec/matching.md; section numbers below are its.
package replay

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir/automata"
)

// A Table is a message that the proxy runs, prepared to answer requests. It is
// not written to after [Preparer.Table] and can be shared; the message must
// not change.
type Table struct {
	http1, http2 *httpRoutes // nil where HTTP rules do not answer this version
	grpc         *grpcRoutes // nil unless gRPC rules answer all HTTP/2 requests
	tls          *tlsRoutes  // nil unless the kind is Tls, outbound
	opaque       bool        // bytes are forwarded unread, whatever they are

	policy *outbound.OutboundPolicy // nil for a server
	server *inbound.Server          // nil for a policy
}

// A Refusal is the error for a message that the proxy would not run.
type Refusal struct {
	Reasons []refuse.Reason // at least one
}

func (r *Refusal) Error() string { return r.Reasons[0].Message }

type regex = automata.Regex

// A Preparer prepares tables and compiles each regular expression once. It is
// not safe for concurrent use.
type Preparer struct {
	checker *refuse.Checker
	regexes map[string]*regex
}

// NewPreparer makes a Preparer.
func NewPreparer() *Preparer {
	p := &Preparer{regexes: map[string]*regex{}}
	p.checker = refuse.NewChecker(p.compile)
	return p
}

// compile keeps what it compiles: the checker asks for every pattern first.
func (p *Preparer) compile(pattern string) error {
	re, err := automata.Compile(pattern)
	if err == nil {
		p.regexes[pattern] = re
	}
	return err
}

// Prepare prepares one message: an OutboundPolicy or an inbound Server. The
// error is a [*Refusal] if the proxy would not run it.
func Prepare(message proto.Message) (*Table, error) { return NewPreparer().Table(message) }

// Table is [Prepare] for one of many messages.
func (p *Preparer) Table(message proto.Message) (t *Table, err error) {
	switch m := message.(type) {
	case *outbound.OutboundPolicy:
		if reasons := p.checker.Outbound(m); refuse.Refused(reasons) {
			return nil, &Refusal{reasons}
		}
		t = p.policy(m)
	case *inbound.Server:
		if reasons := p.checker.Inbound(m); refuse.Refused(reasons) {
			return nil, &Refusal{reasons}
		}
		t = p.server(m)
	default:
		return nil, fmt.Errorf("prepare a table: %T is neither an OutboundPolicy nor a Server", message)
	}
	return t, nil
}

// policy picks the lists that answer each kind of connection (§7.1).
func (p *Preparer) policy(m *outbound.OutboundPolicy) *Table {
	t := &Table{policy: m}
	switch kind := m.GetProtocol().GetKind().(type) {
	case *outbound.ProxyProtocol_Detect_:
		t.http1 = prepareHTTP(p, kind.Detect.GetHttp1().GetRoutes())
		t.http2 = prepareHTTP(p, kind.Detect.GetHttp2().GetRoutes())
	case *outbound.ProxyProtocol_Http1_:
		t.http1 = prepareHTTP(p, kind.Http1.GetRoutes())
	case *outbound.ProxyProtocol_Http2_:
		t.http2 = prepareHTTP(p, kind.Http2.GetRoutes())
	case *outbound.ProxyProtocol_Grpc_:
		t.grpc = prepareGRPC(p, kind.Grpc.GetRoutes())
	case *outbound.ProxyProtocol_Tls_:
		t.tls = prepareTLS(kind.Tls.GetRoutes())
	case *outbound.ProxyProtocol_Opaque_:
		t.opaque = true
	}
	return t
}

// server does the same for the other side (§7.2). An empty list means one
// route that takes every request (§2.4).
func (p *Preparer) server(m *inbound.Server) *Table {
	t := &Table{server: m}
	switch kind := m.GetProtocol().GetKind().(type) {
	case *inbound.ProxyProtocol_Detect_:
		t.http1 = prepareHTTP(p, orDefault(kind.Detect.GetHttpRoutes(), defaultHTTP))
		t.http2 = t.http1
	case *inbound.ProxyProtocol_Http1_:
		t.http1 = prepareHTTP(p, orDefault(kind.Http1.GetRoutes(), defaultHTTP))
	case *inbound.ProxyProtocol_Http2_:
		t.http2 = prepareHTTP(p, orDefault(kind.Http2.GetRoutes(), defaultHTTP))
	case *inbound.ProxyProtocol_Grpc_:
		t.grpc = prepareGRPC(p, orDefault(kind.Grpc.GetRoutes(), defaultGRPC))
	case *inbound.ProxyProtocol_Opaque_:
		t.opaque = true
	}
	return t
}

func orDefault[R any](routes []R, standIn func() R) []R {
	if len(routes) == 0 {
		return []R{standIn()}
	}
	return routes
}

func defaultHTTP() *inbound.HttpRoute {
	return &inbound.HttpRoute{Rules: []*inbound.HttpRoute_Rule{{}}}
}

func defaultGRPC() *inbound.GrpcRoute {
	return &inbound.GrpcRoute{Rules: []*inbound.GrpcRoute_Rule{{}}}
}

// regex is the compiled form of a pattern that the checker has accepted.
func (p *Preparer) regex(pattern string) *regex { return p.regexes[pattern] }

// Serves says which versions of HTTP the table has rules for. A Grpc table
// serves HTTP/2 alone; an opaque or TLS table serves neither.
func (t *Table) Serves() (http1, http2, grpc bool) {
	return t.http1 != nil, t.http2 != nil, t.grpc != nil
}

// HTTP1 finds the winner for a request over HTTP/1; false means that no rule
// matches, or that the table does not serve HTTP/1.
func (t *Table) HTTP1(r *Request) (Winner, bool) {
	if t.http1 == nil {
		return Winner{}, false
	}
	return t.http1.find(r)
}

// HTTP2 is [Table.HTTP1] for HTTP/2 requests that HTTP rules answer.
func (t *Table) HTTP2(r *Request) (Winner, bool) {
	if t.http2 == nil {
		return Winner{}, false
	}
	return t.http2.find(r)
}

// GRPC is [Table.HTTP1] for the HTTP/2 requests of a Grpc table: all of them,
// whatever their content type.
func (t *Table) GRPC(r *Request) (Winner, bool) {
	if t.grpc == nil {
		return Winner{}, false
	}
	return t.grpc.find(r)
}
