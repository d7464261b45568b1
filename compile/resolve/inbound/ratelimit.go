package inbound

import (
	"fmt"
	"math"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// A limitState is an HTTPLocalRateLimitPolicy that targets a Server.
type limitState struct {
	object *manifest.Object[manifest.HTTPLocalRateLimitPolicySpec]
	target name
}

// readLimits keeps the readable rate limits that target a Server; the controller writes no
// status on any other.
func (c *Cluster) readLimits() {
	for i := range c.set.HTTPLocalRateLimitPolicies {
		o := &c.set.HTTPLocalRateLimitPolicies[i]
		if bad := readLimit(&o.Spec); bad != nil {
			c.unreadablePolicy(&o.Meta, bad)
			continue
		}
		if t := o.Spec.TargetRef; !names(t, manifest.PolicyGroup, server) {
			c.complain(diag.RateLimitDiscarded, diag.Error, &o.Meta, "spec.targetRef",
				"a rate limit cannot target "+describe(t)+": the policy controller ignores it", "target a Server, with group policy.linkerd.io")
			continue
		}
		c.limits = append(c.limits, limitState{o, name{o.Namespace, *o.Spec.TargetRef.Name}})
	}
}

func readLimit(s *manifest.HTTPLocalRateLimitPolicySpec) *unreadable {
	if bad := missing(s.TargetRef, "spec.targetRef"); bad != nil {
		return bad
	}
	if s.Total != nil && !isLimit(s.Total.RequestsPerSecond) {
		return badLimit("spec.total", s.Total.RequestsPerSecond)
	}
	if s.Identity != nil && !isLimit(s.Identity.RequestsPerSecond) {
		return badLimit("spec.identity", s.Identity.RequestsPerSecond)
	}
	for i, o := range s.Overrides {
		at := index("spec.overrides", i)
		if !isLimit(o.RequestsPerSecond) {
			return badLimit(at, o.RequestsPerSecond)
		}
		for j, r := range o.ClientRefs {
			if bad := missing(r, index(at+".clientRefs", j)); bad != nil {
				return bad
			}
		}
	}
	return nil
}

func isLimit(n int64) bool { return n >= 0 && n <= math.MaxUint32 }

func badLimit(field string, n int64) *unreadable {
	return &unreadable{field + ".requestsPerSecond", fmt.Sprintf("%d is not a number from 0 to %d", n, uint32(math.MaxUint32))}
}

// limit gives each Server its rate limit and returns the status of every policy, in the
// order of the set. Of several on one Server the oldest is accepted; whether it can be
// converted is judged apart, so that a bad one leaves the Server without (spec/inbound.md §6.2).
func (c *Cluster) limit() []ir.Status {
	byTarget := map[name][]limitState{}
	for _, l := range c.limits {
		byTarget[l.target] = append(byTarget[l.target], l)
	}
	conditions := map[*manifest.Meta]ir.Condition{}
	for _, l := range c.limits {
		list := byTarget[l.target]
		if list == nil {
			continue // done with its target
		}
		delete(byTarget, l.target)
		slices.SortStableFunc(list, func(a, b limitState) int { return route.CompareAge(&a.object.Meta, &b.object.Meta) })
		i, exists := c.byName[l.target]
		for n, l := range list {
			switch {
			case !exists:
				conditions[&l.object.Meta] = ir.Condition{Type: "Accepted", Reason: "NoMatchingTarget"}
				c.targetMissing(&l.object.Meta, l.object.Spec.TargetRef)
			case n == 0:
				conditions[&l.object.Meta] = ir.Condition{Type: "Accepted", Status: true, Reason: "Accepted"}
				c.limitServer(&c.servers[i], l)
			default:
				conditions[&l.object.Meta] = ir.Condition{Type: "Accepted", Reason: "RateLimitReasonAlreadyExists"}
				c.taken(l, list[0])
			}
		}
	}
	return c.limitStatuses(conditions)
}

func (c *Cluster) limitStatuses(conditions map[*manifest.Meta]ir.Condition) []ir.Status {
	var out []ir.Status
	for i := range c.set.HTTPLocalRateLimitPolicies {
		o := &c.set.HTTPLocalRateLimitPolicies[i]
		s := ir.Status{Object: o.Ref(), Origin: origin(&o.Meta, "")}
		if condition, ok := conditions[&o.Meta]; ok {
			s.Conditions = []ir.Condition{condition}
			target := resourceMeta(server, *o.Spec.TargetRef.Name).Ref
			s.Target = &target
		}
		out = append(out, s)
	}
	return out
}

func (c *Cluster) taken(l, first limitState) {
	why := "which comes first"
	if l.object.Created.IsZero() && first.object.Created.IsZero() {
		why = "whose name comes first; on a cluster the older one counts, and no manifest says which that is"
	}
	c.complain(diag.RateLimitTaken, diag.Error, &l.object.Meta, "spec.targetRef",
		fmt.Sprintf("Server %s has the rate limit %s already, %s: this one has no effect", l.target.name, first.object.Name, why), "join the two",
		diag.Related{At: first.object.Place, Message: "the one that counts"})
}

// limitServer converts an accepted policy; a client that is no ServiceAccount discards it.
func (c *Cluster) limitServer(s *serverState, l limitState) {
	o := l.object
	if s.protocol != ir.Detect && s.protocol != ir.HTTP1 && s.protocol != ir.HTTP2 {
		c.complain(diag.RateLimitUnused, diag.Warning, &o.Meta, "spec.targetRef",
			fmt.Sprintf("Server %s has protocol %s, for which proxies have no rate limit", s.meta.Name, s.protocol), "change the Server's proxyProtocol to HTTP/1, HTTP/2 or unknown",
			diag.Related{At: s.meta.At("spec.proxyProtocol"), Message: "the Server's protocol"})
		return
	}
	limit := ir.RateLimit{Present: true, Meta: resourceMeta(rateLimitPolicy, o.Name), Origin: origin(&o.Meta, "")}
	limit.Total, limit.Identity = limitOf(o.Spec.Total), limitOf(o.Spec.Identity)
	for i, over := range o.Spec.Overrides {
		converted := ir.Override{RPS: uint32(over.RequestsPerSecond)}
		for j, r := range over.ClientRefs {
			if !names(r, manifest.CoreGroup, serviceAccount) {
				c.complain(diag.RateLimitDiscarded, diag.Error, &o.Meta, index(index("spec.overrides", i)+".clientRefs", j),
					"a client of a rate limit cannot be "+describe(r)+": the policy controller accepts the rate limit and then serves none of it", "refer to a ServiceAccount")
				return
			}
			converted.Identities = append(converted.Identities, accountIdentity(c.mesh, in(r.Namespace, o.Namespace), *r.Name))
		}
		limit.Overrides = append(limit.Overrides, converted)
	}
	s.rateLimit = limit
	s.decidedBy = append(s.decidedBy, limit.Origin)
}

func limitOf(l *manifest.RateLimit) ir.Limit {
	if l == nil {
		return ir.Limit{}
	}
	return ir.Limit{Set: true, RPS: uint32(l.RequestsPerSecond)}
}
