package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// These interfaces are what the messages of HTTP and gRPC, which differ in their rules and
// conditions, share.
type (
	routeOf[R any] interface {
		message
		GetMetadata() *meta.Metadata
		GetHosts() []*http_route.HostMatch
		GetRules() []R
	}
	serverRouteOf[R any] interface {
		routeOf[R]
		GetAuthorizations() []*inbound.Authz
	}
	retryPolicy interface {
		message
		GetMaxRetries() uint32
		GetMaxRequestBytes() uint32
		GetTimeout() *durationpb.Duration
		GetBackoff() *outbound.ExponentialBackoff
	}
)

// route lifts a route.
func route[R any](m routeOf[R], rule func(R) (ir.Rule, error)) (out ir.Route, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	if out.Meta, err = metadata(m.GetMetadata()); err != nil {
		return out, err
	}
	if out.Hosts, err = hosts(m.GetHosts()); err != nil {
		return out, err
	}
	out.Rules, err = each(m.GetRules(), rule, "rules")
	return out, err
}

// serverRoute lifts a route of a Server.
func serverRoute[R any](m serverRouteOf[R], rule func(R) (ir.Rule, error)) (ir.Route, error) {
	out, err := route(m, rule)
	if err != nil {
		return out, err
	}
	out.Authorizations, err = authorizations(m.GetAuthorizations())
	return out, err
}

// retry lifts a retry policy without its conditions.
func retry(m retryPolicy) (out ir.Retry, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	out = ir.Retry{Present: true, Limit: m.GetMaxRetries(), MaxRequestBytes: m.GetMaxRequestBytes()}
	if out.Timeout, err = timeout(m.GetTimeout()); err != nil {
		return out, at(err, "timeout")
	}
	out.Backoff, err = backoff(m.GetBackoff())
	return out, err
}
