package inject

import (
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// service gives a Service without the opaque-ports annotation that of its Namespace, or
// those of its ports that lead to one of the mesh's default opaque ports.
func (in *injector) service(s *manifest.Object[manifest.ServiceSpec]) {
	ns := in.namespace(s.Namespace)
	if !ns.webhooks || exempt(s.Labels) {
		return
	}
	if _, ok := s.Annotations[opaquePortsKey]; ok {
		return
	}
	var list string
	var ok bool
	if _, inherits := ns.meta.Annotations[opaquePortsKey]; inherits {
		list, ok = in.inheritedOpaquePorts(ns, s.Identity)
	} else {
		list = strings.Join(in.opaqueServicePorts(s.Spec.Ports), ",")
		ok = list != ""
	}
	if ok {
		s.Annotations = with(s.Annotations, opaquePortsKey, list)
	}
}

// exempt reports whether the webhook's object selector leaves the object out.
func exempt(labels map[string]string) bool {
	_, component := labels[componentKey]
	_, cni := labels[cniKey]
	return component || cni
}

// inheritedOpaquePorts returns the list that an object which is not injected takes over
// from its Namespace, which has one. Where the copy is unreadable, the object is stored without it.
func (in *injector) inheritedOpaquePorts(ns *namespace, object manifest.Identity) (string, bool) {
	list, ok := unquoteEscaped(ns.meta.Annotations[opaquePortsKey])
	if !ok {
		in.report.Add(diag.Diagnostic{
			Code: diag.InjectionBroken, Severity: diag.Hazard, Object: object.String(),
			At:      ns.meta.At("metadata.annotations[" + opaquePortsKey + "]"),
			Message: "the Namespace's " + opaquePortsKey + " cannot be copied: Linkerd's webhook fails on its text for every Service and Pod of the namespace without one of their own, whoever's they are; " + object.Kind + " " + object.Name + " is stored without it, or refused where the webhook's failures count",
			Help:    "write the list without backslashes and control characters",
		})
		return "", false
	}
	return list, true
}

// opaqueServicePorts returns the Service's ports whose target is one of the default opaque
// ports. Elements are compared as text: ranges never match. A named target is no number.
func (in *injector) opaqueServicePorts(ports []manifest.ServicePort) []string {
	var list []string
	for _, p := range ports {
		port := strconv.Itoa(int(p.Port))
		if slices.Contains(in.mesh.DefaultOpaquePorts, target(p)) {
			list = append(list, port)
		}
	}
	return list
}

// target returns a port's target as text; a named one counts as 0, none as the port.
func target(p manifest.ServicePort) string {
	if t := p.TargetPort; t != nil && (t.Named || t.Number != 0) {
		return strconv.FormatInt(t.Number, 10)
	}
	return strconv.Itoa(int(p.Port))
}
