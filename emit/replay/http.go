package replay

import (
	"slices"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
)

// httpRoutes answers which rule of a list of HTTP routes a request goes to.
//
// Matches are found by their path: one look-up for exact paths, one for each
// length that some prefix has and where the request's path has a boundary.
// Only regular expressions are tried one by one, and last, when most of them
// can no longer win.
type httpRoutes struct {
	hosts   hostSets
	matches []httpMatch

	exact         map[string][]int32
	prefix        map[string][]int32 // by text without trailing slashes
	prefixLengths []int              // distinct, longest first
	any           []int32            // no condition on the path, or the prefix "/"
	regex         []int32
}

type httpMatch struct {
	place
	preference int32
	hosts      int32
	method     string // "" takes any
	headers    []valueCondition
	params     []valueCondition
	regex      *regex
	kind       PathKind
}

// An httpRule is what the two messages' rules have in common.
type httpRule interface {
	GetMatches() []*http_route.HttpRouteMatch
}

type httpRoute[R httpRule] interface {
	GetHosts() []*http_route.HostMatch
	GetRules() []R
}

func prepareHTTP[R httpRule, T httpRoute[R]](p *Preparer, routes []T) *httpRoutes {
	t := &httpRoutes{hosts: newHostSets(), exact: map[string][]int32{}, prefix: map[string][]int32{}}
	for i, route := range routes {
		set := t.hosts.add(route.GetHosts())
		for j, rule := range route.GetRules() {
			t.addRule(p, set, i, j, rule.GetMatches())
		}
	}
	t.finish()
	return t
}

func (t *httpRoutes) addRule(p *Preparer, set int32, route, rule int, matches []*http_route.HttpRouteMatch) {
	if len(matches) == 0 {
		t.add(httpMatch{place: place{route: route, rule: rule, match: -1}, hosts: set}, nil)
	}
	for k, m := range matches {
		t.add(httpMatch{
			place: place{
				route: route, rule: rule, match: k,
				headers: len(m.GetHeaders()), params: len(m.GetQueryParams()), method: m.GetMethod() != nil,
			},
			hosts:   set,
			method:  methodText(m.GetMethod()),
			headers: p.headerConditions(m.GetHeaders()),
			params:  p.queryConditions(m.GetQueryParams()),
			regex:   p.pathRegex(m.GetPath()),
		}, m.GetPath())
	}
}

func (p *Preparer) pathRegex(path *http_route.PathMatch) *regex {
	if kind, ok := path.GetKind().(*http_route.PathMatch_Regex); ok {
		return p.regex(kind.Regex)
	}
	return nil
}

// add files a match under its path.
func (t *httpRoutes) add(m httpMatch, path *http_route.PathMatch) {
	number := int32(len(t.matches))
	switch kind := path.GetKind().(type) {
	case *http_route.PathMatch_Exact:
		m.kind = PathExact
		t.exact[kind.Exact] = append(t.exact[kind.Exact], number)
	case *http_route.PathMatch_Regex:
		m.kind = PathRegex
		t.regex = append(t.regex, number)
	case *http_route.PathMatch_Prefix:
		if kind.Prefix == "/" {
			t.any = append(t.any, number)
			break
		}
		text := strings.TrimRight(kind.Prefix, "/")
		if t.prefix[text] == nil {
			t.prefixLengths = append(t.prefixLengths, len(text))
		}
		t.prefix[text] = append(t.prefix[text], number)
	default:
		t.any = append(t.any, number)
	}
	t.matches = append(t.matches, m)
}

// finish makes the lists ready to be searched.
func (t *httpRoutes) finish() {
	t.hosts.known = nil
	places := make([]place, len(t.matches))
	for i := range t.matches {
		places[i] = t.matches[i].place
	}
	numbers := preferences(places)
	for i := range t.matches {
		t.matches[i].preference = numbers[i]
	}
	for _, list := range t.exact {
		preferredFirst(list, numbers)
	}
	for _, list := range t.prefix {
		preferredFirst(list, numbers)
	}
	preferredFirst(t.any, numbers)
	preferredFirst(t.regex, numbers)
	slices.Sort(t.prefixLengths)
	slices.Reverse(t.prefixLengths)
	t.prefixLengths = slices.Compact(t.prefixLengths)
}

// find returns the winner. It does not allocate.
func (t *httpRoutes) find(r *Request) (Winner, bool) {
	s := httpSearch{table: t, request: r, best: candidate{match: -1}}
	path := r.URI.Path
	s.tryAll(t.exact[path], len(path))
	for _, n := range t.prefixLengths {
		if n < len(path) && path[n] == '/' || n == len(path) {
			s.tryAll(t.prefix[path[:n]], n)
		}
	}
	s.tryAll(t.any, len("/"))
	s.tryAll(t.regex, len(path))
	if s.best.match < 0 {
		return Winner{}, false
	}
	return s.winner(), true
}

type httpSearch struct {
	table   *httpRoutes
	request *Request
	hosts   hostMemo
	best    candidate
}

func (s *httpSearch) tryAll(list []int32, length int) {
	for _, i := range list {
		m := &s.table.matches[i]
		host := s.hosts.rank(&s.table.hosts, m.hosts, s.request)
		if host != noMatch && s.best.beatenBy(host, uint64(length), m.preference) && m.matches(s.request) {
			s.best = candidate{host, uint64(length), m.preference, i}
		}
	}
}

// matches tests what the list that the match is in has not tested already.
func (m *httpMatch) matches(r *Request) bool {
	return (m.method == "" || m.method == r.Method) &&
		headersMatch(m.headers, r) &&
		paramsMatch(m.params, r) &&
		(m.regex == nil || m.regex.FullSpan(r.URI.Path))
}

func (s *httpSearch) winner() Winner {
	m := &s.table.matches[s.best.match]
	return Winner{
		Route: m.route, Rule: m.rule, Match: m.match,
		Host: s.best.host.kind(), HostLength: s.best.host.length(),
		PathLength: int(s.best.length),
		Headers:    m.place.headers, Params: m.place.params, Method: m.place.method,
		PathKind: m.kind,
	}
}

func methodText(m *http_types.HttpMethod) string {
	if m, ok := m.GetType().(*http_types.HttpMethod_Registered_); ok {
		return m.Registered.String()
	}
	return m.GetUnregistered()
}
