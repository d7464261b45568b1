package flux_test

import (
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"routec.dev/routec/plugins/flux"
)

// git runs git in the working directory, away from the user's configuration.
func git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_COMMITTER_DATE=2026-01-31T12:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestComplete(t *testing.T) {
	folder(t, map[string]string{"apps/shop.yaml": shop, "other/a.yaml": shop})
	git(t, "init", "-q")
	git(t, "remote", "add", "origin", "https://robot:secret@git.example.org/shop.git")
	git(t, "add", ".")
	git(t, "commit", "-q", "-m", "one")
	head := git(t, "rev-parse", "HEAD")
	if err := os.WriteFile("other/a.yaml", []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	known := flux.Metadata{Source: "https://git.example.org/shop.git", Revision: "main@sha1:" + head, Created: "2026-01-31T12:00:00Z"}
	for _, c := range []struct {
		given flux.Metadata
		specs []string
		want  flux.Metadata
		err   string
	}{
		{specs: []string{"apps"}, want: known},
		{specs: []string{"apps/shop.yaml"}, want: known},
		{specs: []string{"git:HEAD:other", "apps"}, want: known},
		{specs: nil, want: known},
		{specs: []string{"-"}},
		{specs: []string{t.TempDir()}},
		{specs: []string{"other"}, err: "other has changes that the commit " + head[:12] + " does not hold"},
		{specs: []string{"apps", "."}, err: ". has changes"},
		{specs: []string{"other/a.yaml"}, err: "other/a.yaml has changes"},
		{specs: []string{"nowhere"}, err: "no such file"},
		{specs: []string{"apps", t.TempDir()}, err: "the sources are of different commits"},
		{specs: []string{"git:nowhere"}, err: `find git revision "nowhere"`},
		{flux.Metadata{Revision: "dev"}, []string{"other"}, flux.Metadata{Source: known.Source, Revision: "dev", Created: known.Created}, ""},
		{flux.Metadata{Source: "s", Revision: "r", Created: "c"}, []string{"nowhere"}, flux.Metadata{Source: "s", Revision: "r", Created: "c"}, ""},
	} {
		m := c.given
		err := m.Complete(t.Context(), c.specs)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: %v, want %q", c.specs, err, c.err)
			}
			continue
		}
		if err != nil || !maps.Equal(m.Annotations(), c.want.Annotations()) {
			t.Errorf("%q: %v, %v: want %v", c.specs, m.Annotations(), err, c.want.Annotations())
		}
	}
	git(t, "checkout", "-q", "--detach")
	m := flux.Metadata{More: map[string]string{"org.opencontainers.image.licenses": "Apache-2.0"}}
	if err := m.Complete(t.Context(), []string{"apps"}); err != nil || m.Revision != "sha1:"+head {
		t.Errorf("detached: %q, %v", m.Revision, err)
	}
	if got := m.Annotations(); len(got) != 4 || got["org.opencontainers.image.licenses"] != "Apache-2.0" {
		t.Errorf("%v", got)
	}
}
