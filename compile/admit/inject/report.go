package inject

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// annotationField returns the field of a Pod's own annotation in its owner.
func annotationField(pod *manifest.Pod, key string) string {
	return source.Join(pod.Field, "metadata.annotations["+key+"]")
}

// place returns where an annotation of a Pod was written.
func place(ns *namespace, pod *manifest.Pod, key string) source.Place {
	if _, own := pod.Written[key]; own {
		return pod.Owner.At(annotationField(pod, key))
	}
	return ns.meta.At("metadata.annotations[" + key + "]")
}

// brokenPatch reports, once a Namespace, that none of its Pods is meshed.
func (in *injector) brokenPatch(ns *namespace, pod *manifest.Pod, key string) {
	if ns.reported {
		return
	}
	ns.reported = true
	in.report.Add(diag.Diagnostic{
		Code: diag.InjectionBroken, Severity: diag.Hazard, Object: "Namespace/" + ns.meta.Name,
		At: ns.meta.At("metadata.annotations[" + key + "]"),
		Message: fmt.Sprintf("Linkerd's injector fails on this text when it copies it: every new Pod of namespace %s without a %s of its own, whoever's it is, runs without a proxy, or is refused where the webhook's failures count",
			ns.meta.Name, key),
		Related: []diag.Related{{At: pod.Owner.Place, Message: "such as those of this " + pod.Owner.Kind}},
		Help:    `write the annotation on the workloads' templates, or without ", backslashes and control characters`,
	})
}

// badInject reports a value of linkerd.io/inject that keeps Pods out of the mesh.
func (in *injector) badInject(m *manifest.Meta, field, value string) {
	in.report.Add(diag.Diagnostic{
		Code: diag.InjectValueUnknown, Severity: diag.Warning, Object: m.String(), At: m.At(field),
		Message: fmt.Sprintf("%s has the value %q, which turns injection off", injectKey, value),
		Help:    "write enabled, ingress or disabled",
	})
}

// misplaced reports annotations and labels on a workload that only count on its template.
func (in *injector) misplaced(pod *manifest.Pod) {
	if _, ok := pod.Metadata.Labels[injectKey]; ok {
		in.report.Add(diag.Diagnostic{
			Code: diag.Misplaced, Severity: diag.Warning, Object: pod.Owner.String(),
			At:      pod.Owner.At(source.Join(pod.Field, "metadata.labels["+injectKey+"]")),
			Message: injectKey + " is an annotation; as a label it has no effect",
			Help:    "move it to metadata.annotations",
		})
	}
	if pod.Field == "" {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(pod.Owner.Annotations)) {
		if key == injectKey || strings.HasPrefix(key, "config.linkerd.io/") || strings.HasPrefix(key, "config.alpha.linkerd.io/") {
			in.report.Add(diag.Diagnostic{
				Code: diag.Misplaced, Severity: diag.Warning, Object: pod.Owner.String(),
				At:      pod.Owner.At("metadata.annotations[" + key + "]"),
				Message: fmt.Sprintf("%s on the %s itself never reaches its Pods", key, pod.Owner.Kind),
				Help:    "write it on the template: " + source.Join(pod.Field, "metadata.annotations"),
			})
		}
	}
}
