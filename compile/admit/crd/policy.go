package crd

import (
	. "routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// The kinds of policy.linkerd.io. None has CEL rules.

// policyHTTPRoute is HTTPRoute at a version from v1alpha1 to v1beta3.
func policyHTTPRoute(version string) *Schema {
	value := Text(1, 4096)
	ruleFilters := List(16, Fields(
		Required("type", OneOf("RequestHeaderModifier", "RequestRedirect")),
		Optional("requestHeaderModifier", headerFilter(value, false)),
		Optional("requestRedirect", redirect(301, 302)),
	)).Coded(diag.FilterTypeRefused)
	old := version == "v1alpha1" || version == "v1beta1"
	parentPort := port()
	refs := backends(policyBackendFilters(value))
	if old {
		parentPort, refs = Int(NoFormat), oldBackends(policyBackendFilters(value))
	}
	rule := []Field{
		Defaulted("matches", httpMatches(8, Text(1, 4096), Text(1, 256)), anyMatch()),
		Optional("filters", ruleFilters),
		Optional("backendRefs", refs),
	}
	if version == "v1beta3" {
		timeout := &Schema{Type: String, Format: Duration}
		rule = append(rule, Optional("timeouts", Fields(
			Optional("request", timeout),
			Optional("backendRequest", timeout),
		).Coded(diag.PolicyTimeoutMalformed)))
	}
	return Fields(
		Optional("parentRefs", parents(manifest.PolicyGroup, parentPort)),
		Optional("hostnames", hostnames(16)),
		Defaulted("rules", List(16, Fields(rule...)).Coded(diag.RouteTooLarge), anyRule()),
	)
}

func policyBackendFilters(value *Schema) *Schema {
	return List(16, Fields(
		Required("type", OneOf("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect")),
		Optional("requestHeaderModifier", headerFilter(value, false)),
		Optional("responseHeaderModifier", headerFilter(value, false)),
		Optional("requestRedirect", redirect(301, 302)),
	)).Coded(diag.FilterTypeRefused)
}

// oldBackends knows neither group, kind nor weight (spec/admission.md §2.4).
func oldBackends(filters *Schema) *Schema {
	return List(0, Fields(
		Optional("name", Of(String)),
		Optional("port", Int(NoFormat)),
		Defaulted("namespace", Of(String), "default"),
		Optional("filters", filters),
	)).Coded(diag.BackendRefMalformed)
}

// server is Server at a version from v1alpha1 to v1beta3.
func server(version string) *Schema {
	fields := []Field{
		Required("port", Of(IntOrString)),
		Defaulted("proxyProtocol", Of(String), "unknown"),
	}
	pods := selector()
	if version == "v1alpha1" {
		pods.Either("matchExpressions", "matchLabels")
	}
	if version == "v1alpha1" || version == "v1beta1" {
		return Fields(append(fields, Required("podSelector", pods))...).Coded(diag.ServerMalformed)
	}
	fields = append(fields, Optional("podSelector", pods), Optional("externalWorkloadSelector", selector()))
	if version == "v1beta3" {
		fields = append(fields, Defaulted("accessPolicy", Of(String), "deny"))
	}
	return Fields(fields...).Either("podSelector", "externalWorkloadSelector").Coded(diag.ServerMalformed)
}

func serverAuthorization() *Schema {
	label := func() *Schema { return Of(String).Matching(Label) }
	return Fields(
		Required("server", Fields(
			Optional("name", label()),
			Optional("selector", selector()),
		).Either("name", "selector")),
		Required("client", Fields(
			Optional("networks", networks()),
			Optional("unauthenticated", Of(Boolean)),
			Optional("meshTLS", Fields(
				Optional("unauthenticatedTLS", Of(Boolean)),
				Optional("identities", List(0, Of(String).Matching(Identity))),
				Optional("serviceAccounts", List(0, Fields(
					Required("name", label()),
					Optional("namespace", label()),
				))),
			)),
		)),
	).Coded(diag.ServerAuthMalformed)
}

func authorizationPolicy() *Schema {
	authentication := append(target(), Optional("namespace", Text(0, 253)))
	return Fields(
		Required("targetRef", Fields(target()...)),
		Required("requiredAuthenticationRefs", List(0, Fields(authentication...))),
	).Coded(diag.AuthPolicyMalformed)
}

func meshTLSAuthentication() *Schema {
	identity := []Field{
		Optional("group", group()),
		Required("kind", kind()),
		Optional("name", name()),
		Optional("namespace", Text(0, 253)),
	}
	return Fields(
		Optional("identities", List(0, Of(String)).AtLeast(1)),
		Optional("identityRefs", List(0, Fields(identity...)).AtLeast(1)),
	).Either("identities", "identityRefs").Coded(diag.MeshTLSMalformed)
}

func networkAuthentication() *Schema {
	return Fields(Required("networks", networks())).Coded(diag.NetworksMalformed)
}

func egressNetwork() *Schema {
	return Fields(
		Required("trafficPolicy", OneOf("Allow", "Deny")),
		Optional("networks", networks()),
	).Coded(diag.EgressNetworkMalformed)
}

func rateLimitPolicy() *Schema {
	rate := Required("requestsPerSecond", Int(Int64))
	client := append(target(), Optional("namespace", namespace()))
	return Fields(
		Required("targetRef", Fields(target()...)),
		Optional("total", Fields(rate)),
		Optional("identity", Fields(rate)),
		Optional("overrides", List(0, Fields(
			rate,
			Required("clientRefs", List(0, Fields(client...))),
		))),
	).Coded(diag.RateLimitMalformed)
}
