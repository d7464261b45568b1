package cover

import (
	"net/url"
	"slices"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// A candidate is a request made from the conditions of a match. Where another rule gets it,
// it is bent away from that rule's conditions, and asked about again.
type candidate struct {
	match   ir.Match
	grpc    bool
	path    values
	headers []values
	query   []values
	method  string
	taken   map[string]bool // methods that others ask for
}

// values is a set of texts, and one of them.
type values struct {
	text string
	set  *automata.DFA // nil: the text alone
}

// budget bounds the states of the sets of a candidate.
const budget = 4096

// Texts that are easy to send, and to read, come first.
const (
	plainPath = `/[0-9A-Za-z/_.~-]*`
	anyPath   = `/[!"$-;=>@-\[\]-~]*`
	plainText = `[0-9A-Za-z/_.~-]*`
	anyText   = `([!-~]([ -~]*[!-~])?)?`
)

var methods = [...]string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}

// newCandidate returns nil if no text meets a condition, or none could be found.
func newCandidate(m ir.Match, grpc bool) *candidate {
	c := &candidate{match: m, grpc: grpc, method: m.Method, taken: map[string]bool{}}
	ok := true
	if !grpc {
		c.path, ok = pathValues(m.Path)
	}
	for _, h := range m.Headers {
		v, has := textValues(h)
		c.headers, ok = append(c.headers, v), ok && has
	}
	for _, q := range m.Query {
		v, has := textValues(q)
		c.query, ok = append(c.query, v), ok && has
	}
	if c.method == "" {
		c.method = methods[0]
	}
	if !ok {
		return nil
	}
	return c
}

func pathValues(p ir.PathMatch) (values, bool) {
	switch p.Kind {
	case ir.PathExact:
		return values{text: p.Value}, true
	case ir.PathRegex:
		return member(p.Value, plainPath, anyPath)
	}
	prefix := p.Value
	if prefix == "" {
		prefix = "/"
	}
	set := automata.Prefix(prefix)
	if p := strings.TrimSuffix(prefix, "/"); p != "" { // a prefix ends at a segment
		under, err := automata.Literal(p).Union(automata.Prefix(p+"/"), budget)
		if err != nil {
			return values{text: prefix}, true
		}
		set = under
	}
	if plain, err := automata.FromRegex(plainPath, budget); err == nil {
		if both, err := set.Intersect(plain, budget); err == nil && !both.Empty() {
			set = both
		}
	}
	return values{prefix, set}, true
}

func textValues(v ir.ValueMatch) (values, bool) {
	if !v.Regex {
		return values{text: v.Value}, true
	}
	return member(v.Value, plainText, anyText)
}

// member returns a text that a pattern accepts, of the first of some sets that has one.
func member(pattern string, within ...string) (values, bool) {
	set, err := automata.FromRegex(pattern, budget)
	if err != nil {
		return values{}, false
	}
	for _, w := range within {
		nice, err := automata.FromRegex(w, budget)
		if err != nil {
			continue
		}
		both, err := set.Intersect(nice, budget)
		if err != nil {
			continue
		}
		if text, ok := both.Witness(); ok {
			return values{text, both}, true
		}
	}
	return values{}, false
}

// without takes a set out of the values, if others are left.
func (v *values) without(set *automata.DFA) bool {
	if v.set == nil || !set.Accepts(v.text) {
		return false
	}
	rest, err := v.set.Minus(set, budget)
	if err != nil {
		return false
	}
	text, ok := rest.Witness()
	if ok {
		v.text, v.set = text, rest
	}
	return ok
}

// avoid bends the candidate away from the match that got it: by its method, by a value of a
// header or parameter, by the path. It reports whether anything could be changed.
func (c *candidate) avoid(won ir.Match) bool {
	if won.Method != "" && c.match.Method == "" {
		c.taken[won.Method] = true
		if i := slices.IndexFunc(methods[:], func(m string) bool { return !c.taken[m] }); i >= 0 && methods[i] != c.method {
			c.method = methods[i]
			return true
		}
	}
	if bend(c.match.Headers, c.headers, won.Headers) || bend(c.match.Query, c.query, won.Query) {
		return true
	}
	if c.grpc {
		return false
	}
	set, ok := pathSet(won.Path)
	return ok && c.path.without(set)
}

// bend takes the values that another match asks for out of those of one condition.
func bend(mine []ir.ValueMatch, sets []values, won []ir.ValueMatch) bool {
	for i := range mine {
		for _, w := range won {
			if w.Name != mine[i].Name {
				continue
			}
			set := automata.Literal(strings.ToValidUTF8(w.Value, ""))
			if w.Regex {
				var err error
				if set, err = automata.FromRegex(w.Value, budget); err != nil {
					continue
				}
			}
			if sets[i].without(set) {
				return true
			}
		}
	}
	return false
}

func pathSet(p ir.PathMatch) (*automata.DFA, bool) {
	switch p.Kind {
	case ir.PathExact:
		return automata.Literal(strings.ToValidUTF8(p.Value, "")), true
	case ir.PathRegex:
		set, err := automata.FromRegex(p.Value, budget)
		return set, err == nil
	case ir.PathPrefix:
		v := strings.TrimSuffix(strings.ToValidUTF8(p.Value, ""), "/")
		if v == "" {
			return automata.All(), true
		}
		set, err := automata.Literal(v).Union(automata.Prefix(v+"/"), budget)
		return set, err == nil
	}
	return automata.All(), true
}

// call writes the candidate as a client would, to an authority.
func (c *candidate) call(authority string, version eval.Version) eval.Call {
	var headers []ir.Header
	for i, h := range c.match.Headers {
		headers = append(headers, ir.Header{Name: h.Name, Value: c.headers[i].text})
	}
	if c.grpc {
		service, method := c.match.RPC.Service, c.match.RPC.Method
		if service == "" {
			service = "example.Service"
		}
		if method == "" {
			method = "Method"
		}
		return eval.GRPC(authority, service+"/"+method, headers)
	}
	target := c.path.text
	for i, q := range c.match.Query {
		sep := "&"
		if i == 0 {
			sep = "?"
		}
		target += sep + url.QueryEscape(q.Name) + "=" + url.QueryEscape(c.query[i].text)
	}
	return eval.Call{Method: c.method, URL: "http://" + authority + target, Headers: headers, Version: version}
}
