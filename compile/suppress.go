package compile

import (
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// ignored reads what an object's own annotation says is to be ignored about it.
func ignored(u manifest.Unstructured) []diag.Suppression {
	metadata, _ := u.Content["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	text, ok := annotations[diag.IgnoreAnnotation].(string)
	if !ok {
		return nil
	}
	return diag.ParseIgnore(text, u.Identity.String(), u.Place.Sub("metadata.annotations["+diag.IgnoreAnnotation+"]"))
}

// settings are the suppressions that a mesh lists.
func settings(mesh manifest.Mesh) []diag.Suppression {
	var out []diag.Suppression
	for _, i := range mesh.Ignore {
		out = append(out, diag.Suppression{
			Code: diag.Code(i.Code), Object: i.Object, Reason: i.Reason, At: i.Place, By: "Mesh.routec.dev/" + mesh.Name,
		})
	}
	return out
}

// suppress takes out of all reports what is to be ignored. A suppression that is of no use in
// any cluster is a finding itself: clusters of a fleet share manifests, and settings differ.
func (r *Result) suppress() {
	use := uses{}
	for _, c := range r.Clusters {
		own := settings(c.Mesh)
		use.add(own, r.Report.Suppress(own))
		list := append(c.ignored, own...)
		use.add(list, c.Report.Suppress(list))
	}
	for _, s := range use.order {
		if !use.used[keyOf(s)] {
			r.Report.Add(s.Unused())
		}
	}
}

// Findings are those of the run and of every cluster.
func (r *Result) Findings() *diag.Report {
	all := &diag.Report{}
	all.Join(r.Report)
	for _, c := range r.Clusters {
		all.Join(c.Report)
	}
	return all
}

// uses says which suppressions are of use, in the order in which they came up.
type uses struct {
	order []diag.Suppression
	used  map[suppressionKey]bool
}

func (u *uses) add(list []diag.Suppression, used []bool) {
	if u.used == nil {
		u.used = map[suppressionKey]bool{}
	}
	for i, s := range list {
		key := keyOf(s)
		before, known := u.used[key]
		if !known {
			u.order = append(u.order, s)
		}
		u.used[key] = before || used[i]
	}
}

// A suppressionKey tells suppressions apart, whichever cluster has read them.
type suppressionKey struct {
	code        diag.Code
	object, by  string
	doc         source.Doc
	item, field string
}

func keyOf(s diag.Suppression) suppressionKey {
	key := suppressionKey{code: s.Code, object: s.Object, by: s.By, item: s.At.Item, field: s.At.Field}
	if s.At.Doc != nil {
		key.doc = *s.At.Doc
	}
	return key
}
