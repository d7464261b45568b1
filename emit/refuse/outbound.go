package refuse

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
)

func (c *Checker) outbound(p *outbound.OutboundPolicy) {
	if p.GetMetadata() == nil {
		c.reject("metadata", "missing metadata")
	} else {
		c.metadata(p.GetMetadata())
	}
	if p.GetProtocol().GetKind() == nil {
		missing := "missing kind"
		if p.GetProtocol() == nil {
			missing = "missing protocol"
		}
		c.reject("protocol", "invalid ProxyProtocol: "+missing)
		return
	}
	c.in("protocol", "")
	defer c.out()
	switch kind := p.GetProtocol().GetKind().(type) {
	case *outbound.ProxyProtocol_Detect_:
		c.detect(kind.Detect)
	case *outbound.ProxyProtocol_Http1_:
		c.http("http1", kind.Http1)
	case *outbound.ProxyProtocol_Http2_:
		c.http("http2", kind.Http2)
	case *outbound.ProxyProtocol_Grpc_:
		c.grpc(kind.Grpc)
	case *outbound.ProxyProtocol_Opaque_:
		c.opaque(kind.Opaque)
	case *outbound.ProxyProtocol_Tls_:
		c.tls(kind.Tls)
	}
}

// detect checks all four parts: any of them can serve a connection.
func (c *Checker) detect(d *outbound.ProxyProtocol_Detect) {
	c.in("detect", "")
	defer c.out()
	if d.GetTimeout() == nil {
		c.missingFromDetect("timeout", "protocol detection timeout")
	} else if why := negative(d.GetTimeout()); why != "" {
		c.reject("timeout", "invalid protocol detection timeout: "+why)
	}
	if d.GetHttp1() == nil {
		c.missingFromDetect("http1", "HTTP/1 configuration")
	} else {
		c.http("http1", d.GetHttp1())
	}
	if d.GetHttp2() == nil {
		c.missingFromDetect("http2", "HTTP/2 configuration")
	} else {
		c.http("http2", d.GetHttp2())
	}
	if d.GetOpaque() == nil {
		c.missingFromDetect("opaque", "opaque configuration")
	} else {
		c.opaque(d.GetOpaque())
	}
}

func (c *Checker) missingFromDetect(field, what string) {
	c.reject(field, "invalid ProxyProtocol: Detect missing "+what)
}

// httpProtocol is what the two versions of HTTP share.
type httpProtocol interface {
	GetRoutes() []*outbound.HttpRoute
	GetFailureAccrual() *outbound.FailureAccrual
}

func (c *Checker) http(version string, h httpProtocol) {
	c.in(version, "invalid HTTP route")
	routes(c, h.GetRoutes(), c.httpRule)
	c.accrual(h.GetFailureAccrual())
	c.out()
}

// outboundRoute is what HTTP and gRPC routes share.
type outboundRoute[R any] interface {
	GetMetadata() *meta.Metadata
	GetHosts() []*http_route.HostMatch
	GetRules() []R
}

func routes[R any, T outboundRoute[R]](c *Checker, list []T, rule func(R)) {
	for i, r := range list {
		c.each("routes", i, "")
		c.routeMetadata(r.GetMetadata())
		c.hosts(r.GetHosts())
		rules(c, r.GetRules(), rule)
		c.out()
	}
}

func rules[R any](c *Checker, list []R, rule func(R)) {
	for i, r := range list {
		c.each("rules", i, "")
		rule(r)
		c.out()
	}
}

const invalidFilter = "invalid filter"

func (c *Checker) httpRule(r *outbound.HttpRoute_Rule) {
	c.httpMatches(r.GetMatches())
	filters(c, r.GetFilters(), invalidFilter, c.httpFilter)
	distribution(c, httpBackends(r.GetBackends()), c.httpFilter)
	c.httpRetry(r.GetRetry())
	c.timeouts(r.GetTimeouts(), r.GetRequestTimeout())
}

func (c *Checker) httpFilter(f *outbound.HttpRoute_Filter) {
	switch kind := f.GetKind().(type) {
	case nil:
		c.reject("", "missing filter kind")
	case *outbound.HttpRoute_Filter_FailureInjector:
		c.in("failureInjector", "invalid HTTP failure injector")
		c.httpFailure(kind.FailureInjector)
		c.out()
	case *outbound.HttpRoute_Filter_RequestHeaderModifier:
		c.in("requestHeaderModifier", "invalid HTTP header modifier")
		c.modifier(kind.RequestHeaderModifier)
		c.out()
	case *outbound.HttpRoute_Filter_ResponseHeaderModifier:
		c.in("responseHeaderModifier", "invalid HTTP header modifier")
		c.modifier(kind.ResponseHeaderModifier)
		c.out()
	case *outbound.HttpRoute_Filter_Redirect:
		c.in("redirect", "invalid HTTP redirect")
		c.redirect(kind.Redirect)
		c.out()
	}
}

func (c *Checker) grpc(g *outbound.ProxyProtocol_Grpc) {
	c.in("grpc", "invalid gRPC route")
	routes(c, g.GetRoutes(), c.grpcRule)
	c.accrual(g.GetFailureAccrual())
	c.out()
}

func (c *Checker) grpcRule(r *outbound.GrpcRoute_Rule) {
	c.grpcMatches(r.GetMatches())
	filters(c, r.GetFilters(), invalidFilter, c.grpcFilter)
	distribution(c, grpcBackends(r.GetBackends()), c.grpcFilter)
	c.grpcRetry(r.GetRetry())
	c.timeouts(r.GetTimeouts(), r.GetRequestTimeout())
}

func (c *Checker) grpcFilter(f *outbound.GrpcRoute_Filter) {
	switch kind := f.GetKind().(type) {
	case nil:
		c.reject("", "missing filter kind")
	case *outbound.GrpcRoute_Filter_FailureInjector:
		c.in("failureInjector", "invalid HTTP failure injector")
		c.grpcFailure(kind.FailureInjector)
		c.out()
	case *outbound.GrpcRoute_Filter_RequestHeaderModifier:
		c.in("requestHeaderModifier", "invalid HTTP header modifier")
		c.modifier(kind.RequestHeaderModifier)
		c.out()
	}
}

// opaque takes at most one route, of exactly one rule.
func (c *Checker) opaque(o *outbound.ProxyProtocol_Opaque) {
	c.in("opaque", "invalid opaque route")
	defer c.out()
	if n := len(o.GetRoutes()); n > 1 {
		c.reject("routes", fmt.Sprintf("a `ProxyProtocol::Opaque` must have exactly one route, but %d were provided", n))
	}
	for i, r := range o.GetRoutes() {
		c.each("routes", i, "")
		c.routeMetadata(r.GetMetadata())
		if n := len(r.GetRules()); n != 1 {
			c.reject("rules", fmt.Sprintf("an opaque route must have exactly one rule, but %d were provided", n))
		}
		rules(c, r.GetRules(), func(rule *outbound.OpaqueRoute_Rule) {
			distribution(c, opaqueBackends(rule.GetBackends()), c.opaqueFilter)
			filters(c, rule.GetFilters(), invalidFilter, c.opaqueFilter)
		})
		c.out()
	}
}

func (c *Checker) opaqueFilter(f *outbound.OpaqueRoute_Filter) {
	if f.GetKind() == nil {
		c.reject("", "missing filter kind")
	}
}

// tls takes routes of exactly one rule each.
func (c *Checker) tls(t *outbound.ProxyProtocol_Tls) {
	c.in("tls", "invalid TLS route")
	for i, r := range t.GetRoutes() {
		c.each("routes", i, "")
		c.routeMetadata(r.GetMetadata())
		c.snis(r.GetSnis())
		if n := len(r.GetRules()); n != 1 {
			c.reject("rules", fmt.Sprintf("a TLS route must have exactly one rule, but %d were provided", n))
		}
		rules(c, r.GetRules(), func(rule *outbound.TlsRoute_Rule) {
			distribution(c, tlsBackends(rule.GetBackends()), c.tlsFilter)
			filters(c, rule.GetFilters(), invalidFilter, c.tlsFilter)
		})
		c.out()
	}
	c.out()
}

func (c *Checker) tlsFilter(f *outbound.TlsRoute_Filter) {
	if f.GetKind() == nil {
		c.reject("", "missing filter kind")
	}
}

func (c *Checker) routeMetadata(m *meta.Metadata) {
	c.in("", "invalid route metadata")
	if m == nil {
		c.reject("metadata", "invalid metadata: missing metadata")
	} else {
		c.metadata(m)
	}
	c.out()
}

// metadata checks a resource's four names, of which none may be empty.
func (c *Checker) metadata(m *meta.Metadata) {
	c.in("metadata", "invalid metadata")
	switch kind := m.GetKind().(type) {
	case nil:
		c.reject("", "missing kind")
	case *meta.Metadata_Resource:
		c.in("resource", "")
		r := kind.Resource
		for _, f := range [...]struct{ name, value string }{
			{"group", r.GetGroup()}, {"kind", r.GetKind()}, {"name", r.GetName()}, {"namespace", r.GetNamespace()},
		} {
			if f.value == "" {
				c.reject(f.name, f.name+" must not be empty")
			}
		}
		c.out()
	}
	c.out()
}
