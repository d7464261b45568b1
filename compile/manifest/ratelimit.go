package manifest

// HTTPLocalRateLimitPolicySpec is the spec of an HTTPLocalRateLimitPolicy.
type HTTPLocalRateLimitPolicySpec struct {
	TargetRef TargetRef           `json:"targetRef"`
	Total     *RateLimit          `json:"total"`
	Identity  *RateLimit          `json:"identity"`
	Overrides []RateLimitOverride `json:"overrides"`
}

// A RateLimit is a number of requests per second.
type RateLimit struct {
	RequestsPerSecond int64 `json:"requestsPerSecond"`
}

// A RateLimitOverride is the limit of some clients.
type RateLimitOverride struct {
	RequestsPerSecond int64       `json:"requestsPerSecond"`
	ClientRefs        []TargetRef `json:"clientRefs"`
}
