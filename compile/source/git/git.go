// Package git opens what a revision of a git repository holds, as a file system that
// reads from the object store: nothing is checked out.
//
// It runs the git program for reading only, in a way that cannot reach the network
// (missing objects of a partial clone stay missing), runs no hook and no command
// from the configuration, and takes no revision for an option. The one exception is
// [Changed], which may run the filters that the user has set for files.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// A Revision names what to read: the revision, and a path in it. The path is relative
// to the working directory, like that of any source; from "/" on it is relative to the
// repository's root. "" is the working directory.
type Revision struct{ Rev, Path string }

// Parse reads "git:REV[:PATH]"; ok is false for any other text.
func Parse(spec string) (r Revision, ok bool) {
	rest, ok := strings.CutPrefix(spec, "git:")
	if !ok {
		return Revision{}, false
	}
	r.Rev, r.Path, _ = strings.Cut(rest, ":")
	return r, true
}

// Open reads the tree of a revision of the repository around dir. maxFile is the size
// of the largest file whose content is ever held; larger ones can be listed and not read.
// The tree must be closed.
func Open(ctx context.Context, dir string, r Revision, maxFile int64) (*Tree, error) {
	repo := repository{ctx: ctx, dir: dir}
	if r.Rev == "" || strings.HasPrefix(r.Rev, "-") {
		return nil, fmt.Errorf("%q is not a git revision: write git:REV or git:REV:PATH", r.Rev)
	}
	root, err := repo.line("rev-parse", "--verify", "--quiet", r.Rev+"^{tree}")
	if err != nil {
		return nil, fmt.Errorf("find git revision %q: %w", r.Rev, orNotFound(err))
	}
	base, err := repo.base(r.Path)
	if err != nil {
		return nil, err
	}
	listing, err := repo.output(nil, "ls-tree", "-r", "-z", "--full-tree", root)
	if err != nil {
		return nil, fmt.Errorf("list git revision %q: %w", r.Rev, err)
	}
	t, err := newTree(listing, base)
	if err != nil {
		return nil, fmt.Errorf("git revision %q: %w", r.Rev, err)
	}
	t.readSizes(&repo)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.blobs = &batch{repo: repo, max: maxFile}
	return t, nil
}

// orNotFound gives words to the silence of rev-parse --quiet.
func orNotFound(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && strings.HasSuffix(err.Error(), exit.Error()) {
		return errors.New("there is no such revision here; a shallow clone may lack it")
	}
	return err
}

// A repository is the one around a directory.
type repository struct {
	ctx context.Context
	dir string
}

// base returns the path from the repository's root, "." for the root itself.
func (r *repository) base(name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		return path.Clean("./" + path.Clean("/" + rest)[1:]), nil
	}
	prefix, err := r.line("rev-parse", "--show-prefix")
	if err != nil {
		return "", fmt.Errorf("find the git repository: %w", err)
	}
	base := path.Join(prefix, name)
	if base == ".." || strings.HasPrefix(base, "../") {
		return "", fmt.Errorf("%s leads outside the git repository", name)
	}
	return path.Join(".", base), nil
}

// line runs git and returns the one line that it prints.
func (r *repository) line(args ...string) (string, error) {
	out, err := r.output(nil, args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// output runs git and returns what it prints. The error holds what git complained of.
func (r *repository) output(stdin []byte, args ...string) ([]byte, error) {
	cmd := r.command(args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	if r.ctx.Err() != nil {
		return nil, r.ctx.Err()
	}
	if text := strings.TrimSpace(complaint.String()); text != "" {
		return nil, fmt.Errorf("git %s: %s", args[0], text)
	}
	return nil, fmt.Errorf("git %s: %w", args[0], err)
}

// command prepares git so that it only reads what is here.
func (r *repository) command(args ...string) *exec.Cmd {
	safe := []string{
		"--no-pager", "--no-optional-locks", "--no-replace-objects",
		"-c", "core.hooksPath=" + os.DevNull,
		"-c", "core.fsmonitor=false",
		"-c", "protocol.allow=never",
	}
	cmd := exec.CommandContext(r.ctx, "git", append(safe, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(),
		"LC_ALL=C",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none",
		"GIT_TERMINAL_PROMPT=0",
	)
	return cmd
}
