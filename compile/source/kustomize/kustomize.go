// Package kustomize builds kustomizations with kustomize's own library, from any
// [fs.FS]: a folder on disk or a revision in git alike.
//
// Nothing is fetched, no program is run and nothing outside the file system is read:
// what a kustomization names is looked at first ([NewGraph]), and one that needs more
// is reported and not built. Files may lie anywhere in the file system, as with
// kustomize's LoadRestrictionsNone.
package kustomize

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	kresource "sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/ir/source"
)

// Build builds one of the roots. Each object is a document of the kustomization's file
// that knows which document it was made of. When ok is false the report says why.
//
// The library keeps its schemas in a global variable, so builds must not overlap.
func (g *Graph) Build(dir string, report *diag.Report) (docs []load.Document, ok bool) {
	if problems := g.problems(dir); len(problems) > 0 {
		for _, p := range problems {
			report.Add(p)
		}
		return nil, false
	}
	objects, err := g.run(dir)
	if err != nil {
		report.Add(g.failed(dir, "%s", oneLine(err)))
		return nil, false
	}
	origins := g.newOrigins(dir)
	for i, object := range objects.Resources() {
		written := origins.of(object)
		if !g.nodes[dir].origins {
			if err := object.SetOrigin(nil); err != nil {
				report.Add(g.failed(dir, "%s", oneLine(err)))
				return nil, false
			}
		}
		text, err := object.AsYAML()
		if err != nil {
			report.Add(g.failed(dir, "%s", oneLine(err)))
			return nil, false
		}
		doc := source.Doc{File: g.opts.Show(g.nodes[dir].file), Index: i, Line: 1}
		docs = append(docs, load.Document{Doc: doc, Text: text, Written: written})
	}
	return docs, true
}

// run runs kustomize. What it panics with becomes an error: the input is not ours.
func (g *Graph) run(dir string) (m resmap.ResMap, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("kustomize gave up: %v", p)
		}
	}()
	file := g.nodes[dir].file
	text, err := load.ReadFile(g.opts.FS, file, g.opts.Limits.DocumentSize)
	if err != nil {
		return nil, err
	}
	if text, err = withOrigins(text); err != nil {
		return nil, err
	}
	opts := krusty.MakeDefaultOptions()
	opts.LoadRestrictions = types.LoadRestrictionsNone
	fsys := readOnly{fsys: g.opts.FS, limit: g.opts.Limits.FileSize, replaced: map[string][]byte{file: text}}
	return krusty.MakeKustomizer(opts).Run(fsys, path.Join("/", dir))
}

// withOrigins makes a kustomization annotate each object with the file that it is from.
func withOrigins(text []byte) ([]byte, error) {
	root, err := yaml.Parse(string(text))
	if err != nil {
		return nil, err
	}
	metadata, err := root.Pipe(yaml.LookupCreate(yaml.SequenceNode, "buildMetadata"))
	if err != nil {
		return nil, err
	}
	if err := metadata.PipeE(yaml.Append(yaml.NewStringRNode(types.OriginAnnotations).YNode())); err != nil {
		return nil, err
	}
	out, err := root.String()
	return []byte(out), err
}

// oneLine writes an error of kustomize's without its line ends.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// origins finds the documents that objects were made of.
type origins struct {
	graph *Graph
	dir   string
	own   *load.Document      // the kustomization itself, for what it generates
	files map[string][]origin // by name in the file system
}

// An origin is a document of a source file, with what it is called there.
type origin struct {
	document   *load.Document
	kind, name string
}

func (g *Graph) newOrigins(dir string) *origins {
	o := &origins{graph: g, dir: dir, files: map[string][]origin{}}
	if own := o.documents(g.nodes[dir].file); len(own) > 0 {
		o.own = own[0].document
	}
	return o
}

// documents returns the documents of a file.
func (o *origins) documents(name string) []origin {
	list, done := o.files[name]
	if done {
		return list
	}
	var ignored diag.Report // the file has been checked
	limits := o.graph.opts.Limits
	text, err := load.ReadFile(o.graph.opts.FS, name, limits.FileSize)
	if err == nil {
		for _, d := range load.Parse(o.graph.opts.Show(name), text, limits, &ignored) {
			list = append(list, o.origin(d))
		}
	}
	o.files[name] = list
	return list
}

func (o *origins) origin(d load.Document) origin {
	var ignored diag.Report
	content, _ := d.Content(o.graph.opts.Limits, &ignored)
	metadata, _ := content["metadata"].(map[string]any)
	out := origin{document: &d}
	out.kind, _ = content["kind"].(string)
	out.name, _ = metadata["name"].(string)
	return out
}

// of returns the document that an object was made of: in the file that it is from, the
// one of its kind whose name is in the object's, which may have got a prefix or suffix.
func (o *origins) of(object *kresource.Resource) *load.Document {
	from, err := object.GetOrigin()
	if err != nil || from == nil || from.Path == "" || from.Repo != "" {
		return o.own
	}
	list := o.documents(name(path.Join("/", o.dir, from.Path)))
	if len(list) == 0 {
		return o.own
	}
	best := slices.MaxFunc(list, func(a, b origin) int { return a.likeness(object) - b.likeness(object) })
	return best.document
}

// likeness says how much an object resembles the document.
func (o origin) likeness(object *kresource.Resource) int {
	switch {
	case o.kind != object.GetKind() || o.name == "" || !strings.Contains(object.GetName(), o.name):
		return 0
	case o.name == object.GetName():
		return 1 << 20
	}
	return len(o.name)
}
