package check

import (
	"slices"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

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
