package inject

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/manifest"
)

// pod returns the Pod that a workload makes, as the control plane would see it; ok is
// false for one that is not meshed or that cannot come to be.
func (in *injector) pod(w *manifest.Object[manifest.WorkloadSpec]) (pod manifest.Pod, ok bool) {
	template, field := manifest.Template(w)
	pod = manifest.Pod{Owner: w.Meta, Field: field, Written: template.Metadata.Annotations, PodTemplate: template}
	ns := in.namespace(w.Namespace)
	in.misplaced(&pod)

	if !in.injected(ns, &pod) {
		if _, premeshed := template.Metadata.Labels[controlPlaneKey]; !premeshed {
			in.portsCollide(&pod) // that hits Pods without a proxy, too
			return pod, false
		}
		in.annotateOnly(ns, &pod)
		return pod, !in.portsCollide(&pod)
	}
	for _, key := range ns.broken {
		if inherits(ns, &pod, key) {
			in.brokenPatch(ns, &pod, key)
			return pod, false
		}
	}
	in.inherit(ns, &pod)
	if in.refused(ns, &pod) {
		return pod, false
	}
	in.label(&pod)
	pod.Spec.InitContainers = append(slices.Clip(pod.Spec.InitContainers), proxy(&pod))
	return pod, true
}

// injected reports whether the webhook adds a proxy (spec/inbound.md §1.5 A).
func (in *injector) injected(ns *namespace, pod *manifest.Pod) bool {
	outer := ns.meta.Annotations[injectKey]
	inner := pod.Metadata.Annotations[injectKey]
	switch {
	case !ns.webhooks || exempt(pod.Metadata.Labels) || pod.Spec.HostNetwork || hasSidecar(&pod.Spec):
		return false
	case !isInjectValue(outer):
		in.badInject(ns.meta, "metadata.annotations["+injectKey+"]", outer)
		return false
	case !isInjectValue(inner):
		in.badInject(&pod.Owner, annotationField(pod, injectKey), inner)
		return false
	case enables(outer):
		return inner != "disabled"
	}
	return enables(inner)
}

func isInjectValue(v string) bool { return v == "" || v == "disabled" || enables(v) }

func enables(v string) bool { return v == "enabled" || v == "ingress" }

// hasSidecar reports whether a Pod brings a proxy of its own.
func hasSidecar(spec *manifest.PodSpec) bool {
	isInit := func(c manifest.Container) bool {
		return c.Name == "linkerd-init" || c.Name == "istio-init" ||
			strings.HasPrefix(c.Image, "cr.l5d.io/linkerd/proxy-init:") || strings.HasPrefix(c.Image, "gcr.io/istio-release/proxy_init:")
	}
	isProxy := func(c manifest.Container) bool {
		return c.Name == proxyContainer || c.Name == "istio-proxy" ||
			strings.HasPrefix(c.Image, "cr.l5d.io/linkerd/proxy:") || strings.HasPrefix(c.Image, "gcr.io/istio-release/proxyv2:")
	}
	return slices.ContainsFunc(spec.Containers, isProxy) ||
		slices.ContainsFunc(spec.InitContainers, isProxy) || slices.ContainsFunc(spec.InitContainers, isInit)
}

// annotateOnly does what the webhook does to a Pod that it does not inject: it sees to
// opaque ports, and to nothing else.
//
// A Pod of another control plane is left as it is written: it is that one's webhook which
// sees to it, with settings of its own. The recorded answers about such Pods are alike.
func (in *injector) annotateOnly(ns *namespace, pod *manifest.Pod) {
	if !ns.webhooks || exempt(pod.Metadata.Labels) || pod.Foreign(in.mesh) {
		return
	}
	if _, ok := pod.Metadata.Annotations[opaquePortsKey]; ok {
		return
	}
	if _, inherits := ns.meta.Annotations[opaquePortsKey]; inherits {
		if list, ok := in.inheritedOpaquePorts(ns, pod.Owner.Identity); ok {
			pod.Metadata.Annotations = with(pod.Metadata.Annotations, opaquePortsKey, list)
		}
		return
	}
	in.defaultOpaquePorts(pod)
}

// inherit copies the Namespace's annotations that the Pod has none of.
func (in *injector) inherit(ns *namespace, pod *manifest.Pod) {
	annotations := maps.Clone(pod.Metadata.Annotations)
	if annotations == nil {
		annotations = map[string]string{}
	}
	for _, key := range inheritable {
		if inherits(ns, pod, key) {
			annotations[key], _ = unquote(ns.meta.Annotations[key])
		}
	}
	pod.Metadata.Annotations = annotations
	if _, ok := annotations[opaquePortsKey]; !ok {
		in.defaultOpaquePorts(pod)
	}
}

func inherits(ns *namespace, pod *manifest.Pod, key string) bool {
	if _, own := pod.Metadata.Annotations[key]; own {
		return false
	}
	_, ok := ns.meta.Annotations[key]
	return ok
}

// defaultOpaquePorts marks those declared ports that the mesh takes for opaque. Elements
// are compared as text: ranges never match.
func (in *injector) defaultOpaquePorts(pod *manifest.Pod) {
	var list []string
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		for _, p := range c.Ports {
			if port := strconv.Itoa(int(p.ContainerPort)); slices.Contains(in.mesh.DefaultOpaquePorts, port) {
				list = append(list, port)
			}
		}
	}
	if list != nil {
		pod.Metadata.Annotations = with(pod.Metadata.Annotations, opaquePortsKey, strings.Join(list, ","))
	}
}

// label sets the labels of an injected Pod (spec/inbound.md §1.5 C).
func (in *injector) label(pod *manifest.Pod) {
	labels := maps.Clone(pod.Metadata.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[controlPlaneKey] = in.mesh.ControlPlaneNamespace
	labels[workloadNSKey] = pod.Owner.Namespace
	owner := in.owner(pod)
	switch kind := strings.ToLower(owner.Kind); kind {
	case "deployment", "replicaset", "replicationcontroller", "job", "daemonset", "statefulset":
		labels["linkerd.io/proxy-"+kind] = owner.Name
	}
	pod.Metadata.Labels = labels
}

// proxy returns the injected container. Whether it is an init container makes no difference
// to what follows.
func proxy(pod *manifest.Pod) manifest.Container {
	admin := portOf(pod.Metadata.Annotations, adminPortKey, defaultAdminPort)
	inbound := portOf(pod.Metadata.Annotations, inboundPortKey, defaultProxyPort)
	probe := func(path string) *manifest.Probe {
		return &manifest.Probe{HTTPGet: &manifest.HTTPGet{Path: path, Port: manifest.Port{Number: int64(admin)}}}
	}
	return manifest.Container{
		Name: proxyContainer,
		Ports: []manifest.ContainerPort{
			{Name: proxyPortName, ContainerPort: inbound},
			{Name: adminPortName, ContainerPort: admin},
		},
		LivenessProbe:  probe("/live"),
		ReadinessProbe: probe("/ready"),
	}
}
