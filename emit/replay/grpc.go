package replay

import (
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
)

// grpcRoutes answers which rule of a list of gRPC routes a request goes to.
// Matches are found by service and method.
type grpcRoutes struct {
	hosts   hostSets
	matches []grpcMatch
	rpcs    map[rpc][]int32
	untried []int32 // rules without matches, which take any method and path
}

// An rpc is a service and a method; "" in a condition takes any.
type rpc struct{ service, method string }

type grpcMatch struct {
	place
	preference int32
	hosts      int32
	headers    []valueCondition
}

type grpcRule interface {
	GetMatches() []*grpc_route.GrpcRouteMatch
}

type grpcRoute[R grpcRule] interface {
	GetHosts() []*http_route.HostMatch
	GetRules() []R
}

func prepareGRPC[R grpcRule, T grpcRoute[R]](p *Preparer, routes []T) *grpcRoutes {
	t := &grpcRoutes{hosts: newHostSets(), rpcs: map[rpc][]int32{}}
	for i, route := range routes {
		set := t.hosts.add(route.GetHosts())
		for j, rule := range route.GetRules() {
			t.addRule(p, set, i, j, rule.GetMatches())
		}
	}
	t.finish()
	return t
}

func (t *grpcRoutes) addRule(p *Preparer, set int32, route, rule int, matches []*grpc_route.GrpcRouteMatch) {
	if len(matches) == 0 {
		t.untried = append(t.untried, int32(len(t.matches)))
		t.matches = append(t.matches, grpcMatch{place: place{route: route, rule: rule, match: -1}, hosts: set})
	}
	for k, m := range matches {
		key := rpc{m.GetRpc().GetService(), m.GetRpc().GetMethod()}
		t.rpcs[key] = append(t.rpcs[key], int32(len(t.matches)))
		t.matches = append(t.matches, grpcMatch{
			place:   place{route: route, rule: rule, match: k, headers: len(m.GetHeaders())},
			hosts:   set,
			headers: p.headerConditions(m.GetHeaders()),
		})
	}
}

// finish makes the lists ready to be searched.
func (t *grpcRoutes) finish() {
	t.hosts.known = nil
	places := make([]place, len(t.matches))
	for i := range t.matches {
		places[i] = t.matches[i].place
	}
	numbers := preferences(places)
	for i := range t.matches {
		t.matches[i].preference = numbers[i]
	}
	for _, list := range t.rpcs {
		preferredFirst(list, numbers)
	}
}

// find returns the winner. It does not allocate.
func (t *grpcRoutes) find(r *Request) (Winner, bool) {
	s := grpcSearch{table: t, request: r, best: candidate{match: -1}}
	if called, ok := calledRPC(r); ok {
		s.tryRPC(called)
		if called.service != "" {
			s.tryRPC(rpc{method: called.method})
		}
		if called.method != "" {
			s.tryRPC(rpc{service: called.service})
		}
		if called.service != "" && called.method != "" {
			s.tryRPC(rpc{})
		}
	}
	s.tryAll(t.untried, 0)
	if s.best.match < 0 {
		return Winner{}, false
	}
	return s.winner(), true
}

// calledRPC reads /service/method, and whatever may follow.
func calledRPC(r *Request) (called rpc, ok bool) {
	if r.Method != "POST" || !strings.HasPrefix(r.URI.Path, "/") {
		return rpc{}, false
	}
	service, rest, ok := strings.Cut(r.URI.Path[1:], "/")
	method, _, _ := strings.Cut(rest, "/")
	return rpc{service, method}, ok
}

type grpcSearch struct {
	table   *grpcRoutes
	request *Request
	hosts   hostMemo
	best    candidate
}

func (s *grpcSearch) tryRPC(key rpc) {
	s.tryAll(s.table.rpcs[key], uint64(len(key.service))<<32|uint64(len(key.method)))
}

func (s *grpcSearch) tryAll(list []int32, length uint64) {
	for _, i := range list {
		m := &s.table.matches[i]
		host := s.hosts.rank(&s.table.hosts, m.hosts, s.request)
		if host != noMatch && s.best.beatenBy(host, length, m.preference) && headersMatch(m.headers, s.request) {
			s.best = candidate{host, length, m.preference, i}
		}
	}
}

func (s *grpcSearch) winner() Winner {
	m := &s.table.matches[s.best.match]
	return Winner{
		Route: m.route, Rule: m.rule, Match: m.match,
		Host: s.best.host.kind(), HostLength: s.best.host.length(),
		Service: int(s.best.length >> 32), RPC: int(s.best.length & (1<<32 - 1)),
		Headers: m.place.headers,
	}
}
