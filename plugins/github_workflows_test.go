package plugins_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The example keeps what runs on the pull request's content apart from what may write.
func TestWorkflowRights(t *testing.T) {
	check, post := readWorkflow(t, "routec.yml"), readWorkflow(t, "routec-comment.yml")
	if len(check.Permissions) != 1 || check.Permissions["contents"] != "read" {
		t.Errorf("the workflow on pull requests may %v", check.Permissions)
	}
	if _, ok := check.On["pull_request_target"]; ok {
		t.Error("pull_request_target runs with the base's secrets")
	}
	if len(post.On) != 1 || len(post.On["workflow_run"]) == 0 || post.On["workflow_run"]["workflows"][0] != check.Name {
		t.Errorf("the workflow that posts runs on %v", post.On)
	}
	for name, w := range map[string]workflow{"routec.yml": check, "routec-comment.yml": post} {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if expression.MatchString(s.Run) || strings.Contains(read(t, filepath.Join(root, "examples/pull-requests/.github/workflows", name)), "secrets.") {
					t.Errorf("%s: the step %+v reads secrets or runs expressions", name, s)
				}
				if w.Name == post.Name && (s.Run != "" || strings.HasPrefix(s.Uses, "actions/checkout@")) {
					t.Errorf("%s: the step %+v runs or checks out something", name, s)
				}
			}
		}
	}
	post.uses(t, "plugins/github/comment")
}

// actionlintVersion is the actionlint that reads the workflows and the actions' metadata.
const actionlintVersion = "v1.7.12"

func TestActionlint(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("builds and runs actionlint only with ROUTEC_INTEGRATION=1")
	}
	dir := t.TempDir()
	install := exec.Command("go", "install", "github.com/rhysd/actionlint/cmd/actionlint@"+actionlintVersion)
	install.Dir = dir
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Actions of the same repository are checked, inputs and outputs included.
	r := example(t)
	if err := os.CopyFS(filepath.Join(r.dir, "plugins"), os.DirFS(filepath.Join(root, "plugins"))); err != nil {
		t.Fatal(err)
	}
	lint := func() ran {
		return r.script(nil, filepath.Join(dir, "actionlint"), "-no-color", "-shellcheck=", ".github/workflows/routec.yml", ".github/workflows/routec-comment.yml")
	}
	for _, name := range []string{"routec.yml", "routec-comment.yml"} {
		file := filepath.Join(".github", "workflows", name)
		text := read(t, filepath.Join(r.dir, file))
		r.write(file, strings.NewReplacer("OWNER/routec/", "./", "@v1.0.0", "").Replace(text))
	}
	if end := lint(); end.code != 0 {
		t.Errorf("%+v", end)
	}
	r.replace(".github/workflows/routec.yml", "golden: frozen", "gold: frozen")
	if end := lint(); end.code != 1 || !strings.Contains(end.stdout, "gold") {
		t.Errorf("an input that is not there: %+v", end)
	}
}
