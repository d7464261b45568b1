package ir

import "net/netip"

// DistributionKind says how a rule chooses among its backends.
type DistributionKind uint8

const (
	NoBackends      DistributionKind = iota // nothing to send to
	FirstAvailable                          // the first that is available
	RandomAvailable                         // drawn by weight among those available
)

// A Distribution is a rule's backends.
type Distribution struct {
	Kind     DistributionKind
	Backends []Weighted // in the order written
}

// A Weighted is a backend with its weight; in FirstAvailable the weight is 0 and unused.
type Weighted struct {
	Weight uint32
	Backend
}

// BackendKind says how a backend is reached.
type BackendKind uint8

const (
	Failing  BackendKind = iota // cannot be reached: its filters answer, or the proxy's 502 (spec/matching.md §4)
	Balancer                    // load-balanced over the endpoints of Authority
	Forward                     // one fixed address
)

// A Backend is where requests go.
type Backend struct {
	Meta      Meta
	Kind      BackendKind
	Authority string         // Balancer: "name.ns.svc.domain:port"
	Load      Load           // Balancer
	Addr      netip.AddrPort // Forward; in a template, the original destination, unset
	Weight    uint32         // Forward
	Queue     Queue
	Filters   []Filter
}

// A Queue bounds requests that wait for a backend. The zero Queue stands for none.
type Queue struct {
	Capacity uint32
	Failfast Duration
}

// A Load is how a balancer estimates the load of an endpoint.
type Load struct {
	RTT, Decay   Duration
	Penalize     bool // the following three apply
	Penalty      Duration
	PenaltyDecay Duration
	RetryAfter   Duration // longest that is honoured
}

// AccrualKind says when a balancer takes an endpoint out.
type AccrualKind uint8

const (
	NoAccrual   AccrualKind = iota
	Consecutive             // after MaxFailures failures in a row
	Unified                 // that, or a success rate below Threshold
)

// An Accrual is the failure accrual of a target's endpoints.
type Accrual struct {
	Kind        AccrualKind
	MaxFailures uint32
	Backoff     Backoff
	Threshold   float64  // Unified: 0 to 1
	Window      Duration // Unified
	MinRequests uint32   // Unified
}
