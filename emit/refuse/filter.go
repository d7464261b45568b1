package refuse

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"

	"routec.dev/routec/emit/replay/syntax"
)

// A modifier is a request or a response header modifier; they read alike.
type modifier interface {
	GetAdd() *http_types.Headers
	GetSet() *http_types.Headers
	GetRemove() []string
}

func (c *Checker) modifier(m modifier) {
	c.modifiedHeaders("add", m.GetAdd())
	c.modifiedHeaders("set", m.GetSet())
	for i, name := range m.GetRemove() {
		if err := syntax.HeaderName(name); err != nil {
			c.each("remove", i, "")
			c.reject("", err.Error())
			c.out()
		}
	}
}

func (c *Checker) modifiedHeaders(field string, hs *http_types.Headers) {
	c.in(field, "")
	for i, h := range hs.GetHeaders() {
		c.each("headers", i, "")
		if err := syntax.HeaderName(h.GetName()); err != nil {
			c.reject("name", err.Error())
		}
		if err := syntax.HeaderValue(h.GetValue()); err != nil {
			c.reject("value", err.Error())
		}
		c.out()
	}
	c.out()
}

func (c *Checker) redirect(r *http_route.RequestRedirect) {
	if r.GetScheme() != nil {
		c.scheme(r.GetScheme())
	}
	if r.GetPort() > math.MaxUint16 {
		c.reject("port", fmt.Sprintf("port number must be a u16: %d", r.GetPort()))
	} else if r.GetHost() != "" {
		c.redirectAuthority(r)
	}
	for _, p := range []struct {
		field, text string
		given       bool
	}{
		{"path.full", r.GetPath().GetFull(), isFull(r.GetPath())},
		{"path.prefix", r.GetPath().GetPrefix(), isPrefix(r.GetPath())},
	} {
		if p.given && !strings.HasPrefix(p.text, "/") {
			c.reject(p.field, "redirect paths must be absolute")
		}
	}
	switch status := r.GetStatus(); {
	case status > math.MaxUint16:
		c.reject("status", fmt.Sprintf("HTTP status code must be a u16: %d", status))
	case status != 0 && !statusCode(status):
		c.reject("status", "invalid HTTP status code: invalid status code")
	}
}

func isFull(p *http_route.PathModifier) bool {
	_, ok := p.GetReplace().(*http_route.PathModifier_Full)
	return ok
}

func isPrefix(p *http_route.PathModifier) bool {
	_, ok := p.GetReplace().(*http_route.PathModifier_Prefix)
	return ok
}

// redirectAuthority checks the host together with the port, if one is given:
// "a:80" is a host on its own and nothing with a port.
func (c *Checker) redirectAuthority(r *http_route.RequestRedirect) {
	authority := r.GetHost()
	if r.GetPort() != 0 {
		authority += ":" + strconv.Itoa(int(r.GetPort()))
	}
	if err := syntax.Authority(authority); err != nil {
		c.reject("host", "invalid HTTP authority: "+err.Error())
	}
}

func (c *Checker) scheme(s *http_types.Scheme) {
	c.in("scheme", "invalid location scheme")
	switch t := s.GetType().(type) {
	case nil:
		c.reject("", "scheme must have a type")
	case *http_types.Scheme_Registered_:
		if _, ok := http_types.Scheme_Registered_name[int32(t.Registered)]; !ok {
			c.reject("registered", fmt.Sprintf("unexpected registered scheme: %d", t.Registered))
		}
	case *http_types.Scheme_Unregistered:
		if _, err := syntax.ParseScheme(t.Unregistered); err != nil {
			c.reject("unregistered", "invalid unregistered scheme: "+err.Error())
		}
	}
	c.out()
}

func (c *Checker) httpFailure(f *http_route.HttpFailureInjector) {
	switch status := f.GetStatus(); {
	case status > math.MaxUint16:
		c.reject("status", "HTTP status is not a u16")
	case !statusCode(status):
		c.reject("status", "invalid HTTP status code: invalid status code")
	}
	c.ratio(f.GetRatio())
}

func (c *Checker) grpcFailure(f *grpc_route.GrpcFailureInjector) {
	if f.GetCode() > math.MaxUint16 {
		c.reject("code", "gRPC status code is not a u16")
	}
	c.ratio(f.GetRatio())
}

func (c *Checker) ratio(r *http_route.Ratio) {
	if r != nil && (r.GetDenominator() == 0 || r.GetNumerator() > r.GetDenominator()) {
		c.reject("ratio", "invalid request distribution: p is outside [0, 1] in Bernoulli distribution")
	}
}

func statusCode(n uint32) bool { return n >= 100 && n <= 999 }
