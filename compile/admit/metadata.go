package admit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// A nameRule is the grammar of a kind's names.
type nameRule struct {
	errors     func(name string, prefix bool) []string
	quick      func(string) bool // takes most good names, and no bad ones
	longest    int
	namespaced bool
}

var (
	subdomainNames = nameRule{validation.NameIsDNSSubdomain, schema.DNS.Match, 253, true}
	labelNames     = nameRule{validation.NameIsDNSLabel, schema.Label.Match, 63, true}
	namespaceNames = nameRule{validation.NameIsDNSLabel, schema.Label.Match, 63, false}
)

// checkMetadata reviews the metadata of an object after decoding: API-01 to API-04. Nearly
// all metadata is plainly good; the rest goes through the API server's own library.
func checkMetadata(meta tree.Object, namespace string, rule nameRule, code diag.Code) []verdict.Cause {
	if plainMetadata(meta, namespace, rule) {
		return nil
	}
	m := objectMeta(meta, namespace, rule)
	var causes []verdict.Cause
	for _, e := range validation.ValidateObjectMeta(&m, rule.namespaced, rule.errors, field.NewPath("metadata")) {
		if len(causes) == schema.Limit {
			break
		}
		causes = append(causes, verdict.Cause{
			Field: e.Field, Reason: verdict.Reason(e.Type), Message: e.ErrorBody(), Code: metadataCode(e.Field, code),
		})
	}
	slices.SortStableFunc(causes, func(a, b verdict.Cause) int { // the library walks maps
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
	return causes
}

// checkFinalizers reviews what built-in kinds demand of finalizers beyond: a name of the
// system's own, or one with a prefix.
func checkFinalizers(meta tree.Object) []verdict.Cause {
	var causes []verdict.Cause
	for i, v := range tree.List(meta, "finalizers") {
		switch name, _ := v.(string); {
		case strings.Contains(name, "/"):
		case name == "orphan" || name == "foregroundDeletion" || name == "kubernetes":
		default:
			causes = append(causes, verdict.Cause{
				Field: tree.Index("metadata.finalizers", i), Reason: verdict.Invalid, Code: diag.MetadataRefused,
				Message: fmt.Sprintf("Invalid value: %q: name is neither a standard finalizer name nor is it fully qualified", name),
			})
		}
	}
	return causes
}

func metadataCode(at string, name diag.Code) diag.Code {
	switch at {
	case "metadata.name", "metadata.generateName":
		return name
	case "metadata.namespace":
		return diag.NamespaceRefused
	case "metadata.labels", "metadata.annotations":
		return diag.LabelsRefused
	}
	return diag.MetadataRefused
}

func plainMetadata(meta tree.Object, namespace string, rule nameRule) bool {
	name := tree.Text(meta, "name")
	if len(name) > rule.longest || !rule.quick(name) {
		return false
	}
	if rule.namespaced && (len(namespace) > 63 || !schema.Label.Match(namespace)) {
		return false
	}
	for _, rare := range []string{"generateName", "ownerReferences", "finalizers", "generation"} {
		if tree.Has(meta, rare) {
			return false
		}
	}
	for key, value := range tree.Child(meta, "labels") {
		text, _ := value.(string)
		if !plainKey(key) || len(text) > 63 || text != "" && !schema.Label.Match(text) {
			return false
		}
	}
	size := 0
	for key, value := range tree.Child(meta, "annotations") {
		text, _ := value.(string)
		size += len(key) + len(text)
		if !plainKey(key) {
			return false
		}
	}
	return size <= validation.TotalAnnotationSizeLimitB
}

// plainKey accepts a lower-case qualified name, perhaps with a prefix.
func plainKey(key string) bool {
	prefix, name, ok := strings.Cut(key, "/")
	if !ok {
		name = key
	} else if len(prefix) > 253 || !schema.DNS.Match(prefix) {
		return false
	}
	return len(name) <= 63 && schema.DNS.Match(name)
}

// objectMeta converts decoded metadata into the type of the API server's library.
func objectMeta(meta tree.Object, namespace string, rule nameRule) metav1.ObjectMeta {
	m := metav1.ObjectMeta{
		Name:         tree.Text(meta, "name"),
		GenerateName: tree.Text(meta, "generateName"),
		Namespace:    namespace,
		Labels:       texts(tree.Child(meta, "labels")),
		Annotations:  texts(tree.Child(meta, "annotations")),
	}
	if m.Name == "" && m.GenerateName != "" {
		const room = 58 // the API server cuts here and makes up five more characters
		m.Name = m.GenerateName[:min(room, len(m.GenerateName))] + "00000"
	}
	if !rule.namespaced {
		m.Namespace = ""
	}
	for _, v := range tree.List(meta, "finalizers") {
		text, _ := v.(string)
		m.Finalizers = append(m.Finalizers, text)
	}
	owners := tree.List(meta, "ownerReferences")
	for i := range owners {
		o := tree.Item(owners, i)
		controller := tree.Bool(o, "controller")
		m.OwnerReferences = append(m.OwnerReferences, metav1.OwnerReference{
			APIVersion: tree.Text(o, "apiVersion"), Kind: tree.Text(o, "kind"),
			Name: tree.Text(o, "name"), UID: types.UID(tree.Text(o, "uid")), Controller: &controller,
		})
	}
	return m
}

func texts(o tree.Object) map[string]string {
	out := make(map[string]string, len(o))
	for key, v := range o {
		out[key], _ = v.(string)
	}
	return out
}
