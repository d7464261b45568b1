// Package decode makes objects of documents: those of the kinds that have a say in
// routing, each with its identity and place; the rest is counted.
//
// It reports what is malformed, never what is unwise, and leaves an object's content
// as it was written: what a cluster would make of it is compile/admit's to say.
package decode

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// Options say how documents are decoded.
type Options struct {
	// Namespace is that of objects which name none. With "" theirs stays empty.
	Namespace string
	// A zero limit is that of [load.DefaultLimits].
	Limits load.Limits
	// Maps lends what contents are made of; nil leaves them to their users.
	Maps *load.Maps
}

// Found is what documents hold, in the order of the documents.
type Found struct {
	Objects []manifest.Unstructured // of the kinds that have a say in routing
	Meshes  []manifest.Unstructured // routec.dev Mesh; see [Mesh]
	Tests   []manifest.Unstructured // routec.dev RouteTest
	Counts  Counts
}

// Join appends what other documents hold.
func (f *Found) Join(other Found) {
	f.Objects = append(f.Objects, other.Objects...)
	f.Meshes = append(f.Meshes, other.Meshes...)
	f.Tests = append(f.Tests, other.Tests...)
	f.Counts.Join(other.Counts)
}

// Objects decodes documents. Lists of objects are taken apart, at any depth.
func Objects(docs []load.Document, opts Options, report *diag.Report) Found {
	d := decoder{opts: opts, report: report}
	for i := range docs {
		d.document(&docs[i])
	}
	return d.found
}

type decoder struct {
	opts   Options
	report *diag.Report
	found  Found
}

func (d *decoder) document(doc *load.Document) {
	d.found.Counts.Documents++
	if kind, ok := foreign(doc.Text); ok {
		d.found.Counts.add(kind, 1)
		return
	}
	content, ok := doc.ContentIn(d.opts.Maps, d.opts.Limits, d.report)
	if !ok || content == nil {
		return
	}
	d.object(content, doc.Place(""), typeMeta{})
}

// object takes in one object or list. inherited is what a list says of items that do not
// say it themselves.
func (d *decoder) object(content map[string]any, at source.Place, inherited typeMeta) {
	meta, ok := d.typeMeta(content, at, inherited)
	if !ok {
		return
	}
	if items, ok := content["items"]; ok || strings.HasSuffix(meta.kind, "List") {
		d.list(items, at, meta)
		return
	}
	kind := GroupKind{meta.group, meta.kind}
	if !isOurs(kind) {
		d.misspelt(kind, content, meta, at)
		d.found.Counts.add(kind, 1)
		return
	}
	u := manifest.Unstructured{Identity: d.identity(meta, content), Content: content, Place: at}
	switch kind {
	case GroupKind{ToolGroup, "Mesh"}:
		d.found.Meshes = append(d.found.Meshes, u)
	case GroupKind{ToolGroup, "RouteTest"}:
		d.found.Tests = append(d.found.Tests, u)
	default:
		d.found.Objects = append(d.found.Objects, u)
	}
}

// list takes a list apart, as kubectl does with every object that has items.
func (d *decoder) list(items any, at source.Place, meta typeMeta) {
	all, ok := items.([]any)
	if !ok && items != nil {
		d.report.Add(diag.Diagnostic{
			Code: diag.BadList, Severity: diag.Error, At: at.Sub("items"),
			Message: "items is not a list, so none of the objects in it are read",
			Help:    "write the objects as items of a YAML list",
		})
		return
	}
	item := typeMeta{group: meta.group, version: meta.version}
	if meta.kind != "List" {
		item.kind = strings.TrimSuffix(meta.kind, "List")
	}
	for i, v := range all {
		place := at
		place.Item = source.Join(at.Item, source.Index("items", i))
		content, ok := v.(map[string]any)
		if !ok {
			d.report.Add(diag.Diagnostic{
				Code: diag.BadList, Severity: diag.Error, At: place,
				Message: fmt.Sprintf("item %d of the list is not an object", i),
				Help:    "remove it, or write an object with apiVersion, kind and metadata",
			})
			continue
		}
		d.object(content, place, item)
	}
}

// identity reads the name and namespace. A metadata of a wrong type is left to
// admission, which says what a cluster would.
func (d *decoder) identity(meta typeMeta, content map[string]any) manifest.Identity {
	id := manifest.Identity{Group: meta.group, Version: meta.version, Kind: meta.kind}
	metadata, _ := content["metadata"].(map[string]any)
	id.Name, _ = metadata["name"].(string)
	if Namespaced(id.Group, id.Kind) {
		id.Namespace, _ = metadata["namespace"].(string)
		if id.Namespace == "" {
			id.Namespace = d.opts.Namespace
		}
	}
	return id
}
