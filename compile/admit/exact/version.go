package exact

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// A Version is one kind as served under one version. Its methods other than Compile may
// be called only after Compile has succeeded.
type Version struct {
	kindName
	name       string
	file       string
	deprecated string
	status     bool                      // an apply drops the status
	stored     *Version                  // as which the cluster keeps the object
	watched    *Version                  // as which Linkerd reads it; nil if it does not
	compile    func() (*compiled, error) // once
}

// Compile makes the version ready; it is done once, whoever calls first. The error says
// why a cluster would not have taken the CRD.
func (v *Version) Compile() error {
	for _, w := range []*Version{v, v.stored, v.watched} {
		if w == nil {
			continue
		}
		if _, err := w.compile(); err != nil {
			return fmt.Errorf("%s: version %s of %s: %w", w.file, w.name, w.Resource(), err)
		}
	}
	return nil
}

// Resource names the kind as the API server does: "GRPCRoute.gateway.networking.k8s.io".
func (v *Version) Resource() string { return v.kind + "." + v.group }

// Deprecated is what the API server warns of; empty for a version that is not deprecated.
func (v *Version) Deprecated() string { return v.deprecated }

// Decode makes of the content, in place, what the API server judges: without what the
// schema does not know, without nulls, with defaults, and without a status that has a
// subresource of its own. It returns the paths of the fields it did not know, and the
// fields that were null, both sorted. Metadata is left alone.
func (v *Version) Decode(content map[string]any) (unknown []string, nulls []verdict.Null) {
	c, _ := v.compile()
	unknown = pruning.PruneWithOptions(content, c.schema, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if v.status {
		delete(content, "status")
	}
	nulls = nullsOf(content, c.schema)
	fill(c, content)
	slices.Sort(unknown)
	return unknown, nulls
}

func fill(c *compiled, content map[string]any) {
	defaulting.PruneNonNullableNullsWithoutDefaults(content, c.schema)
	defaulting.Default(content, c.schema)
}

// Validate judges a decoded object. found are the causes that its metadata gave, which
// may keep the CEL rules from being run (spec/admission.md §1.1, gate 7); they are not
// among those returned.
func (v *Version) Validate(content map[string]any, found []verdict.Cause) []verdict.Cause {
	c, _ := v.compile()
	content, small := trim(content, c.schema)
	if !small {
		return []verdict.Cause{tooLarge()}
	}
	errs := validation.ValidateCustomResource(nil, content, c.validator)
	errs = append(errs, objectmeta.Validate(nil, content, c.schema, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, c.schema, content)...)
	causes := sorted(asCauses(errs, ""))
	if c.rules == nil {
		return causes
	}
	blocks := func(x verdict.Cause) bool { return x.Reason.Blocks() }
	if slices.ContainsFunc(found, blocks) || slices.ContainsFunc(errs, func(e *field.Error) bool { return verdict.Reason(e.Type).Blocks() }) {
		return append(causes, verdict.RulesNotChecked())
	}
	errs, _ = c.rules.Validate(context.Background(), nil, c.schema, content, nil, celconfig.RuntimeCELCostBudget)
	return append(causes, sorted(asCauses(errs, diag.ValueRefused))...)
}

// View returns the object as Linkerd's watch delivers it, or nil if Linkerd does not
// watch the kind here: out of the stored version, into the watched one. content is not
// changed; where no version differs it is returned itself.
func (v *Version) View(content map[string]any) map[string]any {
	if v.watched == nil {
		return nil
	}
	if v.watched == v && (v.stored == v || v.stored == nil) {
		return content
	}
	out := tree.Clone(content).(map[string]any)
	for _, w := range []*Version{v.stored, v.watched} {
		if w == nil {
			continue
		}
		c, _ := w.compile()
		out["apiVersion"] = w.group + "/" + w.name
		pruning.Prune(out, c.schema, true)
		fill(c, out)
	}
	return out
}

// Bounds on what is told of one object.
const (
	mostCauses  = 2_000
	longestText = 2_000
)

// asCauses turns the library's findings into causes.
func asCauses(errs field.ErrorList, code diag.Code) []verdict.Cause {
	causes := make([]verdict.Cause, 0, min(len(errs), mostCauses))
	for _, e := range errs[:cap(causes)] {
		c := verdict.Cause{Field: cmp.Or(e.Field, verdict.NoField), Reason: verdict.Reason(e.Type), Message: verdict.Clip(e.ErrorBody(), longestText), Code: code}
		if code == "" {
			c.Code = codeOf(c.Reason)
		}
		causes = append(causes, c)
	}
	return causes
}

func codeOf(r verdict.Reason) diag.Code {
	switch r {
	case verdict.Required:
		return diag.FieldMissing
	case verdict.WrongType:
		return diag.WrongType
	}
	return diag.ValueRefused
}

// sorted puts causes into an order of their own: the library walks maps.
func sorted(causes []verdict.Cause) []verdict.Cause {
	slices.SortStableFunc(causes, func(a, b verdict.Cause) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Message, b.Message))
	})
	return causes
}

// deprecation is the API server's warning: the CRD's words, or else a newer version.
func deprecation(crd *apiextensionsv1.CustomResourceDefinition, v *apiextensionsv1.CustomResourceDefinitionVersion) string {
	if !v.Deprecated {
		return ""
	}
	if v.DeprecationWarning != nil {
		return *v.DeprecationWarning
	}
	newest := ""
	for _, w := range crd.Spec.Versions {
		if w.Served && !w.Deprecated && version.CompareKubeAwareVersionStrings(w.Name, cmp.Or(newest, v.Name)) > 0 {
			newest = w.Name
		}
	}
	text := fmt.Sprintf("%s/%s %s is deprecated", crd.Spec.Group, v.Name, crd.Spec.Names.Kind)
	if newest != "" {
		text += fmt.Sprintf("; use %s/%s %s", crd.Spec.Group, newest, crd.Spec.Names.Kind)
	}
	return text
}
