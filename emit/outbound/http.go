package outbound

import (
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func httpRoute(r *ir.Route) *outbound.HttpRoute {
	return &outbound.HttpRoute{Metadata: wire.Meta(r.Meta), Hosts: wire.Hosts(r.Hosts), Rules: wire.List(r.Rules, httpRule)}
}

func httpRule(r *ir.Rule) *outbound.HttpRoute_Rule {
	return &outbound.HttpRoute_Rule{
		Matches:                wire.HTTPMatches(r.Matches),
		Filters:                wire.Filters(r.Filters, httpFilter),
		Backends:               httpDistribution(&r.Backends),
		RequestTimeout:         wire.Timeout(r.Timeouts.Request), // deprecated: mirrors timeouts.request
		Timeouts:               timeouts(r.Timeouts),
		Retry:                  httpRetry(r.Retry),
		AllowL5DRequestHeaders: r.AllowL5d,
	}
}

func timeouts(t ir.Timeouts) *http_route.Timeouts {
	if !t.Present {
		return nil
	}
	return &http_route.Timeouts{
		Response: wire.Timeout(t.Response),
		Request:  wire.Timeout(t.Request),
		Idle:     wire.Timeout(t.Idle),
	}
}

func httpRetry(r ir.Retry) *outbound.HttpRoute_Retry {
	if !r.Present {
		return nil
	}
	conditions := &outbound.HttpRoute_Retry_Conditions{}
	for _, s := range r.Statuses {
		conditions.StatusRanges = append(conditions.StatusRanges,
			&outbound.HttpRoute_Retry_Conditions_StatusRange{Start: s.First, End: s.Last})
	}
	return &outbound.HttpRoute_Retry{
		MaxRetries:      r.Limit,
		MaxRequestBytes: r.MaxRequestBytes,
		Conditions:      conditions,
		Timeout:         wire.Timeout(r.Timeout),
		Backoff:         backoff(r.Backoff),
	}
}

func httpFilter(f ir.Filter) *outbound.HttpRoute_Filter {
	switch f := f.(type) {
	case ir.ModifyHeaders:
		if f.Response {
			return &outbound.HttpRoute_Filter{Kind: &outbound.HttpRoute_Filter_ResponseHeaderModifier{
				ResponseHeaderModifier: wire.ResponseHeaders(f),
			}}
		}
		return &outbound.HttpRoute_Filter{Kind: &outbound.HttpRoute_Filter_RequestHeaderModifier{
			RequestHeaderModifier: wire.RequestHeaders(f),
		}}
	case ir.Redirect:
		return &outbound.HttpRoute_Filter{Kind: &outbound.HttpRoute_Filter_Redirect{Redirect: wire.Redirect(f)}}
	case ir.FailHTTP:
		return &outbound.HttpRoute_Filter{Kind: &outbound.HttpRoute_Filter_FailureInjector{
			FailureInjector: &http_route.HttpFailureInjector{Status: f.Status, Message: f.Message},
		}}
	}
	panic(fmt.Sprintf("outbound: an HTTP route cannot hold a filter %T", f))
}

func httpDistribution(d *ir.Distribution) *outbound.HttpRoute_Distribution {
	switch d.Kind {
	case ir.FirstAvailable:
		return &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_FirstAvailable_{
			FirstAvailable: &outbound.HttpRoute_Distribution_FirstAvailable{Backends: wire.List(d.Backends, httpBackend)},
		}}
	case ir.RandomAvailable:
		return &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_RandomAvailable_{
			RandomAvailable: &outbound.HttpRoute_Distribution_RandomAvailable{Backends: wire.List(d.Backends, httpWeighted)},
		}}
	}
	return &outbound.HttpRoute_Distribution{Kind: &outbound.HttpRoute_Distribution_Empty_{Empty: &outbound.HttpRoute_Distribution_Empty{}}}
}

func httpWeighted(b *ir.Weighted) *outbound.HttpRoute_WeightedRouteBackend {
	return &outbound.HttpRoute_WeightedRouteBackend{Backend: httpBackend(b), Weight: b.Weight}
}

func httpBackend(b *ir.Weighted) *outbound.HttpRoute_RouteBackend {
	return &outbound.HttpRoute_RouteBackend{Backend: backend(&b.Backend), Filters: wire.Filters(b.Filters, httpFilter)}
}
