package crd

import (
	. "routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/diag"
)

// externalWorkload is ExternalWorkload; the two versions spell one field differently.
func externalWorkload(version string) *Schema {
	tls, addresses := "meshTLS", 2
	if version == "v1alpha1" {
		tls, addresses = "meshTls", 1
	}
	return Fields(
		Required(tls, Fields(
			Required("identity", Text(1, 253)),
			Required("serverName", Text(1, 253)),
		)),
		Optional("ports", List(0, Fields(
			Optional("name", Of(String)),
			Required("port", port()),
			Defaulted("protocol", Of(String), "TCP"),
		))),
		Optional("workloadIPs", List(addresses, Fields(Optional("ip", Of(String))))),
	).Coded(diag.ExternalWorkloadMalformed)
}

// serviceProfile is ServiceProfile; v1alpha1 demands routes. The alternatives of a
// condition are open: the webhook alone looks into them.
func serviceProfile(version string) *Schema {
	routes := Optional("routes", List(0, Fields(
		Required("name", Of(String)),
		Required("condition", Fields(
			Optional("method", Of(String)),
			Optional("pathRegex", Of(String)),
			Optional("all", List(0, Opaque())),
			Optional("any", List(0, Opaque())),
			Optional("not", List(0, Opaque()).Coded(diag.ProfileNot)),
		)),
		Optional("isRetryable", Of(Boolean)),
		Optional("timeout", Of(String)),
		Optional("responseClasses", List(0, Fields(
			Required("condition", Fields(
				Optional("status", Fields(
					Optional("min", Int(Int32)),
					Optional("max", Int(Int32)),
				)),
				Optional("all", List(0, Opaque())),
				Optional("any", List(0, Opaque())),
				Optional("not", Opaque()),
			)),
			Optional("isFailure", Of(Boolean)),
		))),
	)))
	routes.Required = version == "v1alpha1"
	return Fields(
		routes,
		Optional("retryBudget", Fields(
			Required("retryRatio", &Schema{Type: Number, Format: Float}),
			Required("minRetriesPerSecond", Int(Int32)),
			Required("ttl", Of(String)),
		)),
		Optional("dstOverrides", List(0, Fields(
			Optional("authority", Of(String)),
			Optional("weight", &Schema{Type: IntOrString, AnyOf: true, Pattern: Quantity, Code: diag.ProfileWeight}),
		)).Demanding("authority", "weight")),
		Optional("opaquePorts", List(0, Of(String))),
	).Coded(diag.ProfileMalformed)
}
