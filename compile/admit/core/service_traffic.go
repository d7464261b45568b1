package core

import (
	"math"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// loadBalancer reviews the fields that only a LoadBalancer may have (SVC-09).
func (f *findings) loadBalancer(content, spec object) {
	const only = "may only be used when `type` is 'LoadBalancer'"
	is := tree.Text(spec, "type") == "LoadBalancer"
	f.sourceRanges(content, spec, is)
	if tree.Has(spec, "allocateLoadBalancerNodePorts") && !is {
		f.forbidden(diag.ServiceType, "spec.allocateLoadBalancerNodePorts", only)
	}
	class, ok := spec["loadBalancerClass"].(string)
	switch {
	case ok && is:
		f.invalidAll(diag.ServiceType, "spec.loadBalancerClass", class, QualifiedNameErrors(class))
	case ok:
		f.forbidden(diag.ServiceType, "spec.loadBalancerClass", only)
	}
}

// sourceRanges reviews the ranges of the spec or, where it has none, of the annotation.
func (f *findings) sourceRanges(content, spec object, balanced bool) {
	const only = "may only be used when `type` is 'LoadBalancer'"
	const key = "service.beta.kubernetes.io/load-balancer-source-ranges"
	ranges, at := tree.List(spec, "loadBalancerSourceRanges"), "spec.LoadBalancerSourceRanges"
	annotation, annotated := tree.Child(tree.Child(content, "metadata"), "annotations")[key].(string)
	fromSpec := len(ranges) > 0
	if !fromSpec && !annotated {
		return
	}
	if !fromSpec {
		at = "metadata.annotations[" + key + "]"
		if text := strings.TrimSpace(annotation); text != "" {
			for _, part := range strings.Split(text, ",") {
				ranges = append(ranges, part)
			}
		}
	}
	if !balanced {
		f.forbidden(diag.ServiceType, at, only)
	}
	for i, v := range ranges {
		where := at
		if fromSpec {
			where = tree.Index(at, i)
		}
		f.fromAPI(diag.ServiceType, validation.IsValidCIDRForLegacyField(field.NewPath(where), strings.TrimSpace(v.(string)), true, nil))
	}
}

// traffic reviews SVC-13 and the external policy (SVC-09).
func (f *findings) traffic(spec object) {
	external := tree.Text(spec, "externalTrafficPolicy")
	switch {
	case !externallyAccessible(spec) && external != "":
		f.invalid(diag.ServiceType, "spec.externalTrafficPolicy", external, "may only be set for externally-accessible services")
	case externallyAccessible(spec) && external != "Cluster" && external != "Local":
		f.unsupported(diag.ServiceType, "spec.externalTrafficPolicy", external, "Cluster", "Local")
	}
	check := tree.Int(spec, "healthCheckNodePort")
	switch {
	case !needsHealthCheck(spec) && check != 0:
		f.invalid(diag.ServiceType, "spec.healthCheckNodePort", check, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
	case needsHealthCheck(spec) && (check < 1 || check > math.MaxUint16):
		f.invalidAll(diag.ServiceType, "spec.healthCheckNodePort", check, portNumberErrors(check))
	}
	if policy, ok := spec["internalTrafficPolicy"].(string); ok && policy != "Cluster" && policy != "Local" {
		f.unsupported(diag.ServiceTrafficPolicy, "spec.internalTrafficPolicy", policy, "Cluster", "Local")
	}
	if d, ok := spec["trafficDistribution"].(string); ok && d != "PreferClose" && d != "PreferSameZone" && d != "PreferSameNode" {
		f.unsupported(diag.ServiceTrafficPolicy, "spec.trafficDistribution", d, "PreferClose", "PreferSameZone", "PreferSameNode")
	}
}
