package check

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// A tieWitness is a request that two rules take with equal rank.
type tieWitness struct {
	version       eval.Version
	request       *eval.Request
	text          string // for people
	first, second int    // the rules that win, by which route is older
}

// request makes a request that meets both matches; ok is false where none is found.
func (q *tieQuestion) request(p pair) (w *tieWitness, ok bool) {
	a, b := q.match(p.a), q.match(p.b)
	method := a.Method
	if method == "" {
		method = "GET"
	}
	if a.Method != b.Method {
		return nil, false
	}
	w = &tieWitness{version: eval.HTTP1}
	path := p.path
	switch q.table.Protocol {
	case ir.GRPC:
		method = "POST"
		path = "/" + cmp.Or(a.RPC.Service, b.RPC.Service, "any.Service") + "/" + cmp.Or(a.RPC.Method, b.RPC.Method, "Any")
		w.version = eval.HTTP2
	case ir.HTTP2:
		w.version = eval.HTTP2
	}
	headers, ok := values(a.Headers, b.Headers, `[\x20-\x7e]*`)
	if !ok {
		return nil, false
	}
	params, ok := values(a.Query, b.Query, `[^\x00-\x1f]*`)
	if !ok {
		return nil, false
	}
	query := ""
	for i, q := range params {
		query += [...]string{"?", "&"}[min(i, 1)] + url.QueryEscape(q.Name) + "=" + url.QueryEscape(q.Value)
	}
	authority := q.authority(p)
	request, err := eval.NewRequest(method, "http://"+authority+path+query, headers)
	if err != nil {
		return nil, false
	}
	w.request = request
	w.text = method + " http://" + authority + path + query
	if q.table.Protocol == ir.GRPC {
		w.text = "the gRPC call " + path
		if len(q.table.Routes[p.a.route].Hosts) > 0 {
			w.text += " at " + authority
		}
	}
	for i, h := range headers {
		w.text += fmt.Sprintf("%s %s: %s", [...]string{" with", ","}[min(i, 1)], h.Name, h.Value)
	}
	return w, true
}

// authority is one that the hosts of both routes take with one rank.
func (q *tieQuestion) authority(p pair) string {
	x, y := hostsOf(&q.table.Routes[p.a.route]), hostsOf(&q.table.Routes[p.b.route])
	for _, h := range x {
		if h == (ir.Host{}) || !slices.Contains(y, h) {
			continue
		}
		if h.Suffix {
			return "a." + h.Name
		}
		return h.Name
	}
	name := q.target.Ref.Name + "." + q.target.Ref.Namespace
	if port := q.table.Meta.Port; port > 0 && port != 80 {
		return fmt.Sprintf("%s:%d", name, port)
	}
	return name
}

// values meets conditions on headers or query parameters, each by a line of its own.
func values(a, b []ir.ValueMatch, domain string) ([]ir.Header, bool) {
	var out []ir.Header
	for _, m := range slices.Concat(a, b) {
		v := ir.Header{Name: m.Name, Value: m.Value}
		if m.Regex {
			re, err := automata.Compile(m.Value)
			if err != nil {
				return nil, false
			}
			if v.Value = acceptedBy(m.Value, domain); !re.FullSpan(v.Value) {
				return nil, false
			}
		}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out, true
}
