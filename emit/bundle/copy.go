package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// Files reads the files of a bundle, in the order of their names, and leaves out what else
// is beside them.
func Files(fsys fs.FS, each func(name string, content []byte) error) error {
	files := 0
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read bundle: %w", err)
		case d.IsDir():
			if name != "." && path.Dir(name) == "." && !slices.Contains(folders, name) {
				return fs.SkipDir
			}
			return nil
		case !isOurPath(name) || !d.Type().IsRegular():
			return nil
		}
		if files++; files > maxFiles {
			return fmt.Errorf("read bundle: more than %d files", maxFiles)
		}
		limit := int64(maxText)
		if name == binaryName {
			limit = maxBinary
		}
		content, err := readFile(fsys, name, limit)
		if err != nil {
			return fmt.Errorf("read bundle: %w", err)
		}
		if !isOurContent(name, content[:min(len(content), len(header))]) {
			return nil
		}
		return each(name, content)
	})
}

// Stage begins to write the files of a bundle that stands elsewhere into a folder, which is as
// before until the [Writer] commits. It does not look into them: [Verify] does.
func Stage(ctx context.Context, dir string, from fs.FS) (*Writer, error) {
	w, err := Create(dir)
	if err != nil {
		return nil, err
	}
	err = Files(from, func(name string, content []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return w.File(name, content)
	})
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Verify reads a bundle and holds its two forms against each other: the tables that people
// read in the text have to be those that machines read in bundle.pb.
func Verify(fsys fs.FS) error {
	b, err := Read(fsys)
	if err != nil || b.binary == nil {
		return err // text alone has been held against the digests of its index
	}
	text, err := readText(fsys)
	switch {
	case errors.Is(err, ErrNotBundle):
		return nil // bundle.pb alone
	case err != nil:
		return fmt.Errorf("read bundle: %w", err)
	}
	frozen := make(map[Key]Digest, len(b.Tables))
	for _, t := range b.Tables {
		frozen[t.Key] = t.Digest
	}
	for _, t := range text.Tables {
		if d, ok := frozen[t.Key]; !ok || d != t.Digest {
			return fmt.Errorf("read bundle: the text of %s is not what %s holds", t.Key, binaryName)
		}
		delete(frozen, t.Key)
	}
	if len(frozen) > 0 {
		return fmt.Errorf("read bundle: %d tables of %s are in no index", len(frozen), binaryName)
	}
	return nil
}
