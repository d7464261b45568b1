package route

import (
	"fmt"
	"slices"
	"strings"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/source"
)

// HTTPMatches converts the matches of an HTTPRoute's rule; at is the rule's path.
func HTTPMatches(matches []gateway.HTTPRouteMatch, at string) ([]ir.Match, error) {
	out := slices.Grow([]ir.Match(nil), len(matches))
	for i, m := range matches {
		c, err := httpMatch(m, source.Index(at+".matches", i))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func httpMatch(m gateway.HTTPRouteMatch, at string) (c ir.Match, err error) {
	if c.Path, err = pathMatch(m.Path, at+".path"); err != nil {
		return c, err
	}
	for i, h := range m.Headers {
		v, err := headerMatch(string(h.Name), h.Type != nil && *h.Type == gateway.HeaderMatchRegularExpression, h.Value, source.Index(at+".headers", i))
		if err != nil {
			return c, err
		}
		c.Headers = append(c.Headers, v)
	}
	for i, q := range m.QueryParams {
		regex := q.Type != nil && *q.Type == gateway.QueryParamMatchRegularExpression
		if regex {
			if err := compiles(q.Value, source.Index(at+".queryParams", i)+".value"); err != nil {
				return c, err
			}
		}
		c.Query = append(c.Query, ir.ValueMatch{Name: string(q.Name), Regex: regex, Value: q.Value})
	}
	if m.Method != nil {
		c.Method = string(*m.Method)
	}
	return c, nil
}

func pathMatch(p *gateway.HTTPPathMatch, at string) (ir.PathMatch, error) {
	if p == nil {
		return ir.PathMatch{}, nil
	}
	kind, value := gateway.PathMatchPathPrefix, "/"
	if p.Type != nil {
		kind = *p.Type
	}
	if p.Value != nil {
		value = *p.Value
	}
	c := ir.PathMatch{Kind: ir.PathPrefix, Value: value}
	switch kind {
	case gateway.PathMatchRegularExpression:
		c.Kind = ir.PathRegex
		return c, compiles(value, at+".value")
	case gateway.PathMatchExact:
		c.Kind = ir.PathExact
	}
	if !strings.HasPrefix(value, "/") {
		return c, &Error{at + ".value", fmt.Sprintf("the path %q does not start with /", value)}
	}
	return c, nil
}

func headerMatch(name string, regex bool, value, at string) (ir.HeaderMatch, error) {
	m := ir.HeaderMatch{Name: strings.ToLower(name), Regex: regex, Value: value}
	switch {
	case !isToken(name):
		return m, &Error{at + ".name", errHeaderName}
	case regex:
		return m, compiles(value, at+".value")
	case !isHeaderValue(value):
		return m, &Error{at + ".value", errHeaderValue}
	}
	return m, nil
}

// GRPCMatches converts the matches of a GRPCRoute's rule; at is the rule's path.
func GRPCMatches(matches []gateway.GRPCRouteMatch, at string) ([]ir.Match, error) {
	out := slices.Grow([]ir.Match(nil), len(matches))
	for i, m := range matches {
		c, err := grpcMatch(m, source.Index(at+".matches", i))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func grpcMatch(m gateway.GRPCRouteMatch, at string) (c ir.Match, err error) {
	if m.Method != nil {
		if m.Method.Type != nil && *m.Method.Type == gateway.GRPCMethodMatchRegularExpression {
			return c, &Error{at + ".method.type", "gRPC methods can only be matched exactly"}
		}
		c.RPC = ir.RPCMatch{Present: true, Service: text(m.Method.Service), Method: text(m.Method.Method)}
	}
	for i, h := range m.Headers {
		v, err := headerMatch(string(h.Name), h.Type != nil && *h.Type == gateway.GRPCHeaderMatchRegularExpression, h.Value, source.Index(at+".headers", i))
		if err != nil {
			return c, err
		}
		c.Headers = append(c.Headers, v)
	}
	return c, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// compiles checks a pattern by the rules of the proxy's own dialect.
func compiles(pattern, at string) error {
	if err := automata.Check(pattern); err != nil {
		return &Error{at, err.Error()}
	}
	return nil
}
