package evidence

import (
	"bytes"
	"context"
	"fmt"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source"
)

// A Found is the evidence of one compilation in rendered manifests.
type Found struct {
	Mesh   string
	Digest string // "sha256:…"; "" where the ConfigMap has none
	Object string // "shop/routec-prod"
}

// Find reads rendered manifests and returns the digests' ConfigMaps, in their order. They are
// known by their annotations alone: hosts rename objects. The report gets what could not be
// read.
func Find(ctx context.Context, rendered source.Set, opts source.Options, report *diag.Report) ([]Found, error) {
	units, err := rendered.Units(ctx, opts, report)
	if err != nil {
		return nil, err
	}
	var out []Found
	for _, u := range units {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, d := range u.Documents(report) {
			out = append(out, find(d, opts.Load.Limits, report)...)
		}
	}
	return out, nil
}

// find returns the evidence in one document, which may be a List.
func find(d load.Document, limits load.Limits, report *diag.Report) (out []Found) {
	if !bytes.Contains(d.Text, []byte(KindAnnotation)) {
		return nil
	}
	content, ok := d.Content(limits, report)
	if !ok {
		return nil
	}
	objects := []any{content}
	if items, ok := content["items"].([]any); ok {
		objects = items
	}
	for _, o := range objects {
		if f, ok := found(o); ok {
			out = append(out, f)
		}
	}
	return out
}

func found(object any) (f Found, ok bool) {
	content, _ := object.(map[string]any)
	metadata, _ := content["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	if content["kind"] != "ConfigMap" || annotations[KindAnnotation] != string(Digest) {
		return f, false
	}
	data, _ := content["data"].(map[string]any)
	namespace, _ := metadata["namespace"].(string)
	name, _ := metadata["name"].(string)
	f.Mesh, _ = annotations[MeshAnnotation].(string)
	f.Digest, _ = data["digest"].(string)
	f.Object = namespace + "/" + name
	return f, true
}

// Digests returns the digest of every mesh of a result, as evidence says it.
func Digests(ctx context.Context, result *compile.Result) (map[string]string, error) {
	maps, err := Of(ctx, result, Options{Mode: Digest})
	if err != nil {
		return nil, fmt.Errorf("digest of the tables: %w", err)
	}
	out := map[string]string{}
	for _, m := range maps {
		out[m.Metadata.Annotations[MeshAnnotation]] = m.Data["digest"]
	}
	return out, nil
}
