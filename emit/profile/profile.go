// Package profile writes destination profiles: [ir.Profile] to the proxy API's
// DestinationProfile. Every decision is made before; lowering cannot fail.
package profile

import (
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

// Destination returns the message of a profile whose answer is [ir.Message]
// (spec/profiles.md §2.2). The zero profile is the empty message.
func Destination(p ir.Profile) *destination.DestinationProfile {
	out := &destination.DestinationProfile{
		FullyQualifiedName: p.Name,
		OpaqueProtocol:     p.Opaque,
		RetryBudget:        budget(p.Budget),
		Endpoint:           endpoint(p.Endpoint),
		ParentRef:          reference(p.Parent),
		ProfileRef:         reference(p.Source),
	}
	for _, r := range p.Routes {
		out.Routes = append(out.Routes, route(r))
	}
	for _, o := range p.Overrides {
		out.DstOverrides = append(out.DstOverrides, &destination.WeightedDst{Authority: o.Authority, Weight: o.Weight})
	}
	return out
}

// reference leaves the reference out that a profile of this kind does not have.
func reference(m ir.Meta) *meta.Metadata {
	if m == (ir.Meta{}) {
		return nil
	}
	return wire.Meta(m)
}

func route(r ir.ProfileRoute) *destination.Route {
	out := &destination.Route{
		Condition:     requestMatch(r.Condition),
		MetricsLabels: map[string]string{"route": r.Name},
		IsRetryable:   r.Retryable,
		Timeout:       duration(r.Timeout),
	}
	for _, c := range r.Classes {
		out.ResponseClasses = append(out.ResponseClasses, &destination.ResponseClass{
			Condition: responseMatch(c.Condition),
			IsFailure: c.Failure,
		})
	}
	return out
}

func budget(b ir.RetryBudget) *destination.RetryBudget {
	if !b.Present {
		return nil
	}
	return &destination.RetryBudget{RetryRatio: b.Ratio, MinRetriesPerSecond: b.MinRetries, Ttl: duration(b.TTL)}
}

// duration leaves out zero; a negative one has both its parts negative.
func duration(d time.Duration) *durationpb.Duration {
	if d == 0 {
		return nil
	}
	return durationpb.New(d)
}
