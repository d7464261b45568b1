package exact

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
)

// Bounds on what is read. The API server takes no document beyond 3 MiB, which package
// load sees to; a bundle of all CRDs there are has a few MiB.
const (
	mostFiles = 2_000
	mostBytes = 64 << 20 // of all files together
)

// Open reads the CRDs in the files and folders that paths name. Documents of other kinds,
// and CRDs of groups that are not ours, are passed over. Lines that hold template
// directives are left out, so that the templates of Linkerd's chart can be read as they
// are. It fails for paths that cannot be read, for documents that are no YAML, for a kind
// that is defined twice, and where there is no CRD at all. What is wrong within a CRD is
// told when it is used.
func Open(ctx context.Context, paths []string) (*Engine, error) {
	r := reader{engine: &Engine{kinds: map[kindName][]*Version{}}, from: map[kindName]string{}}
	for _, p := range paths {
		if err := r.path(ctx, p); err != nil {
			return nil, fmt.Errorf("read CRDs: %w", err)
		}
	}
	if len(r.engine.kinds) == 0 {
		return nil, fmt.Errorf("read CRDs: %q hold no CustomResourceDefinition of a kind that Linkerd reads", paths)
	}
	return r.engine, nil
}

// A reader collects CRDs.
type reader struct {
	engine *Engine
	from   map[kindName]string // the file of each kind
	files  int
	bytes  int64
}

// path reads a file, or the manifests in a folder and below.
func (r *reader) path(ctx context.Context, p string) error {
	info, err := os.Stat(p)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return r.file(os.DirFS(filepath.Dir(p)), filepath.Base(p), p)
	}
	fsys := os.DirFS(p)
	return fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !e.Type().IsRegular() || !load.IsManifest(path.Base(name)) {
			return nil
		}
		return r.file(fsys, name, filepath.Join(p, filepath.FromSlash(name)))
	})
}

// file reads the CRDs of one file; shown is its name in messages.
func (r *reader) file(fsys fs.FS, name, shown string) error {
	if r.files++; r.files > mostFiles {
		return fmt.Errorf("%s: more than %d files: name the files, or a smaller folder", shown, mostFiles)
	}
	text, err := load.ReadFile(fsys, name, mostBytes-r.bytes)
	if err != nil {
		return fmt.Errorf("%s: %w (%d MiB are read at most)", shown, err, mostBytes>>20)
	}
	r.bytes += int64(len(text))
	if !bytes.Contains(text, []byte("CustomResourceDefinition")) {
		return nil
	}
	var report diag.Report
	for _, doc := range load.Parse(shown, withoutTemplates(text), load.DefaultLimits(), &report) {
		content, ok := doc.Content(load.DefaultLimits(), &report)
		if !ok {
			continue
		}
		if err := r.document(content, shown); err != nil {
			return fmt.Errorf("%s: %w", shown, err)
		}
	}
	for d := range report.All() {
		if d.Severity == diag.Error {
			return fmt.Errorf("%s: %s", shown, d.Message)
		}
	}
	return nil
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

// document takes in a CRD, or the items of a list of them.
func (r *reader) document(content map[string]any, file string) error {
	if items, ok := content["items"].([]any); ok {
		for _, item := range items {
			m, _ := item.(map[string]any)
			if err := r.document(m, file); err != nil {
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
	return r.add(&crd, file)
}

// ours reports whether routec reads kinds of the group.
func ours(group any) bool {
	switch group {
	case manifest.GatewayGroup, manifest.PolicyGroup, manifest.ProfileGroup, manifest.WorkloadGroup:
		return true
	}
	return false
}

// add puts the served versions of a CRD into the engine.
func (r *reader) add(crd *apiextensionsv1.CustomResourceDefinition, file string) error {
	name := kindName{crd.Spec.Group, crd.Spec.Names.Kind}
	if before, twice := r.from[name]; twice {
		return fmt.Errorf("%s.%s is defined in %s already", name.kind, name.group, before)
	}
	r.from[name] = file
	apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	all := map[string]*Version{}
	var served []*Version
	var stored *Version
	for i := range crd.Spec.Versions {
		in := &crd.Spec.Versions[i]
		v := &Version{kindName: name, name: in.Name, file: file, deprecated: deprecation(crd, in), status: in.Subresources != nil && in.Subresources.Status != nil}
		v.compile = compileOnce(in.Schema)
		all[in.Name] = v
		if in.Served {
			served = append(served, v)
		}
		if in.Storage {
			stored = v
		}
	}
	sortVersions(served)
	for _, v := range served {
		v.stored = stored
		if w := all[watched(name)]; slices.Contains(served, w) {
			v.watched = w
		}
	}
	r.engine.kinds[name] = served
	return nil
}
