package admit

import (
	"fmt"
	"maps"

	"routec.dev/routec/compile/admit/core"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// A builtin is how a built-in kind is judged.
type builtin struct {
	version  string // the one that clusters serve
	names    nameRule
	nameCode diag.Code
	defaults func(content map[string]any)
	allocate func(content map[string]any, families []string) []verdict.Cause // told alone; nil allocates nothing
	validate func(content map[string]any) []verdict.Cause                    // nil has no rules
	injected bool                                                            // Linkerd's injector sees it
}

// builtins are the built-in kinds that routec reads.
var builtins = map[kindName]builtin{
	{"", "Namespace"}: {version: "v1", names: namespaceNames, nameCode: diag.NameRefused, defaults: core.NamespaceDefaults},
	{"", "Service"}: {version: "v1", names: labelNames, nameCode: diag.ServiceName, defaults: core.ServiceDefaults,
		allocate: core.Allocate, validate: core.Service, injected: true},
	{"", "Pod"}: {version: "v1", names: subdomainNames, nameCode: diag.NameRefused, defaults: core.PodDefaults,
		validate: core.Pod, injected: true},
	{"", "ReplicationController"}: workload(subdomainNames),
	{"apps", "Deployment"}:        workload(subdomainNames),
	{"apps", "StatefulSet"}:       workload(labelNames),
	{"apps", "DaemonSet"}:         workload(subdomainNames),
	{"apps", "ReplicaSet"}:        workload(subdomainNames),
	{"batch", "Job"}:              workload(subdomainNames),
	{"batch", "CronJob"}:          workload(subdomainNames),
}

// workload is how the kinds that make Pods are judged.
func workload(names nameRule) builtin {
	return builtin{version: "v1", names: names, nameCode: diag.NameRefused, defaults: core.WorkloadDefaults,
		validate: core.Workload}
}

// judgeBuiltin takes an object of a built-in kind through the gates.
func (j *Judge) judgeBuiltin(u *manifest.Unstructured, out *Judgement) {
	b := builtins[kindName{u.Group, u.Kind}]
	if u.Version != b.version {
		out.Refusal = verdict.NotServed(diag.VersionNotServed, fmt.Sprintf(
			"no matches for kind %q in version %q: the cluster serves %s", u.Kind, apiVersion(u.Identity), b.version))
		return
	}
	if out.Refusal = j.decodeBuiltin(u); out.Refusal != nil {
		return
	}
	b.defaults(u.Content)
	if b.injected && j.inject != nil {
		if err := j.inject(u); err != nil {
			out.Denial = verdict.Denied("linkerd-proxy-injector.linkerd.io", diag.InjectorDenied, "", err.Error())
		}
		b.defaults(u.Content)
	}
	written := writtenAddresses(u)
	if causes := j.validateBuiltin(u, b); len(causes) > 0 {
		out.Refusal = verdict.AsInvalid(fmt.Sprintf("%s %q", resource(u.Identity), nameOf(u)), causes)
		return
	}
	out.Stored = u.Content
	out.View = builtinView(u, written)
	out.hooksOff = switchesHooksOff(u)
}

// validateBuiltin collects what is wrong with an object after defaulting.
func (j *Judge) validateBuiltin(u *manifest.Unstructured, b builtin) []verdict.Cause {
	if b.allocate != nil {
		if causes := b.allocate(u.Content, j.families); len(causes) > 0 {
			return causes
		}
	}
	meta := tree.Child(u.Content, "metadata")
	causes := checkMetadata(meta, u.Namespace, b.names, b.nameCode)
	causes = append(causes, checkFinalizers(meta)...)
	if b.validate != nil {
		causes = append(causes, b.validate(u.Content)...)
	}
	return causes
}

// decodeBuiltin decodes an object as the kind's Go type (SVC-15).
func (j *Judge) decodeBuiltin(u *manifest.Unstructured) *verdict.Refusal {
	found := j.types.Decode(u.Kind, "", true, u.Content)
	if found.Wrong != "" {
		r := cannotHandle(u.Identity, diag.BuiltinType, found.Wrong)
		r.Field = found.WrongField
		return r
	}
	if len(found.Unknown) > 0 {
		return unknownFields(u.Identity, found.Unknown)
	}
	delete(u.Content, "status")
	return nil
}

func resource(id manifest.Identity) string {
	if id.Group == "" {
		return id.Kind
	}
	return id.Kind + "." + id.Group
}

// writtenAddresses remembers the addresses of a Service before stand-ins fill them in.
func writtenAddresses(u *manifest.Unstructured) map[string]any {
	if u.Kind != "Service" {
		return nil
	}
	written := map[string]any{}
	spec := tree.Child(u.Content, "spec")
	for _, name := range []string{"clusterIP", "clusterIPs"} {
		if v, ok := spec[name]; ok {
			written[name] = v
		}
	}
	return written
}

// builtinView is the object without the addresses that only a cluster could choose.
func builtinView(u *manifest.Unstructured, written map[string]any) map[string]any {
	spec := tree.Child(u.Content, "spec")
	if u.Kind != "Service" || written["clusterIP"] != nil || spec["clusterIP"] == nil {
		return u.Content
	}
	content, spec := maps.Clone(u.Content), maps.Clone(spec)
	delete(spec, "clusterIP")
	delete(spec, "clusterIPs")
	content["spec"] = spec
	return content
}

// switchesHooksOff reports whether a Namespace keeps Linkerd's webhooks away.
func switchesHooksOff(u *manifest.Unstructured) bool {
	if u.Kind != "Namespace" {
		return false
	}
	labels := tree.Child(tree.Child(u.Content, "metadata"), "labels")
	return tree.Text(labels, "config.linkerd.io/admission-webhooks") == "disabled"
}
