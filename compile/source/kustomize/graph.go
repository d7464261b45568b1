package kustomize

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
)

// FileNames are the names that a kustomization may have in its folder.
var FileNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// A Graph is the kustomizations of a tree and what each of them uses.
//
// Of the folders in which kustomizations were found, those that no other uses are
// built: a base that overlays use is a part of them, and to build it on its own would
// give each of its objects twice. A Component is only ever a part.
type Graph struct {
	opts  Options
	nodes map[string]*node // by folder
	found []string         // folders to consider, sorted
}

// Options say where kustomizations are and how they are spoken of.
type Options struct {
	FS     fs.FS                    // everything that they may use
	Show   func(name string) string // a name in FS, as the user would type it
	Limits load.Limits
}

// A node is one kustomization.
type node struct {
	dir, file string
	component bool
	origins   bool              // it wants its objects annotated with their origins
	children  []string          // folders that it uses
	files     []string          // files that it uses, its own included
	problems  []diag.Diagnostic // why it cannot be built
	weight    int               // how many kustomizations are read to build it; 0 is not counted yet
}

// NewGraph explores the kustomizations in the given folders of the file system, and
// those that they use wherever they are.
func NewGraph(dirs []string, opts Options) *Graph {
	opts.Limits = opts.Limits.OrDefaults()
	g := &Graph{opts: opts, nodes: map[string]*node{}}
	for _, dir := range slices.Sorted(slices.Values(dirs)) {
		if g.explore(dir, resource) != nil {
			g.found = append(g.found, dir)
		}
	}
	return g
}

// Roots returns the folders to build, sorted.
func (g *Graph) Roots() []string {
	used := map[string]bool{}
	for _, n := range g.nodes {
		if n == nil {
			continue
		}
		for _, child := range n.children {
			used[child] = true
		}
	}
	reached := map[string]bool{}
	var roots []string
	build := func(dir string) {
		roots = append(roots, dir)
		g.mark(dir, reached)
	}
	for _, dir := range g.found {
		if !used[dir] && !g.nodes[dir].component {
			build(dir)
		}
	}
	for _, dir := range g.found { // what only uses itself: kustomize says so
		if !reached[dir] && !g.nodes[dir].component {
			build(dir)
		}
	}
	slices.Sort(roots)
	return roots
}

// mark notes a folder and everything that it uses.
func (g *Graph) mark(dir string, reached map[string]bool) {
	if reached[dir] || g.nodes[dir] == nil {
		return
	}
	reached[dir] = true
	for _, child := range g.nodes[dir].children {
		g.mark(child, reached)
	}
}

// UnusedComponents returns the folders of Components that no kustomization uses.
func (g *Graph) UnusedComponents() []string {
	reached := map[string]bool{}
	for _, dir := range g.Roots() {
		g.mark(dir, reached)
	}
	var unused []string
	for _, dir := range g.found {
		if g.nodes[dir].component && !reached[dir] {
			unused = append(unused, dir)
		}
	}
	return unused
}

// Uses returns the files that kustomizations use, and the folders that have one.
func (g *Graph) Uses() (files, folders map[string]bool) {
	files, folders = map[string]bool{}, map[string]bool{}
	for dir, n := range g.nodes {
		if n == nil {
			continue
		}
		folders[dir] = true
		for _, f := range n.files {
			files[f] = true
		}
	}
	return files, folders
}

// explore reads the kustomization in a folder, once; nil means that there is none.
func (g *Graph) explore(dir string, as role) *node {
	if n, done := g.nodes[dir]; done {
		return n
	}
	g.nodes[dir] = nil
	file, text := g.find(dir)
	if file == "" {
		return nil
	}
	n := &node{dir: dir, file: file, files: []string{file}}
	var report diag.Report
	docs := load.Parse(g.opts.Show(file), text, g.opts.Limits, &report)
	if len(docs) == 0 && report.Len() == 0 {
		return nil // nothing but comments
	}
	g.nodes[dir] = n
	if len(docs) > 0 {
		content, _ := docs[0].Content(g.opts.Limits, &report)
		if foreign(content) {
			g.nodes[dir] = nil
			return nil
		}
		n.component = content["kind"] == "Component"
		n.origins = slices.Contains(list(content["buildMetadata"]), any(types.OriginAnnotations))
		g.contents(n, docs[0], content, as)
	}
	n.problems = append(n.problems, errorsOf(&report)...)
	return n
}

// foreign reports whether a file of that name is an object of another tool, such as
// Flux's own Kustomization.
func foreign(content map[string]any) bool {
	apiVersion, _ := content["apiVersion"].(string)
	return apiVersion != "" && !strings.HasPrefix(apiVersion, "kustomize.config.k8s.io/")
}

// find returns the name and text of a folder's kustomization.
func (g *Graph) find(dir string) (string, []byte) {
	for _, base := range FileNames {
		file := path.Join(dir, base)
		if text, err := load.ReadFile(g.opts.FS, file, g.opts.Limits.DocumentSize); err == nil {
			return file, text
		}
	}
	return "", nil
}

// contents follows everything that a kustomization names.
func (g *Graph) contents(n *node, doc load.Document, content map[string]any, as role) {
	for _, field := range []string{"helmCharts", "helmChartInflationGenerator"} {
		if len(list(content[field])) > 0 {
			n.problem(doc, field, diag.KustomizePlugin, "the kustomization inflates Helm charts, which would run a program",
				"render it yourself: kustomize build --enable-helm … | routec compile - …, and leave the folder out with .routecignore")
		}
	}
	refs, inline := references(content)
	for _, text := range inline {
		g.pluginText(n, doc, []byte(text))
	}
	for _, ref := range refs {
		if ref.role == resource && as == plugin {
			ref.role = plugin
		}
		g.reference(n, doc, ref)
	}
}

// reference follows one reference.
func (g *Graph) reference(n *node, doc load.Document, ref reference) {
	if isRemote(ref.path) {
		n.problem(doc, ref.field, diag.RemoteBase, fmt.Sprintf("the kustomization needs %s, which is not in this source; nothing is fetched", ref.path),
			"copy it into the repository, or pipe the result in: kustomize build … | routec compile - …")
		return
	}
	target := path.Join(n.dir, ref.path)
	if path.IsAbs(ref.path) || target == ".." || strings.HasPrefix(target, "../") {
		n.problem(doc, ref.field, diag.RemoteBase, fmt.Sprintf("the kustomization needs %s, which is outside the repository", ref.path), "move it into the repository")
		return
	}
	real, err := load.FollowLink(g.opts.FS, target)
	if err == nil {
		var info fs.FileInfo
		if info, err = fs.Stat(g.opts.FS, real); err == nil && info.IsDir() {
			g.folder(n, doc, ref, real)
			return
		}
	}
	if err != nil {
		n.problem(doc, ref.field, diag.KustomizeFailed, fmt.Sprintf("the kustomization needs %s, which cannot be found", ref.path), "mend the path, or add the file")
		return
	}
	n.files = append(n.files, real, target)
	if ref.role != raw {
		g.file(n, doc, ref, real)
	}
}

// folder follows a reference to a folder.
func (g *Graph) folder(n *node, doc load.Document, ref reference, dir string) {
	if ref.role == data || ref.role == raw {
		return // kustomize says that it wants a file
	}
	n.children = append(n.children, dir)
	if g.explore(dir, ref.role) == nil {
		n.problem(doc, ref.field, diag.KustomizeFailed, fmt.Sprintf("the kustomization needs the folder %s, which has no kustomization", ref.path), "add a kustomization.yaml there, or name the files in it")
	}
}

// file checks a file that kustomize will read as YAML, against the limits too: the
// library has none.
func (g *Graph) file(n *node, doc load.Document, ref reference, name string) {
	text, err := load.ReadFile(g.opts.FS, name, g.opts.Limits.FileSize)
	if err != nil {
		n.problem(doc, ref.field, diag.KustomizeFailed, fmt.Sprintf("the kustomization needs %s, which cannot be read: %v", ref.path, err), "make it readable")
		return
	}
	if ref.role == plugin {
		g.pluginText(n, doc, text)
	}
	var report diag.Report
	for _, d := range load.Parse(g.opts.Show(name), text, g.opts.Limits, &report) {
		d.Check(g.opts.Limits, &report)
	}
	n.problems = append(n.problems, errorsOf(&report)...)
}

// problem notes why a kustomization cannot be built, at the line of one of its fields.
func (n *node) problem(doc load.Document, field string, code diag.Code, message, help string) {
	at := doc.Place(field)
	at.Doc.Line, at.Field = doc.Locate(at).Line, ""
	n.problems = append(n.problems, diag.Diagnostic{Code: code, Severity: diag.Error, At: at,
		Message: message + ", so what it makes is missing from every table", Help: help})
}

func errorsOf(report *diag.Report) []diag.Diagnostic {
	return slices.DeleteFunc(report.Sorted(), func(d diag.Diagnostic) bool { return d.Severity < diag.Error })
}

// maxWeight bounds how many kustomizations one build may read: bases that use bases
// that use bases multiply.
const maxWeight = 10_000

// weigh returns how many kustomizations are read to build one, up to a little more
// than maxWeight.
func (g *Graph) weigh(dir string) int {
	n := g.nodes[dir]
	if n == nil || n.weight > 0 {
		if n == nil {
			return 0
		}
		return n.weight
	}
	n.weight = 1 // for the time being: kustomize itself complains of circles
	total := 1
	for _, child := range n.children {
		total = min(total+g.weigh(child), maxWeight+1)
	}
	n.weight = total
	return total
}

// problems returns why a folder cannot be built: its own problems and those of
// everything that it uses.
func (g *Graph) problems(dir string) []diag.Diagnostic {
	reached := map[string]bool{}
	g.mark(dir, reached)
	var all []diag.Diagnostic
	for _, d := range slices.Sorted(maps.Keys(reached)) {
		all = append(all, g.nodes[d].problems...)
	}
	if g.weigh(dir) > maxWeight {
		all = append(all, g.failed(dir, "it uses more than %d kustomizations, one inside the other", maxWeight))
	}
	return all
}

// failed makes a diagnostic of why kustomize did not build a folder.
func (g *Graph) failed(dir, format string, args ...any) diag.Diagnostic {
	at := load.Document{}.Place("")
	at.Doc.File, at.Doc.Line = g.opts.Show(g.nodes[dir].file), 1
	return diag.Diagnostic{Code: diag.KustomizeFailed, Severity: diag.Error, At: at,
		Message: "kustomize cannot build this: " + fmt.Sprintf(format, args...),
		Help:    "try kustomize build on the folder, or leave it out with .routecignore",
	}
}
