package admit

import (
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/typed"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// decodeMetadata decodes the metadata, made where it is missing, in place: API-05 ends
// the judgement here. The decoder's words on a custom resource begin at the metadata.
func (j *Judge) decodeMetadata(u *manifest.Unstructured) (typed.Result, *verdict.Refusal) {
	meta, ok := u.Content["metadata"].(map[string]any)
	if !ok && u.Content["metadata"] != nil {
		return typed.Result{}, cannotHandle(u.Identity, diag.MetadataType,
			"json: cannot unmarshal a value into Go struct field .metadata of type v1.ObjectMeta")
	}
	if meta == nil {
		meta = map[string]any{}
		u.Content["metadata"] = meta
	}
	found := j.types.Decode("ObjectMeta", "metadata", false, meta)
	if found.Wrong != "" {
		r := cannotHandle(u.Identity, diag.MetadataType, found.Wrong)
		r.Field = found.WrongField
		return found, r
	}
	return found, nil
}

// cannotHandle refuses an object that does not decode.
func cannotHandle(id manifest.Identity, code diag.Code, why string) *verdict.Refusal {
	return verdict.BadRequest(code, fmt.Sprintf("%s in version %q cannot be handled as a %s: %s", id.Kind, id.Version, id.Kind, why))
}

// named bounds how many unknown fields a message names.
const named = 100

// unknownFields refuses an object for fields that its kind does not have (API-06).
func unknownFields(id manifest.Identity, unknown []string) *verdict.Refusal {
	slices.Sort(unknown)
	parts := make([]string, 0, min(len(unknown), named))
	for _, path := range unknown[:cap(parts)] {
		parts = append(parts, fmt.Sprintf("unknown field %q", path))
	}
	if len(unknown) > named {
		parts = append(parts, "…")
	}
	r := cannotHandle(id, diag.UnknownField, "strict decoding error: "+strings.Join(parts, ", "))
	r.Unknown, r.Field = unknown, unknown[0]
	return r
}

// nameOf is the name as the object has it.
func nameOf(u *manifest.Unstructured) string {
	return tree.Text(tree.Child(u.Content, "metadata"), "name")
}
