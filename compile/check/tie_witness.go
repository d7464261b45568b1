package check

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

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

// paths are those on which matches may tie: the ones that are named, what lies below a prefix,
// and one for each pattern. For gRPC there is only one: the method says everything.
func (q *tieQuestion) paths(spots []spot) []string {
	if q.table.Protocol == ir.GRPC {
		return []string{""}
	}
	seen := map[string]bool{}
	var out []string
	add := func(path string) {
		if path != "" && !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	for _, s := range spots {
		switch m := q.match(s); m.Path.Kind {
		case ir.PathExact:
			add(m.Path.Value)
		case ir.PathPrefix:
			if trimmed := strings.TrimRight(m.Path.Value, "/"); trimmed != "" {
				add(trimmed)
				add(trimmed + "/a")
			} else {
				add("/a")
			}
		case ir.PathAny:
			add("/a")
		case ir.PathRegex:
			add(acceptedBy(m.Path.Value, paths))
		}
	}
	return out
}

// acceptedBy returns a text that the proxy accepts for a pattern, and that lies in a domain;
// "" where there is none or it is not found.
func acceptedBy(pattern, domain string) string {
	d, err := automata.FromRegex(pattern, budget)
	if err != nil {
		return ""
	}
	in, err := automata.FromRegex(domain, budget)
	if err != nil {
		return ""
	}
	if d, err = d.Intersect(in, budget); err != nil {
		return ""
	}
	text, _ := d.Witness()
	return text
}

// takes reports whether a match can take the path.
func (q *tieQuestion) takes(m ir.Match, path string) bool {
	if q.table.Protocol == ir.GRPC {
		return m.RPC.Present
	}
	switch m.Path.Kind {
	case ir.PathExact:
		return m.Path.Value == path
	case ir.PathPrefix:
		prefix := strings.TrimRight(m.Path.Value, "/")
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	case ir.PathRegex:
		re := q.regex(m.Path.Value)
		return re != nil && re.FullSpan(path)
	}
	return true
}

// keys are the ranks with which a match takes a path, one for each host of its route.
func (q *tieQuestion) keys(s spot, m ir.Match, path string) []tieKey {
	k := tieKey{headers: len(m.Headers), query: len(m.Query), hasMethod: m.Method != "", service: m.RPC.Service, method: m.RPC.Method}
	if q.table.Protocol != ir.GRPC {
		k.path, k.length = path, len(path)
		switch m.Path.Kind {
		case ir.PathPrefix:
			k.length = max(1, len(strings.TrimRight(m.Path.Value, "/")))
		case ir.PathAny:
			k.length = 1
		}
	}
	var out []tieKey
	for _, h := range hostsOf(&q.table.Routes[s.route]) {
		k.host, k.suffix, k.hosted = h.Name, h.Suffix, h != ir.Host{}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// regex compiles a pattern of the table once.
func (q *tieQuestion) regex(pattern string) *automata.Regex {
	if q.regexes == nil {
		q.regexes = map[string]*automata.Regex{}
	}
	re, known := q.regexes[pattern]
	if !known {
		re, _ = automata.Compile(pattern) // what does not compile is refused elsewhere
		q.regexes[pattern] = re
	}
	return re
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
		path = "/" + or(a.RPC.Service, b.RPC.Service, "any.Service") + "/" + or(a.RPC.Method, b.RPC.Method, "Any")
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

func or(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
