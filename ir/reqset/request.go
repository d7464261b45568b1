package reqset

import (
	"net/url"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// A Request is one member of a set, as a router sees it. What a set leaves open is filled
// in with something plain.
type Request struct {
	Method  string
	Path    string // HTTP; empty: of CONNECT
	Call    bool   // gRPC: the path names a service and a method, and the method is POST
	Service string // gRPC
	RPC     string // gRPC: the method's name
	Headers []ir.Header
	Query   []ir.Header // decoded
}

// To writes the request as a client would, to an authority. Of gRPC routes, it is a call, or
// else something that is none.
func (r *Request) To(authority string, grpc bool, version eval.Version) eval.Call {
	switch {
	case grpc && r.Call:
		return eval.GRPC(authority, r.Service+"/"+r.RPC, r.Headers)
	case grpc:
		return eval.Call{Method: "GET", URL: "http://" + authority + "/", Headers: r.Headers, Version: eval.HTTP2}
	}
	target := "http://" + authority + r.Path
	for i, q := range r.Query {
		target += string("?&"[min(i, 1)]) + url.QueryEscape(q.Name) + "=" + url.QueryEscape(q.Value)
	}
	return eval.Call{Method: r.Method, URL: target, Headers: r.Headers, Version: version}
}
