package exact

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/parallel"
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
	var r reader
	for _, p := range paths {
		if err := r.path(ctx, p); err != nil {
			return nil, fmt.Errorf("read CRDs: %w", err)
		}
	}
	decoded, err := parallel.Each(ctx, r.found, &diag.Report{}, func(f file, _ *diag.Report) decoded { return f.decode() })
	if err != nil {
		return nil, fmt.Errorf("read CRDs: %w", err)
	}
	b := builder{engine: &Engine{kinds: map[kindName][]*Version{}}, from: map[kindName]string{}}
	for i, d := range decoded {
		if err := b.addAll(d, r.found[i].shown); err != nil {
			return nil, fmt.Errorf("read CRDs: %s: %w", r.found[i].shown, err)
		}
	}
	if len(b.engine.kinds) == 0 {
		return nil, fmt.Errorf("read CRDs: %q hold no CustomResourceDefinition of a kind that Linkerd reads", paths)
	}
	return b.engine, nil
}

// A reader collects the files that hold CRDs.
type reader struct {
	found []file
	files int
	bytes int64
}

// A file holds CRDs; shown is its name in messages.
type file struct {
	shown string
	text  []byte
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

// file keeps a file that holds CRDs; shown is its name in messages.
func (r *reader) file(fsys fs.FS, name, shown string) error {
	if r.files++; r.files > mostFiles {
		return fmt.Errorf("%s: more than %d files: name the files, or a smaller folder", shown, mostFiles)
	}
	text, err := load.ReadFile(fsys, name, mostBytes-r.bytes)
	if err != nil {
		return fmt.Errorf("%s: %w (%d MiB are read at most)", shown, err, mostBytes>>20)
	}
	r.bytes += int64(len(text))
	if bytes.Contains(text, []byte("CustomResourceDefinition")) {
		r.found = append(r.found, file{shown, text})
	}
	return nil
}
