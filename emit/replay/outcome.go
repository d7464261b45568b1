package replay

import (
	"math/big"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
)

// A Version is that of the connection which carries the request.
type Version uint8

const (
	HTTP1 Version = iota + 1
	HTTP2
)

// A Cause is why the proxy answers a request itself.
type Cause string

const (
	NotServed       Cause = "not served"       // the table does not speak this version of HTTP
	NoRoute         Cause = "no route"         // no rule matches
	Unauthorized    Cause = "unauthorized"     // inbound: no authorization applies
	Redirected      Cause = "redirect"         // by a filter
	InvalidRedirect Cause = "invalid redirect" // the filter cannot make a location of this request
	InjectedFailure Cause = "injected failure" // by a filter
	InvalidPolicy   Cause = "invalid policy"   // inbound: a filter without kind
	NoBackend       Cause = "no backend"       // an empty distribution
	FailingBackend  Cause = "failing backend"  // a backend without dispatcher
	Refused         Cause = "refused"          // a connection, by a filter
	Crash           Cause = "crash"            // the filter panics on this request (§2.3 P5, P6)
)

// A Reply is one way in which the proxy answers by itself.
type Reply struct {
	Cause       Cause
	Probability *big.Rat // that a request which gets as far as the step is answered so
	Status      int      // HTTP status; 200 for a gRPC client; 0 if the connection just ends
	GRPC        int      // grpc-status for a gRPC client, else -1
	Location    string   // of a redirect; a gRPC client is not shown it
	Detail      string   // the proxy's own words, or the injector's message
}

// A Step is what one filter does to the request.
type Step struct {
	Filter  int    // index in the rule's or the backend's list
	Reply   *Reply // nil if the filter passes every request on
	Ignored string // why the filter does nothing here; "" if it does something
}

// A Passage is what a list of filters makes of a request.
type Passage struct {
	Steps   []Step
	Headers []Header // what the next step sees, if it sees the request at all
	Passed  *big.Rat // how much of what comes in is passed on
}

// noRoute is the outcome where no rule was found.
func (t *Table) noRoute(client grpcClient) *Reply {
	if client.version == HTTP1 && t.http1 == nil || client.version == HTTP2 && t.http2 == nil && t.grpc == nil {
		return closed(NotServed, "")
	}
	return client.reply(NoRoute, 404, 5, "")
}

// Find finds the winner on a connection of this version: for HTTP/2 by the
// gRPC rules if the table has them.
func (t *Table) Find(v Version, r *Request) (Winner, bool) {
	switch {
	case v == HTTP1:
		return t.HTTP1(r)
	case t.grpc != nil:
		return t.GRPC(r)
	}
	return t.HTTP2(r)
}

// A grpcClient is told of errors by grpc-status where the request is HTTP/2
// and its content type begins with application/grpc (§5.4).
type grpcClient struct {
	version Version
	grpc    bool
}

func clientOf(v Version, r *Request) grpcClient {
	for _, h := range r.Headers {
		if h.Name == "content-type" { // the first line counts
			return grpcClient{v, v == HTTP2 && strings.HasPrefix(h.Value, "application/grpc")}
		}
	}
	return grpcClient{v, false}
}

// reply makes the reply for a cause that has an HTTP status and a gRPC one.
func (c grpcClient) reply(cause Cause, status, grpc int, detail string) *Reply {
	a := &Reply{Cause: cause, Probability: one(), Status: status, GRPC: -1, Detail: detail}
	if c.grpc {
		a.Status, a.GRPC = 200, grpc
	}
	return a
}

func one() *big.Rat { return big.NewRat(1, 1) }

// ratio is the probability of a failure injector. Absent means always.
func ratio(r *http_route.Ratio) *big.Rat {
	if r == nil {
		return one()
	}
	return big.NewRat(int64(r.GetNumerator()), int64(r.GetDenominator()))
}
