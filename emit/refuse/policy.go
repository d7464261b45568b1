package refuse

import (
	"fmt"
	"math"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/types/known/durationpb"
)

// timeouts checks both forms; the legacy one even where it is not used.
func (c *Checker) timeouts(t *http_route.Timeouts, legacy *durationpb.Duration) {
	c.in("timeouts", "")
	c.duration("response", "invalid response timeout", t.GetResponse())
	c.duration("idle", "invalid response timeout", t.GetIdle()) // the proxy says "response" here too
	c.duration("request", "invalid request timeout", t.GetRequest())
	c.out()
	c.duration("requestTimeout", "invalid request timeout", legacy)
}

func (c *Checker) duration(field, says string, d *durationpb.Duration) {
	if why := negative(d); why != "" {
		c.reject(field, says+": "+why)
	}
}

func (c *Checker) httpRetry(r *outbound.HttpRoute_Retry) {
	if r == nil {
		return
	}
	c.in("retry", "")
	defer c.out()
	if r.GetConditions() == nil {
		c.reject("conditions", "invalid condition")
	}
	for i, s := range r.GetConditions().GetStatusRanges() {
		if start, end := s.GetStart(), s.GetEnd(); start == 0 || start > end || end > 599 {
			c.each("conditions.statusRanges", i, "")
			c.reject("", "invalid condition")
			c.out()
		}
	}
	if r.GetMaxRetries() > math.MaxUint16 {
		c.reject("maxRetries", fmt.Sprintf("invalid max-retries: %d", r.GetMaxRetries()))
	}
	c.retryTimes(r.GetBackoff(), r.GetTimeout())
}

func (c *Checker) grpcRetry(r *outbound.GrpcRoute_Retry) {
	if r == nil {
		return
	}
	c.in("retry", "")
	defer c.out()
	if r.GetConditions() == nil {
		c.reject("conditions", "invalid condition")
	}
	c.retryTimes(r.GetBackoff(), r.GetTimeout())
}

func (c *Checker) retryTimes(b *outbound.ExponentialBackoff, timeout *durationpb.Duration) {
	if b != nil {
		c.backoff(b)
	}
	c.duration("timeout", "invalid timeout", timeout)
}

func (c *Checker) backoff(b *outbound.ExponentialBackoff) {
	c.in("backoff", "invalid backoff")
	defer c.out()
	if !c.bound("minBackoff", "min_backoff", b.GetMinBackoff()) || !c.bound("maxBackoff", "max_backoff", b.GetMaxBackoff()) {
		return
	}
	jitter := float64(b.GetJitterRatio())
	switch {
	case longer(b.GetMinBackoff(), b.GetMaxBackoff()):
		c.reject("maxBackoff", "invalid backoff: maximum must not be less than minimum")
	case zero(b.GetMaxBackoff()):
		c.reject("maxBackoff", "invalid backoff: maximum must be non-zero")
	case jitter < 0:
		c.reject("jitterRatio", "invalid backoff: jitter must not be negative")
	case jitter > 100:
		c.reject("jitterRatio", "invalid backoff: jitter must not be greater than 100")
	case math.IsNaN(jitter):
		c.reject("jitterRatio", "invalid backoff: jitter must be finite")
	}
}

func (c *Checker) bound(field, name string, d *durationpb.Duration) bool {
	if d == nil {
		c.reject(field, "missing "+name)
		return false
	}
	why := negative(d)
	if why != "" {
		c.reject(field, "invalid duration: "+why)
	}
	return why == ""
}

func (c *Checker) accrual(a *outbound.FailureAccrual) {
	if a == nil {
		return
	}
	c.in("failureAccrual", "invalid failure accrual policy")
	switch kind := a.GetKind().(type) {
	case nil:
		c.reject("", "missing kind")
	case *outbound.FailureAccrual_ConsecutiveFailures_:
		c.in("consecutiveFailures", "")
		c.accrualBackoff("consecutive failures", kind.ConsecutiveFailures.GetBackoff())
		c.out()
	case *outbound.FailureAccrual_Unified_:
		c.in("unified", "")
		c.unified(kind.Unified)
		c.out()
	}
	c.out()
}

// unified checks the window only where the success rate can trip the breaker:
// a threshold that rounds to 0 switches it off.
func (c *Checker) unified(u *outbound.FailureAccrual_Unified) {
	const (
		minWindow   = 10_000_000 // nanoseconds
		maxRequests = 1_000_000
	)
	threshold := u.GetSuccessRateThreshold()
	if !(threshold >= 0 && threshold <= 1) {
		c.reject("successRateThreshold", "invalid value: success rate threshold must be between 0.0 and 1.0")
		threshold = 0
	}
	if why := negative(u.GetDecay()); why != "" {
		c.reject("decay", "invalid success-rate window: "+why)
	} else if u.GetDecay() != nil && math.Round(threshold*10000) != 0 {
		if s, n := normal(u.GetDecay()); s == 0 && n < minWindow {
			c.reject("decay", "invalid value: success rate window is below the minimum length")
		}
	}
	if u.GetMinRequests() > maxRequests {
		c.reject("minRequests", "invalid value: success rate min_requests exceeds the supported maximum")
	}
	c.accrualBackoff("unified", u.GetBackoff())
}

func (c *Checker) accrualBackoff(kind string, b *outbound.ExponentialBackoff) {
	if b == nil {
		c.reject("backoff", "missing "+kind+" backoff")
		return
	}
	c.backoff(b)
}
