package lift

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"

	"routec.dev/routec/ir"
)

func hosts(list []*http_route.HostMatch) ([]ir.Host, error) { return each(list, host, "hosts") }

func host(h *http_route.HostMatch) (ir.Host, error) {
	if err := present(h); err != nil {
		return ir.Host{}, err
	}
	switch m := h.Match.(type) {
	case *http_route.HostMatch_Exact:
		return ir.Host{Name: m.Exact}, nil
	case *http_route.HostMatch_Suffix_:
		return suffix(m.Suffix)
	}
	return ir.Host{}, errors.New("neither exact nor suffix")
}

func snis(list []*tls_route.SniMatch) ([]ir.Host, error) { return each(list, sni, "snis") }

func sni(h *tls_route.SniMatch) (ir.Host, error) {
	if err := present(h); err != nil {
		return ir.Host{}, err
	}
	switch m := h.Match.(type) {
	case *tls_route.SniMatch_Exact:
		return ir.Host{Name: m.Exact}, nil
	case *tls_route.SniMatch_Suffix_:
		return suffix(m.Suffix)
	}
	return ir.Host{}, errors.New("neither exact nor suffix")
}

// reversed is what a suffix of a host and one of a server name share.
type reversed interface {
	message
	GetReverseLabels() []string
}

// suffix joins labels that stand least significant first.
func suffix(m reversed) (ir.Host, error) {
	if err := present(m); err != nil {
		return ir.Host{}, err
	}
	labels := slices.Clone(m.GetReverseLabels())
	if len(labels) == 0 {
		return ir.Host{}, errors.New("a suffix without labels")
	}
	for _, l := range labels {
		if strings.Contains(l, ".") {
			return ir.Host{}, fmt.Errorf("the label %q holds a dot", l)
		}
	}
	slices.Reverse(labels)
	return ir.Host{Suffix: true, Name: strings.Join(labels, ".")}, nil
}

func httpMatches(list []*http_route.HttpRouteMatch) ([]ir.Match, error) {
	return each(list, httpMatch, "matches")
}

func httpMatch(m *http_route.HttpRouteMatch) (out ir.Match, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Path, err = path(m.Path); err != nil {
		return out, at(err, "path")
	}
	if out.Headers, err = headerMatches(m.Headers); err != nil {
		return out, err
	}
	if out.Query, err = each(m.QueryParams, query, "queryParams"); err != nil {
		return out, err
	}
	out.Method, err = method(m.Method)
	return out, at(err, "method")
}

func path(p *http_route.PathMatch) (ir.PathMatch, error) {
	if p == nil {
		return ir.PathMatch{}, nil
	}
	if err := known(p); err != nil {
		return ir.PathMatch{}, err
	}
	switch k := p.Kind.(type) {
	case *http_route.PathMatch_Exact:
		return ir.PathMatch{Kind: ir.PathExact, Value: k.Exact}, nil
	case *http_route.PathMatch_Prefix:
		return ir.PathMatch{Kind: ir.PathPrefix, Value: k.Prefix}, nil
	case *http_route.PathMatch_Regex:
		return ir.PathMatch{Kind: ir.PathRegex, Value: k.Regex}, nil
	}
	return ir.PathMatch{}, errors.New("neither exact nor prefix nor regex")
}

func headerMatches(list []*http_route.HeaderMatch) ([]ir.HeaderMatch, error) {
	return each(list, header, "headers")
}

func header(h *http_route.HeaderMatch) (ir.HeaderMatch, error) {
	if err := present(h); err != nil {
		return ir.HeaderMatch{}, err
	}
	switch v := h.Value.(type) {
	case *http_route.HeaderMatch_Exact:
		return ir.HeaderMatch{Name: h.Name, Value: string(v.Exact)}, nil
	case *http_route.HeaderMatch_Regex:
		return ir.HeaderMatch{Name: h.Name, Regex: true, Value: v.Regex}, nil
	}
	return ir.HeaderMatch{}, errors.New("neither exact nor regex")
}

func query(q *http_route.QueryParamMatch) (ir.ValueMatch, error) {
	if err := present(q); err != nil {
		return ir.ValueMatch{}, err
	}
	switch v := q.Value.(type) {
	case *http_route.QueryParamMatch_Exact:
		return ir.ValueMatch{Name: q.Name, Value: v.Exact}, nil
	case *http_route.QueryParamMatch_Regex:
		return ir.ValueMatch{Name: q.Name, Regex: true, Value: v.Regex}, nil
	}
	return ir.ValueMatch{}, errors.New("neither exact nor regex")
}

func grpcMatches(list []*grpc_route.GrpcRouteMatch) ([]ir.Match, error) {
	return each(list, grpcMatch, "matches")
}

func grpcMatch(m *grpc_route.GrpcRouteMatch) (out ir.Match, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if m.Rpc != nil {
		if err := known(m.Rpc); err != nil {
			return out, at(err, "rpc")
		}
		out.RPC = ir.RPCMatch{Present: true, Service: m.Rpc.Service, Method: m.Rpc.Method}
	}
	out.Headers, err = headerMatches(m.Headers)
	return out, err
}
