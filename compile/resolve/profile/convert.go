package profile

import (
	"net"
	"strconv"
	"time"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A converted ServiceProfile is decided as far as the port that is asked for has no say.
type converted struct {
	*stored
	routes []ir.ProfileRoute
	budget ir.RetryBudget
	faults []fault // why the controller sends nothing (spec/profiles.md §2.9)
}

// A converter collects what voids a whole profile.
type converter struct{ faults []fault }

func (c *converter) fail(field, why string) { c.faults = append(c.faults, fault{field, why}) }

// convert decides routes and budget (spec/profiles.md §2.3–§2.5).
func convert(sp *stored) *converted {
	c := &converter{}
	out := &converted{stored: sp, budget: ir.DefaultBudget()}
	for i, r := range sp.spec.Routes {
		at := source.Index("spec.routes", i)
		if r == nil {
			c.fail(at, "the route is null")
			continue
		}
		route := c.route(r, at)
		route.Origin = ir.Origin{Object: sp.Ref(), Place: sp.Place.Sub(at)}
		out.routes = append(out.routes, route)
	}
	if b := sp.spec.RetryBudget; b != nil {
		out.budget = c.budget(b)
	}
	for i, o := range sp.spec.DstOverrides {
		if o == nil {
			c.fail(source.Index("spec.dstOverrides", i), "the override is null")
		}
	}
	out.faults = c.faults
	return out
}

func (c *converter) route(r *manifest.ProfileRoute, at string) ir.ProfileRoute {
	out := ir.ProfileRoute{
		Name:      r.Name,
		Condition: c.requestMatch(r.Condition, source.Join(at, "condition")),
		Retryable: r.IsRetryable,
	}
	for i, class := range r.ResponseClasses {
		at := source.Index(source.Join(at, "responseClasses"), i)
		if class == nil {
			c.fail(at, "the response class is null")
			continue
		}
		out.Classes = append(out.Classes, ir.ResponseClass{
			Condition: c.responseMatch(class.Condition, source.Join(at, "condition")),
			Failure:   class.IsFailure,
		})
	}
	// An unreadable timeout is none; the controller only logs it.
	out.Timeout, _ = time.ParseDuration(r.Timeout)
	return out
}

// budget replaces the default budget whole: an absent member is 0, not the default.
func (c *converter) budget(b *manifest.RetryBudget) ir.RetryBudget {
	const field = "spec.retryBudget.ttl"
	ttl, err := time.ParseDuration(b.TTL)
	switch {
	case b.TTL == "":
		c.fail(field, "the retry budget has no ttl")
	case err != nil:
		c.fail(field, notADuration(b.TTL))
	}
	return ir.RetryBudget{Present: true, Ratio: b.RetryRatio, MinRetries: b.MinRetriesPerSecond, TTL: ttl}
}

func notADuration(text string) string {
	return strconv.Quote(clip(text)) + " is no duration such as 10s, 1m30s or 250ms"
}

// overrides decides the targets of a split for one port (spec/profiles.md §2.6).
func overrides(list []*manifest.WeightedDst, port uint16) []ir.DstOverride {
	var out []ir.DstOverride
	for _, o := range list {
		units, _, _ := weight(o.Weight) // an unreadable one does not get here: see read
		out = append(out, ir.DstOverride{Authority: authority(o.Authority, port), Weight: units})
	}
	return out
}

// authority completes an authority by the port that is asked for, unless it splits into
// HOST:PORT, whatever stands on either side.
func authority(written string, port uint16) string {
	if _, _, err := net.SplitHostPort(written); err == nil {
		return written
	}
	return net.JoinHostPort(written, strconv.Itoa(int(port)))
}
