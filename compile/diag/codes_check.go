package diag

// Codes of checks over what was decided (compile/check), and of suppressions. A code is never
// renumbered or reused; new ones go to the end of their block.
const (
	ParentMissing     Code = "RC5001" // a parentRef to something that is not among the manifests
	ParentUnfit       Code = "RC5002" // a parentRef to something that cannot be a parent
	ParentPortUnknown Code = "RC5003" // a parentRef to a port that the Service does not declare
	ParentGroup       Code = "RC5004" // a parentRef with one of Linkerd's kinds and another group
	ParentKind        Code = "RC5005" // a parentRef to a kind that is no parent
	NoParents         Code = "RC5006" // a route without parentRefs
	ParentSection     Code = "RC5007" // a sectionName that is not looked at
	ParentRepeated    Code = "RC5008" // one parent twice
	RouteConflicted   Code = "RC5009" // a route that another kind at the same parent excludes
	RouteExcludesAll  Code = "RC5010" // a consumer's route that excludes another's for all clients

	RouteOutranked  Code = "RC5011" // a route that another kind at the same port leaves out
	RouteOnOpaque   Code = "RC5012" // a route on a port that is opaque
	RouteOnProtocol Code = "RC5013" // a route on a port whose appProtocol it does not fit
	SecondTCPRoute  Code = "RC5014" // a TCPRoute beside another
	NoRules         Code = "RC5015" // a route without rules
	KindUnwatched   Code = "RC5016" // an object in a version that Linkerd does not watch
	KindSpelling    Code = "RC5017" // a kind in another letter case than its own
	RuleHidden      Code = "RC5018" // a rule, or a match of one, that an earlier rule of the route takes all requests from

	BackendMissing     Code = "RC5020" // a backendRef to something that is not among the manifests
	BackendPortUnknown Code = "RC5021" // a backendRef to a port that the Service does not declare
	BackendUnusable    Code = "RC5022" // a backendRef that fails every request
	BackendNamespace   Code = "RC5023" // a consumer's backendRef that means two different Services
	BackendRepeated    Code = "RC5024" // one backend twice
	PortNotTCP         Code = "RC5025" // a reference to a port that is not TCP
	BackendForeign     Code = "RC5026" // a backendRef that others want a ReferenceGrant for

	WeightAlone Code = "RC5030" // weight 0 of the only backend
	WeightTiny  Code = "RC5031" // a backend with less than one percent

	AnnotationUnknown   Code = "RC5040" // an annotation that nobody reads
	AnnotationElsewhere Code = "RC5041" // an annotation that is not read on such an object
	AnnotationInert     Code = "RC5042" // an annotation that others switch off
	ZeroTimeout         Code = "RC5043" // a timeout annotation of 0
	RetryLimitZero      Code = "RC5044" // a retry limit of 0 that counts as 1
	RetryConditions     Code = "RC5045" // retries without conditions
	RetryTimeoutLong    Code = "RC5046" // a retry timeout that no request reaches
	SettingUnread       Code = "RC5047" // a setting of the proxy that the injector cannot read

	TimeoutIgnored  Code = "RC5050" // a rule's timeout that Linkerd cannot read
	FieldUnused     Code = "RC5051" // a field of a rule that Linkerd does not read
	TimeoutsCutOff  Code = "RC5052" // a timeout of the Service that a route's own cuts off
	RedirectWins    Code = "RC5053" // backends behind a redirect
	HeaderTwice     Code = "RC5060" // two conditions on one header that never hold together
	ServiceDot      Code = "RC5061" // a gRPC service with a leading dot
	RegexNever      Code = "RC5062" // a path pattern that no path matches
	RegexFirst      Code = "RC5063" // a pattern whose first alternative hides another
	RegexLiteral    Code = "RC5064" // a pattern that is plain text
	HostAddress     Code = "RC5065" // an IP address as a hostname
	CreationDecides Code = "RC5070" // requests whose backend depends on which route is older
	NetworksTie     Code = "RC5071" // addresses whose network depends on which one is older
	NetworksHidden  Code = "RC5073" // EgressNetworks that others hide from some clients
	NetworkOverlaps Code = "RC5072" // an EgressNetwork that overlaps the cluster's networks

	SuppressionUnused Code = "RC5080" // a suppression that suppresses nothing
	SuppressionBroken Code = "RC5081" // a suppression that cannot be read
	HazardNeedsReason Code = "RC5082" // a suppression of a hazard without a reason

	NamespaceBlocks Code = "RC5090" // a Namespace annotation that keeps all its Pods from being created
	EverybodyIn     Code = "RC5091" // an AuthorizationPolicy that asks for nothing
	WorkloadUnused  Code = "RC5092" // a part of an ExternalWorkload that nobody uses
)
