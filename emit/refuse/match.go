package refuse

import (
	"strconv"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/tls_route"

	"routec.dev/routec/emit/replay/syntax"
)

func (c *Checker) hosts(hosts []*http_route.HostMatch) {
	for i, h := range hosts {
		if h.GetMatch() == nil {
			c.each("hosts", i, "invalid host match")
			c.reject("", "host match must contain a match")
			c.out()
		}
	}
}

func (c *Checker) snis(snis []*tls_route.SniMatch) {
	for i, s := range snis {
		if s.GetMatch() == nil {
			c.each("snis", i, "invalid sni match")
			c.reject("", "sni match must contain a match")
			c.out()
		}
	}
}

func (c *Checker) httpMatches(matches []*http_route.HttpRouteMatch) {
	for i, m := range matches {
		c.each("matches", i, "invalid route match")
		c.path(m.GetPath())
		c.headers(m.GetHeaders())
		c.queryParams(m.GetQueryParams())
		c.method(m.GetMethod())
		c.out()
	}
}

func (c *Checker) grpcMatches(matches []*grpc_route.GrpcRouteMatch) {
	for i, m := range matches {
		c.each("matches", i, "invalid route match")
		if m.GetRpc() == nil {
			c.reject("rpc", "missing RPC match")
		}
		c.headers(m.GetHeaders())
		c.out()
	}
}

// path takes any text but a regular expression that does not compile: it need
// not begin with a slash.
func (c *Checker) path(p *http_route.PathMatch) {
	if p == nil {
		return
	}
	c.in("path", "invalid path match")
	switch kind := p.GetKind().(type) {
	case nil:
		c.reject("", "missing match")
	case *http_route.PathMatch_Regex:
		c.pattern(kind.Regex)
	}
	c.out()
}

func (c *Checker) headers(headers []*http_route.HeaderMatch) {
	for i, h := range headers {
		c.each("headers", i, "invalid header match")
		if err := syntax.HeaderName(h.GetName()); err != nil {
			c.reject("name", err.Error())
		}
		switch value := h.GetValue().(type) {
		case nil:
			c.reject("", "missing a header value match")
		case *http_route.HeaderMatch_Exact:
			if err := syntax.HeaderValue(value.Exact); err != nil {
				c.reject("exact", err.Error())
			}
		case *http_route.HeaderMatch_Regex:
			c.pattern(value.Regex)
		}
		c.out()
	}
}

func (c *Checker) queryParams(params []*http_route.QueryParamMatch) {
	for i, q := range params {
		c.each("queryParams", i, "invalid query param match")
		if q.GetName() == "" {
			c.reject("name", "missing a query param name")
		}
		switch value := q.GetValue().(type) {
		case nil:
			c.reject("", "missing a query param value")
		case *http_route.QueryParamMatch_Regex:
			c.pattern(value.Regex)
		}
		c.out()
	}
}

func (c *Checker) pattern(pattern string) {
	if err := c.regularExpression(pattern); err != nil {
		c.reject("regex", "invalid regular expression: "+err.Error())
	}
}

func (c *Checker) method(m *http_types.HttpMethod) {
	if m == nil {
		return
	}
	if why := methodError(m); why != "" {
		c.reject("method", "invalid method match: "+why)
	}
}

func methodError(m *http_types.HttpMethod) string {
	switch t := m.GetType().(type) {
	case *http_types.HttpMethod_Registered_:
		if _, ok := http_types.HttpMethod_Registered_name[int32(t.Registered)]; !ok {
			return "unexpected registered method: " + strconv.Itoa(int(t.Registered))
		}
		return ""
	case *http_types.HttpMethod_Unregistered:
		if err := syntax.Method(t.Unregistered); err != nil {
			return "invalid unregistered method: " + err.Error()
		}
		return ""
	}
	return "missing HTTP method type"
}
