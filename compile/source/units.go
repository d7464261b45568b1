package source

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source/kustomize"
	position "routec.dev/routec/ir/source"
)

// A Unit is what is read at once: a file, or all that a kustomization makes.
type Unit struct {
	Name string // as in diagnostics
	root string // the part of Name that leads to the source
	read func(report *diag.Report) []load.Document
}

// Documents reads the unit's documents. It may be called from any goroutine.
func (u *Unit) Documents(report *diag.Report) []load.Document {
	docs := u.read(report)
	for i := range docs {
		docs[i].Doc.Root = u.root
	}
	return docs
}

// Units returns what there is to read, by source, then by name. The error is that a
// source's root cannot be read, or that ctx ended.
//
// Where folders have a kustomization, those that no other kustomization of the source
// uses are built; the files that kustomizations use are not read otherwise. Of other
// files in such a folder only the compiler's own documents (Mesh, RouteTest) are read.
func (set Set) Units(ctx context.Context, opts Options, report *diag.Report) ([]*Unit, error) {
	var all []*Unit
	for _, s := range set {
		units, err := s.units(ctx, opts.Load, report)
		if err != nil {
			return nil, fmt.Errorf("read source %s: %w", s.Spec, err)
		}
		if len(units) == 0 && s.given == nil {
			report.Add(noManifests(s))
		}
		for _, u := range units {
			u.root = s.Prefix
		}
		all = append(all, units...)
	}
	return all, nil
}

func (s *Source) units(ctx context.Context, opts load.Options, report *diag.Report) ([]*Unit, error) {
	if s.given != nil {
		return s.given(ctx, opts, report)
	}
	opts.Prefix, opts.Skip, opts.Also = s.Prefix, nil, kustomize.FileNames
	if s.Files != nil {
		return s.files(s.Files, opts), nil
	}
	for _, dir := range s.Submodules {
		report.Add(submodule(s.Prefix + dir))
	}
	names, err := load.Files(ctx, s.FS, opts, report)
	if err != nil {
		return nil, err
	}
	folders := kustomizations(names)
	if len(folders) == 0 {
		return s.files(names, opts), nil
	}
	return s.kustomized(names, folders, opts, report), nil
}

// kustomizations returns the folders of those names that are kustomizations.
func kustomizations(names []string) []string {
	var dirs []string
	for _, name := range names {
		if slices.Contains(kustomize.FileNames, path.Base(name)) {
			dirs = append(dirs, path.Dir(name))
		}
	}
	return slices.Compact(dirs)
}

func (s *Source) files(names []string, opts load.Options) []*Unit {
	units := make([]*Unit, len(names))
	for i, name := range names {
		units[i] = &Unit{Name: s.Prefix + name, read: func(report *diag.Report) []load.Document {
			return load.Read(s.FS, name, opts, report)
		}}
	}
	return units
}

// kustomized returns the units of a source that has kustomizations in some folders.
func (s *Source) kustomized(names, folders []string, opts load.Options, report *diag.Report) []*Unit {
	around := make([]string, len(folders))
	for i, dir := range folders {
		around[i] = path.Join(s.base, dir)
	}
	graph := kustomize.NewGraph(around, kustomize.Options{FS: s.around, Show: s.show, Limits: opts.Limits})
	used, owned := graph.Uses()
	var units []*Unit
	for _, unit := range s.files(names, opts) {
		name := path.Join(s.base, strings.TrimPrefix(unit.Name, s.Prefix))
		switch {
		case used[name]:
			continue
		case owned[path.Dir(name)]:
			unit.read = onlyOurs(unit.Name, unit.read)
		}
		units = append(units, unit)
	}
	for _, dir := range graph.UnusedComponents() {
		report.Add(unusedComponent(s.show(dir)))
	}
	var building sync.Mutex // kustomize builds one at a time
	for _, dir := range graph.Roots() {
		units = append(units, &Unit{Name: s.show(dir), read: func(report *diag.Report) []load.Document {
			building.Lock()
			defer building.Unlock()
			docs, _ := graph.Build(dir, report)
			return docs
		}})
	}
	slices.SortStableFunc(units, func(a, b *Unit) int { return strings.Compare(a.Name, b.Name) })
	return units
}

// onlyOurs reads a file in a kustomization's folder that the kustomization does not
// name: the cluster does not get it, but what is meant for the compiler counts.
func onlyOurs(name string, read func(*diag.Report) []load.Document) func(*diag.Report) []load.Document {
	return func(report *diag.Report) []load.Document {
		var ignored diag.Report
		docs := read(&ignored)
		left := false
		docs = slices.DeleteFunc(docs, func(d load.Document) bool {
			ours := bytes.Contains(d.Text, []byte("routec.dev/"))
			left = left || !ours && bytes.Contains(d.Text, []byte("kind"))
			return !ours
		})
		if left {
			report.Add(leftOut(name))
		}
		return docs
	}
}

// Within reports whether a file, as named in diagnostics, lies in one of the folders,
// which are relative to the root of the source that the file is from. No folders at
// all take in everything: this is how a Mesh chooses its sources.
func (set Set) Within(file string, folders []string) bool {
	if len(folders) == 0 {
		return true
	}
	for _, s := range set {
		name, ok := strings.CutPrefix(file, s.Prefix)
		if !ok {
			continue
		}
		for _, folder := range folders {
			folder = path.Clean(folder)
			if folder == "." || name == folder || strings.HasPrefix(name, folder+"/") {
				return true
			}
		}
	}
	return false
}

func noManifests(s *Source) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.NoManifests, Severity: diag.Error, At: position.File(s.Spec),
		Message: "there are no manifests here: no file ends in .yaml, .yml or .json and is not left out",
		Help:    "name the folder that holds them; look into .routecignore, --include and --exclude",
	}
}

func submodule(name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.Submodule, Severity: diag.Warning, At: position.File(name),
		Message: "this folder is a git submodule, which is not part of the revision; whatever it holds is missing from every table",
		Help:    "name the submodule's checkout as a source of its own",
	}
}

func unusedComponent(name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.UnusedComponent, Severity: diag.Info, At: position.File(name),
		Message: "no kustomization uses this Component, so it is not read",
		Help:    "name it in the components of a kustomization, or remove it",
	}
}

func leftOut(name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.LeftOut, Severity: diag.Info, At: position.File(name),
		Message: "the kustomization in this folder does not name this file, so it is not read",
		Help:    "add it to the kustomization's resources, or move or remove it",
	}
}
