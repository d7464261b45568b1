package core

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// Pod judges a Pod after [PodDefaults].
func Pod(content map[string]any) []verdict.Cause {
	spec := tree.Child(content, "spec")
	f := &findings{}
	f.podSpec(spec, "spec", role{isPod: true})
	for _, list := range containerLists {
		containers := tree.List(spec, list)
		for i := range containers {
			if image := tree.Text(tree.Item(containers, i), "image"); image != strings.TrimSpace(image) {
				f.invalid(diag.PodContainers, tree.Index("spec."+list, i)+".image", image, "must not have leading or trailing whitespace")
			}
		}
	}
	if len(tree.List(spec, "ephemeralContainers")) > 0 {
		f.forbidden(diag.PodMalformed, "spec.ephemeralContainers", "cannot be set on create")
	}
	return f.list
}

// A role is where a Pod's spec stands.
type role struct {
	isPod    bool     // not in a template
	stateful bool     // in a StatefulSet, which gives its Pods their own host names
	claims   []string // volumes that a StatefulSet adds
}

// podSpec reviews what Pods and templates share; at is the path of the spec.
func (f *findings) podSpec(spec object, at string, in role) {
	volumes := f.volumes(spec, at)
	for _, name := range in.claims {
		volumes[name] = true
	}
	names := map[string]bool{}
	f.containers(spec, at, volumes, names)
	f.initContainers(spec, at, volumes, names)
	if tree.Bool(spec, "hostNetwork") {
		f.hostNetwork(spec, at, in.isPod)
	}
	f.podPolicies(spec, at)
	f.podNames(spec, at, in.stateful)
}

func (f *findings) containers(spec object, at string, volumes, names map[string]bool) {
	list, at := tree.List(spec, "containers"), at+".containers"
	if len(list) == 0 {
		f.required(diag.PodContainers, at)
		return
	}
	hostPorts := map[string]bool{}
	for i := range list {
		c, here := tree.Item(list, i), tree.Index(at, i)
		f.container(c, here, volumes)
		f.containerName(c, here, names, true)
		f.probes(c, here)
	}
	for i := range list {
		f.hostPortConflicts(tree.Item(list, i), tree.Index(at, i), hostPorts)
	}
}

func (f *findings) initContainers(spec object, at string, volumes, names map[string]bool) {
	list, at := tree.List(spec, "initContainers"), at+".initContainers"
	for i := range list {
		c, here := tree.Item(list, i), tree.Index(at, i)
		f.container(c, here, volumes)
		f.containerName(c, here, names, false)
		// Each is looked at by itself, and its findings name the first one.
		f.hostPortConflicts(c, tree.Index(at, 0), map[string]bool{})
		if tree.Text(c, "restartPolicy") == "Always" {
			f.probes(c, here)
			continue
		}
		for _, name := range append([]string{"lifecycle"}, probes...) {
			if tree.Has(c, name) {
				f.forbidden(diag.PodInitProbe, here+"."+name, "may not be set for init containers without restartPolicy=Always")
			}
		}
	}
}

// containerName wants names that differ; an empty one has been told already, and two of
// them are told as equal among the containers that run.
func (f *findings) containerName(c object, at string, names map[string]bool, regular bool) {
	name := tree.Text(c, "name")
	if names[name] {
		f.duplicate(diag.PodContainers, at+".name", name)
	}
	if name != "" || regular {
		names[name] = true
	}
}

// container reviews POD-02 to POD-04 and a container's small fields.
func (f *findings) container(c object, at string, volumes map[string]bool) {
	switch name := tree.Text(c, "name"); name {
	case "":
		f.required(diag.PodContainers, at+".name")
	default:
		f.invalidAll(diag.PodContainers, at+".name", name, labelErrors(name))
	}
	if tree.Text(c, "image") == "" {
		f.required(diag.PodContainers, at+".image")
	}
	f.oneOf(diag.PodMalformed, c, at, "terminationMessagePolicy", "FallbackToLogsOnError", "File")
	f.oneOf(diag.PodMalformed, c, at, "imagePullPolicy", "Always", "IfNotPresent", "Never")
	if tree.Has(c, "restartPolicy") {
		f.oneOf(diag.PodMalformed, c, at, "restartPolicy", "Always", "Never", "OnFailure")
	}
	f.containerPorts(tree.List(c, "ports"), at+".ports")
	f.environment(tree.List(c, "env"), at+".env")
	f.mounts(tree.List(c, "volumeMounts"), at+".volumeMounts", volumes)
	f.identities(tree.Child(c, "securityContext"), at+".securityContext")
}

// oneOf wants a field, filled in by default, to have one of a few values.
func (f *findings) oneOf(code diag.Code, o object, at, field string, allowed ...string) {
	value := tree.Text(o, field)
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	f.unsupported(code, at+"."+field, value, allowed...)
}

// containerPorts reviews POD-03 and POD-04.
func (f *findings) containerPorts(ports []any, at string) {
	names := map[string]bool{}
	for i := range ports {
		port, here := tree.Item(ports, i), tree.Index(at, i)
		if name := tree.Text(port, "name"); name != "" {
			errs := portNameErrors(name)
			f.invalidAll(diag.PodPortName, here+".name", name, errs)
			if len(errs) == 0 && names[name] {
				f.duplicate(diag.PodPortName, here+".name", name)
			}
			names[name] = names[name] || len(errs) == 0
		}
		if number := tree.Int(port, "containerPort"); number == 0 {
			f.required(diag.PodPortRange, here+".containerPort")
		} else {
			f.invalidAll(diag.PodPortRange, here+".containerPort", number, portNumberErrors(number))
		}
		if number := tree.Int(port, "hostPort"); number != 0 {
			f.invalidAll(diag.PodPortRange, here+".hostPort", number, portNumberErrors(number))
		}
		f.protocol(diag.PodPortRange, port, here)
	}
}

// hostPortConflicts reviews POD-07.
func (f *findings) hostPortConflicts(c object, at string, taken map[string]bool) {
	ports := tree.List(c, "ports")
	for i := range ports {
		port := tree.Item(ports, i)
		number := tree.Int(port, "hostPort")
		if number == 0 {
			continue
		}
		key := fmt.Sprintf("%s/%s/%d", tree.Text(port, "protocol"), tree.Text(port, "hostIP"), number)
		if taken[key] {
			f.duplicate(diag.PodHostPort, tree.Index(at+".ports", i)+".hostPort", key)
		}
		taken[key] = true
	}
}

// hostNetwork wants ports on the host's network to keep their number; a template may
// leave the host's out.
func (f *findings) hostNetwork(spec object, at string, isPod bool) {
	containers := tree.List(spec, "containers")
	for i := range containers {
		ports := tree.List(tree.Item(containers, i), "ports")
		for j := range ports {
			port := tree.Item(ports, j)
			host := tree.Int(port, "hostPort")
			if (isPod || host != 0) && host != tree.Int(port, "containerPort") {
				f.invalid(diag.PodHostPort, tree.Index(tree.Index(at+".containers", i)+".ports", j)+".hostPort", host,
					"must match `containerPort` when `hostNetwork` is true")
			}
		}
	}
}

// environment reviews names and sources of variables.
func (f *findings) environment(env []any, at string) {
	for i := range env {
		v, here := tree.Item(env, i), tree.Index(at, i)
		switch name := tree.Text(v, "name"); name {
		case "":
			f.required(diag.PodMalformed, here+".name")
		default:
			f.invalidAll(diag.PodMalformed, here+".name", name, validation.IsRelaxedEnvVarName(name))
		}
		if from := tree.Child(v, "valueFrom"); from != nil && tree.Text(v, "value") != "" && len(from) > 0 {
			f.invalid(diag.PodMalformed, here+".valueFrom", "", "may not be specified when `value` is not empty")
		}
	}
}

// mounts wants every mount to name a volume of the Pod, and no path twice.
func (f *findings) mounts(mounts []any, at string, volumes map[string]bool) {
	paths := map[string]bool{}
	for i := range mounts {
		mount, here := tree.Item(mounts, i), tree.Index(at, i)
		switch name := tree.Text(mount, "name"); {
		case name == "":
			f.required(diag.PodMalformed, here+".name")
		case !volumes[name]:
			f.add(diag.PodMalformed, "FieldValueNotFound", here+".name", fmt.Sprintf("Not found: %q", verdict.Clip(name, verdict.Quoted)))
		}
		path := tree.Text(mount, "mountPath")
		if path == "" {
			f.required(diag.PodMalformed, here+".mountPath")
		}
		if paths[path] {
			f.invalid(diag.PodMalformed, here+".mountPath", path, "must be unique")
		}
		paths[path] = true
	}
}

// volumes reviews the names of volumes and returns them.
func (f *findings) volumes(spec object, at string) map[string]bool {
	list := tree.List(spec, "volumes")
	names := make(map[string]bool, len(list))
	for i := range list {
		name, here := tree.Text(tree.Item(list, i), "name"), tree.Index(at+".volumes", i)+".name"
		switch errs := labelErrors(name); {
		case name == "":
			f.required(diag.PodMalformed, here)
		case len(errs) > 0:
			f.invalidAll(diag.PodMalformed, here, name, errs)
		case names[name]:
			f.duplicate(diag.PodMalformed, here, name)
		default:
			names[name] = true
		}
	}
	return names
}
