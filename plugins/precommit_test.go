package plugins_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

type hook struct {
	ID, Name, Description, Entry, Language, Files string
	PassFilenames                                 bool `yaml:"pass_filenames"`
	RequireSerial                                 bool `yaml:"require_serial"`
}

type precommitConfig struct {
	Repos []struct {
		Repo, Rev string
		Hooks     []struct {
			ID   string
			Args []string
		}
	}
}

// hooks are this repository's, by id.
func hooks(t *testing.T) map[string]hook {
	t.Helper()
	var list []hook
	decode(t, ".pre-commit-hooks.yaml", read(t, filepath.Join(root, ".pre-commit-hooks.yaml")), &list)
	out := map[string]hook{}
	for _, h := range list {
		out[h.ID] = h
	}
	return out
}

func readPrecommit(t *testing.T) precommitConfig {
	t.Helper()
	var c precommitConfig
	decode(t, ".pre-commit-config.yaml", read(t, filepath.Join(root, "examples", "pull-requests", ".pre-commit-config.yaml")), &c)
	if len(c.Repos) != 1 || len(c.Repos[0].Hooks) != 1 {
		t.Fatalf("the example has the hooks %+v", c)
	}
	return c
}

// TestHook runs the example's hook as pre-commit does: the entry, then the arguments, and no
// names of files.
func TestHook(t *testing.T) {
	used := readPrecommit(t).Repos[0].Hooks[0]
	h, ok := hooks(t)[used.ID]
	if !ok || h.PassFilenames || h.Language != "golang" {
		t.Fatalf("the hook %q: %+v", used.ID, h)
	}
	r := example(t)
	commit := func() ran {
		words := append(strings.Fields(h.Entry), used.Args...)
		return r.script(map[string]string{"PATH": withRoutec()}, "env", words...) // looks routec up there
	}
	if end := commit(); end.code != 0 {
		t.Errorf("%+v", end)
	}
	r.moveTraffic()
	if end := commit(); end.code != 1 || !strings.Contains(end.stdout, "routec check --golden frozen --write apps") {
		t.Errorf("a stale bundle: %+v", end)
	}
	for id, h := range hooks(t) {
		files := regexp.MustCompile(h.Files)
		if !files.MatchString("apps/a.yml") || !files.MatchString("b.json") || files.MatchString("a.yaml.orig") || files.MatchString("README.md") {
			t.Errorf("%s looks at %s", id, h.Files)
		}
	}
}

// precommitVersion is the pre-commit that the hooks are tested in.
const precommitVersion = "4.7.0"

// TestPrecommit lets the real pre-commit build the hook from this repository's last commit and
// run it at a commit of the example.
func TestPrecommit(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("installs and runs pre-commit only with ROUTEC_INTEGRATION=1")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to install pre-commit with")
	}
	dir := t.TempDir()
	for _, args := range [][]string{
		{python, "-m", "venv", dir},
		{filepath.Join(dir, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "pre-commit==" + precommitVersion},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Skipf("pre-commit can't be installed: %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	here := repository{t, root}
	r := example(t)
	config := readPrecommit(t).Repos[0]
	r.replace(".pre-commit-config.yaml", config.Repo, root)
	r.replace(".pre-commit-config.yaml", config.Rev, here.git("rev-parse", "HEAD"))
	env := map[string]string{
		"PRE_COMMIT_HOME": filepath.Join(dir, "home"), "GOMODCACHE": strings.TrimSpace(string(modules)), "GOFLAGS": "-modcacherw",
	}
	precommit := func() ran { return r.script(env, filepath.Join(dir, "bin", "pre-commit"), "run", "--color=never") }

	r.replace("apps/checkout-canary.yaml", "weight: 90", "weight: 50")
	r.git("add", "--all")
	end := precommit()
	if end.code != 1 || !strings.Contains(end.stdout, "routec check --golden frozen --write apps") {
		t.Fatalf("a stale bundle: %+v", end)
	}
	r.updateGolden()
	r.git("add", "--all")
	if end := precommit(); end.code != 0 || !strings.Contains(end.stdout, "Passed") {
		t.Errorf("a change with its bundle: %+v", end)
	}
	r.commit("A change")
	r.write("README.md", "nothing to compile\n")
	r.git("add", "--all")
	if end := precommit(); end.code != 0 || !strings.Contains(end.stdout, "Skipped") {
		t.Errorf("no manifests: %+v", end)
	}
}
