package exact

import (
	"bytes"
	"encoding/json"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
)

// decoded is what a file holds: its CRDs of our groups, up to what is wrong with it.
type decoded struct {
	crds []*apiextensionsv1.CustomResourceDefinition
	err  error
}

// decode reads the CRDs of a file.
func (f file) decode() (out decoded) {
	var report diag.Report
	for _, doc := range load.Parse(f.shown, withoutTemplates(f.text), load.DefaultLimits(), &report) {
		content, ok := doc.Content(load.DefaultLimits(), &report)
		if !ok {
			continue
		}
		if out.err = out.document(content); out.err != nil {
			return out
		}
	}
	for d := range report.All() {
		if d.Severity == diag.Error {
			out.err = fmt.Errorf("%s", d.Message)
			return out
		}
	}
	return out
}

// withoutTemplates empties every line that holds a template directive: lines keep their numbers.
func withoutTemplates(text []byte) []byte {
	if !bytes.Contains(text, []byte("{{")) {
		return text
	}
	lines := bytes.Split(text, []byte{'\n'})
	for i, line := range lines {
		if bytes.Contains(line, []byte("{{")) && bytes.Contains(line, []byte("}}")) {
			lines[i] = nil
		}
	}
	return bytes.Join(lines, []byte{'\n'})
}

// document decodes a CRD, or the items of a list of them.
func (d *decoded) document(content map[string]any) error {
	if items, ok := content["items"].([]any); ok {
		for _, item := range items {
			m, _ := item.(map[string]any)
			if err := d.document(m); err != nil {
				return err
			}
		}
		return nil
	}
	spec, _ := content["spec"].(map[string]any)
	if content["kind"] != "CustomResourceDefinition" || !ours(spec["group"]) {
		return nil
	}
	if content["apiVersion"] != "apiextensions.k8s.io/v1" {
		return fmt.Errorf("a CustomResourceDefinition of version %v: want apiextensions.k8s.io/v1", content["apiVersion"])
	}
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := json.Unmarshal(text, &crd); err != nil {
		return fmt.Errorf("decode CustomResourceDefinition: %w", err)
	}
	d.crds = append(d.crds, &crd)
	return nil
}

// ours reports whether routec reads kinds of the group.
func ours(group any) bool {
	switch group {
	case manifest.GatewayGroup, manifest.PolicyGroup, manifest.ProfileGroup, manifest.WorkloadGroup:
		return true
	}
	return false
}
