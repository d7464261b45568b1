package lift

import (
	"fmt"
	"time"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// Profile lifts a destination profile. Client, Answer, DecidedBy and origins are left zero;
// Port is that of the parent.
func Profile(m *destination.DestinationProfile) (out ir.Profile, err error) {
	if m == nil {
		return out, at(errMissing, "profile")
	}
	if err := known(m); err != nil {
		return out, err
	}
	out.Name, out.Opaque = m.FullyQualifiedName, m.OpaqueProtocol
	if out.Routes, err = each(m.Routes, profileRoute, "routes"); err != nil {
		return out, err
	}
	if out.Budget, err = budget(m.RetryBudget); err != nil {
		return out, at(err, "retryBudget")
	}
	if out.Overrides, err = each(m.DstOverrides, dstOverride, "dstOverrides"); err != nil {
		return out, err
	}
	if out.Parent, err = reference(m.ParentRef); err != nil {
		return out, at(err, "parentRef")
	}
	if out.Source, err = reference(m.ProfileRef); err != nil {
		return out, at(err, "profileRef")
	}
	out.Port = out.Parent.Port
	out.Endpoint, err = endpoint(m.Endpoint)
	return out, at(err, "endpoint")
}

// reference lifts a reference that not every profile has.
func reference(m *meta.Metadata) (ir.Meta, error) {
	if m == nil {
		return ir.Meta{}, nil
	}
	out, err := metadata(m)
	if err == nil && out == (ir.Meta{}) {
		err = fmt.Errorf("it names nothing")
	}
	return out, err
}

func profileRoute(m *destination.Route) (out ir.ProfileRoute, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	name, ok := m.MetricsLabels["route"]
	if !ok || len(m.MetricsLabels) != 1 {
		return out, fmt.Errorf("metricsLabels: %v are not the one label that the control plane writes", m.MetricsLabels)
	}
	out.Name, out.Retryable = name, m.IsRetryable
	if out.Condition, err = requestMatch(m.Condition); err != nil {
		return out, at(err, "condition")
	}
	if out.Classes, err = each(m.ResponseClasses, responseClass, "responseClasses"); err != nil {
		return out, err
	}
	out.Timeout, err = span(m.Timeout)
	return out, at(err, "timeout")
}

func responseClass(m *destination.ResponseClass) (out ir.ResponseClass, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	out.Failure = m.IsFailure
	out.Condition, err = responseMatch(m.Condition)
	return out, at(err, "condition")
}

// span lifts a duration of which zero is written as absent.
func span(d *durationpb.Duration) (time.Duration, error) {
	if d == nil {
		return 0, nil
	}
	if err := known(d); err != nil {
		return 0, err
	}
	out := time.Duration(d.Seconds)*time.Second + time.Duration(d.Nanos)
	if back := durationpb.New(out); out == 0 || back.Seconds != d.Seconds || back.Nanos != d.Nanos {
		return 0, fmt.Errorf("%d seconds and %d nanoseconds are not a duration that the control plane writes", d.Seconds, d.Nanos)
	}
	return out, nil
}

func budget(m *destination.RetryBudget) (out ir.RetryBudget, err error) {
	if m == nil {
		return out, nil
	}
	if err := known(m); err != nil {
		return out, err
	}
	ttl, err := span(m.Ttl)
	return ir.RetryBudget{Present: true, Ratio: m.RetryRatio, MinRetries: m.MinRetriesPerSecond, TTL: ttl}, at(err, "ttl")
}

func dstOverride(m *destination.WeightedDst) (ir.DstOverride, error) {
	if err := present(m); err != nil {
		return ir.DstOverride{}, err
	}
	return ir.DstOverride{Authority: m.Authority, Weight: m.Weight}, unexpected("backendRef", m.BackendRef != nil)
}
