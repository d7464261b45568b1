package admit

import (
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/admit/crd"
	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// judgeCustom takes a custom resource through the gates in their order (spec/admission.md §1.1).
func (j *Judge) judgeCustom(u *manifest.Unstructured, out *Judgement) {
	if j.exact.Has(u.Group) {
		j.judgeExactly(u, out)
		return
	}
	v, ok := j.catalog.Lookup(u.Identity)
	if v == nil {
		out.Refusal = j.notServed(u.Identity, ok)
		return
	}
	out.Warning = v.Deprecated
	meta, refusal := j.decodeMetadata(u)
	if refusal != nil {
		out.Refusal = refusal
		return
	}
	unknown := append(meta.Unknown, dropStatus(v, u.Content)...)
	found := schema.Judge(v.Object, u.Content)
	if unknown = append(unknown, found.Unknown...); len(unknown) > 0 {
		out.Refusal = unknownFields(u.Identity, unknown)
		return
	}
	causes := checkMetadata(tree.Child(u.Content, "metadata"), u.Namespace, subdomainNames, diag.NameRefused)
	causes = append(causes, found.Causes...)
	if causes = append(causes, rules(v, u.Content, causes)...); len(causes) > 0 {
		out.Refusal = verdict.AsInvalid(fmt.Sprintf("%s %q", v.Resource(), nameOf(u)), causes)
		return
	}
	out.Stored, out.Nulls = u.Content, found.Nulls
	out.View = view(v, u.Content)
	out.Denial = j.hooks.Review(u.Identity, u.Content)
}

// notServed refuses a version or kind that the cluster does not have (VER-01, VER-02).
func (j *Judge) notServed(id manifest.Identity, known bool) *verdict.Refusal {
	match := noMatches(id)
	served := strings.Join(j.catalog.Served(id.Group, id.Kind), ", ")
	cluster := "the cluster"
	if id.Group == manifest.GatewayGroup {
		cluster = j.catalog.Bundle().String()
	}
	switch {
	case !known:
		return verdict.NotServed(diag.KindNotInstalled, match)
	case served == "":
		return verdict.NotServed(diag.KindNotInstalled, match+": "+cluster+" does not have this kind")
	}
	return verdict.NotServed(diag.VersionNotServed, match+": "+cluster+" serves "+served)
}

func apiVersion(id manifest.Identity) string {
	if id.Group == "" {
		return id.Version
	}
	return id.Group + "/" + id.Version
}

// dropStatus removes the status that a status subresource leaves out of an apply, and
// returns the fields of it that the schema does not know (API-11).
func dropStatus(v *crd.Version, content map[string]any) []string {
	status, there := content["status"]
	if !there || v.Status == nil {
		return nil
	}
	delete(content, "status")
	return schema.Unknown(v.Status, status, "status")
}

// rules runs the CEL rules of a version, unless what was found before keeps the API
// server from it, which it then says.
func rules(v *crd.Version, content map[string]any, found []verdict.Cause) []verdict.Cause {
	blocked := slices.ContainsFunc(found, func(c verdict.Cause) bool { return c.Reason.Blocks() })
	switch {
	case !v.HasRules:
		return nil
	case !blocked:
		return v.Review(content)
	}
	return []verdict.Cause{verdict.RulesNotChecked()}
}

// view returns the object as Linkerd's watch delivers it.
func view(v *crd.Version, content map[string]any) map[string]any {
	switch {
	case v.Watched == nil:
		return nil
	case v.Watched == v:
		return content
	}
	converted := tree.Clone(content).(map[string]any)
	converted["apiVersion"] = v.Group + "/" + v.Watched.Name
	schema.Prune(v.Watched.Object, converted)
	return converted
}
