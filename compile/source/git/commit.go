package git

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	gopath "path"
	"slices"
	"strconv"
	"strings"
	"time"

	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source/kustomize"
)

// A Commit is where files come from.
type Commit struct {
	Hash   string
	Name   string    // the branch, else the first tag by name; "" where there is neither
	Time   time.Time // when it was committed, in UTC
	Remote string    // the URL of the remote "origin", without credentials; "" where there is none that can be told
}

// ErrNoCommit says that a folder is in no repository, or in one without commits.
var ErrNoCommit = errors.New("no git commit here")

// Describe returns what a revision of the repository around dir is. The error is
// [ErrNoCommit] where HEAD is asked for and there is no commit at all.
func Describe(ctx context.Context, dir, rev string) (*Commit, error) {
	repo := repository{ctx: ctx, dir: dir}
	if rev == "" || strings.HasPrefix(rev, "-") {
		return nil, fmt.Errorf("%q is not a git revision", rev)
	}
	hash, err := repo.line("rev-parse", "--verify", "--quiet", rev+"^{commit}")
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && rev == "HEAD":
		return nil, ErrNoCommit
	case err != nil:
		return nil, fmt.Errorf("find git revision %q: %w", rev, orNotFound(err))
	}
	text, err := repo.output(nil, "cat-file", "commit", hash)
	if err != nil {
		return nil, fmt.Errorf("read git commit %s: %w", hash, err)
	}
	c := &Commit{Hash: hash}
	if c.Time, err = committed(string(text)); err != nil {
		return nil, fmt.Errorf("read git commit %s: %w", hash, err)
	}
	if c.Name, err = repo.nameOf(rev, hash); err != nil {
		return nil, fmt.Errorf("name git revision %q: %w", rev, err)
	}
	if remote, err := repo.line("config", "--get", "remote.origin.url"); err == nil { // else there is none
		c.Remote = withoutCredentials(remote)
	}
	return c, nil
}

// committed reads the line "committer NAME <MAIL> SECONDS ZONE" of a commit.
func committed(text string) (time.Time, error) {
	head, _, _ := strings.Cut(text, "\n\n")
	for line := range strings.Lines(head) {
		if !strings.HasPrefix(line, "committer ") {
			continue
		}
		fields := strings.Fields(line[strings.LastIndexByte(line, '>')+1:])
		if len(fields) == 2 {
			if seconds, err := strconv.ParseInt(fields[0], 10, 64); err == nil {
				return time.Unix(seconds, 0).UTC(), nil
			}
		}
	}
	return time.Time{}, errors.New("it does not say when it was committed")
}

// nameOf returns the branch or tag that a revision is, else the first tag of the commit.
func (r *repository) nameOf(rev, hash string) (string, error) {
	name, err := r.line("rev-parse", "--abbrev-ref", rev)
	if err == nil && name != "" && name != "HEAD" {
		return name, nil
	}
	tags, err := r.output(nil, "for-each-ref", "--points-at="+hash, "--format=%(refname:strip=2)", "refs/tags")
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(tags), "\n")
	return first, nil
}

// withoutCredentials removes a user and password from a URL, and of ssh, where the user is a
// part of the address, the password; ssh's user@host:path is no URL. It returns "" for one
// that git can read and this package cannot.
func withoutCredentials(remote string) string {
	u, err := url.Parse(remote)
	switch {
	case err != nil && strings.Contains(remote, "://"):
		return ""
	case err != nil || u.User == nil:
		return remote
	case strings.Contains(u.Scheme, "ssh"):
		u.User = url.User(u.User.Username())
	default:
		u.User = nil
	}
	return u.String()
}

// Changed reports whether what is read below a path of the working tree may be another than
// what HEAD holds: a file there has changed or is not in HEAD, even if git ignores it, as long
// as it is a manifest; or there is a kustomization, which may use files of the whole
// repository, and one of those has changed. To compare, git applies the filters that the user
// has set for files, if any.
func Changed(ctx context.Context, dir, path string) (bool, error) {
	repo := repository{ctx: ctx, dir: dir}
	entries, err := repo.status("--untracked-files=all", "--ignored", "--", path)
	changed := slices.ContainsFunc(entries, func(entry string) bool {
		name, ignored := strings.CutPrefix(entry, "!! ")
		return !ignored || load.IsManifest(name)
	})
	if err != nil || changed {
		return changed, err
	}
	names, err := repo.output(nil, "--literal-pathspecs", "ls-files", "-z", "--", path)
	if err != nil || !slices.ContainsFunc(strings.Split(string(names), "\x00"), isKustomization) {
		return false, err
	}
	entries, err = repo.status("--untracked-files=no")
	return len(entries) > 0, err
}

func isKustomization(name string) bool {
	return slices.Contains(kustomize.FileNames, gopath.Base(name))
}

// status lists what differs from HEAD, each with two letters and a blank before its name.
func (r *repository) status(args ...string) ([]string, error) {
	out, err := r.output(nil, append([]string{"--literal-pathspecs", "status", "--porcelain", "-z"}, args...)...)
	var missing *exec.Error
	if errors.As(err, &missing) {
		return nil, fmt.Errorf("run git: %w", err)
	}
	if len(out) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), err
}
