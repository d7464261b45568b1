package refuse

import (
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/net"
)

func (c *Checker) server(s *inbound.Server) {
	if s.GetProtocol().GetKind() == nil {
		c.reject("protocol", "missing protocol detection timeout") // the proxy's own words
		return
	}
	c.in("protocol", "")
	switch kind := s.GetProtocol().GetKind().(type) {
	case *inbound.ProxyProtocol_Detect_:
		c.rateLimit("detect", "httpLocalRateLimit", kind.Detect.GetHttpLocalRateLimit())
	case *inbound.ProxyProtocol_Http1_:
		c.rateLimit("http1", "localRateLimit", kind.Http1.GetLocalRateLimit())
	case *inbound.ProxyProtocol_Http2_:
		c.rateLimit("http2", "localRateLimit", kind.Http2.GetLocalRateLimit())
	}
	c.out()
	c.authorizations(s.GetAuthorizations())
	c.in("protocol", "")
	switch kind := s.GetProtocol().GetKind().(type) {
	case *inbound.ProxyProtocol_Detect_:
		c.serverDetect(kind.Detect)
	case *inbound.ProxyProtocol_Http1_:
		c.serverHTTP("http1", "routes", kind.Http1.GetRoutes())
	case *inbound.ProxyProtocol_Http2_:
		c.serverHTTP("http2", "routes", kind.Http2.GetRoutes())
	case *inbound.ProxyProtocol_Grpc_:
		c.serverGRPC(kind.Grpc.GetRoutes())
	}
	c.out()
	c.nameLabel(s.GetLabels())
}

func (c *Checker) serverDetect(d *inbound.ProxyProtocol_Detect) {
	c.serverHTTP("detect", "httpRoutes", d.GetHttpRoutes())
	if d.GetTimeout() == nil {
		c.reject("detect.timeout", "missing protocol detection timeout")
	} else if s, n := normal(d.GetTimeout()); s < 0 || n < 0 {
		c.reject("detect.timeout", "invalid protocol detection timeout: NegativeDuration("+debugDuration(uint64(-s), uint64(-n))+")")
	}
}

func (c *Checker) serverHTTP(kind, field string, routes []*inbound.HttpRoute) {
	c.in(kind, "invalid HTTP route")
	serverRoutes(c, field, routes, "invalid labels", func(rule *inbound.HttpRoute_Rule) {
		c.httpMatches(rule.GetMatches())
		filters(c, rule.GetFilters(), "", c.serverHTTPFilter)
	})
	c.out()
}

// serverRoute is what HTTP and gRPC routes of a Server share.
type serverRoute[R any] interface {
	GetMetadata() *meta.Metadata
	GetHosts() []*http_route.HostMatch
	GetAuthorizations() []*inbound.Authz
	GetRules() []R
}

// serverRoutes checks routes; says is the proxy's words for metadata that is missing.
func serverRoutes[R any, T serverRoute[R]](c *Checker, field string, list []T, says string, rule func(R)) {
	for i, r := range list {
		c.each(field, i, "")
		c.hosts(r.GetHosts())
		c.authorizations(r.GetAuthorizations())
		c.serverMetadata(says, r.GetMetadata(), true)
		rules(c, r.GetRules(), rule)
		c.out()
	}
}

// serverHTTPFilter accepts a filter without kind: it answers 500.
func (c *Checker) serverHTTPFilter(f *inbound.HttpRoute_Filter) {
	switch kind := f.GetKind().(type) {
	case *inbound.HttpRoute_Filter_RequestHeaderModifier:
		c.in("requestHeaderModifier", "invalid request header modifier")
		c.modifier(kind.RequestHeaderModifier)
		c.out()
	case *inbound.HttpRoute_Filter_Redirect:
		c.in("redirect", "invalid request redirect")
		c.redirect(kind.Redirect)
		c.out()
	case *inbound.HttpRoute_Filter_FailureInjector:
		c.in("failureInjector", "invalid error responder")
		c.httpFailure(kind.FailureInjector)
		c.out()
	}
}

func (c *Checker) serverGRPC(routes []*inbound.GrpcRoute) {
	c.in("grpc", "invalid gRPC route")
	serverRoutes(c, "routes", routes, "invalid metadata", func(rule *inbound.GrpcRoute_Rule) {
		c.grpcMatches(rule.GetMatches())
		filters(c, rule.GetFilters(), "", c.serverGRPCFilter)
	})
	c.out()
}

func (c *Checker) serverGRPCFilter(f *inbound.GrpcRoute_Filter) {
	switch kind := f.GetKind().(type) {
	case *inbound.GrpcRoute_Filter_RequestHeaderModifier:
		c.in("requestHeaderModifier", "invalid request header modifier")
		c.modifier(kind.RequestHeaderModifier)
		c.out()
	case *inbound.GrpcRoute_Filter_FailureInjector:
		c.in("failureInjector", "invalid error responder")
		c.grpcFailure(kind.FailureInjector)
		c.out()
	}
}

func (c *Checker) rateLimit(kind, field string, l *inbound.HttpLocalRateLimit) {
	c.in(kind, "")
	c.in(field, "")
	c.serverMetadata("invalid label", l.GetMetadata(), false)
	c.out()
	c.out()
}

// serverMetadata wants a kind and, unlike outbound, no names.
func (c *Checker) serverMetadata(says string, m *meta.Metadata, required bool) {
	if m.GetKind() == nil && (required || m != nil) {
		c.reject("metadata", says+": missing")
	}
}

func (c *Checker) nameLabel(labels map[string]string) {
	if _, ok := labels["name"]; !ok {
		c.reject("labels", "invalid label: missing 'name' label")
	}
}

func (c *Checker) authorizations(list []*inbound.Authz) {
	for i, a := range list {
		c.each("authorizations", i, "invalid authorization")
		c.networks(a.GetNetworks())
		c.authentication(a.GetAuthentication())
		if a.GetMetadata() != nil {
			c.serverMetadata("invalid label", a.GetMetadata(), true)
		} else {
			c.nameLabel(a.GetLabels())
		}
		c.out()
	}
}

// networks refuses the empty list, whatever the API's comment says of it.
func (c *Checker) networks(networks []*inbound.Network) {
	if len(networks) == 0 {
		c.reject("networks", "missing networks")
	}
	for i, n := range networks {
		c.each("networks", i, "")
		if n.GetNet() == nil {
			c.reject("net", "missing network")
		} else {
			c.network("net", n.GetNet())
		}
		for j, e := range n.GetExcept() {
			c.each("except", j, "")
			c.network("", e)
			c.out()
		}
		c.out()
	}
}

func (c *Checker) network(field string, n *net.IPNetwork) {
	bits := uint32(32)
	switch n.GetIp().GetIp().(type) {
	case nil:
		c.reject(field, "invalid network: invalid IP address")
		return
	case *net.IPAddress_Ipv6:
		bits = 128
	}
	if n.GetPrefixLen() > bits {
		c.reject(field, "invalid network: invalid network prefix length")
	}
}

func (c *Checker) authentication(a *inbound.Authn) {
	tls, isTLS := a.GetPermit().(*inbound.Authn_MeshTLS)
	if a.GetPermit() == nil || isTLS && tls.MeshTLS.GetClients() == nil {
		c.reject("authentication", "missing authentications")
	}
}
