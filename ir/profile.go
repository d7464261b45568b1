package ir

import "time"

// A Profile is what the proxies of a client namespace are told of one port of a Service
// beside its [Outbound] table: the proxy API's DestinationProfile (spec/profiles.md §2).
// Which of the two a proxy obeys is decided by [Govern].
//
// The zero Profile is the message without any field, which the controller answers for a
// port that the Service does not declare (spec/profiles.md §2.1).
type Profile struct {
	Port   uint16 // 0 in an endpoint profile and in the zero Profile
	Client string // namespace of the clients; "" is every one without a ServiceProfile of its own here
	Answer Answer

	Name      string // fully qualified name, without port; empty: no ServiceProfile can govern
	Opaque    bool   // connections are opaque, whatever the outbound table says
	Routes    []ProfileRoute
	Budget    RetryBudget
	Overrides []DstOverride // in the order written
	Parent    Meta          // the Service and the port; zero in an endpoint profile
	Source    Meta          // the ServiceProfile, spelled as in the table: without a kind; only a group where none is selected; zero in an endpoint profile
	Endpoint  Endpoint      // of an address that is no Service's

	// DecidedBy lists the objects that had a say, in order; none means that the profile
	// only repeats the defaults. It takes no part in equality.
	DecidedBy []Origin
}

// Answer says what the controller sends for a profile that is looked up.
type Answer uint8

const (
	Message  Answer = iota // the profile
	Silence                // nothing at all: the ServiceProfile cannot be converted (spec/profiles.md §2.9)
	Refusal                // InvalidArgument: the Service is an ExternalName (spec/profiles.md §1.6)
	Conflict               // FailedPrecondition: several ExternalWorkloads have the address
)

// String returns "message", "no message" or the gRPC code.
func (a Answer) String() string {
	return [...]string{"message", "no message", "InvalidArgument", "FailedPrecondition"}[a]
}

// ServiceProfile returns the one that was selected; zero if none was.
func (p *Profile) ServiceProfile() Ref {
	ref := p.Source.Ref
	if ref.Name == "" {
		return Ref{}
	}
	ref.Kind = "ServiceProfile"
	return ref
}

// Profiled reports whether a ServiceProfile was selected, whatever its content.
func (p *Profile) Profiled() bool { return p.Source.Ref.Name != "" }

// A ProfileRoute gives the requests that match a condition a name, response classes,
// retries and a timeout. Routes are tried in order, the first match wins, and a request
// that none matches is sent on without any of these (spec/profiles.md §3.4).
type ProfileRoute struct {
	Name      string // the value of the metrics label "route"
	Condition RequestMatch
	Classes   []ResponseClass // in order; the first match decides
	Retryable bool
	Timeout   time.Duration // 0: none; a negative one is sent, and the proxy ignores it
	Origin    Origin
}

// A ResponseClass says whether the responses that it matches are failures.
type ResponseClass struct {
	Condition ResponseMatch
	Failure   bool
}

// A RetryBudget bounds the retries of all routes of a profile together. Only the zero
// Profile has none.
type RetryBudget struct {
	Present    bool
	Ratio      float32       // retries for each request
	MinRetries uint32        // for each second, whatever the ratio
	TTL        time.Duration // how long a request counts; 0 is sent as absent
}

// DefaultBudget returns the budget of a profile that sets none (spec/profiles.md §2.5).
func DefaultBudget() RetryBudget {
	return RetryBudget{Present: true, Ratio: 0.2, MinRetries: 10, TTL: 10 * time.Second}
}

// A DstOverride is one target of a traffic split that replaces the Service.
type DstOverride struct {
	Authority string // "host:port"; not always one that a proxy can use
	Weight    uint32 // thousandths × 10, cut to 32 bits (spec/profiles.md §2.6)
}
