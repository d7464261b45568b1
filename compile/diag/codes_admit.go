package diag

// Codes of what a cluster refuses, RC1001 to RC1299: one for each family of rules
// (the identifiers of spec/admission.md stand in the catalog entries).
const (
	// Versions and kinds.
	VersionNotServed  Code = "RC1001"
	KindNotInstalled  Code = "RC1002"
	VersionDeprecated Code = "RC1003"

	FieldNull Code = "RC1004" // a field that is null, and so counts as absent

	// Every object.
	NameRefused      Code = "RC1010"
	NamespaceRefused Code = "RC1011"
	LabelsRefused    Code = "RC1012"
	MetadataType     Code = "RC1013"
	UnknownField     Code = "RC1014"
	WrongType        Code = "RC1015"
	FieldMissing     Code = "RC1016"
	ValueRefused     Code = "RC1017"
	RulesNotChecked  Code = "RC1018"
	MetadataRefused  Code = "RC1019"

	// Parts that routes share.
	ParentRefMalformed    Code = "RC1020"
	ParentRefAmbiguous    Code = "RC1021"
	ParentRefRepeated     Code = "RC1022"
	EgressParentPort      Code = "RC1023"
	BackendRefMalformed   Code = "RC1024"
	BackendPortMissing    Code = "RC1025"
	HostnameMalformed     Code = "RC1026"
	HeaderMatchMalformed  Code = "RC1027"
	HeaderFilterMalformed Code = "RC1028"
	HeaderUnreadable      Code = "RC1029"
	RouteTooLarge         Code = "RC1030"
	RuleNameRefused       Code = "RC1031"
	RegexRefused          Code = "RC1032"
	FilterTypeRefused     Code = "RC1033"
	FilterBodyMismatch    Code = "RC1034"
	FilterRepeated        Code = "RC1035"
	MirrorRefused         Code = "RC1036"
	SessionRefused        Code = "RC1037"

	// GRPCRoute.
	MethodMatchEmpty     Code = "RC1040"
	MethodMatchText      Code = "RC1041"
	MethodMatchMalformed Code = "RC1042"
	MethodMatchRegex     Code = "RC1043"

	// HTTPRoute.
	PathRefused         Code = "RC1050"
	PathRelative        Code = "RC1051"
	MatchMalformed      Code = "RC1052"
	RedirectAndBackends Code = "RC1053"
	ReplacePathMismatch Code = "RC1054"
	ReplacePrefixNeeds  Code = "RC1055"
	RedirectMalformed   Code = "RC1056"
	RedirectPathRefused Code = "RC1057"
	TimeoutMalformed    Code = "RC1058"
	TimeoutOrder        Code = "RC1059"
	RetryMalformed      Code = "RC1060"
	CORSRefused         Code = "RC1061"
	ExternalAuthRefused Code = "RC1062"

	// TLSRoute and TCPRoute.
	TLSHostnames   Code = "RC1065"
	L4RulesRefused Code = "RC1066"
	L4SingleRule   Code = "RC1067"

	// HTTPRoute of policy.linkerd.io.
	PolicyFilterUndecodable Code = "RC1070"
	PolicyTimeoutMalformed  Code = "RC1071"
	PolicyTimeoutUnknown    Code = "RC1072"
	PolicyTimeoutNegative   Code = "RC1073"
	PolicyTimeoutOrder      Code = "RC1074"

	// Inbound policy.
	ServerMalformed           Code = "RC1100"
	ServerPort                Code = "RC1101"
	ServerProtocol            Code = "RC1102"
	ServerAccessPolicy        Code = "RC1103"
	ServerLabels              Code = "RC1104"
	ServerAuthMalformed       Code = "RC1110"
	ServerAuthExclusive       Code = "RC1111"
	AuthPolicyMalformed       Code = "RC1120"
	AuthPolicyTarget          Code = "RC1121"
	AuthPolicyNamespace       Code = "RC1122"
	AuthPolicyAuthentications Code = "RC1123"
	MeshTLSMalformed          Code = "RC1130"
	MeshTLSRefName            Code = "RC1131"
	MeshTLSIdentity           Code = "RC1132"
	MeshTLSRefKind            Code = "RC1133"
	NetworksMalformed         Code = "RC1140"
	NetworksEmpty             Code = "RC1141"
	NetworkUnreadable         Code = "RC1142"
	NetworkException          Code = "RC1143"
	EgressNetworkMalformed    Code = "RC1145"
	RateLimitMalformed        Code = "RC1150"
	RateLimitRange            Code = "RC1151"
	RateLimitTarget           Code = "RC1152"
	RateLimitOrder            Code = "RC1153"
	ExternalWorkloadMalformed Code = "RC1160"

	// ServiceProfile.
	ProfileMalformed   Code = "RC1170"
	ProfileRouteName   Code = "RC1171"
	ProfileCondition   Code = "RC1172"
	ProfileNot         Code = "RC1173"
	ProfileOpaquePorts Code = "RC1174"
	ProfileUnknown     Code = "RC1175"
	ProfileDuration    Code = "RC1176"
	ProfileBudget      Code = "RC1177"
	ProfileStatus      Code = "RC1178"
	ProfileWeight      Code = "RC1179"

	// Service.
	ServiceName          Code = "RC1201"
	ServicePortsMissing  Code = "RC1202"
	ServicePortName      Code = "RC1203"
	ServicePortRange     Code = "RC1204"
	ServiceTargetPort    Code = "RC1205"
	ServicePortRepeated  Code = "RC1206"
	ServiceAppProtocol   Code = "RC1207"
	ServiceType          Code = "RC1208"
	ServiceExternalName  Code = "RC1209"
	ServiceAffinity      Code = "RC1210"
	ServiceIP            Code = "RC1211"
	ServiceTrafficPolicy Code = "RC1212"
	ServiceSelector      Code = "RC1213"
	BuiltinType          Code = "RC1214"

	// Pods and their templates.
	PodContainers   Code = "RC1221"
	PodPortName     Code = "RC1222"
	PodPortRange    Code = "RC1223"
	PodInitProbe    Code = "RC1224"
	PodProbe        Code = "RC1225"
	PodHostPort     Code = "RC1226"
	PodMalformed    Code = "RC1227"
	WorkloadRefused Code = "RC1228"
	InjectorDenied  Code = "RC1229"

	// Annotations that the webhook reads.
	AnnotationDuration       Code = "RC1240"
	AnnotationRetryLimit     Code = "RC1241"
	AnnotationRetryCondition Code = "RC1242"
)
