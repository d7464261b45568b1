package core

import (
	"math"

	"k8s.io/apimachinery/pkg/util/validation"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// probes reviews the probes of a container that may have them (POD-06).
func (f *findings) probes(c object, at string) {
	for _, name := range probes {
		probe := tree.Child(c, name)
		if probe == nil {
			continue
		}
		here := at + "." + name
		f.handler(probe, here)
		for _, field := range []string{"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"} {
			f.notNegative(diag.PodProbe, probe, here, field)
		}
		grace, ok := probe["terminationGracePeriodSeconds"].(int64)
		if ok && grace <= 0 {
			f.invalid(diag.PodProbe, here+".terminationGracePeriodSeconds", grace, "must be greater than 0")
		}
		if ok && name == "readinessProbe" {
			f.invalid(diag.PodProbe, here+".terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")
		}
		if threshold := tree.Int(probe, "successThreshold"); name != "readinessProbe" && threshold != 1 {
			f.invalid(diag.PodProbe, here+".successThreshold", threshold, "must be 1")
		}
	}
	for _, name := range []string{"postStart", "preStop"} {
		if hook := tree.Child(tree.Child(c, "lifecycle"), name); hook != nil {
			f.handler(hook, at+".lifecycle."+name)
		}
	}
}

func (f *findings) notNegative(code diag.Code, o object, at, field string) {
	if n := tree.Int(o, field); n < 0 {
		f.invalid(code, at+"."+field, n, "must be greater than or equal to 0")
	}
}

// handler wants exactly one way to probe or to hook, and a port that can be one.
func (f *findings) handler(o object, at string) {
	found := 0
	for _, kind := range []string{"exec", "httpGet", "tcpSocket", "grpc", "sleep"} {
		h := tree.Child(o, kind)
		if h == nil {
			continue
		}
		if found++; found > 1 {
			f.forbidden(diag.PodProbe, at+"."+kind, "may not specify more than 1 handler type")
			continue
		}
		switch here := at + "." + kind; kind {
		case "exec":
			if len(tree.List(h, "command")) == 0 {
				f.required(diag.PodProbe, here+".command")
			}
		case "httpGet":
			f.portNumberOrName(diag.PodProbe, h["port"], here+".port")
			f.oneOf(diag.PodProbe, h, here, "scheme", "HTTP", "HTTPS")
			headers := tree.List(h, "httpHeaders")
			for i := range headers {
				name := tree.Text(tree.Item(headers, i), "name")
				f.invalidAll(diag.PodProbe, here+".httpHeaders", name, validation.IsHTTPHeaderName(name))
			}
		case "tcpSocket", "grpc":
			f.portNumberOrName(diag.PodProbe, h["port"], here+".port")
		}
	}
	if found == 0 {
		f.required(diag.PodProbe, at, "must specify a handler type")
	}
}

// podPolicies reviews the enumerations of a Pod.
func (f *findings) podPolicies(spec object, at string) {
	f.oneOf(diag.PodMalformed, spec, at, "restartPolicy", "Always", "OnFailure", "Never")
	f.oneOf(diag.PodMalformed, spec, at, "dnsPolicy", "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
	if tree.Has(spec, "preemptionPolicy") {
		f.oneOf(diag.PodMalformed, spec, at, "preemptionPolicy", "Never", "PreemptLowerPriority")
	}
	f.identities(tree.Child(spec, "securityContext"), at+".securityContext")
	f.tolerations(tree.List(spec, "tolerations"), at+".tolerations")
	if n, ok := spec["activeDeadlineSeconds"].(int64); ok && (n < 1 || n > math.MaxInt32) {
		f.invalid(diag.PodMalformed, at+".activeDeadlineSeconds", n, validation.InclusiveRangeError(1, math.MaxInt32))
	}
}

// podNames reviews the names that a Pod gives and refers to.
func (f *findings) podNames(spec object, at string, stateful bool) {
	f.labels(diag.PodMalformed, tree.Child(spec, "nodeSelector"), at+".nodeSelector")
	for _, field := range []string{"hostname", "subdomain"} {
		if name := tree.Text(spec, field); name != "" && !stateful {
			f.invalidAll(diag.PodMalformed, at+"."+field, name, labelErrors(name))
		}
	}
	for _, field := range []string{"serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"} {
		if name := tree.Text(spec, field); name != "" {
			f.invalidAll(diag.PodMalformed, at+"."+field, name, subdomainErrors(name))
		}
	}
}

// identities wants the users and groups that something runs as to be numbers that the
// kernel has.
func (f *findings) identities(security object, at string) {
	for _, field := range []string{"runAsUser", "runAsGroup", "fsGroup"} {
		if id := tree.Int(security, field); id < 0 || id > math.MaxInt32 {
			f.invalid(diag.PodMalformed, at+"."+field, id, "must be between 0 and 2147483647, inclusive")
		}
	}
	if tree.Bool(security, "privileged") && security["allowPrivilegeEscalation"] == false {
		f.invalid(diag.PodMalformed, at, "", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
	}
}

// tolerations reviews which taints a Pod tolerates.
func (f *findings) tolerations(list []any, at string) {
	for i := range list {
		t, here := tree.Item(list, i), tree.Index(at, i)
		key, operator, value, effect := tree.Text(t, "key"), tree.Text(t, "operator"), tree.Text(t, "value"), tree.Text(t, "effect")
		if key != "" {
			f.invalidAll(diag.PodMalformed, here+".key", key, QualifiedNameErrors(key))
		} else if operator != "Exists" {
			f.invalid(diag.PodMalformed, here+".operator", operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
		}
		if tree.Has(t, "tolerationSeconds") && effect != "NoExecute" {
			f.invalid(diag.PodMalformed, here+".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
		}
		switch operator {
		case "Equal", "":
			if len(validation.IsValidLabelValue(value)) > 0 {
				f.invalid(diag.PodMalformed, here+".operator", value, "a value is no label value")
			}
		case "Exists":
			if value != "" {
				f.invalid(diag.PodMalformed, here+".operator", value, "value must be empty when `operator` is 'Exists'")
			}
		default:
			f.unsupported(diag.PodMalformed, here+".operator", operator, "Equal", "Exists")
		}
		if effect != "" {
			f.oneOf(diag.PodMalformed, t, here, "effect", "NoSchedule", "PreferNoSchedule", "NoExecute")
		}
	}
}
