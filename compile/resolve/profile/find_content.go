package profile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// unserved reports what voids a whole profile, and whether anything does (spec/profiles.md
// §2.9).
func (f *finder) unserved(sp *converted) bool {
	for _, fault := range sp.faults {
		f.say(sp, diag.ProfileUnserved, diag.Error, fault.field,
			fmt.Sprintf("%s, so the controller sends nothing of this ServiceProfile, and no other stands in: new connections of %s do not proceed", fault.why, f.whose(sp)),
			"mend the field; to go without a profile, remove the ServiceProfile")
	}
	return len(sp.faults) > 0
}

func (f *finder) tooDeep(sp *converted) {
	for i := range sp.routes {
		if p := (ir.Profile{Routes: sp.routes[i : i+1]}); p.TooDeep() {
			f.say(sp, diag.ProfileTooDeep, diag.Error, source.Index("spec.routes", i),
				fmt.Sprintf("the conditions of this route are nested deeper than the proxy decodes, so it takes nothing of this ServiceProfile: new connections of %s do not proceed", f.whose(sp)),
				"nest conditions less than 48 deep")
			return
		}
	}
}

// timeouts reports timeouts that come to nothing (spec/profiles.md §2.4).
func (f *finder) timeouts(sp *converted) {
	for i, r := range sp.spec.Routes {
		if r.Timeout == "" {
			continue
		}
		field := source.Index("spec.routes", i) + ".timeout"
		switch d, err := time.ParseDuration(r.Timeout); {
		case err != nil:
			f.say(sp, diag.RouteTimeoutUnused, diag.Warning, field, notADuration(r.Timeout)+", so the route has no timeout", "write a duration with a unit")
		case d < 0:
			f.say(sp, diag.RouteTimeoutUnused, diag.Warning, field, "the timeout is negative, so the proxy applies none", "write a duration above 0, or remove the timeout")
		}
	}
}

// budget reports a budget that the proxy discards or panics on (spec/profiles.md §3.10).
func (f *finder) budget(sp *converted) {
	b := sp.spec.RetryBudget
	if b == nil {
		return
	}
	if sp.budget.Panics() {
		f.say(sp, diag.BudgetPanics, diag.Error, "spec.retryBudget.minRetriesPerSecond",
			fmt.Sprintf("the proxy panics on exactly %d, so connections of %s fail", math.MaxInt32, f.whose(sp)), "write a smaller number")
		return
	}
	retries := slices.ContainsFunc(sp.routes, func(r ir.ProfileRoute) bool { return r.Retryable })
	if sp.budget.Usable() || !retries {
		return
	}
	const off = ", so the proxy discards the budget and retries nothing, though a route is retryable"
	switch {
	case b.MinRetriesPerSecond > math.MaxInt32:
		f.say(sp, diag.BudgetUnusable, diag.Error, "spec.retryBudget.minRetriesPerSecond", "the number is above 2147483647"+off, "write a smaller number")
	case !(b.RetryRatio >= 0 && b.RetryRatio <= 1000):
		f.say(sp, diag.BudgetUnusable, diag.Error, "spec.retryBudget.retryRatio", "the ratio does not lie between 0 and 1000"+off, "write a ratio such as 0.2")
	default:
		f.say(sp, diag.BudgetUnusable, diag.Error, "spec.retryBudget.ttl", "the ttl does not lie between 1s and 60s"+off, "write a ttl such as 10s")
	}
}

// overrides reports targets of a split that are not what they seem (spec/profiles.md §2.6,
// §3.9).
func (f *finder) overrides(sp *converted) {
	var usable []ir.DstOverride
	zero := true
	for i, o := range sp.spec.DstOverrides {
		at := source.Index("spec.dstOverrides", i)
		target := ir.DstOverride{Authority: authority(o.Authority, f.anyPort(sp))}
		var full int64
		target.Weight, full, _ = weight(o.Weight)
		if o.Weight == nil {
			f.say(sp, diag.OverrideUnused, diag.Warning, at, "the override has no weight, which counts as 0, so it gets no traffic", "give it a weight such as 1 or 500m")
		}
		if full < 0 || full > math.MaxUint32 {
			f.say(sp, diag.WeightWraps, diag.Warning, at+".weight",
				fmt.Sprintf("the weight does not fit: the controller multiplies it by 10000 and cuts it to 32 bits, which gives %d", target.Weight),
				"write weights from 0 to 429496; only their proportion matters")
		}
		f.authority(sp, o.Authority, target, at)
		zero = zero && target.Weight == 0
		if target.Usable() {
			usable = append(usable, target)
		}
	}
	if len(sp.spec.DstOverrides) > 0 && zero {
		f.say(sp, diag.OverridesZero, diag.Warning, "spec.dstOverrides", "every override has weight 0, so there is no split: traffic goes to the Service itself", "give one a weight above 0, or remove them")
	}
	if ir.Overflows(usable) {
		f.say(sp, diag.OverridesPanic, diag.Error, "spec.dstOverrides",
			fmt.Sprintf("the weights together exceed 4294967295 (429496 in units of the manifest), on which the proxy panics: connections of %s fail", f.whose(sp)),
			"write smaller weights; only their proportion matters")
	}
}

// anyPort is a port to complete authorities with: the first of the Service.
func (f *finder) anyPort(sp *converted) uint16 {
	if svc := f.services[sp.Name]; svc != nil {
		if ports := declared(svc); len(ports) > 0 {
			return ports[0]
		}
	}
	return 80
}

func (f *finder) authority(sp *converted, written string, target ir.DstOverride, at string) {
	const help = "write SERVICE.NAMESPACE.svc.CLUSTERDOMAIN:PORT"
	field := at + ".authority"
	if written == "" {
		field = at
	}
	if usable := (ir.DstOverride{Authority: target.Authority, Weight: 1}); !usable.Usable() {
		f.say(sp, diag.OverrideUnused, diag.Warning, field,
			fmt.Sprintf("the proxy takes no target from the authority %q, so the override gets no traffic", clip(target.Authority)), help)
		return
	}
	if target.Authority != written {
		f.say(sp, diag.OverridePortless, diag.Info, field, "the authority has no port, so each port of the Service is sent to the same port there", help)
	}
	host := target.Authority[:len(target.Authority)-len(portSuffix(target.Authority))]
	if f.services[host] == nil && target.Weight != 0 {
		f.say(sp, diag.OverrideUnknown, diag.Warning, field,
			fmt.Sprintf("%s is no Service here; while it does not resolve, its share of the traffic goes to the other targets or fails", strconv.Quote(clip(host))), help)
	}
}

// portSuffix returns the ":PORT" of a usable authority.
func portSuffix(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ':' {
			return s[i:]
		}
	}
	return ""
}
