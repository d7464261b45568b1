package refuse

import (
	"math"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"

	"routec.dev/routec/emit/replay/syntax"
)

// profile reports what the proxy leaves out of a profile, the nesting that its
// decoder refuses, and the numbers that crash it (spec/profiles.md §3.3, §3.9,
// §3.10).
func (c *Checker) profile(p *destination.DestinationProfile) {
	for i, r := range p.GetRoutes() {
		c.each("routes", i, "")
		c.profileRoute(r)
		c.out()
	}
	if p.GetRetryBudget() != nil {
		c.in("retryBudget", "")
		c.retryBudget(p.GetRetryBudget())
		c.out()
	}
	c.overrides(p.GetDstOverrides())
}

func (c *Checker) profileRoute(r *destination.Route) {
	if d := requestDepth(r.GetCondition(), 2); d > maxDepth {
		c.tooDeep("condition")
	} else if c.in("condition", ""); !c.requestMatch(r.GetCondition()) {
		c.out()
		c.drops("", "the route has no condition that the proxy can read")
	} else {
		c.out()
	}
	for i, class := range r.GetResponseClasses() {
		c.each("responseClasses", i, "")
		if d := responseDepth(class.GetCondition(), 3); d > maxDepth {
			c.tooDeep("condition")
		} else if c.in("condition", ""); !c.responseMatch(class.GetCondition()) {
			c.out()
			c.drops("", "the class has no condition that the proxy can read")
		} else {
			c.out()
		}
		c.out()
	}
	if why := negative(r.GetTimeout()); why != "" {
		c.drops("timeout", why)
	}
}

// requestMatch says whether the proxy keeps a condition; what it takes out of
// a kept one is reported. An emptied list is kept: all of nothing is true.
func (c *Checker) requestMatch(m *destination.RequestMatch) bool {
	switch kind := m.GetMatch().(type) {
	case *destination.RequestMatch_All:
		c.requestMatches("all.matches", kind.All.GetMatches())
		return true
	case *destination.RequestMatch_Any:
		c.requestMatches("any.matches", kind.Any.GetMatches())
		return true
	case *destination.RequestMatch_Not:
		c.in("not", "")
		defer c.out()
		return c.requestMatch(kind.Not)
	case *destination.RequestMatch_Path:
		return c.pathPattern(kind.Path.GetRegex())
	case *destination.RequestMatch_Method:
		why := methodError(kind.Method)
		if why != "" {
			c.drops("method", why)
		}
		return why == ""
	}
	c.drops("", "the condition is empty")
	return false
}

func (c *Checker) requestMatches(field string, ms []*destination.RequestMatch) {
	for i, m := range ms {
		c.each(field, i, "")
		c.requestMatch(m)
		c.out()
	}
}

func (c *Checker) pathPattern(pattern string) bool {
	err := c.regularExpression(Anchored(pattern))
	if err != nil {
		c.drops("path.regex", "invalid regular expression: "+err.Error())
	}
	return err == nil
}

// Anchored is the regular expression that the proxy compiles for a profile's
// path pattern (spec/profiles.md §3.5). The anchors are added by the look of
// the text, so an alternation escapes them.
func Anchored(pattern string) string {
	pattern = strings.TrimSpace(pattern)
	if !strings.HasPrefix(pattern, "^") {
		pattern = "^" + pattern
	}
	if !strings.HasSuffix(pattern, "$") {
		pattern += "$"
	}
	return pattern
}

// responseMatch is requestMatch for responses, but an emptied list is dropped.
func (c *Checker) responseMatch(m *destination.ResponseMatch) bool {
	switch kind := m.GetMatch().(type) {
	case *destination.ResponseMatch_All:
		return c.responseMatches("all", kind.All.GetMatches())
	case *destination.ResponseMatch_Any:
		return c.responseMatches("any", kind.Any.GetMatches())
	case *destination.ResponseMatch_Not:
		c.in("not", "")
		defer c.out()
		return c.responseMatch(kind.Not)
	case *destination.ResponseMatch_Status:
		// The proxy cuts both numbers to 16 bits first.
		min, max := uint32(uint16(kind.Status.GetMin())), uint32(uint16(kind.Status.GetMax()))
		if statusCode(min) && statusCode(max) {
			return true
		}
		c.drops("status", "a bound is not between 100 and 999; a missing one counts as 0")
		return false
	}
	c.drops("", "the condition is empty")
	return false
}

func (c *Checker) responseMatches(field string, ms []*destination.ResponseMatch) bool {
	kept := false
	for i, m := range ms {
		c.each(field+".matches", i, "")
		kept = c.responseMatch(m) || kept
		c.out()
	}
	if !kept {
		c.drops(field, "no condition of the list is left")
	}
	return kept
}

// retryBudget reports what makes the budget unusable, which turns retries off.
func (c *Checker) retryBudget(b *destination.RetryBudget) {
	const seconds = nanosPerSecond
	s, n := normal(b.GetTtl())
	switch {
	case b.GetMinRetriesPerSecond() > math.MaxInt32:
		c.drops("minRetriesPerSecond", "the number is more than 2147483647")
	case !(b.GetRetryRatio() >= 0 && b.GetRetryRatio() <= 1000):
		c.drops("retryRatio", "the ratio is not between 0 and 1000")
	case b.GetTtl() == nil:
		c.drops("ttl", "the time to live is missing")
	case s < 1 || s > 60 || s == 60 && n > 0 || b.GetTtl().GetNanos() < 0 || b.GetTtl().GetNanos() > seconds:
		c.drops("ttl", "the time to live is not between 1 s and 60 s")
	case b.GetMinRetriesPerSecond() == math.MaxInt32:
		c.panics("minRetriesPerSecond", "the number is 2147483647")
	}
}

// overrides reports targets that are never used, and weights that two or more
// usable targets cannot have together.
func (c *Checker) overrides(list []*destination.WeightedDst) {
	sum, usable := uint64(0), 0
	for i, o := range list {
		switch {
		case o.GetWeight() == 0:
			continue // a documented way to switch a target off
		case !syntax.NameAddr(o.GetAuthority()):
			c.each("dstOverrides", i, "")
			c.drops("authority", "the authority is not a DNS name and a port")
			c.out()
			continue
		}
		usable++
		sum += uint64(o.GetWeight())
	}
	if usable > 1 && sum > math.MaxUint32 {
		c.panics("dstOverrides", "the weights of the usable targets sum to more than 4294967295")
	}
}
