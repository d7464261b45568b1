package core

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// WorkloadDefaults fills in the templates of a workload, and those of its own fields
// that its rules look at.
func WorkloadDefaults(content map[string]any) {
	spec := tree.Child(content, "spec")
	if spec == nil {
		spec = object{}
		content["spec"] = spec
	}
	if template := templateOf(content); template != nil {
		pod := tree.Child(template, "spec")
		if pod == nil {
			pod = object{}
			template["spec"] = pod
		}
		podSpecDefaults(pod)
	}
	switch tree.Text(content, "kind") {
	case "ReplicationController":
		own := tree.Child(tree.Child(tree.Child(spec, "template"), "metadata"), "labels")
		if meta := tree.Child(content, "metadata"); len(own) > 0 {
			setDefault(spec, "selector", maps.Clone(own))
			setDefault(meta, "labels", maps.Clone(own))
		}
		setDefault(spec, "replicas", int64(1))
	case "Deployment", "StatefulSet", "ReplicaSet":
		setDefault(spec, "replicas", int64(1))
	case "CronJob":
		setDefault(spec, "concurrencyPolicy", "Allow")
	}
}

// templateOf returns the template of the Pods that a workload makes; it makes the
// structures on the way, as the types of the API server have them.
func templateOf(content object) object {
	spec := tree.Child(content, "spec")
	steps := []string{"template"}
	if tree.Text(content, "kind") == "CronJob" {
		steps = []string{"jobTemplate", "spec", "template"}
	}
	for _, step := range steps {
		next := tree.Child(spec, step)
		if next == nil {
			if tree.Text(content, "kind") == "ReplicationController" {
				return nil
			}
			next = object{}
			spec[step] = next
		}
		spec = next
	}
	return spec
}

// Workload judges a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob or
// ReplicationController after [WorkloadDefaults].
func Workload(content map[string]any) []verdict.Cause {
	f := &findings{}
	spec := tree.Child(content, "spec")
	kind := tree.Text(content, "kind")
	template, at := templateOf(content), "spec.template"
	readable := true
	switch kind {
	case "CronJob":
		at = "spec.jobTemplate.spec.template"
		f.cronJob(content, spec)
	case "ReplicationController":
		f.plainSelector(spec, template)
	case "Job":
	default:
		readable = f.labelSelector(kind, spec, template)
	}
	for _, name := range []string{"replicas", "minReadySeconds", "parallelism", "completions"} {
		f.notNegative(diag.WorkloadRefused, spec, "spec", name)
	}
	if readable {
		f.template(template, at, roleOf(kind, spec))
	}
	if readable && kind == "StatefulSet" {
		f.templateMetadata(template, at) // once more
	}
	if readable || kind == "StatefulSet" {
		f.templatePolicy(kind, template, at)
	}
	return f.list
}

func roleOf(kind string, spec object) role {
	if kind != "StatefulSet" {
		return role{}
	}
	in := role{stateful: true}
	claims := tree.List(spec, "volumeClaimTemplates")
	for i := range claims {
		in.claims = append(in.claims, tree.Text(tree.Child(tree.Item(claims, i), "metadata"), "name"))
	}
	return in
}

// template reviews the Pod that a workload would make.
func (f *findings) template(template object, at string, in role) {
	if template == nil {
		f.required(diag.WorkloadRefused, at)
		return
	}
	f.templateMetadata(template, at)
	spec := tree.Child(template, "spec")
	f.podSpec(spec, at+".spec", in)
	if len(tree.List(spec, "ephemeralContainers")) > 0 {
		f.forbidden(diag.PodMalformed, at+".spec.ephemeralContainers", "ephemeral containers not allowed in pod template")
	}
}

// templateMetadata reviews labels and annotations; their fields are told without "metadata".
func (f *findings) templateMetadata(template object, at string) {
	meta := tree.Child(template, "metadata")
	f.labels(diag.LabelsRefused, tree.Child(meta, "labels"), at+".labels")
	for _, key := range tree.Keys(tree.Child(meta, "annotations")) {
		f.invalidAll(diag.LabelsRefused, at+".annotations", key, annotationKeyErrors(key))
	}
}

// templatePolicy reviews how the Pods of a kind may end.
func (f *findings) templatePolicy(kind string, template object, at string) {
	pod := tree.Child(template, "spec")
	if pod == nil {
		return
	}
	policy, here := tree.Text(pod, "restartPolicy"), at+".spec.restartPolicy"
	if kind == "Job" || kind == "CronJob" {
		switch policy {
		case "OnFailure", "Never":
		case "Always", "":
			f.required(diag.WorkloadRefused, here, `valid values: "OnFailure", "Never"`)
		default:
			f.unsupported(diag.WorkloadRefused, here, policy, "OnFailure", "Never")
		}
		return
	}
	if policy != "Always" {
		f.unsupported(diag.WorkloadRefused, here, policy, "Always")
	}
	if tree.Has(pod, "activeDeadlineSeconds") {
		f.forbidden(diag.WorkloadRefused, at+".spec.activeDeadlineSeconds", "activeDeadlineSeconds in "+kind+" is not Supported")
	}
}

func (f *findings) cronJob(content, spec object) {
	const longest = 52 // a Job's name has eleven characters more
	if name := tree.Text(tree.Child(content, "metadata"), "name"); len(name) > longest {
		f.invalid(diag.NameRefused, "metadata.name", name, "must be no more than 52 characters")
	}
	if tree.Text(spec, "schedule") == "" {
		f.required(diag.WorkloadRefused, "spec.schedule")
	}
	f.oneOf(diag.WorkloadRefused, spec, "spec", "concurrencyPolicy", "Allow", "Forbid", "Replace")
}

// plainSelector reviews the selector of a ReplicationController.
func (f *findings) plainSelector(spec, template object) {
	selector := tree.Child(spec, "selector")
	if len(selector) == 0 {
		f.required(diag.WorkloadRefused, "spec.selector")
		return
	}
	own := tree.Child(tree.Child(template, "metadata"), "labels")
	if template != nil && !labels.SelectorFromSet(stringsOf(selector)).Matches(stringsOf(own)) {
		f.notSelected(own)
	}
}

// labelSelector reviews the selector of the kinds of group apps. Where it cannot be
// read, most kinds do not look at their template; then it returns false.
func (f *findings) labelSelector(kind string, spec, template object) (readable bool) {
	const at = "spec.selector"
	own := tree.Child(tree.Child(template, "metadata"), "labels")
	written := tree.Child(spec, "selector")
	if written == nil {
		if kind != "DaemonSet" {
			f.required(diag.WorkloadRefused, at)
		}
		f.notSelected(own)
		return true
	}
	selector := selectorOf(written)
	f.fromAPI(diag.WorkloadRefused, metavalidation.ValidateLabelSelector(selector, metavalidation.LabelSelectorValidationOptions{}, field.NewPath(at)))
	if len(selector.MatchLabels)+len(selector.MatchExpressions) == 0 {
		f.invalid(diag.WorkloadRefused, at, "", "empty selector is invalid")
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	switch {
	case err == nil:
		if !parsed.Matches(stringsOf(own)) {
			f.notSelected(own)
		}
		return true
	case kind == "DaemonSet":
		return true
	}
	f.invalid(diag.WorkloadRefused, at, "", "invalid label selector")
	return false
}

func (f *findings) notSelected(own object) {
	f.invalid(diag.WorkloadRefused, "spec.template.metadata.labels", own, "`selector` does not match template `labels`")
}

func selectorOf(o object) *metav1.LabelSelector {
	s := &metav1.LabelSelector{MatchLabels: stringsOf(tree.Child(o, "matchLabels"))}
	list := tree.List(o, "matchExpressions")
	for i := range list {
		e := tree.Item(list, i)
		var values []string
		for _, v := range tree.List(e, "values") {
			text, _ := v.(string)
			values = append(values, text)
		}
		s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: tree.Text(e, "key"), Operator: metav1.LabelSelectorOperator(tree.Text(e, "operator")), Values: values,
		})
	}
	return s
}

func stringsOf(o object) labels.Set {
	out := make(labels.Set, len(o))
	for key := range o {
		out[key] = tree.Text(o, key)
	}
	return out
}
