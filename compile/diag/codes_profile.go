package diag

// Codes of ServiceProfiles and of what governs (compile/resolve/profile). A code is never
// renumbered or reused; new ones go to the end of their block.
const (
	ProfileUndecodable Code = "RC4001" // a ServiceProfile that breaks the controller's list of all of them
	ProfileUnserved    Code = "RC4002" // a ServiceProfile that cannot be converted: discovery hangs
	ProfileTooDeep     Code = "RC4003" // a condition nested deeper than the proxy decodes: discovery hangs
	PathUncompilable   Code = "RC4004" // a path pattern that the proxy's regular expressions do not take
	PathUnanchored     Code = "RC4005" // a path pattern that also matches other paths than it seems to
	MethodUnusable     Code = "RC4006" // a method that is no HTTP token
	StatusOneSided     Code = "RC4007" // a status range with one end only
	EmptyConditions    Code = "RC4008" // a list of conditions without any
	RouteTimeoutUnused Code = "RC4009" // a route timeout that nobody applies
	BudgetUnusable     Code = "RC4010" // a retry budget that turns retries off
	BudgetPanics       Code = "RC4011" // a retry budget on which the proxy panics
	WeightWraps        Code = "RC4012" // an override's weight that does not fit 32 bits
	OverrideUnused     Code = "RC4013" // an override that the proxy leaves out
	OverrideUnknown    Code = "RC4014" // an override whose authority leads nowhere
	OverridesZero      Code = "RC4015" // overrides that all have weight 0
	OverridesPanic     Code = "RC4016" // overrides whose weights overflow together
	OverridePortless   Code = "RC4017" // an override without a port of its own

	ProfileNameUnknown Code = "RC4101" // a ServiceProfile that no lookup finds
	ProfileUnvisited   Code = "RC4102" // a ServiceProfile in a namespace without clients
	ProfileHides       Code = "RC4103" // a ServiceProfile that hides another from some clients
	ProfileNoEffect    Code = "RC4104" // a ServiceProfile that governs nothing
	ProfileNotAsked    Code = "RC4105" // a ServiceProfile of a Service whose profile is never looked up

	RouteMasked         Code = "RC4201" // a route that a ServiceProfile overrules
	AnnotationMasked    Code = "RC4202" // annotations that a ServiceProfile overrules
	ProfileRoutesUnused Code = "RC4203" // a ServiceProfile's routes where connections are not HTTP
	HTTP1Removed        Code = "RC4204" // a GRPCRoute that takes HTTP/1 from a ServiceProfile's port
	OpaqueDisagreement  Code = "RC4205" // a port that one controller calls opaque and the other does not
	OpaquePanics        Code = "RC4206" // the same where the proxy panics on it
)
