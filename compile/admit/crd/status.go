package crd

import . "routec.dev/routec/compile/admit/schema"

// The statuses: where a kind has a status subresource, an apply drops the status it
// brings, but its field names are checked first (spec/admission.md API-11).

func conditions(more ...string) *Schema {
	names := append([]string{"lastTransitionTime", "message", "reason", "status", "type"}, more...)
	return List(0, Names(names...))
}

func routeStatus() *Schema {
	return Fields(Optional("parents", List(0, Fields(
		Optional("controllerName", Of(String)),
		Optional("parentRef", Names("group", "kind", "name", "namespace", "port", "sectionName")),
		Optional("conditions", conditions("observedGeneration")),
	))))
}

func egressNetworkStatus() *Schema { return Fields(Optional("conditions", conditions())) }

func rateLimitStatus() *Schema {
	return Fields(
		Optional("conditions", conditions()),
		Optional("targetRef", Names("group", "kind", "name")),
	)
}

func externalWorkloadStatus() *Schema {
	return Fields(Optional("conditions", conditions("lastProbeTime")))
}

// storedWorkloadStatus is the status of ExternalWorkload v1alpha1, which has no
// subresource: it is judged and kept like any other field.
func storedWorkloadStatus() *Schema {
	when := func() *Schema { return &Schema{Type: String, Format: DateTime} }
	return Fields(Optional("conditions", List(0, Fields(
		Optional("lastProbeTime", when()),
		Optional("lastTransitionTime", when()),
		Optional("status", OneOf("True", "False", "Unknown")),
		Optional("type", Text(0, 316).Matching(ConditionType)),
		Optional("reason", Text(1, 1024).Matching(ConditionReason)),
		Optional("message", Text(0, 32768)),
	)).Demanding("status", "type")))
}
