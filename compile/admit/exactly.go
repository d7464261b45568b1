package admit

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// judgeExactly takes a custom resource through the same gates by its CRD.
func (j *Judge) judgeExactly(u *manifest.Unstructured, out *Judgement) {
	v := j.exact.Lookup(u.Identity)
	if v == nil {
		out.Refusal = j.notInCRDs(u.Identity)
		return
	}
	if err := v.Compile(); err != nil {
		out.Refusal = verdict.NotServed(diag.KindNotInstalled, noMatches(u.Identity)+": the API server would not take the CRD: "+err.Error())
		out.Refusal.Help = "mend the CRD that --crds names, or leave it out to judge by the built-in rules"
		return
	}
	out.Warning = v.Deprecated()
	meta, refusal := j.decodeMetadata(u)
	if refusal != nil {
		out.Refusal = refusal
		return
	}
	foreign, nulls := v.Decode(u.Content)
	if unknown := append(meta.Unknown, foreign...); len(unknown) > 0 {
		out.Refusal = unknownFields(u.Identity, unknown)
		return
	}
	causes := checkMetadata(tree.Child(u.Content, "metadata"), u.Namespace, subdomainNames, diag.NameRefused)
	if causes = append(causes, v.Validate(u.Content, causes)...); len(causes) > 0 {
		out.Refusal = verdict.AsInvalid(fmt.Sprintf("%s %q", v.Resource(), nameOf(u)), causes)
		return
	}
	out.Stored, out.Nulls = u.Content, nulls
	out.View = v.View(u.Content)
	out.Denial = j.hooks.Review(u.Identity, u.Content)
}

// notInCRDs refuses a version or kind that the CRDs do not serve.
func (j *Judge) notInCRDs(id manifest.Identity) *verdict.Refusal {
	served := strings.Join(j.exact.Served(id.Group, id.Kind), ", ")
	if served == "" {
		r := verdict.NotServed(diag.KindNotInstalled, noMatches(id)+": no CRD that was given serves this kind")
		r.Help = "name the CRD of this kind with --crds, too, or remove the object"
		return r
	}
	return verdict.NotServed(diag.VersionNotServed, noMatches(id)+": its CRD serves "+served)
}

func noMatches(id manifest.Identity) string {
	return fmt.Sprintf("no matches for kind %q in version %q", id.Kind, apiVersion(id))
}
