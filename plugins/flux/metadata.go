package flux

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"routec.dev/routec/compile/source/git"
	"routec.dev/routec/compile/source/oci"
)

// Metadata says where an artifact comes from. What is empty is left out of its annotations:
// the clock, or a made-up date, would say something else on every machine, or nothing true.
type Metadata struct {
	Source   string // a URL
	Revision string // NAME@sha1:COMMIT, as in Flux's sources
	Created  string // RFC 3339
	More     map[string]string
}

// Annotations are those of the artifact.
func (m Metadata) Annotations() map[string]string {
	out := maps.Clone(m.More)
	if out == nil {
		out = map[string]string{}
	}
	for key, value := range map[string]string{
		oci.SourceAnnotation: m.Source, oci.RevisionAnnotation: m.Revision, oci.CreatedAnnotation: m.Created,
	} {
		if value != "" {
			out[key] = value
		}
	}
	return out
}

// Complete fills in, from git, what is not given. The specs are the sources; where there are
// none (a bundle that was built before) the repository around the working directory counts.
//
// The error says that sources have changes which the revision does not hold, unless the
// revision is given, or that they are of several commits. Sources outside of git, and
// standard input, have nothing to fill in.
func (m *Metadata) Complete(ctx context.Context, specs []string) error {
	if m.Source != "" && m.Revision != "" && m.Created != "" {
		return nil
	}
	var commit *git.Commit
	for i, spec := range specs {
		c, err := commitOf(ctx, spec, m.Revision == "")
		if err != nil {
			return err
		}
		if i > 0 && (c == nil) != (commit == nil) || c != nil && commit != nil && c.Hash != commit.Hash {
			return fmt.Errorf("the sources are of different commits: say --revision, --source and --created")
		}
		commit = c
	}
	if len(specs) == 0 {
		c, err := git.Describe(ctx, ".", "HEAD")
		if err != nil && !errors.Is(err, git.ErrNoCommit) {
			return err
		}
		commit = c
	}
	if commit != nil {
		m.fill(commit)
	}
	return nil
}

func (m *Metadata) fill(c *git.Commit) {
	if m.Source == "" {
		m.Source = c.Remote
	}
	if m.Revision == "" {
		m.Revision = revision(c)
	}
	if m.Created == "" {
		m.Created = c.Time.Format(time.RFC3339)
	}
}

// revision writes a commit as Flux does (its RFC 0005): main@sha1:COMMIT, or sha1:COMMIT.
func revision(c *git.Commit) string {
	algorithm := "sha1:"
	if len(c.Hash) == 64 {
		algorithm = "sha256:"
	}
	if c.Name == "" {
		return algorithm + c.Hash
	}
	return c.Name + "@" + algorithm + c.Hash
}

// commitOf returns the commit of a source; nil: it is of none. With clean, the source has to
// be as in the commit.
func commitOf(ctx context.Context, spec string, clean bool) (*git.Commit, error) {
	if spec == "-" {
		return nil, nil
	}
	if r, ok := git.Parse(spec); ok {
		return git.Describe(ctx, ".", r.Rev)
	}
	dir, name := spec, "."
	if info, err := os.Stat(spec); err != nil {
		return nil, fmt.Errorf("open source: %w", err)
	} else if !info.IsDir() {
		dir, name = filepath.Split(spec)
		if dir == "" {
			dir = "."
		}
	}
	c, err := git.Describe(ctx, dir, "HEAD")
	if errors.Is(err, git.ErrNoCommit) {
		return nil, nil
	}
	if err != nil || !clean {
		return c, err
	}
	changed, err := git.Changed(ctx, dir, name)
	if err != nil {
		return nil, fmt.Errorf("compare %s with its commit: %w", spec, err)
	}
	if changed {
		return nil, fmt.Errorf("%s has changes that the commit %.12s does not hold, which the artifact would claim: commit them, push git:HEAD:%s, or say --revision", spec, c.Hash, spec)
	}
	return c, nil
}
