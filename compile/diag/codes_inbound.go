package diag

// Codes of workloads, Servers and their policies (compile/admit/inject,
// compile/resolve/inbound). A code is never renumbered or reused; new ones go to the end
// of their block.
const (
	PodsRefused        Code = "RC3001" // the injector or the API server refuses a workload's Pods
	InjectionBroken    Code = "RC3002" // a Namespace annotation that the injector cannot copy
	Misplaced          Code = "RC3003" // an annotation or label where it has no effect
	InjectValueUnknown Code = "RC3004" // linkerd.io/inject with a value that turns injection off
	PortListUnreadable Code = "RC3005" // a port list annotation that counts as empty
	DefaultUnknown     Code = "RC3006" // a default-inbound-policy that counts as unset
	ProbeUnusable      Code = "RC3007" // an HTTP probe that no probe route can be made for
	WorkloadUnreadable Code = "RC3008" // an ExternalWorkload that the controller cannot read

	ServerUnreadable    Code = "RC3101" // a Server that the controller cannot read
	AccessPolicyUnknown Code = "RC3102" // an accessPolicy that counts as deny
	PortNameUnknown     Code = "RC3103" // a port name that no selected workload declares
	ServersOverlap      Code = "RC3104" // two Servers on one port of a workload
	SelectorNeverTrue   Code = "RC3105" // a selector expression that no labels satisfy
	SelectorUnknowable  Code = "RC3106" // a selector on labels that only a cluster adds
	SelectsNothing      Code = "RC3107" // a Server that selects no meshed workload

	PolicyUnreadable      Code = "RC3201" // an authorization or authentication that the controller cannot read
	ExceptOutside         Code = "RC3202" // an exception outside of its network, or all of it
	ClientsMissing        Code = "RC3203" // a ServerAuthorization that lets nobody in
	AuthenticationMissing Code = "RC3204" // a reference to an authentication that does not exist
	AuthenticationUnused  Code = "RC3205" // an authentication that the controller discards
	PolicyDiscarded       Code = "RC3206" // an AuthorizationPolicy that the controller discards
	PolicyContradicts     Code = "RC3207" // two identities or two networks required at once
	TargetMissing         Code = "RC3208" // a policy whose target does not exist
	TargetElsewhere       Code = "RC3209" // a Namespace target that is not the policy's own

	ServerParentRefused  Code = "RC3301" // a Server parentRef that invalidates the whole route
	InboundUnconvertible Code = "RC3302" // a route that a Server accepts and then does not serve
	RouteKindUnused      Code = "RC3303" // a route of a kind that the Server's protocol does not serve
	RoutesDisabled       Code = "RC3304" // HTTPRoutes that a GRPCRoute on the same Server disables
	ProbesUncovered      Code = "RC3305" // a route that takes automatic probe authorization away

	RateLimitDiscarded Code = "RC3401" // a rate limit that the controller discards
	RateLimitTaken     Code = "RC3402" // a rate limit on a Server that has one already
	RateLimitUnused    Code = "RC3403" // a rate limit on a Server whose protocol has none
)
