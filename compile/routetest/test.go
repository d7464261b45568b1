// Package routetest is about RouteTest documents: what a team expects of requests, written
// beside the manifests.
//
//	apiVersion: routec.dev/v1alpha1
//	kind: RouteTest
//	metadata: {name: smiley, namespace: faces}
//	spec:
//	  from: books                               # a client namespace, or {namespace, ip, identity, meshed}
//	  tests:
//	  - name: the center is split
//	    request: {grpc: faces.Smiley/Center, to: "smiley.faces:50051"}
//	    expect:
//	      backends:
//	      - {service: smiley, share: 90%}
//	      - {service: smiley2, share: 10%}
//
// [Read] is strict: a field that does not exist is an error, because an expectation that is
// misspelt and ignored would hold for ever. A [Runner] asks ir/eval for each test, and
// counts in ir/cover what the requests reached.
package routetest

import (
	"math/big"
	"net/netip"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// A Test is a request, who sends it, and what is expected.
type Test struct {
	Document string // NAMESPACE/NAME of the RouteTest
	Name     string // unique in it
	Place    source.Place
	Request  Request
	Client   Client
	Expect   Expect
}

// FullName returns the name that --run is matched with.
func (t *Test) FullName() string {
	if t.Name == "" {
		return t.Document
	}
	return t.Document + ": " + t.Name
}

// A Request is what is sent, and where to.
type Request struct {
	Call       eval.Call
	Protocol   Protocol
	ServerName string            // of TLS
	To         *eval.Destination // nil: where the URL says
	Workload   eval.Workload     // inbound; zero: the request is a client's
	Port       uint16            // inbound
	Place      source.Place
	ToPlace    source.Place // what names the destination
}

// Inbound reports whether the request is asked of the proxy of a workload.
func (r *Request) Inbound() bool { return r.Workload != eval.Workload{} }

// Protocol says what the connection carries.
type Protocol uint8

const (
	HTTP   Protocol = iota
	TLS             // that the client ends itself
	Opaque          // neither HTTP nor TLS
)

// A Client is who sends the request. Inbound proxies look at all but the namespace, and
// outbound proxies at nothing else.
type Client struct {
	Namespace string
	IP        netip.Addr // invalid: one of the cluster's networks
	Meshed    bool
	Identity  string
	Set       bool
}

// Expect is what is expected. What is not written is not looked at.
type Expect struct {
	GovernedBy *ir.Side
	Route      *string // NAME or NAMESPACE/NAME, or "default NAME"
	Rule       *int
	Backends   []Backend // all that get a share
	Any        bool      // Backends are given, even if none
	Tolerance  *big.Rat  // of shares
	Status     *int
	GRPCStatus *int
	Location   *string
	Headers    []Header // that backends get
	Response   []Header // that a client gets, of a response without headers

	Timeout, ResponseTimeout, IdleTimeout *Timeout
	Retries                               *Retries
	Fails                                 *bool // the connection ends without an answer

	Allowed       *bool   // inbound
	Authorization *string // inbound: NAME or NAMESPACE/NAME

	Place source.Place
}

// A Backend is expected to get a share.
type Backend struct {
	Kind            string // Service or EgressNetwork
	Namespace, Name string
	Port            uint16   // 0: any
	Share           *big.Rat // nil: any but 0
	Text            string   // the share as written
	Headers         []Header
	Place           source.Place
}

// A Header is an expected header; no values: it is absent.
type Header struct {
	Name   string // in lower case
	Values []string
	Place  source.Place
}

// A Timeout is an expected timeout.
type Timeout struct {
	None bool
	time.Duration
}

// Retries are expected further attempts.
type Retries struct {
	Budget bool // as many as a ServiceProfile's budget allows
	Max    uint64
}
