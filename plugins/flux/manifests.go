package flux

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/compile/source/git"
	"routec.dev/routec/compile/source/oci"
)

// kustomized is the file that stands for all that a kustomization makes, in its folder.
const kustomized = "kustomized.yaml"

// addManifests puts the documents that are objects into the artifact, as they were written,
// in files named as in their source. Of kustomizations it is what they make. Mesh and
// RouteTest documents stay behind: no cluster knows their kinds.
func addManifests(ctx context.Context, files *oci.Tree, set source.Set, opts source.Options) error {
	for _, s := range set {
		folder, err := folderOf(s.Spec, len(set))
		if err != nil {
			return err
		}
		var known diag.Report // all of it has been reported by the compilation
		units, err := source.Set{s}.Units(ctx, opts, &known)
		if err != nil {
			return err
		}
		for _, u := range units {
			text, err := objects(u, opts.Load.Limits, &known)
			if err != nil {
				return err
			}
			if text == nil {
				continue
			}
			if err := files.Add(path.Join(ManifestsFolder, folder, nameOf(u, s)), text); err != nil {
				return fmt.Errorf("put %s into the artifact: %w", u.Name, err)
			}
		}
		if known.AtLeast(diag.Error) { // a kustomization that cannot be built, whatever --fail-on says of it
			return fmt.Errorf("not all of %s can be read, so the manifests are not complete", s.Spec)
		}
	}
	return nil
}

// nameOf is the name of a unit in its source; that of a kustomization is a file in its folder.
func nameOf(u *source.Unit, s *source.Source) string {
	name := strings.TrimPrefix(u.Name+"/", s.Prefix)
	name = path.Clean("./" + strings.TrimSuffix(name, "/"))
	if !isManifest(name) {
		name = path.Join(name, kustomized)
	}
	return name
}

func isManifest(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}

// folderOf is where the files of a source go: to the top where it is the only one, else to a
// folder of its name, which must not depend on where the sources are on this machine.
func folderOf(spec string, sources int) (string, error) {
	if sources == 1 {
		return ".", nil
	}
	if r, ok := git.Parse(spec); ok {
		spec = strings.Trim(r.Path, "/")
	}
	folder := path.Clean(filepath.ToSlash(spec))
	if spec == "" || spec == "-" || !source.IsLocal(spec) {
		return "", fmt.Errorf("of several sources, %s has no name in the artifact: name folders or files below the working directory", spec)
	}
	if isManifest(folder) {
		folder = path.Dir(folder)
	}
	return folder, nil
}

// objects returns the text of a unit's documents that are objects; nil: there are none.
func objects(u *source.Unit, limits load.Limits, known *diag.Report) ([]byte, error) {
	var out []byte
	for _, d := range u.Documents(known) {
		content, ok := d.Content(limits, known)
		if !ok {
			// Flux would prune what is missing.
			return nil, fmt.Errorf("a document of %s cannot be read, so the manifests are not complete", u.Name)
		}
		if !manifest.ForCluster(content) {
			continue
		}
		if out != nil {
			out = append(out, "---\n"...)
		}
		out = append(out, bytes.TrimRight(d.Text, "\n")...)
		out = append(out, '\n')
	}
	return out, nil
}
