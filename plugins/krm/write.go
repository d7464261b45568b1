package krm

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"routec.dev/routec/plugins/evidence"
)

// An edit is what becomes of a list: all else of it stays as it is.
type edit struct {
	results framework.Results
	replace map[int][]byte // item → its new text; nil takes it out
	add     [][]byte
}

// place puts evidence where that of an earlier run stands, or at the end. Evidence of the
// same meshes that was not made again is taken out.
func (e *edit) place(l *list, made []evidence.ConfigMap, mode evidence.Mode) error {
	if mode == evidence.None {
		return nil
	}
	type key struct{ namespace, name string }
	todo := map[key]*evidence.ConfigMap{}
	meshes := map[string]bool{}
	for i := range made {
		m := &made[i].Metadata
		todo[key{m.Namespace, m.Name}] = &made[i]
		meshes[m.Annotations[evidence.MeshAnnotation]] = true
	}
	e.replace = map[int][]byte{}
	for i := range l.items {
		it := &l.items[i]
		if !it.isEvidence() || !meshes[it.scalar("metadata", "annotations", evidence.MeshAnnotation)] {
			continue
		}
		k := key{it.scalar("metadata", "namespace"), it.scalar("metadata", "name")}
		m := todo[k]
		if e.replace[i] = nil; m == nil {
			continue
		}
		delete(todo, k)
		m.Metadata.Annotations = it.annotations(m.Metadata.Annotations)
		text, err := encode(m)
		if err != nil {
			return fmt.Errorf("write %s: %w", m.Metadata.Name, err)
		}
		e.replace[i] = text
	}
	for i := range made {
		m := &made[i]
		if todo[key{m.Metadata.Namespace, m.Metadata.Name}] != m {
			continue
		}
		text, err := encode(m)
		if err != nil {
			return fmt.Errorf("write %s: %w", m.Metadata.Name, err)
		}
		e.add = append(e.add, text)
	}
	return nil
}

// isEvidence reports whether an item was made by an earlier run.
func (it *item) isEvidence() bool {
	return bytes.Contains(it.text, []byte(evidence.KindAnnotation)) && it.scalar("kind") == "ConfigMap" &&
		it.scalar("metadata", "labels", evidence.ManagedBy) == evidence.Manager &&
		it.scalar("metadata", "annotations", evidence.KindAnnotation) != ""
}

// annotations are the host's own, which say where the item belongs, and ours.
func (it *item) annotations(ours map[string]string) map[string]string {
	all := map[string]string{}
	if n := child(child(it.root(), "metadata"), "annotations"); n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			all[n.Content[i].Value] = n.Content[i+1].Value
		}
	}
	maps.Copy(all, ours)
	return all
}

// A patch is a part of the list's text and what stands there instead.
type patch struct {
	span
	text []byte
}

// write writes the list with an edit applied.
func (l *list) write(w io.Writer, e edit) error {
	patches, tail, err := l.patches(e)
	if err != nil {
		return err
	}
	slices.SortStableFunc(patches, func(a, b patch) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	from := 0
	for _, p := range patches {
		if err := put(w, l.text[from:p.start], p.text); err != nil {
			return err
		}
		from = p.end
	}
	return put(w, l.text[from:], tail)
}

func put(w io.Writer, ours string, made []byte) error {
	_, err := io.WriteString(w, ours)
	if err == nil {
		_, err = w.Write(made)
	}
	if err != nil {
		return fmt.Errorf("write the ResourceList: %w", err)
	}
	return nil
}

// patches are the changes of an edit, and what follows the list's text.
func (l *list) patches(e edit) (patches []patch, tail []byte, err error) {
	for i, text := range e.replace {
		patches = append(patches, patch{l.outline.items[i], l.asItem(text)})
	}
	var added []byte
	for _, text := range e.add {
		added = append(added, l.asItem(text)...)
	}
	s, ok := l.keys["items"]
	switch {
	case len(added) == 0:
	case !ok:
		tail = append([]byte("items:\n"), added...)
	case len(l.outline.items) == 0:
		patches = append(patches, patch{s, append([]byte("items:\n"), added...)})
	default:
		patches = append(patches, patch{span{s.end, s.end}, added})
	}
	if s, ok := l.keys["results"]; ok {
		patches = append(patches, patch{s, nil})
	}
	if len(e.results) > 0 {
		text, err := encode(e.results)
		if err != nil {
			return nil, nil, fmt.Errorf("write results: %w", err)
		}
		tail = append(append(tail, "results:\n"...), text...)
	}
	return patches, tail, nil
}

// asItem indents a document as an item of the list; nothing stays nothing.
func (l *list) asItem(text []byte) []byte {
	if text == nil {
		return nil
	}
	margin := strings.Repeat(" ", max(l.indent, 0))
	var out bytes.Buffer
	first := true
	for line := range bytes.Lines(text) {
		switch {
		case first:
			out.WriteString(margin + "- ")
		case len(line) > 1:
			out.WriteString(margin + "  ")
		}
		out.Write(line)
		first = false
	}
	return out.Bytes()
}
